"""The picker beside the pages: what `make picker` has made, as files of the site (see picker/README.md)."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.publishing.owner import WWW

#: What the page and its worker may do: run what is here, and ask the server that they came from.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
#: The folder of the site in which it is.
FOLDER = "picker"
_SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._-]+)")
#: Where the page leads to: alone to itself, and beside the pages to their list.
_HOME = (b'id="home" href="./"', b'id="home" href="../en/index.html"')
#: What only its builders read.
_NOT_SERVED = ("sizes.json",)


def read_picker(path: str) -> dict[str, bytes]:
    """Return the files of a built picker by name.

    Raises MailgenError for a folder that holds none, or in which a file is not the one that was built.
    """
    found: dict[str, bytes] = {}
    try:
        for line in (Path(path) / _SUMS).read_text(encoding="ascii").splitlines():
            match = _LINE.fullmatch(line)
            if match is None:
                raise ValueError(line)
            content = (Path(path) / match[2]).read_bytes()
            if sha256(content).hexdigest() != match[1]:
                raise ValueError(match[2])
            found[match[2]] = content
    except (OSError, ValueError):
        found = {}
    if "index.html" not in found:
        raise MailgenError(
            Text("this is no picker, or not the whole one that was built"),
            path,
            Text("build it with {command}, and name its folder", command="make picker"),
        )
    return found


def picker_files(picker: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a picker by their path in the site; its page leads back to the pages."""
    return {
        f"{WWW}/{FOLDER}/{name}": content.replace(*_HOME) if name == "index.html" else content
        for name, content in picker.items()
        if name not in _NOT_SERVED
    }
