"""Rules for what a provider file says of days and conditions; the records are valid by the schema."""

from __future__ import annotations

from datetime import date

from mailgen.core.errors import DataError
from mailgen.dataset.days import KEYS, days_in
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mailgen.core.errors import Field
    from mailgen.model.provider import Credentials, Provider
    from mailgen.model.records import Record


def wrong_terms(record: Record, provider: Provider) -> Iterator[DataError]:
    """Yield what cannot be so in a record and the provider that it describes.

    These are days that are none or in the wrong order, and conditions that nobody can meet.
    """
    wrong_days = list(_days(record))
    yield from wrong_days
    if not wrong_days:
        yield from _order(record)
        yield from _cases(record, provider)


def spoken_protocols(record: Record) -> list[str]:
    """Return the protocols for mail that a provider has servers for."""
    return [protocol for protocol in record["services"] if protocol in PROTOCOLS]


def no_server(record: Record, protocols: list[str], field: Field) -> Iterator[DataError]:
    """Yield which of some protocols, listed in a field, the provider has no server for."""
    for index, protocol in enumerate(protocols):
        if protocol not in record["services"]:
            yield DataError(
                f"this file has no server for {protocol}", (*field, index), "take it out, or add the server"
            )


def _days(record: Record) -> Iterator[DataError]:
    for field, day in days_in(record):
        try:
            date.fromisoformat(day if len(day) > len("2026-12") else f"{day}-01")
        except ValueError:
            yield DataError(f"{day} is no day of the calendar", field, "write 2026-12-31, or 2026-12")


def _order(node: object, field: Field = ()) -> Iterator[DataError]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _order(item, (*field, index))
    elif isinstance(node, dict):
        since, until = (node.get(key) for key in KEYS)
        if isinstance(since, str) and isinstance(until, str) and until < since[: len(until)]:
            yield DataError(
                f"until {until} lies before from {since}", (*field, KEYS[1]), "exchange them, or correct one"
            )
        for key, value in node.items():
            yield from _order(value, (*field, key))


def _cases(record: Record, provider: Provider) -> Iterator[DataError]:
    cases = provider.credentials.cases
    for index, case in enumerate(cases):
        field: Field = ("credentials", "cases", index)
        yield from no_server(record, list(case.protocols), (*field, "protocols"))
        protocols = [one for one in spoken_protocols(record) if case.concerns(one)]
        if protocols and case.kind not in ("oauth2-only", "none") and not _takes_password(record, protocols):
            yield DataError(
                f"no server for {' or '.join(protocols)} takes a password, so nobody can use this",
                (*field, "kind"),
                "add password to the server's auth, or correct the protocols",
            )
        before = next((one for one, other in enumerate(cases[:index]) if _covers(other, case)), None)
        if before is not None:
            yield DataError(
                f"cases.{before} stands before it and always fits, so nobody can meet this condition",
                field,
                "put the narrower case first",
            )
        if _says_the_same(case, provider.credentials) and not any(
            not (other.when or _says_the_same(other, case)) and _overlap(other, case)
            for other in cases[index + 1 :]
        ):
            yield DataError(
                "this case says what credentials say anyway", field, "take it out, or say what is otherwise"
            )


def _takes_password(record: Record, protocols: list[str]) -> bool:
    return any(
        "password" in endpoint.get("auth", ["password"])
        for protocol in protocols
        for endpoint in record["services"][protocol]
    )


def _covers(one: Credentials, other: Credentials) -> bool:
    """Say whether `one` fits wherever `other` does."""
    return (
        set(one.when.items()) <= set(other.when.items())
        and (not one.protocols or (bool(other.protocols) and set(other.protocols) <= set(one.protocols)))
        and one.term.since <= other.term.since
        and (not one.term.until or (bool(other.term.until) and other.term.until <= one.term.until))
    )


def _overlap(one: Credentials, other: Credentials) -> bool:
    return not one.protocols or not other.protocols or bool({*one.protocols} & {*other.protocols})


def _says_the_same(one: Credentials, other: Credentials) -> bool:
    def said(secret: Credentials) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
        return secret.kind, dict(secret.hint), dict(secret.format)

    return said(one) == said(other)
