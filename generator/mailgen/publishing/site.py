"""A site of pages: one a provider and language, the written documents in the same frame, and lists of all."""

from __future__ import annotations

import re
from html import escape

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.languages import told_in
from mailgen.publishing import provider_pages
from mailgen.publishing.frame import LANGUAGES, html_page, style
from mailgen.publishing.owner import WWW
from mailgen.publishing.picker import FOLDER, picker_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from mailgen.catalog.reader import Catalogue

_TITLE = "Mail providers: servers, ports and passwords for mail programs"
_ABOUT = "What mail programs need to know of each provider, with sources; mailgen writes it into their files."


def site(
    catalogue: Catalogue,
    documents: Mapping[str, str],
    url: str,
    picker: dict[str, bytes] | None = None,
    step: Callable[[], None] = lambda: None,
) -> dict[str, bytes]:
    """Return the files of the site by their path in the folder.

    `documents` are texts in Markdown by the name of their file (NAME.md, NAME.zh-CN.md), `url` is where the
    site will be, or "": a map of it and canonical addresses need one. `picker` are the files of one that was
    built, to which each page leads then. `step` is called after the pages of each provider.
    """
    files: dict[str, bytes] = {f"{WWW}/style.css": style().encode(), **picker_files(picker or {})}
    targets = [
        target for target in catalogue.targets() if target.kind != "provision" and target.scope == "user"
    ]
    listed: dict[str, list[tuple[str, str, str]]] = {lang: [] for lang in LANGUAGES}

    def frame(lang: str, name: str) -> dict[str, Any]:
        return _around(lang, name, url, picker is not None)

    for provider in catalogue.providers():
        for lang, _title, made in provider_pages.pages(provider, targets, catalogue, frame):
            files[f"{WWW}/{lang}/{provider.id}.html"] = made
            name = provider.name.get(lang) or provider.name["en"]
            listed[lang].append((f"{provider.id}.html", name, (*provider.domains, "")[0]))
        step()
    written = _documents(documents, url, picker is not None)
    files |= {f"{WWW}/{path}": content for path, (content, _title) in written.items()}
    for lang in LANGUAGES:
        links = [
            (path.partition("/")[2], title)
            for path, (_content, title) in written.items()
            if path.startswith(lang)
        ]
        files[f"{WWW}/{lang}/index.html"] = html_page(
            "list",
            lang,
            **frame(lang, "index"),
            title=told_in(Text(_TITLE), lang),
            description=told_in(Text(_ABOUT), lang),
            documents=links,
            providers=sorted(listed[lang], key=lambda one: one[1].casefold()),
            compared=catalogue.compared,
        )
    files[f"{WWW}/index.html"] = _door(picker is not None)
    if url:
        files[f"{WWW}/sitemap.xml"] = _map(url, [path.removeprefix(f"{WWW}/") for path in files])
        files[f"{WWW}/robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {url}sitemap.xml\n".encode()
    return files


def site_address(url: str | None) -> str:
    """Return the address of a site with a slash at its end, or ""; raises UsageError for what is none."""
    if url is None:
        return ""
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*/?", url):
        raise UsageError(
            Text("this is no address of a site"),
            "--url",
            Text("write it as {example}", example="https://mail.example.net/"),
        )
    return url.rstrip("/") + "/"


def _around(lang: str, name: str, url: str, picker: bool, depth: str = "") -> dict[str, Any]:
    """Return what stands around a page: the ways home and to the picker, and its address in each language."""
    others = [
        (label, f"{depth}../{other}/{name}.html", code)
        for other, (code, label, _mark) in LANGUAGES.items()
        if other != lang
    ]
    alternates = [(code, f"{url}{other}/{name}.html") for other, (code, _label, _mark) in LANGUAGES.items()]
    return {
        "links": others,
        "home": f"{depth}index.html",
        "up": f"{depth}../",
        "picker": f"{depth}../{FOLDER}/index.html#lang={lang}" if picker else "",
        "canonical": f"{url}{lang}/{name}.html" if url else "",
        "alternates": alternates if url else (),
    }


def _documents(documents: Mapping[str, str], url: str, picker: bool) -> dict[str, tuple[bytes, str]]:
    """Return the pages of the documents by their path, with their titles; each is there in all languages.

    Raises MailgenError if the reader of Markdown is not installed.
    """
    made: dict[str, tuple[bytes, str]] = {}
    for file, text in sorted(documents.items()):
        name, lang = _named(file)
        html, title = _html(text, documents)
        around = _around(lang, f"docs/{name}", url, picker, "../")
        other = _file(name, "zh" if lang == "en" else "en")
        if other not in documents:
            around |= {"links": [], "alternates": ()}
        made[f"{lang}/docs/{name}.html"] = (
            html_page("document", lang, **around, title=title, body=html),
            title,
        )
    return made


def _named(file: str) -> tuple[str, str]:
    """Return name and language of a document by its file.

    >>> _named("accounts.zh-CN.md"), _named("accounts.md")
    (('accounts', 'zh'), ('accounts', 'en'))
    """
    stem = file.removesuffix(".md")
    return (stem.removesuffix(".zh-CN"), "zh") if stem.endswith(".zh-CN") else (stem, "en")


def _file(name: str, lang: str) -> str:
    return f"{name}.md" if lang == "en" else f"{name}.zh-CN.md"


def _html(text: str, documents: Mapping[str, str]) -> tuple[Any, str]:
    """Return a document as HTML that is as safe as its text, and its title."""
    import markupsafe
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    title = next((tokens[at + 1].content for at, one in enumerate(tokens) if one.type == "heading_open"), "")
    for token in tokens:
        token.children = token.children and [part for one in token.children for part in _said(one)]
        for child in token.children or ():
            if child.type == "link_open":
                child.attrs["href"] = _link(str(child.attrs["href"]), documents)
    made = reader.renderer.render(tokens, reader.options, {})
    made = made.replace("<pre>", '<pre tabindex="0">')
    made = made.replace(
        "<table>", f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(title)}"><table>'
    )
    made = made.replace("</table>", "</table></div>").replace("<th></th>", "<td></td>")
    made = made.replace("<th>", '<th scope="col">')
    return markupsafe.Markup(made), title  # noqa: S704 (the reader has escaped all that is not Markdown)


