"""Drafts of provider records from files on the disk, whatever their form: XML, JSON lines or PACC."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Option, Text
from mailgen.writer.inputs import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.drafts import Draft

#: File names that a folder of settings consists of.
SUFFIXES = (".xml", ".jsonl")


def files_of(path: str) -> list[str]:
    """Return the files that a path means: itself, or the settings of a folder in alphabetical order."""
    place = Path(path)
    if not place.is_dir():
        return [path]
    found = sorted(str(file) for file in place.iterdir() if file.suffix in SUFFIXES)
    if not found:
        raise UsageError(
            "no mail settings are in this folder",
            path,
            Text("they end in {names}", names=Listed(" or ", SUFFIXES)),
        )
    return found


def drafts_of(
    path: str, short: str | None, described: dict[str, Any], domain: str | None = None
) -> Iterator[Draft | MailgenError]:
    """Yield a draft for each provider in a file, or the error why there is none.

    `short` is the name of the source, None for the usual one of the form; `described` its description
    as in the schema, to which the file's name and digest are added. `domain` is the domain that asked.
    Losses and sources name the file without its folder, which is nobody's business.
    """
    named = Path(path).name
    made: Iterable[Draft | MailgenError]
    try:
        content = read_bytes(path)
        digest = hashlib.sha256(content).hexdigest()
        described = {"kind": described["kind"], "title": f"{named}, SHA-256 {digest}", **described}
        made = _read(content, named, short, described, domain)
    except MailgenError as error:
        made = [error]
    for one in made:
        if isinstance(one, MailgenError) and one.where.startswith(named):
            where = path + one.where.removeprefix(named)
            yield type(one)(one.what, where, one.mend)
        else:
            yield one


def _read(
    content: bytes, name: str, short: str | None, described: dict[str, Any], domain: str | None
) -> Iterable[Draft | MailgenError]:
    form = form_of(content, name)
    if form == "facts":
        from mailgen.drafts.jsonl import from_facts

        lines = content.decode(errors="replace").splitlines()
        return from_facts(lines, name, (short or "", described))
    if form == "autoconfig":
        from mailgen.drafts.autoconfig import from_autoconfig

        return [from_autoconfig(content, name, (short or form, described), domain)]
    if domain is None:
        raise UsageError(
            Text("a PACC document does not name its domain"),
            name,
            Text("name it with {domain}", domain=Option("domain")),
        )
    from mailgen.drafts.pacc import from_pacc

    return [from_pacc(content, name, (short or form, described), domain)]


def form_of(content: bytes, name: str) -> str:
    """Tell by its content what a file is: autoconfig, facts or pacc; raises MailgenError if it is neither."""
    if is_xml(content):
        return "autoconfig"
    if content.lstrip().startswith(b"{"):
        return "pacc" if b'"protocols"' in content and b'"incoming"' not in content else "facts"
    raise MailgenError(
        "this is none of the forms that are read: autoconfig XML, JSON lines, PACC",
        name,
        "name a file of mail settings",
    )


def is_xml(content: bytes) -> bool:
    """Say whether content looks like XML: UTF-8, or UTF-16 with its mark."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xfe\xff", b"\xff\xfe"))
