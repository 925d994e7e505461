"""How help and the errors of the command line look: the user's language, the terminal's width."""

from __future__ import annotations

import argparse
import os
import sys

from mailgen.cli.terminal import language, wrapped
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

#: What argparse counts as the head of the usage, and what is printed: as wide, not as many characters.
USAGE = {"en": ("usage: ", "usage: "), "zh": ("\0" * 6, "用法：")}


class _Layout(argparse.HelpFormatter):
    """Breaks help to the terminal's width, in which a Chinese character takes two columns.

    Lines of a description or an epilog that begin with a blank are examples, and stay as they are.
    """

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(" ".join(text.split()), width, 0, "").split("\n")

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(
            line if line.startswith(" ") else indent + wrapped(line, width, len(indent), indent)
            for line in text.split("\n")
        )

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and wrapped(heading, self._width, 1, ""))

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, USAGE[language()][0] if prefix is None else prefix)

    def format_help(self) -> str:
        """Return the help, with the language's own word and marks where argparse has English ones."""
        stand_in, word = USAGE[language()]
        return super().format_help().replace(stand_in, word, 1).replace("：:\n", "：\n")


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help is in the user's language, and whose errors look like all of mailgen's."""

    def _get_formatter(self, file: Any = None) -> argparse.HelpFormatter:
        """Return a formatter for this terminal; argparse asks for one at every argument it adds.

        Left to itself it imports shutil each start to learn the width. From Python 3.15 on argparse says
        where the text will go, to choose colours; there are none here.
        """
        return _Layout(self.prog, width=width())

    def format_help(self) -> str:
        if (lang := language()) != "en":
            from mailgen.cli.help_words import say_in

            say_in(self, lang)
        return super().format_help()

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help and version; argparse would pass over a full disk in silence."""
        if message:
            (file or sys.stderr).write(message)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse words that nobody knows where they stand, in an action too, and not at the verb above it."""
        known, extras = super().parse_known_args(args, namespace)
        if extras:
            self.error(f"unrecognized arguments: {' '.join(extras)}")
        return known, extras

    def error(self, message: str) -> NoReturn:
        from mailgen.cli.help_words import probably_meant, refused_words
        from mailgen.core.errors import UsageError

        where, what = self.prog, message
        if message.startswith("argument "):
            where, _, what = message.removeprefix("argument ").partition(": ")
        text = refused_words(what)
        mend = probably_meant(text, self) or Text("'{prog} --help' lists the words it knows", prog=self.prog)
        raise UsageError(text, where, mend)


def width() -> int:
    """Return the columns for help: COLUMNS, else the terminal's, less two as argparse does; else 78."""
    told = os.environ.get("COLUMNS", "")
    try:
        columns = int(told) if told.isdigit() else os.get_terminal_size().columns
    except OSError:
        columns = 80
    return (columns if columns >= 20 else 80) - 2
