"""The picker in real Chromium: it answers as the command line does, and nothing leaves the page.

`make picker-test` builds it and names the folder in MAILGEN_PICKER; other runs leave these tests out
(conftest.py).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.answer import answer
from mailgen.catalog.opening import open_catalogue
from tests.picker import sweep
from tests.picker.conftest import PATIENCE, Site, broken_rules
from tests.programs import need
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

BUILT = os.environ["MAILGEN_PICKER"]
#: Bytes of a first visit, compressed by brotli at its best.
LARGEST = 4_300_000
#: What is beside the page and is no part of a visit.
NOT_LOADED = {"SHA256SUMS", "licences.txt", "sizes.json", "sw.mjs"}


class Watched:
    """A page whose engine runs; what goes wrong in it and what it asks for is kept."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page = context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        context.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)
        self.page.focus("#address")
        self.page.locator("#client option").first.wait_for(state="attached", timeout=PATIENCE)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-US")
    yield made
    made.close()


@pytest.fixture(scope="module")
def watched(context: BrowserContext, site: Site) -> Watched:
    return Watched(context, site.url)


@pytest.fixture
def page(watched: Watched, site: Site) -> Iterator[Page]:
    """The page with nothing typed; whatever goes wrong in it is an error of the test."""
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 900})
    if page.locator("html").get_attribute("lang") != "en":
        page.click("#language")
    for field in ("address", "name"):
        page.fill(f"#{field}", "")
    for field, value in (("protocol", ""), ("store", ""), ("client", "alpine")):
        page.select_option(f"#{field}", value)
    page.uncheck("#whole")
    page.locator("#answer", has_text="Type an address").wait_for(timeout=PATIENCE)
    yield page
    assert watched.wrong == []
    assert [url for url in watched.asked if not url.startswith((site.url, "data:", "blob:"))] == []


def choose(page: Page, address: str, client: str, store: str = "") -> None:
    page.select_option("#client", client)
    page.select_option("#store", store)
    page.fill("#address", address)


def file_of(page: Page, marked: str) -> str:
    """Return the first file on the screen, once it holds a text."""
    page.locator(".file", has_text=marked).first.wait_for(timeout=PATIENCE)
    lines = page.evaluate(
        """[...document.querySelector(".file").children].map(
            (one) => (one.querySelector("button") ?? one).textContent)"""
    )
    return "".join(f"{'' if line == chr(0xA0) else line}\n" for line in lines)


def test_a_first_visit_takes_no_more_than_it_may() -> None:
    """4.3 MB compressed: interpreter, library, mailgen and all its data; as the build has measured them."""
    sizes = json.loads((Path(BUILT) / "sizes.json").read_text(encoding="utf-8"))
    there = {
        one.name: one.stat().st_size
        for one in Path(BUILT).iterdir()
        if one.name not in NOT_LOADED and one.suffix != ".br"
    }
    assert {name: size["plain"] for name, size in sizes.items()} == there
    assert 3_000_000 < sum(size["compressed"] for size in sizes.values()) <= LARGEST


@pytest.mark.parametrize(
    ("client", "domain", "store"),
    [
        ("msmtp", "sohu.com", ""),
        ("mutt", "163.com", ""),
        ("fetchmail", "qq.com", ""),
        ("himalaya", "gmail.com", "pass"),
        ("thunderbird", "outlook.com", ""),
        ("msmtp", "outlook.com", ""),
        ("postfix", "sohu.com", "secret-tool"),
        ("autoconfig-xml", "sohu.com", ""),
    ],
)
def test_the_file_is_the_one_of_the_command_line(page: Page, client: str, domain: str, store: str) -> None:
    from tests.cases import run

    choose(page, f"ada@{domain}", client, store)
    [file] = [one for one in bridge()(client, f"ada@{domain}", store)["files"] if one["kind"] == "file"][:1]
    shown = file_of(page, file["text"].splitlines()[-1].strip())
    assert shown == file["text"]
    options = [f"--{store}"] if store else []
    assert run(client, f"ada@{domain}", *options, "--file", Path(file["path"]).name).stdout == shown


def bridge() -> Any:
    """Return what asks this Python for what the page shows: client, address, store -> answer."""
    names: dict[str, Any] = {}
    exec((ROOT / "picker/bridge.py").read_text(encoding="utf-8"), names)

    def asked(client: str, address: str, store: str = "") -> Any:
        return json.loads(
            names["asked"](json.dumps({"client": client, "address": address, "password": store}))
        )

    return asked


