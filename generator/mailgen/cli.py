"""The command line: words in, words out. `mailgen TARGET ADDRESS` is the main form."""

from __future__ import annotations

import os
import sys

from mailgen.errors import MailgenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 done, 1 refused, 2 wrong words.

    Refusals go to stderr as a sentence; what is no MailgenError is a bug and keeps its traceback.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if sys.stdout is None:
            raise MailgenError(
                "standard output is closed", "stdout", "give it somewhere to write, or use -o DIR"
            )
        status = _run(words)
        sys.stdout.flush()
        return status
    except MailgenError as error:
        from mailgen.terminal import report

        report(error)
        return error.status
    except BrokenPipeError:
        _drop_stdout()
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None:
            raise
        _drop_stdout()
        from mailgen.terminal import report

        report(
            MailgenError(
                f"the output cannot be written: {error.strerror}", "stdout", "make room and try again"
            )
        )
        return 1


def _run(words: list[str]) -> int:
    from mailgen.commands import VERBS

    if words and words[0] in VERBS:
        from importlib import import_module

        from mailgen.parser import verb_parser

        command = import_module(f"mailgen.commands.{words[0]}")
        return int(command.run(verb_parser(words[0]).parse_args(words[1:])))
    if not words or words[0].startswith("-"):
        from mailgen.parser import full_parser

        parser = full_parser()
        if not words:
            parser.print_help()
            return 0
        parser.parse_args(words)
        return 0
    from mailgen.commands import generate

    return generate.run(words)


def _drop_stdout() -> None:
    """Keep the interpreter from complaining at exit about a reader that has gone."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
