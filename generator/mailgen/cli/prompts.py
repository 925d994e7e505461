"""Questions on a terminal, and none anywhere else."""

from __future__ import annotations

import os
import sys

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.printing import printable
from mailgen.core.text import Text
from mailgen.model.tokens import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

#: No mail service takes longer passwords, and no token is longer.
MOST = 8192


def welcome() -> bool:
    """Say whether somebody is there to answer: both ends are a terminal, and this is no CI."""
    ends = (sys.stdin, sys.stderr)
    return not os.environ.get("CI") and all(end is not None and end.isatty() for end in ends)


def ask(question: str, default: str, check: Callable[[str], object]) -> str:
    """Return the answer to a question, or the default for an empty one; ask again until `check` is content.

    Raises MailgenError if the terminal is closed (Ctrl-D).
    """
    from mailgen.cli.terminal import columns, language, report, wrapped
    from mailgen.cli.wording import COLON

    while True:
        shown = f" [{printable(default)}]" if default else ""
        text = wrapped(f"{printable(question)}{shown}{COLON[language()]}", columns(sys.stderr), 0, "  ")
        print(text + " " * (not text.endswith(" ")), end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            raise MailgenError("no answer came", "the terminal", "nothing was changed; start again")
        answer = line.strip() or default
        try:
            check(answer)
        except MailgenError as error:
            report(error)
            continue
        return answer


def agreed(question: str, usually: bool = False) -> bool:
    """Return whether the answer to a question is yes, in English or Chinese; an empty one is the usual.

    Anything else is no, and so is the end of the terminal (Ctrl-D).
    """
    from mailgen.cli.terminal import columns, language, wrapped
    from mailgen.cli.wording import worded

    text = f"{printable(worded(question, language()))} {'[Y/n]' if usually else '[y/N]'} "
    text = wrapped(text, columns(sys.stderr), 0, "  ")
    print(text + " " * (not text.endswith(" ")), end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        print(file=sys.stderr)
    answer = line.strip().lower()
    return bool(line) and usually if not answer else answer in ("y", "yes", "是", "好")


def secret_typed(
    question: str, again: str | None = None, sure: Callable[[Secret], bool] = lambda _: False
) -> Secret:
    """Return a secret that is typed on the terminal, which shows nothing of it.

    Twice if `again` asks so, unless one is `sure` of what came first. Raises MailgenError if both
    differ, if it cannot be a secret, or if the terminal cannot be kept silent.
    """
    import getpass
    import warnings

    from mailgen.cli.terminal import language
    from mailgen.cli.wording import COLON

    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would go on, and show what is typed
        try:
            first = getpass.getpass(f"{printable(question)}{COLON[language()]}")
            if again is None or (first and sure(Secret(first))):
                return _judged(first, "the terminal")
            second = getpass.getpass(f"{again}{COLON[language()]}")
        except (getpass.GetPassWarning, EOFError):
            raise MailgenError("no secret came", "the terminal", "nothing was changed; start again") from None
        except UnicodeDecodeError:
            raise _no_text("the terminal") from None
    if first != second:
        raise MailgenError("the two are not the same", "the terminal", "nothing was changed; start again")
    return _judged(first, "the terminal")


def secret_from(stream: TextIO | None) -> Secret:
    """Return the one line that a stream holds; its line break is no part of the secret."""
    where = "standard input"
    if stream is None:
        raise MailgenError("standard input is closed", where, "send the secret there")
    if stream.isatty():
        raise UsageError(
            "a terminal would show the secret", where, "leave --from-stdin out to type it unseen"
        )
    content = stream.buffer.read(MOST + 3)
    for ending in (b"\r\n", b"\n"):
        if content.endswith(ending):
            content = content.removesuffix(ending)
            break
    try:
        return _judged(content.decode(), where)
    except UnicodeDecodeError:
        raise _no_text(where) from None


def _judged(text: str, where: str) -> Secret:
    if not text:
        raise MailgenError("the secret is empty", where, "nothing was changed; give it again")
    if len(text.splitlines()) > 1 or text.splitlines()[0] != text or "\0" in text:
        raise MailgenError("the secret has several lines", where, "a secret of a mail account is one line")
    if len(text.encode()) > MOST:
        raise MailgenError(
            Text("the secret is longer than {most} bytes", most=MOST), where, "this is hardly a password"
        )
    return Secret(text)


def _no_text(where: str) -> MailgenError:
    return MailgenError("the secret is no text in UTF-8", where, "nothing was changed; give it again")
