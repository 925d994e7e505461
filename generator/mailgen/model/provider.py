"""What the dataset knows: an operator of mail, its servers, and who says so."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    Protocol = Literal["imap", "pop3", "smtp"]
    Tls = Literal["implicit", "starttls", "none"]
    Auth = Literal["password", "xoauth2", "oauthbearer"]


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address (RFC 5321, RFC 6531): `local` part, `domain` in A-labels and in U-labels."""

    local: str
    domain: str
    unicode_domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Source:
    """Who attests a fact: `kind` as in provider.schema.json, what it is, the day it was checked.

    `aged` says that this day lies too far behind the newest one of the dataset (evidence.aged).
    """

    kind: str
    what: str
    checked: str
    aged: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when something is so, as days or months (ISO 8601); empty where it has no end.

    `state` is judged on the day of the newest comparison of the dataset, and not today: the same dataset
    gives the same files for ever.
    """

    since: str = ""
    until: str = ""
    state: Literal["past", "now", "future"] = "now"

    @property
    def in_force(self) -> bool:
        return self.state == "now"


#: What has always been so, as far as is known, and is to stay.
ALWAYS = Term()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server of a provider, as the dataset records it; `term` says when it is in use."""

    protocol: Protocol
    host: str
    port: int
    tls: Tls
    auth: tuple[Auth, ...] = ("password",)
    username: str = "address"
    username_alternatives: tuple[str, ...] = ()
    audience: str | None = None
    sources: tuple[str, ...] = ()
    term: Term = ALWAYS


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a provider wants mail programs to present, and how people get it.

    `cases` are the exceptions. Of an exception, `protocols` are those that it is about (none: all), and
    `when` has the settings of an account with which it holds, such as `two_factor`: true.
    """

    kind: str
    hint: Mapping[str, str] = EMPTY
    format: Mapping[str, str] = EMPTY
    per_service: bool = False
    shown_once: bool = False
    url: str | None = None
    sources: tuple[str, ...] = ()
    term: Term = ALWAYS
    protocols: tuple[str, ...] = ()
    when: Mapping[str, bool] = EMPTY
    cases: tuple[Credentials, ...] = ()

    @property
    def has_terms(self) -> bool:
        """It depends on something: a day, a protocol, a setting of the account."""
        return bool(self.cases) or self.term is not ALWAYS

    def over(self, protocol: str) -> Credentials:
        """Return what is wanted over `protocol` now, whatever the settings of an account."""
        for case in self.cases:
            if not case.when and case.term.in_force and case.concerns(protocol):
                return case
        return self

    def concerns(self, protocol: str) -> bool:
        """Say whether this is about `protocol`."""
        return not self.protocols or protocol in self.protocols


@dataclass(frozen=True, slots=True)
class Quirk:
    """A departure of a provider from the standards, as provider.schema.json describes it.

    `concerns` is a protocol or any, `severity` what comes of it if the client has no way; `says` is what the
    server does, by language. With `beyond_clients` no client can do anything about it.
    """

    sources: tuple[str, ...]
    concerns: str
    severity: Literal["note", "warning", "refusal"]
    says: Mapping[str, str]
    beyond_clients: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """An operator of mail. `endpoints` by protocol, in order of preference; texts by language.

    `file` is the provider file, if it is one of the user's own, `instead_of` the id of the provider of
    ours whose place it takes.
    `bare_logins` are domains whose people may log in with the part before the @ as well.
    With `own_domain_login` people with a domain of their own log in with their address at one of `domains`.
    `folder_language` is whose names `folders` has, where the server has others for other languages;
    `folder_others` tells of some.
    `oauth2` is that part of its record as it is, empty where nothing is known.
    """

    id: str
    name: Mapping[str, str]
    endpoints: Mapping[str, tuple[Endpoint, ...]]
    credentials: Credentials
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    status: str = "ok"
    note: Mapping[str, str] = EMPTY
    folders: Mapping[str, str] = EMPTY
    folder_language: str = ""
    folder_others: Mapping[str, str] = EMPTY
    quirks: Mapping[str, Quirk] = EMPTY
    old_hosts: Mapping[str, str] = EMPTY
    bare_logins: tuple[str, ...] = ()
    own_domain_login: bool = False
    sources: Mapping[str, Source] = EMPTY
    docs: tuple[str, ...] = ()
    file: str = ""
    instead_of: str = ""
    oauth2: Mapping[str, Any] = EMPTY

    def secrets(self, protocols: Iterable[str]) -> list[Credentials]:
        """Return what is wanted now over some protocols, each kind of its own once."""
        found: list[Credentials] = []
        for wanted in map(self.credentials.over, protocols):
            if not any(wanted is other for other in found):
                found.append(wanted)
        return found
