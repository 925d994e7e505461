"""The accounts file: what it says, and in which line something is wrong. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailgen.accounts.location import LARGEST as LARGEST
from mailgen.accounts.location import chosen_path as chosen_path
from mailgen.accounts.location import default_path as default_path
from mailgen.accounts.schema import problems as problems
from mailgen.core.errors import DataError, InFileError, MailgenError, dotted
from mailgen.core.text import Option, Text
from mailgen.dataset import yaml_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailgen.core.errors import Field

#: So many problems are told at once; the rest comes when these are mended.
MOST = 10


def load_accounts(path: str, targets: Iterable[str]) -> dict[str, Any]:
    """Return the data of an accounts file, with nothing wrong in it.

    `targets` are the names to be had. Raises MailgenError with file and line: the first problem
    by line, the others (up to ten) as its `more`.
    """
    text = accounts_text(path)
    data = parsed(text, path)
    found = problems(data, targets, passwords=False)
    if found:
        raise together(text, path, found)
    return data  # type: ignore[no-any-return]


def read_accounts(path: str) -> Any:
    """Return what an accounts file holds, not yet judged by the schema.

    Raises MailgenError if it is missing, is not a file, is too large, or is no YAML.
    """
    return parsed(accounts_text(path), path)


def accounts_text(path: str) -> str:
    """Return the text of an accounts file; raises MailgenError if it cannot be read as one."""
    try:
        return yaml_lines.text_of(
            path, LARGEST, Text("name the accounts file with {accounts}", accounts=Option("accounts", "FILE"))
        )
    except FileNotFoundError:
        raise MailgenError(
            "there is no accounts file", path, "make one with 'mailgen accounts add'"
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def parsed(text: str, path: str) -> Any:
    """Return the data of an accounts file's text. An empty list of accounts may be left empty."""
    data = yaml_lines.plain(text, path)
    if isinstance(data, dict):
        for key in ("defaults", "accounts"):
            if key in data and data[key] is None:
                data[key] = {}
    return data


def check(
    data: object, targets: Iterable[str] | None = None, passwords: bool = True, rules: bool = True
) -> None:
    """Raise the first problem of a household's data as DataError, if there is one (see `problems`)."""
    for problem in problems(data, targets, passwords, rules):
        raise problem


def located_error(path: str, error: DataError) -> MailgenError:
    """Return the same refusal with file and line: `FILE:LINE: accounts.home.imap.port`."""
    return together(accounts_text(path), path, [error])


def together(text: str, path: str, errors: Sequence[DataError]) -> MailgenError:
    """Return problems of one file as one refusal, in the order of its lines, up to ten."""
    lines = yaml_lines.Lines(text)
    placed = sorted(((lines.of(error.field), error) for error in errors), key=lambda one: one[0])
    said = [
        InFileError(error.what, _where(path, line, error.field), error.mend) for line, error in placed[:MOST]
    ]
    if len(placed) > MOST:
        rest = Text("{number} more things are wrong", number=len(placed) - MOST)
        said.append(InFileError(rest, path, "mend these first, then look again"))
    first = said[0]
    first.more = tuple(said[1:])
    return first


def _where(path: str, line: int, field: Field) -> str:
    return f"{path}:{line}: {dotted(field)}" if field else f"{path}:{line}"


def _unreadable(path: str, error: OSError) -> MailgenError:
    return MailgenError(
        Text("the accounts file cannot be read: {why}", why=error.strerror),
        path,
        Text("name another with {accounts}", accounts=Option("accounts")),
    )