def _said(part: Any) -> list[Any]:
    """Return a part of a document's text; a picture, of which the site has no copy, becomes a link to it."""
    if part.type != "image":
        return [part]
    opened = type(part)("link_open", "a", 1, attrs={"href": part.attrs["src"]})
    return [opened, type(part)("text", "", 0, content=part.content), type(part)("link_close", "a", -1)]


def _link(target: str, documents: Mapping[str, str]) -> str:
    """Return where a link leads on the site: to another document, or to the source that it is made from."""
    path, mark, anchor = target.partition("#")
    file = path.rpartition("/")[2]
    if file in documents and "://" not in path:
        name, lang = _named(file)
        return f"../../{lang}/docs/{name}.html{mark}{anchor}"
    return target if "://" in target or not path else f"{SOURCE}{path.removeprefix('../')}"


#: Where the repository can be looked at; of what no page is made, this is the address.
SOURCE = "https://mailgen.invalid/source/"


def _door(picker: bool) -> bytes:
    """Return the page at the top, which leads on: in no language, so in all of them."""
    pages = [
        (f"{lang}/index.html", code, label, f"{FOLDER}/index.html#lang={lang}")
        for lang, (code, label, _mark) in LANGUAGES.items()
    ]
    links = "".join(
        f'<p lang="{code}"><a href="{page}" hreflang="{code}">{label}</a></p>\n'
        for page, code, label, _ in pages
    )
    if picker:
        links += "".join(
            f'<p lang="{code}"><a href="{page}">{told_in(Text("For your own address"), code[:2])}</a></p>\n'
            for _, code, _, page in pages
        )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>mailgen</title>\n'
        '<link rel="stylesheet" href="style.css">\n</head>\n<body>\n<main>\n<h1>mailgen</h1>\n'
        f"{links}</main>\n</body>\n</html>\n"
    ).encode()


def _map(url: str, paths: list[str]) -> bytes:
    """Return the map of the site for those who search (sitemaps.org): each page once."""
    lines = "".join(
        f"<url><loc>{escape(url + path)}</loc></url>\n" for path in sorted(paths) if path.endswith(".html")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    ).encode()


def read_documents(paths: list[str]) -> dict[str, str]:
    """Return the texts of Markdown files by name; of a folder all of its. Raises MailgenError for others."""
    from pathlib import Path

    found: dict[str, str] = {}
    for given in paths:
        path = Path(given)
        files = sorted(path.glob("*.md")) if path.is_dir() else [path]
        for file in files:
            try:
                found[file.name] = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                raise MailgenError(
                    Text("this document cannot be read"),
                    str(file),
                    Text("name files of Markdown in UTF-8, or a folder of them"),
                ) from None
    return found
