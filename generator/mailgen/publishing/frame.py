"""Pages for people, in one frame: the templates of pages/, in each language, light and dark, no scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mailgen import paths
from mailgen.core.text import Text
from mailgen.languages import told_in
from mailgen.model.vocabulary import LOGINS, TLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import jinja2

    from mailgen.model.finding import Finding

_PAGES = Path(__file__).parent / "pages"
#: Each language: its code in HTML, what it calls itself, and what stands in names of files.
LANGUAGES = {"en": ("en", "English", ""), "zh": ("zh-CN", "中文", ".zh")}


@cache
def _environment() -> jinja2.Environment:
    """Return the templates; every value is escaped for HTML, and a name that nothing has is an error."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: paths.text_of_ours(str(_PAGES / name))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def style() -> str:
    """Return the style sheet of all pages."""
    return paths.text_of_ours(str(_PAGES / "style.css"))


def html_page(template: str, lang: str, **values: Any) -> bytes:
    """Return a page made of a template, in which `say` says a sentence of ours and `told` any text."""
    empty = {"description": "", "canonical": "", "alternates": (), "style": "", "up": "", "home": ""}
    empty["picker"] = ""
    made = _environment().get_template(f"{template}.html.j2")
    return made.render(
        **{**empty, **values},
        lang=lang,
        say=lambda text, **named: told_in(Text(text, **named), lang),
        told=lambda text: told_in(text, lang),
        tls=TLS,
        logins=LOGINS,
    ).encode()


def index_pages(
    domain: str,
    rows: Sequence[dict[str, str]],
    servers: Sequence[dict[str, Any]],
    findings: Sequence[Finding],
    zone: str,
    pasted: Sequence[str],
) -> dict[str, bytes]:
    """Return the index of what is published of a domain, in each language, by the name of its file."""
    made = {}
    for lang, (_code, _name, end) in LANGUAGES.items():
        others = [(name, f"index{mark}.html", code) for code, name, mark in LANGUAGES.values() if mark != end]
        title = told_in(Text("Mail of {domain}: what to publish, and where", domain=domain), lang)
        made[f"index{end}.html"] = html_page(
            "owner",
            lang,
            title=title,
            links=others,
            style=style(),
            home=f"index{end}.html",
            rows=rows,
            servers=servers,
            findings=findings,
            zone=zone,
            pasted=pasted,
        )
    return made
