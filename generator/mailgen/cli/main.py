"""The command line: words in, words out. `mailgen TARGET ADDRESS` is the main form."""

from __future__ import annotations

import os
import sys

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import NoReturn


def run_as_program() -> NoReturn:
    """Be the `mailgen` command: do as `main` does, and end the process with its status.

    Where nobody has anything to do at its end (threads, what is registered with atexit), the process is left
    at once: to take apart a program whose memory goes anyway is a tenth of a run. Memory is not searched for
    circles before there is much of it, for the same reason.
    """
    import gc

    gc.set_threshold(50_000, *gc.get_threshold()[1:])
    status = main()
    if not {"atexit", "threading"} & sys.modules.keys():
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except (OSError, ValueError):
            pass  # the interpreter knows what to say of it
        else:
            os._exit(status)
    sys.exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 done, 1 refused, 2 wrong words, 130 interrupted.

    Refusals go to stderr as a sentence; what is no MailgenError is a bug and keeps its traceback.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _asked_language(words)
    if lang is None:
        return _done(words)
    from mailgen.cli import terminal

    terminal.asked_for = lang
    try:
        return _done(words)
    finally:
        terminal.asked_for = None


def _asked_language(words: list[str]) -> str | None:
    """Return the language that --lang names, also if the other words are wrong; None if it names none."""
    for number, word in enumerate(words):
        if word.startswith("--lang"):
            lang = word.partition("=")[2] or "".join(words[number + 1 : number + 2])
            return lang if lang in ("en", "zh") else None
    return None


def _done(words: list[str]) -> int:
    """Do what the words ask for; returns the exit status."""
    try:
        if words[:1] == ["token"] and _token(words[1:]):
            return 0
        _check(words)
        status = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except MailgenError as error:
        return _refuse(error, "--json" in words)
    except ModuleNotFoundError as error:
        from mailgen.cli.needs import missing_package

        return _refuse(missing_package(error), "--json" in words)
    except BrokenPipeError:
        _drop_stdout()
        return 1
    except KeyboardInterrupt as stop:
        return _interrupted(stop)
    except OSError as error:
        if error.filename is not None:
            raise
        _drop_stdout()
        what = Text("the output cannot be written: {strerror}", strerror=error.strerror)
        return _refuse(MailgenError(what, "stdout", "make room and try again"), "--json" in words)


def _token(words: list[str]) -> bool:
    """Print the token that mail programs ask for at each login, if there is one that is good."""
    from mailgen.oauth2.cached import printed

    done = sys.stdout is not None and printed(words)
    if done:
        sys.stdout.flush()
    return done


def _check(words: list[str]) -> None:
    """Look at what the shell handed over; raise UsageError for bytes that are no text."""
    for number, word in enumerate(words, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            raise UsageError(
                "this word is not text in UTF-8",
                Text("word {number} of the command line", number=number),
                "type it anew",
            ) from None
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _run(words: list[str]) -> int:
    """Call the verb or the main form that the first word names."""
    from mailgen.cli.verbs import VERBS

    if words and words[0] not in VERBS and not words[0].startswith("-"):
        from mailgen.cli.commands import generate

        return generate.run(words)
    if sys.stdout is None:
        raise MailgenError("standard output is closed", "stdout", "give it somewhere to write")
    try:
        return _verb(words)
    except SystemExit as stop:  # argparse leaves this way after --help
        return stop.code if isinstance(stop.code, int) else 0


def _verb(words: list[str]) -> int:
    """Answer for a verb, or for the program as a whole, which needs no verb's module."""
    if words and words[0] == "--version":
        from mailgen import __version__

        print(f"mailgen {__version__}")
        return 0
    from mailgen.cli.verbs import VERBS, module_of

    if words and words[0] in VERBS:
        from importlib import import_module

        from mailgen.cli.plain_words import plain_verb

        command = import_module(module_of(words[0]))
        return int(command.run(plain_verb(words[0], words[1:]) or _parsed(words)))
    if words and words[0] not in ("-h", "--help"):
        raise UsageError(
            "the first word must be a target or a verb",
            "the command line",
            "put options after it: mailgen TARGET ADDRESS [options]; 'mailgen --help' lists the words",
        )
    from mailgen.cli.parser import top_parser

    top_parser().parse_args(["--help"])
    return 0


def _parsed(words: list[str]) -> argparse.Namespace:
    """Return what the words of a verb say."""
    from mailgen.cli.parser import verb_parser

    return verb_parser(words[0]).parse_args(words[1:])


def _refuse(error: MailgenError, as_data: bool) -> int:
    """Print a refusal, as data to whoever wants data; return the status."""
    if as_data:
        from mailgen.cli.terminal import report_data

        report_data(error)
        return error.status
    from mailgen.cli.terminal import report

    for refusal in (error, *error.more):
        report(refusal)
    return error.status


def _interrupted(stop: KeyboardInterrupt) -> int:
    """Say in one line that the user, or the system, has stopped the run; and how far it came, if it told."""
    from mailgen.cli.terminal import say

    say(Listed("; ", ["interrupted", *(one if isinstance(one, str) else str(one) for one in stop.args)]))
    return 130


def _drop_stdout() -> None:
    """Keep the interpreter from complaining at exit about a reader that has gone."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
