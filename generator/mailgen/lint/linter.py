"""Judging a configuration file: what in it is unsafe, and where it differs from the dataset. Pure."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.base import near
from mailgen.formats.problems import Problem
from mailgen.formats.statements import TOO_MANY, Mark
from mailgen.lint.drift import drift
from mailgen.lint.fixes import instead_of_password
from mailgen.lint.quirks import quirk_problems
from mailgen.redaction.holes import BLOCK, has_hole, is_hole
from mailgen.resolve.compat import no_ipv6, takes_host
from mailgen.resolve.own_servers import names_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import Reading
    from mailgen.lint.drift import Shelf
    from mailgen.model.target import Target


def lint(reading: Reading, format: Format, shelf: Shelf, target: Target) -> tuple[Problem, ...]:
    """Return what is to be said about a file, in the order of its lines.

    `format` is what it was read as, `shelf` answers which provider serves a domain and whose a host is;
    `target` is the client whose file it is.
    """
    found = [
        *_secrets(reading, format),
        *format.problems(reading),
        *_servers(reading, format),
        *drift(reading, format, shelf, target),
        *quirk_problems(reading, format, shelf, target),
        *_addresses(reading, format, target),
        *_holes(reading),
        *_unread(reading),
    ]
    judged = _judged(found, reading.template)
    return tuple(sorted(judged, key=lambda one: (one.mark.line, one.mark.column, one.rule)))


def loose_mode(reading: Reading, mode: int) -> Problem | None:
    """Return the problem of a file that holds a password and has a `mode` (st_mode) open to others."""
    if not reading.secret_statements or not mode & 0o077:
        return None
    return Problem(
        "loose-mode",
        reading.secret_statements[0].mark,
        Text("the file holds a password, and its mode {mode} lets others at it", mode=f"{mode & 0o777:04o}"),
        Text("chmod 600 the file"),
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
            Text("{name} holds a password in the clear", name=one.name),
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
            mark = server.mark(*format.places.get("host", ())) or account.mark
            what = Text("{host} is used without TLS", host=server.shown_host)
            if server.is_near:
                yield near("tls-off", mark, what, server)
            else:
                yield Problem("tls-off", mark, what, format.tls_mend, format.tls_added(server))


def _addresses(reading: Reading, format: Format, target: Target) -> Iterator[Problem]:
    """Yield servers named by an address that the client cannot take, or whose certificate it will refuse."""
    for account in reading.accounts:
        for server in (account.incoming, account.smtp):
            if server is None or server.tunnel:
                continue
            mark = server.mark(*format.places.get("host", ())) or account.mark
            mend = Text("write the name of the server")
            if not takes_host(target, server.protocol, server.host):
                yield Problem("wrong-client", mark, no_ipv6(target, server.protocol), mend)
            elif server.tls != "none" and not server.is_near and (told := names_only(target, server.host)):
                yield Problem("wrong-client", mark, told, mend)


def _holes(reading: Reading) -> Iterator[Problem]:
    """Yield where a template puts a secret in, or else the first place where it puts in anything.

    What the shell puts into a command is no hole, but a block for a template is.
    """
    wanted = {id(secret.statement) for account in reading.accounts for secret in account.secrets}
    plain = [one for one in reading.statements if not (one.runs or one.expands or one.command)]
    blocks = [one for one in reading.statements if BLOCK in one.raw]
    secret = [one for one in plain if id(one) in wanted and is_hole(one.text)]
    secret += [one for one in blocks if id(one) in wanted and one not in secret and has_hole(one.text)]
    if reading.template and not blocks:
        what = Text("the file is a template")
        yield Problem("template", Mark(1), what, Text("look at what it becomes as well"))
    for one in secret or blocks[:1]:
        what = Text("{name} is a hole that a template fills in", name=one.name)
        yield Problem("template", one.mark, what, Text("look at what it becomes as well"))


def _unread(reading: Reading) -> Iterator[Problem]:
    for one in reading.unread:
        if one.refused:
            yield Problem("program-refuses", one.mark, one.why, Text("correct the line, or take it out"))
        else:
            level = "error" if one.why == TOO_MANY else ""
            yield Problem("unreadable", one.mark, one.why, Text("look at this line"), level=level)


def _judged(found: Iterable[Problem], template: bool) -> Iterator[Problem]:
    """Yield what was found, once: a line that the program refuses is not also one that was not understood.

    What a program would refuse in a template is only noted, for it never reads that.
    """
    once = {(one.rule, one.mark, one.what): one for one in found}
    refused = {one.mark.line for one in once.values() if one.rule == "program-refuses"}
    for one in once.values():
        if one.rule == "program-refuses" and template:
            yield one._replace(level="note")
        elif one.rule != "unreadable" or one.mark.line not in refused or one.level:
            yield one
