"""What an independent reader finds in the files of a target: one module each, named after its folder.

A module has `asks_for_tls(text) -> bool`: whether a file demands verified TLS for every server in it. Where
the manifest says which places the program `reads`, `READS` is how it is asked which file it has read. If the
program talks to servers, `TRIAL` is how it is made to, or why that is tried elsewhere or nowhere. `BROKEN` is
a line that the program's own check is against, where it is not asked about words that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from tests.cases import whose_files


@dataclass(frozen=True)
class Reads:
    """What file number {0} of a program's own `holds`, what it is asked, and what `shows` the number then."""

    holds: str
    argv: tuple[str, ...]
    shows: str
    package: str


@dataclass(frozen=True)
class Trial:
    """How a program is made to log in: lines of shell words, in which {home} is its home.

    `receives` is for IMAP and POP3, `sends` for SMTP, of the message that lies in {home}/mail; "" is for what
    it does not do, or is tried elsewhere. `terminal` says whether it wants one.
    """

    program: str
    package: str
    receives: str = ""
    sends: str = ""
    terminal: bool = False


def trial(target: str) -> Trial | str:
    """Return how the program of a target, or of the one that it is like, is made to log in, or why not.

    It is "" for one of which nobody has said.
    """
    module = import_module(f"tests.templates.{whose_files(target).replace('-', '_')}")
    answer: Trial | str = getattr(module, "TRIAL", "")
    return answer


def broken(target: str) -> str:
    """Return a line to which the program of a target says no."""
    module = import_module(f"tests.templates.{whose_files(target).replace('-', '_')}")
    line: str = getattr(module, "BROKEN", "nonsense there is no such command")
    return line


def reads(target: str) -> Reads | str:
    """Return how the program of a target is asked which of its files it reads, or why it cannot be."""
    module = import_module(f"tests.templates.{target.replace('-', '_')}")
    answer: Reads | str = module.READS
    return answer


def asks_for_tls(target: str, text: str) -> bool:
    """Ask the module of a target, or of the one that its manifest is like."""
    module = import_module(f"tests.templates.{whose_files(target).replace('-', '_')}")
    answer: bool = module.asks_for_tls(text)
    return answer
