"""Proposed lines: a statement written anew in its format, never with a secret in it."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.model.tokens import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.base import Format
    from mailgen.formats.problems import Change
    from mailgen.formats.statements import FoundServer, Statement
    from mailgen.model.provider import Endpoint


def to_endpoint(format: Format, server: FoundServer, endpoint: Endpoint) -> tuple[Change, ...]:
    """Return what to write so that a server of a file becomes `endpoint`; not what is right already."""
    try:
        return tuple(format.at_endpoint(server, endpoint))
    except Unquotable:
        return ()


def instead_of_password(format: Format, statement: Statement, address: str) -> tuple[Change, ...]:
    """Return a statement that has the password fetched, in the place of one that holds it."""
    command = Command(("pass", "show", f"mail/{address or 'ADDRESS'}"))
    try:
        return tuple(format.with_command(statement, command))
    except Unquotable:
        return ()
