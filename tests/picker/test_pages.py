"""The site in real Chromium: each kind of page, in both languages, light and dark, on a telephone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.publishing import owner, picker, site
from mailgen.resolve.wish import Wish
from tests.picker.conftest import PATIENCE, Site, broken_rules
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

#: Every kind of page: the door, the list, providers with much to say of them and with little, documents with
#: tables, code and pictures, the picker, and what the owner of a domain is told.
PAGES = [
    "index.html",
    *(
        f"{lang}/{name}.html"
        for lang in ("en", "zh")
        for name in ("index", "163.com", "outlook.com", "exmail.qq.com", "docs/README", "docs/accounts")
    ),
    "picker/index.html",
    "owner/index.html",
    "owner/index.zh.html",
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the built picker in it, and the index of a domain beside it, on loopback."""
    folder = tmp_path_factory.mktemp("site")
    catalogue = open_catalogue()
    documents = site.read_documents(
        [str(ROOT / "docs"), str(ROOT / "README.md"), str(ROOT / "README.zh-CN.md")]
    )
    built = picker.read_picker(os.environ["MAILGEN_PICKER"])
    files = site.site(catalogue, documents, "", built)
    made = owner.publish_domain("company.example", Wish(), "exmail.qq.com", catalogue, "/srv/x")
    files |= {f"www/owner/{name}": made.files[name] for name in ("index.html", "index.zh.html")}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    served = Site(str(folder / "www"), policy="")
    yield served
    served.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_it(page: Page, pages: Site, name: str) -> None:
    """No rule of axe is broken, light and dark; nothing is wider than the screen, or asked elsewhere."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages.url + name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert broken_rules(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert asked
    assert [url for url in asked if not url.startswith((pages.url, "data:"))] == []


def test_a_provider_leads_to_its_file_in_the_picker_and_back(page: Page, pages: Site) -> None:
    """In the language of the page, with its domain; the way back is in that language too."""
    page.goto(f"{pages.url}zh/163.com.html")
    page.locator("main a[href*=picker]").click()
    page.locator(".file", has_text="you@163.com").first.wait_for(timeout=PATIENCE)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.click("#home")
    page.locator("h1").wait_for()
    assert page.url == f"{pages.url}zh/index.html"
