"""`mailgen manpage`: the manual page, made from the parser."""

from __future__ import annotations

import argparse
import os
import re
from contextlib import contextmanager

from mailgen import __version__
from mailgen.cli import terminal
from mailgen.cli.help_layout import USAGE
from mailgen.cli.help_words import in_words, say_in
from mailgen.cli.parser import EXAMPLES, full_parser
from mailgen.cli.terminal import language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


#: What the page says beside the parser's words.
SHORT = "mail client configuration from a mail address"
#: What argparse-manpage writes in English itself, and our own sections.
HEADINGS = (
    "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMAND", "EXAMPLES", "THE ACCOUNTS FILE", "FILES",
    "ENVIRONMENT", "EXIT STATUS",
)  # fmt: skip
ACCOUNTS = (
    "One mapping of accounts, each below an id of your own, and defaults for all of them. An account needs "
    "an address and targets; name, protocol, credential, identities, folders, options and the servers imap, "
    "pop3 and smtp may follow. What the provider says anyway is left out. After a change: mailgen apply."
)
HOUSEHOLD = """defaults:
  name: Ada O'Brien
  targets: [neomutt, msmtp]
accounts:
  home:
    address: ada@qq.com
    credential: pass
    default: true
  work:
    address: ada@company.example
    provider: exmail.qq.com
    identities: [{address: info@company.example}]"""
#: Section -> what is listed in it, and what is said of each.
SECTIONS = {
    "files": {
        "~/.config/mailgen/accounts.yaml": "The accounts file, or $XDG_CONFIG_HOME/mailgen/accounts.yaml: "
        "described above. It holds no secret. 'mailgen accounts' changes it.",
        "~/.config/mailgen/providers/": "Provider files of your own, which come before those of mailgen.",
        "~/.local/share/mailgen/providers.json": "Provider data that 'mailgen data update' has fetched "
        "($XDG_DATA_HOME/mailgen); they count where they are newer than those of mailgen itself.",
        "~/.local/state/mailgen/": "The record of what 'mailgen apply' has written below your home "
        "($XDG_STATE_HOME/mailgen): digests and names, by which it knows its own files again.",
        "~/.local/state/mailgen/kept/": "Marks for secrets that mailgen has kept somewhere; no secret is in "
        "them.",
        "~/.local/state/mailgen/data-serial": "How new the data were that were fetched last: none that "
        "are older are taken.",
        "DIR/.mailgen.json": "The same record of a tree that was written with -o DIR.",
        "~/.cache/mailgen/": "A catalogue compiled on this machine ($XDG_CACHE_HOME/mailgen), where provider "
        "files of your own, or a checkout, make one necessary. It can be deleted.",
        "*.mailgen-backup": "Beside a file that --adopt has taken over: what was there before.",
    },
    "environment": {
        "LC_ALL, LC_MESSAGES, LANG": "The language of hints and warnings: Chinese where it begins with zh, "
        "else English.",
        "HOME, XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME": "Where the files above lie.",
        "VISUAL, EDITOR": "What 'mailgen accounts edit' opens the accounts file with; vi if neither is set.",
        "PAGER": "What 'mailgen diff' hands long output to on a terminal; less if it is not set, none if "
        "it is empty.",
        "NO_COLOR, TERM": "No colour where NO_COLOR is set, or TERM is dumb.",
        "CLICOLOR_FORCE": "If set and not 0, colour also where the output is no terminal, unless NO_COLOR is "
        "set.",
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


def _listed(entries: dict[str, str], lang: str) -> str:
    return "\n".join(f".TP\n{_roff(name)}\n{_said(text, lang)}" for name, text in entries.items())


def _roff(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("\n.", "\n\\&.")
    return "\\&" + text if text.startswith((".", "'")) else text


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""


def run(arguments: argparse.Namespace) -> int:
    """Print the page in roff."""
    print(page(language(arguments.lang)))
    return 0


def page(lang: str = "en") -> str:
    """Return the manual page mailgen(1) in roff: the same, whatever locale and terminal it is made in."""
    with _as_everywhere():
        return _page(lang)


@contextmanager
def _as_everywhere() -> Iterator[None]:
    """Let help be made in English words and 80 columns wide, from which the page is put into a language."""
    asked, columns = terminal.asked_for, os.environ.get("COLUMNS")
    terminal.asked_for, os.environ["COLUMNS"] = "en", "80"
    try:
        yield
    finally:
        terminal.asked_for = asked
        del os.environ["COLUMNS"]
        if columns is not None:
            os.environ["COLUMNS"] = columns


def _page(lang: str) -> str:
    from argparse_manpage.manpage import Manpage

    parser = full_parser()
    parser.epilog = None
    parser.usage = "mailgen TARGET ADDRESS [options] | mailgen WORD [options]"
    if lang != "en":
        say_in(parser, lang)
        for one in _all(parser):  # the title by which argparse-manpage knows these
            one._positionals.title = "positional arguments"
    sections = [{"heading": "examples", "content": f".nf\n{_roff(EXAMPLES)}\n.fi"}]
    sections.append(
        {
            "heading": "the accounts file",
            "content": f"{_said(ACCOUNTS, lang)}\n.PP\n.nf\n{_roff(HOUSEHOLD)}\n.fi",
        }
    )
    sections += [{"heading": name, "content": _listed(entries, lang)} for name, entries in SECTIONS.items()]
    parser._manpage = sections  # type: ignore[attr-defined]
    parser.man_short_description = _said(SHORT, lang)  # type: ignore[attr-defined]
    made = Manpage(
        parser,
        _data={"project_name": "mailgen", "version": __version__, "manual_title": "mailgen", "date": " "},
        format="pretty",
    )
    return str(made) if lang == "en" else _in_language(str(made), lang)


def _in_language(text: str, lang: str) -> str:
    """Return a page with the headings that argparse-manpage has in English, and lines that can be broken.

    groff breaks Chinese lines only with its own macros for the language. Headings have a colon in help, and
    none here.
    """
    for heading in HEADINGS:
        text = re.sub(rf"(?m)^(\.SH |){heading}(?= |$)", rf"\1{in_words(heading, lang)}", text)
    text = re.sub(r"(?m)^(\.SH .*|[^.\n]{1,30})：(?= \\f|$)", r"\1", text)
    text = re.sub(r"(?m)^(\.TH .*)$", r"\1\n.ad l", text)
    text = text.replace(f".B {USAGE[lang][1]}", ".B ")
    return f".if \\n(.g .mso {lang}.tmac\n{text}"


def _all(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from _all(one)


def _said(text: str, lang: str) -> str:
    return _roff(text if lang == "en" else in_words(text, lang))
