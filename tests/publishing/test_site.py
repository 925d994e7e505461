"""The pages: one a provider and language, links that lead somewhere, for everybody to read, no scripts."""

from __future__ import annotations

import json
import posixpath
import re
import time
import xml.etree.ElementTree as ET
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.publishing import folder, frame, mirror, picker, site
from tests.support import ROOT

CATALOGUE = open_catalogue()
URL = "https://mail.example.net/"
DOCUMENTS = site.read_documents([str(ROOT / "docs"), str(ROOT / "README.md"), str(ROOT / "README.zh-CN.md")])
PROVIDERS = list(CATALOGUE.providers())
#: The picker as its sources have it; the build adds what it runs.
PICKER = {path.name: path.read_bytes() for path in (ROOT / "picker").iterdir() if path.is_file()}
ZH = json.loads((ROOT / "generator/mailgen/cli/languages/zh.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built() -> tuple[dict[str, bytes], float]:
    """The files of the site, and how many seconds of a processor they took."""
    start = time.process_time()
    files = site.site(CATALOGUE, DOCUMENTS, URL, {**PICKER, "licences.txt": b"", "sizes.json": b"{}"})
    return files, time.process_time() - start


@pytest.fixture(scope="module")
def files(built: tuple[dict[str, bytes], float]) -> dict[str, bytes]:
    return built[0]


class Page(HTMLParser):
    """What a page is made of, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "hr", "input"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> without a beginning"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def close(self) -> None:
        super().close()
        assert not self._open

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def parsed(files: dict[str, bytes]) -> dict[str, Page]:
    return {path: Page(content.decode()) for path, content in files.items() if path.endswith(".html")}


def without_script(files: dict[str, bytes]) -> dict[str, Page]:
    return {path: page for path, page in parsed(files).items() if not path.startswith("www/picker/")}


def test_the_whole_is_built_in_seconds(built: tuple[dict[str, bytes], float]) -> None:
    assert built[1] < 30


def test_every_provider_has_a_page_in_each_language(files: dict[str, bytes]) -> None:
    """With its servers, the hint, its name in the title, and the day of each source."""
    for provider in PROVIDERS:
        for lang in frame.LANGUAGES:
            page = Page(files[f"www/{lang}/{provider.id}.html"].decode())
            name = provider.name.get(lang) or provider.name["en"]
            assert page.texts["h1"] == [name]
            assert page.texts["title"][0].startswith(name)
            text = " ".join(page.texts["main"])
            for server in provider.mail_servers:
                assert server.host in text
                assert str(server.port) in text
            hint = provider.credentials.hint.get(lang) or provider.credentials.hint.get("en", "")
            assert hint in text
            assert len(page.texts["time"]) == len(provider.sources)
            language = {"en": "en", "zh": "zh-CN"}[lang]
            assert page.all("html")[0]["lang"] == language
            alternates = {
                one["hreflang"]: one["href"] for one in page.all("link") if one["rel"] == "alternate"
            }
            assert alternates[language] == f"{URL}{lang}/{provider.id}.html"
            assert len(files[f"www/{lang}/{provider.id}.html"]) < 60_000


def list_of(files: dict[str, bytes], page: str) -> list[str]:
    return Page(files[f"www/{page}.html"].decode()).texts["li"]


def test_a_page_tells_what_ends_moves_or_is_paid_for(files: dict[str, bytes]) -> None:
    """As the command line warns of it; and nothing of a protocol that is not offered."""
    [paid] = [one for one in list_of(files, "en/juno.com") if "only with" in one]
    assert paid.startswith("Juno and NetZero Mail offers IMAP only with a paid Juno or NetZero plan")
    [moved] = [one for one in list_of(files, "en/comcast.net") if "yahoo.com" in one]
    assert "moves its mailboxes to yahoo.com" in moved
    assert "connect.xfinity.com" in moved
    assert any("yahoo.com" in one for one in list_of(files, "zh/comcast.net"))
    assert any("2026-12-31" in one for one in list_of(files, "zh/office365.com"))
    assert any(one.startswith("IMAP, SMTP must be switched on") for one in list_of(files, "en/nate.com"))
    assert any(one.startswith("须先开启 IMAP、POP3、SMTP：") for one in list_of(files, "zh/sohu.com"))


def test_programs_are_shown_with_their_own_files(files: dict[str, bytes]) -> None:
    """What stands on a page is what the command line prints for that address."""
    from tests.cases import run

    text = "\n".join(Page(files["www/zh/163.com.html"].decode()).texts["pre"])
    for target in ("msmtp", "mutt"):
        assert run(target, "you@163.com").stdout in text


def test_every_link_leads_somewhere(files: dict[str, bytes]) -> None:
    """Within the site and the mirror that it stands beside; those outwards are https."""
    there = {*files, *mirror.publish_all(CATALOGUE, "x.example", "/srv/x").files}
    pages = parsed(files)
    anchors = {
        path: {str(attributes["id"]) for _, attributes in page.tags if attributes.get("id")}
        for path, page in pages.items()
    }
    links = 0
    for path, page in pages.items():
        for one in (*page.all("a"), *page.all("link")):
            target = str(one["href"])
            links += 1
            if target == "data:,":  # no icon, and nobody asks for one
                continue
            if "://" in target:
                assert target.startswith(("https://", "http://")), target
                continue
            place, _, anchor = target.partition("#")
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(path), place)) if place else path
            assert goal in there, f"{path}: {target}"
            if goal == "www/picker/index.html" != path:
                assert re.fullmatch("lang=(en|zh)(&domain=[a-z0-9.-]+)?", anchor), target
                continue
            assert not anchor or anchor in anchors[goal], f"{path}: {target}"
    assert links > 3000


def test_pages_can_be_read_by_everybody(files: dict[str, bytes]) -> None:
    """A name for each link and table, headings in order, no script, nothing from elsewhere."""
    for path, page in without_script(files).items():
        headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert headings[0] == 1, path
        assert headings.count(1) == 1, path
        for before, after in pairwise(headings):
            assert after <= before + 1, path
        assert page.texts["title"][0].strip(), path
        assert page.all("html")[0]["lang"], path
        viewport = [one for one in page.all("meta") if one.get("name") == "viewport"]
        assert viewport[0]["content"] == "width=device-width, initial-scale=1"
        assert all(text.strip() for text in page.texts.get("a", ())), path
        assert all(one.get("scope") for one in page.all("th")), path
        assert all(one.get("tabindex") == "0" for one in page.all("pre")), path
        for tag, attributes in page.tags:
            assert tag not in ("script", "iframe", "img", "object", "embed", "form"), path
            assert not [name for name in attributes if name.startswith("on") or name == "style"], path
        for one in page.all("link"):
            assert one["rel"] in ("canonical", "alternate") or one["href"] in (
                "style.css",
                "../style.css",
                "../../style.css",
            )


def test_every_page_leads_to_the_picker_and_back(files: dict[str, bytes]) -> None:
    """In its own language; a provider's with its domain. The site without one leads to none."""
    for path, page in without_script(files).items():
        links = [one["href"] or "" for one in page.all("a") if "picker/" in (one["href"] or "")]
        lang = {"en": "en", "zh": "zh"}.get(path.split("/")[1])
        assert links, path
        assert all(one.partition("#")[2].startswith(f"lang={lang}") for one in links if lang), path
    assert b"picker/index.html#lang=zh&amp;domain=163.com" in files["www/zh/163.com.html"]
    page = files["www/picker/index.html"].decode()
    assert 'href="../en/index.html"' in page
    assert picker.CONTENT_POLICY in page
    assert f"<loc>{URL}picker/index.html</loc>" in files["www/sitemap.xml"].decode()
    assert "www/picker/sizes.json" not in files
    assert b"picker/" not in site.site(CATALOGUE, {}, "")["www/zh/163.com.html"]


@pytest.mark.parametrize("wrong", ["", "changed", "sums", "other"])
def test_what_is_no_picker_is_refused(tmp_path: Any, wrong: str) -> None:
    """A folder without one, one that was changed since it was built, and sums that are none."""
    content = {"index.html": b"<p>", "x.mjs": b"x"}
    sums = "".join(f"{sha256(text).hexdigest()}  {name}\n" for name, text in content.items())
    for name, text in content.items():
        (tmp_path / name).write_bytes(text)
    (tmp_path / "SHA256SUMS").write_text(sums)
    if wrong == "changed":
        (tmp_path / "x.mjs").write_bytes(b"y")
    elif wrong == "sums":
        (tmp_path / "SHA256SUMS").write_text(f"{sums}../../x\n")
    elif wrong == "other":
        (tmp_path / "SHA256SUMS").unlink()
    if not wrong:
        assert picker.read_picker(str(tmp_path)) == content
        return
    with pytest.raises(MailgenError, match="no picker"):
        picker.read_picker(str(tmp_path))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_contrast(scheme: str) -> None:
    """Text on its ground has 4.5 to 1 at least (WCAG 2.2, 1.4.3), light and dark."""
    light, dark = re.findall(r":root \{([^}]*)\}", frame.style())
    values = dict(re.findall(r"--(\w+): (#\w+)", dark if scheme == "dark" else light))
    for text in ("text", "quiet", "link"):
        for ground in ("page", "card"):
            one, other = sorted((luminance(values[text]), luminance(values[ground])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (text, ground)


def test_the_map_has_each_page_once(files: dict[str, bytes]) -> None:
    found = [
        element.text
        for element in ET.fromstring(files["www/sitemap.xml"]).iter()
        if element.text and element.text.strip()
    ]
    assert sorted(found) == sorted(
        URL + path.removeprefix("www/") for path in files if path.endswith(".html")
    )
    assert f"Sitemap: {URL}sitemap.xml" in files["www/robots.txt"].decode()


def test_without_an_address_there_is_no_map_and_nothing_canonical() -> None:
    made = site.site(CATALOGUE, {}, "")
    assert "www/sitemap.xml" not in made
    assert b"canonical" not in made["www/en/163.com.html"]


def test_two_builds_are_the_same_to_the_byte(files: dict[str, bytes]) -> None:
    again = site.site(CATALOGUE, DOCUMENTS, URL, {**PICKER, "licences.txt": b"", "sizes.json": b"{}"})
    assert folder.digests_of(again) == folder.digests_of(files)


def test_all_our_words_are_there_in_chinese() -> None:
    said = set()
    for path in frame._PAGES.glob("*.j2"):
        said |= set(re.findall(r"""say\(["'](.*?)["'][,)]""", path.read_text(encoding="utf-8")))
    assert len(said) > 25
    assert not said - ZH.keys()


def test_documents_are_pages_in_the_same_frame(files: dict[str, bytes]) -> None:
    for name in DOCUMENTS:
        stem, lang = site._named(name)
        page = Page(files[f"www/{lang}/docs/{stem}.html"].decode())
        assert page.texts["h1"]
        assert "mailgen" in page.texts["header"][0]


def test_text_of_a_document_is_text() -> None:
    made, title = site._html("# A <b>\n\n<script>x</script> `<i>` [l](javascript:x)\n", {})
    assert title == "A <b>"
    assert "<script" not in made
    assert "javascript:" not in re.sub(r"\[l\]\(javascript:x\)", "", str(made))


def test_a_picture_of_a_document_is_a_link_to_it() -> None:
    made, _title = site._html("# A\n\n![some <curves>](x.svg)\n", {})
    assert f'<a href="{site.SOURCE}x.svg">some &lt;curves&gt;</a>' in made
    assert "<img" not in made


@pytest.mark.parametrize(
    "url", ["mail.example.net", "https://mail.example.net/?x", "https://a b/", "ftp://x.example/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Exception, match="no address of a site"):
        site.site_address(url)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_what_is_no_document_is_refused(tmp_path: Any, content: bytes | None) -> None:
    path = tmp_path / "x.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Exception, match="this document cannot be read"):
        site.read_documents([str(path)])
