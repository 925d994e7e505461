"""Packages that only some verbs need: what a run without one of them is told."""

from __future__ import annotations

import sys

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

#: Module -> the extra of pyproject.toml that brings it; "" for what comes with mailgen itself.
EXTRAS = {
    "argparse_manpage": "man",
    "cryptography": "data",
    "defusedxml": "discover",
    "dns": "discover",
    "httpx": "discover",
    "markdown_it": "site",
    "oauthlib": "login",
    "publicsuffixlist": "discover",
    "segno": "qr",
    "shtab": "completion",
    "tomlkit": "toml",
    "idna": "",
    "jinja2": "",
    "jsonschema": "",
    "yaml": "",
}


def missing_package(error: ModuleNotFoundError) -> MailgenError:
    """Return what the user is told of a missing package; raises `error` again if it is none of these."""
    module = (error.name or "").partition(".")[0]
    if module not in EXTRAS:
        raise error
    extra = EXTRAS[module]
    if extra:
        mend: str = Text("install it with mailgen, in its checkout: pip install '.[{extra}]'", extra=extra)
    else:
        mend = "install mailgen again, with what it depends on: pip install . in its checkout"
    return MailgenError(
        Text("this needs the Python package of {module}, which is missing", module=module),
        sys.executable,
        mend,
    )