def test_advice_names_what_the_page_or_the_command_line_has(page: Page) -> None:
    """And no setting of an accounts file: a page has none."""
    choose(page, "ada@163.com", "mutt")
    page.locator(
        ".card", has_text="To have it fetched: pass, secret-tool, keychain or --password-command"
    ).wait_for(timeout=PATIENCE)
    choose(page, "ada@nobody.example", "msmtp")
    page.locator(
        ".card.warning", has_text="hosts it with --provider ID, or its servers with --smtp-host"
    ).wait_for(timeout=PATIENCE)


def test_all_fields_are_of_one_height(page: Page) -> None:
    heights = page.evaluate(
        "[...document.querySelectorAll('.field :is(input, select)')].map((one) => one.offsetHeight)"
    )
    assert len(set(heights)) == 1


def test_a_warning_and_the_reason_of_a_line_are_there(page: Page) -> None:
    choose(page, "ada@163.com", "mutt")
    page.locator(".card.warning", has_text="ID command").wait_for(timeout=PATIENCE)
    line = page.locator(".file button", has_text="ssl_force_tls")
    line.click()
    assert line.get_attribute("aria-expanded") == "true"
    assert len(page.locator(".reasons").inner_text()) > 20


def test_a_code_to_scan_is_shown_as_a_picture(page: Page) -> None:
    choose(page, "ada@sohu.com", "k9mail-qr")
    picture = page.locator("img.code")
    picture.wait_for(timeout=PATIENCE)
    assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 50


@pytest.mark.parametrize(
    ("address", "client", "store", "said"),
    [
        ("ada@nobody.example", "msmtp", "", "no provider is known"),
        ("ada", "msmtp", "", "@"),
        ("a\u202eb@sohu.com", "msmtp", "", "U+202E"),
        ("<b>@x@y", "msmtp", "", "two @"),
        ("ada@例子.中国", "msmtp", "", "xn--fsqu00a.xn--fiqs8s"),
        ("ada@outlook.com", "himalaya", "pass", "accepts no password"),
        ("ada@sohu.com", "aerc", "", "cannot ask for a password"),
    ],
)
def test_what_is_refused_is_said_as_text(
    page: Page, address: str, client: str, store: str, said: str
) -> None:
    choose(page, address, client, store)
    page.locator("[role=alert]", has_text=said).first.wait_for(timeout=PATIENCE)
    assert page.locator("#answer b").count() == 0
    assert page.locator(".file").count() == 0


def test_a_hostile_name_stays_a_value(page: Page) -> None:
    name = "<img src=x onerror=alert(1)> `id` $(id) '"
    choose(page, "ada@sohu.com", "mutt")
    page.fill("#name", name)
    file_of(page, "onerror")
    assert page.locator("#answer img").count() == 0


def test_a_domain_in_unicode_is_its_ascii_name(page: Page) -> None:
    """As at the command line, whoever types it in full width."""
    choose(page, "ada@ｓｏｈｕ.com", "msmtp")
    assert "ada@sohu.com" in file_of(page, "ada@sohu.com")


def test_both_languages_say_all(page: Page) -> None:
    choose(page, "ada@sohu.com", "mutt")
    file_of(page, "ada")
    page.click("#language")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator(".card", has_text="独立密码").first.wait_for(timeout=PATIENCE)
    shown = page.locator("body").inner_text()
    assert not [word for word in ("Mail address", "To know", "Mail programs", "undefined") if word in shown]


