"""`mailgen manpage`: the manual page, made from the parser."""

from __future__ import annotations

from mailgen import __version__
from mailgen.cli.parser import EXAMPLES, STATUS, full_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""


def run(arguments: argparse.Namespace) -> int:
    """Print the page in roff."""
    print(page())
    return 0


def page() -> str:
    """Return the manual page mailgen(1) in roff."""
    from argparse_manpage.manpage import Manpage

    parser = full_parser()
    parser.epilog = STATUS
    lines = EXAMPLES.replace("\\", r"\e").replace("-", r"\-")
    parser._manpage = [{"heading": "examples", "content": f".nf\n{lines}\n.fi"}]  # type: ignore[attr-defined]
    parser.usage = "mailgen TARGET ADDRESS [options] | mailgen WORD [options]"
    parser.man_short_description = "mail client configuration from a mail address"  # type: ignore[attr-defined]
    return str(
        Manpage(
            parser,
            _data={"project_name": "mailgen", "version": __version__, "manual_title": "mailgen", "date": " "},
            format="pretty",
        )
    )
