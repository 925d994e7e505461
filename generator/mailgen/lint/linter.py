"""Judging a configuration file: what in it is unsafe, and where it differs from the dataset. Pure."""

from __future__ import annotations

from mailgen.formats.problems import Problem
from mailgen.formats.statements import TOO_MANY
from mailgen.lint.drift import drift
from mailgen.lint.fixes import instead_of_password

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import Reading
    from mailgen.lint.drift import Shelf
    from mailgen.model.target import Target


def lint(
    reading: Reading, format: Format, shelf: Shelf, target: Target, lang: str = "en"
) -> tuple[Problem, ...]:
    """Return what is to be said about a file, in the order of its lines.

    `format` is what it was read as, `shelf` answers which provider serves a domain and whose a host is;
    `target` is the client whose file it is. Hints of providers are given in `lang`.
    """
    found = [
        *_secrets(reading, format),
        *format.problems(reading),
        *_servers(reading, format),
        *drift(reading, format, shelf, target, lang),
        *_unread(reading),
    ]
    once = {(one.rule, one.mark, one.what): one for one in found}
    return tuple(sorted(once.values(), key=lambda one: (one.mark.line, one.mark.column, one.rule)))


def loose_mode(reading: Reading, mode: int) -> Problem | None:
    """Return the problem of a file that holds a password and has a `mode` (st_mode) open to others."""
    if not reading.secret_statements or not mode & 0o077:
        return None
    return Problem(
        "loose-mode",
        reading.secret_statements[0].mark,
        f"the file holds a password, and its mode {mode & 0o777:04o} lets others at it",
        "chmod 600 the file",
    )


def _secrets(reading: Reading, format: Format) -> Iterator[Problem]:
    owners = {
        id(secret.statement): account.address for account in reading.accounts for secret in account.secrets
    }
    for one in reading.secret_statements:
        address = owners.get(id(one), "")
        yield Problem(
            "plaintext-password",
            one.mark,
            f"{one.name} holds a password in the clear",
            format.cleartext_mend,
            instead_of_password(format, one, address),
        )


def _servers(reading: Reading, format: Format) -> Iterator[Problem]:
    """Yield servers without TLS where no single setting is to blame."""
    blamed = format.tls_off | format.tls_tried
    for account in reading.accounts:
        for server in (account.incoming, account.smtp):
            if server is None or server.tls != "none" or blamed & server.statements.keys():
                continue
            yield Problem(
                "tls-off",
                server.mark(*format.places.get("host", ())) or account.mark,
                f"{server.host} is used without TLS",
                format.tls_mend,
                format.tls_missing,
            )


def _unread(reading: Reading) -> Iterator[Problem]:
    for one in reading.unread:
        level = "error" if one.why == TOO_MANY else ""
        yield Problem("unreadable", one.mark, one.why, "look at this line", level=level)
