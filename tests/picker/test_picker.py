"""The picker in real Chromium: it answers as the command line does, and nothing leaves the page.

`make picker-test` builds it and names the folder in MAILGEN_PICKER; other runs leave these tests out
(conftest.py).
"""

from __future__ import annotations

import json
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailgen.answer import answer
from mailgen.catalog.opening import open_catalogue
from tests.programs import need
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

BUILT = os.environ["MAILGEN_PICKER"]
#: Milliseconds in which an engine starts on a busy machine.
PATIENCE = 120_000
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


class _Files(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (the library's own)
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Site:
    """The built picker on loopback, until it is closed."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=BUILT))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(30)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=need("chromium", "chromium"), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-US")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """The page, its engine running; whatever goes wrong in it is an error of the test."""
    opened, wrong, asked = context.new_page(), [], []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(site.url)
    opened.focus("#address")
    opened.locator("#client option").first.wait_for(state="attached", timeout=PATIENCE)
    yield opened
    opened.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


def choose(page: Page, address: str, client: str) -> None:
    page.select_option("#client", client)
    page.fill("#address", address)


def file_of(page: Page, marked: str) -> str:
    """Return the file on the screen, once it holds a text."""
    page.locator(".file", has_text=marked).first.wait_for(timeout=PATIENCE)
    lines = page.locator(".file").first.locator("button").all_text_contents()
    return "".join(f"{line.rstrip(chr(0xA0))}\n" for line in lines)


@pytest.mark.parametrize(
    ("client", "domain"), [("msmtp", "sohu.com"), ("mutt", "163.com"), ("fetchmail", "qq.com")]
)
def test_the_file_is_the_one_of_the_command_line(page: Page, client: str, domain: str) -> None:
    choose(page, f"ada@{domain}", client)
    [file] = [one for one in answer(client, f"ada@{domain}")["files"] if one["kind"] == "file"][:1]
    assert [one.strip() for one in file_of(page, "ada").splitlines()] == [
        one.strip() for one in file["text"].splitlines()
    ]


def test_a_warning_and_the_reason_of_a_line_are_there(page: Page) -> None:
    choose(page, "ada@163.com", "mutt")
    page.locator(".card.warning", has_text="ID command").wait_for(timeout=PATIENCE)
    line = page.locator(".file button", has_text="ssl_force_tls")
    line.click()
    assert line.get_attribute("aria-expanded") == "true"
    assert len(page.locator(".reasons").inner_text()) > 20


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ada@nobody.example", "no provider is known"),
        ("ada", "@"),
        ("a\u202eb@sohu.com", "U+202E"),
        ("<b>@x@y", "two @"),
    ],
)
def test_what_is_refused_is_said_as_text(page: Page, address: str, said: str) -> None:
    choose(page, address, "msmtp")
    page.locator("[role=alert]", has_text=said).first.wait_for(timeout=PATIENCE)
    assert page.locator("#answer b").count() == 0


def test_a_hostile_name_stays_a_value(page: Page) -> None:
    name = "<img src=x onerror=alert(1)> `id` $(id) '"
    choose(page, "ada@sohu.com", "mutt")
    page.fill("#name", name)
    file_of(page, "onerror")
    assert page.locator("#answer img").count() == 0


def test_both_languages_say_all(page: Page) -> None:
    choose(page, "ada@sohu.com", "mutt")
    file_of(page, "ada")
    page.click("#language")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator(".card", has_text="独立密码").first.wait_for(timeout=PATIENCE)
    shown = page.locator("main").inner_text()
    assert not [word for word in ("Mail address", "To know", "undefined") if word in shown]


def test_a_link_holds_the_choice_and_no_address_unless_wished(
    page: Page, context: BrowserContext, site: Site
) -> None:
    choose(page, "secret-name@163.com", "mutt")
    file_of(page, "secret-name")
    link = page.locator("#link").get_attribute("href") or ""
    assert "secret-name" not in link
    assert "domain=163.com" in link
    again = context.new_page()
    again.goto(site.url + link)
    again.locator(".file", has_text="you@163.com").first.wait_for(timeout=PATIENCE)
    assert again.locator("#client").input_value() == "mutt"
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
    axe = (ROOT / "picker/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    found = page.evaluate(f"(() => {{ {axe} }})(); axe.run().then((all) => JSON.stringify(all.violations))")
    assert [(one["id"], one["nodes"][0]["html"]) for one in json.loads(found)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_works_without_a_network_after_one_visit(browser: Browser) -> None:
    site, context = Site(), browser.new_context(locale="en-US")
    first = context.new_page()
    first.goto(site.url)
    first.focus("#address")
    choose_when_ready(first)
    first.evaluate("navigator.serviceWorker.ready.then(() => true)")
    first.close()
    site.close()
    second = context.new_page()
    second.goto(site.url)
    second.focus("#address")
    choose_when_ready(second)
    context.close()


def choose_when_ready(page: Page) -> None:
    page.locator("#client option").first.wait_for(state="attached", timeout=PATIENCE)
    choose(page, "ada@sohu.com", "msmtp")
    file_of(page, "ada@sohu.com")


def test_every_provider_and_program_is_answered_as_here(page: Page) -> None:
    """The worker alone, asked for each provider once and each program often: the same data."""
    catalogue = open_catalogue()
    programs = page.locator("#client option").evaluate_all("all => all.map((one) => one.value)")
    domains = [record["domains"][0] for _, record in catalogue.records() if record.get("domains")]
    wanted = [
        {"client": programs[n % len(programs)], "address": f"ada.b@{name}"} for n, name in enumerate(domains)
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
    bridge = {}
    exec(Path(ROOT / "picker/bridge.py").read_text(encoding="utf-8"), bridge)
    for request, text in zip(wanted, said, strict=True):
        assert json.loads(text) == json.loads(bridge["asked"](json.dumps(request))), request
