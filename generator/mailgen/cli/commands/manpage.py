"""`mailgen manpage`: the manual page, made from the parser."""

from __future__ import annotations

from mailgen import __version__
from mailgen.cli.parser import EXAMPLES, full_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


_SECTIONS = {
    "files": {
        "~/.config/mailgen/accounts.yaml": "The accounts file, or $XDG_CONFIG_HOME/mailgen/accounts.yaml: "
        "accounts with address, targets and where the secret is kept; no secret. 'mailgen accounts' changes "
        "it, and docs/accounts.md describes it.",
        "~/.config/mailgen/providers/": "Provider files of your own, which come before those of mailgen.",
        "~/.local/state/mailgen/": "The record of what 'mailgen apply' has written below your home "
        "($XDG_STATE_HOME/mailgen): digests and names, by which it knows its own files again.",
        "DIR/.mailgen.json": "The same record of a tree that was written with -o DIR.",
        "~/.cache/mailgen/": "A catalogue compiled on this machine ($XDG_CACHE_HOME/mailgen), where provider "
        "files of your own, or a checkout, make one necessary. It can be deleted.",
        "*.mailgen-backup": "Beside a file that --adopt has taken over: what was there before.",
    },
    "environment": {
        "LC_ALL, LC_MESSAGES, LANG": "The language of hints and warnings: Chinese where it begins with zh, "
        "else English.",
        "HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME": "Where the files above lie.",
        "VISUAL, EDITOR": "What 'mailgen accounts edit' opens the accounts file with; vi if neither is set.",
        "PAGER": "What 'mailgen diff' hands long output to on a terminal; less if it is not set, none if "
        "it is empty.",
        "NO_COLOR, TERM": "No colour where NO_COLOR is set, or TERM is dumb.",
        "CI": "If set, nothing is asked, even on a terminal.",
        "COLUMNS": "The width of help.",
    },
    "exit status": {
        "0": "Done, or nothing to do.",
        "1": "Refused with a reason; of 'mailgen lint': problems were found.",
        "2": "Wrong words on the command line.",
        "3": "Of 'mailgen diff': there is a difference.",
        "130": "Interrupted (Ctrl-C, SIGTERM); each file is the old or the new one.",
    },
}


def _listed(entries: dict[str, str]) -> str:
    return "\n".join(f".TP\n{_roff(name)}\n{_roff(text)}" for name, text in entries.items())


def _roff(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("\n.", "\n\\&.")
    return "\\&" + text if text.startswith((".", "'")) else text


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
    parser.epilog = None
    lines = _roff(EXAMPLES)
    sections = [{"heading": "examples", "content": f".nf\n{lines}\n.fi"}]
    sections += [{"heading": name, "content": _listed(entries)} for name, entries in _SECTIONS.items()]
    parser._manpage = sections  # type: ignore[attr-defined]
    parser.usage = "mailgen TARGET ADDRESS [options] | mailgen WORD [options]"
    parser.man_short_description = "mail client configuration from a mail address"  # type: ignore[attr-defined]
    return str(
        Manpage(
            parser,
            _data={"project_name": "mailgen", "version": __version__, "manual_title": "mailgen", "date": " "},
            format="pretty",
        )
    )
