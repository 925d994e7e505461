"""What a list says of a target, from its manifest: the command line's, and that of the README."""

from __future__ import annotations

from mailgen.core.text import Listed, Text, Translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.records import Record


def about(record: Record) -> str:
    """Return what a target is for; of one that does not say it, what its program is called.

    >>> about({"title": "Mutt", "about": {"en": "mail in a terminal"}}), about({"title": "Mutt"})
    ('mail in a terminal', 'Mutt')
    """
    title: str = record["title"]
    return Translated(record["about"]) if "about" in record else title


def protocols(record: Record) -> str:
    """Return what a target speaks, as people write it."""
    return Listed(", ", [protocol.upper() for protocol in record["protocols"]])


def oldest(record: Record) -> str:
    """Return the versions that a target is written for."""
    return Text("{oldest} and newer", oldest=record["version"]["min"])


def checked_by(record: Record) -> str:
    """Return who looks at a file before it is put in its place; the tests look at all of them.

    >>> checked_by({"check": {"argv": ["msmtp", "-P"]}, "files": []})
    'msmtp'
    >>> checked_by({"files": [{"encoder": "toml"}]})
    'the library that writes it'
    """
    if "check" in record:
        program: str = record["check"]["argv"][0]
        return program
    if any("encoder" in file for file in record["files"][:1]):
        return Text("the library that writes it")
    return Text("the tests")