def test_a_link_holds_the_choice_and_no_address_unless_wished(
    page: Page, context: BrowserContext, site: Site
) -> None:
    choose(page, "secret-name@163.com", "mutt", "pass")
    file_of(page, "secret-name")
    link = page.locator("#link").get_attribute("href") or ""
    assert "secret-name" not in link
    assert {"domain=163.com", "client=mutt", "password=pass"} <= set(link.lstrip("#").split("&"))
    again = context.new_page()
    again.goto(site.url + link)
    again.locator(".file", has_text="you@163.com").first.wait_for(timeout=PATIENCE)
    assert again.locator("#client").input_value() == "mutt"
    assert again.locator("#store").input_value() == "pass"
    again.close()
    page.check("#whole")
    assert "secret-name" in (page.locator("#link").get_attribute("href") or "")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.focus("#address")
    page.keyboard.type("ada@sohu.com")
    page.keyboard.press("Tab")
    page.keyboard.type("msmtp")
    page.locator("h2", has_text=".msmtprc").wait_for(timeout=PATIENCE)
    page.locator(".file button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".reasons").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(page: Page, scheme: str) -> None:
    """No rule of axe is broken, on a telephone too; nothing is wider than the screen."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=scheme)
    choose(page, "ada@163.com", "mutt")
    file_of(page, "ada")
    page.locator(".file button", has_text="ssl_force_tls").click()
    assert broken_rules(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_file_is_saved_as_it_is(page: Page) -> None:
    choose(page, "ada@sohu.com", "msmtp")
    shown = file_of(page, "ada")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").first.click()
    assert saved.value.suggested_filename == "msmtprc"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == shown


def test_a_visit_asks_for_the_files_of_the_page_and_typing_for_nothing(browser: Browser, site: Site) -> None:
    """Each file of the build once for the page, all from its own server; what is typed asks for nothing.

    Workers' requests are seen at the server, which is told nothing but the names of files.
    """
    context = browser.new_context(locale="en-US", service_workers="block")
    visit = Watched(context, site.url)
    first = sorted(visit.asked)
    names = [url.removeprefix(site.url) for url in first if url.startswith(site.url)]
    assert set(names) <= {"", *(one.name for one in Path(BUILT).iterdir())}
    assert len(names) == len(set(names)) <= 12
    assert len([url for url in first if not url.startswith((site.url, "data:"))]) == 0
    choose(visit.page, "secret-name@163.com", "mutt")
    file_of(visit.page, "secret-name")
    assert sorted(visit.asked) == first
    context.close()


def test_it_works_without_a_network_after_one_visit(browser: Browser) -> None:
    site, context = Site(), browser.new_context(locale="en-US")
    first = Watched(context, site.url).page
    first.evaluate("navigator.serviceWorker.ready.then(() => true)")
    first.close()
    site.close()
    second = Watched(context, site.url).page
    choose(second, "ada@sohu.com", "msmtp")
    file_of(second, "ada@sohu.com")
    choose(second, "ada@sohu.com", "himalaya", "pass")
    file_of(second, "[accounts.")
    context.close()


def test_every_provider_and_program_makes_the_files_of_the_command_line() -> None:
    """All providers x targets, by the engine and the archives of the page, run by Node beside this Python."""
    script = ROOT / "tests/picker/sweep"
    with subprocess.Popen(
        [need("node", "nodejs"), f"{script}.mjs", BUILT, f"{script}.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as engine:
        here = sweep.digests(sweep.by_the_command_line)
        said, wrong = engine.communicate(timeout=600)
    assert wrong == ""
    there = json.loads(said)
    assert there.keys() == here.keys()
    assert len(here) > 5000
    assert [key for key, digest in here.items() if there[key] != digest] == []


def test_every_provider_is_answered_as_here(page: Page) -> None:
    """The worker in the browser, asked for each provider once and each target often: the same data."""
    targets = [one.name for one in open_catalogue().targets()]
    domains = [record["domains"][0] for _, record in open_catalogue().records() if record.get("domains")]
    wanted = [
        {"client": targets[n % len(targets)], "address": f"ada.b@{name}", "password": ("", "pass")[n % 2]}
        for n, name in enumerate(domains)
    ]
    said = page.evaluate(
        """async (wanted) => {
          const worker = new Worker("engine.mjs", { type: "module" });
          const all = new Map();
          await new Promise((done) => {
            worker.onmessage = ({ data }) => {
              if (data.id) all.set(data.id, data.said);
              if (all.size === wanted.length) done();
            };
            wanted.forEach((request, index) => worker.postMessage({ id: index + 1, request }));
          });
          worker.terminate();
          return wanted.map((_, index) => JSON.stringify(all.get(index + 1)));
        }""",
        wanted,
    )
    here = bridge()
    for request, text in zip(wanted, said, strict=True):
        found = here(request["client"], request["address"], request["password"])
        assert json.loads(text) == found, request
    assert answer("msmtp", "ada@sohu.com")["files"] == here("msmtp", "ada@sohu.com")["files"]
