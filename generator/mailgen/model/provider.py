"""What the dataset knows: an operator of mail, its servers, and who says so."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    Protocol = Literal["imap", "pop3", "smtp", "managesieve", "jmap", "caldav", "carddav"]
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

    `aged` says that this day lies too far behind the newest one of the dataset (evidence.aged), and `lead`
    that nobody else can look it up: it has neither a link nor the name of a public set, and is not the
    operator's word.
    """

    kind: str
    what: str
    checked: str
    aged: bool = False
    lead: bool = False


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
    """One server of a provider, as the dataset records it; `term` says when it is in use.

    `url` is the whole of it where the protocol is one over HTTPS: {address}, {localpart} and {domain} in it
    are those of its user. It is empty for all others.
    """

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
    unusual_port: bool = False
    url: str = ""

    def is_at(self, host: str) -> bool:
        """Say whether this is the server of a name (in small letters), with anything in its slots.

        Compared label by label: what fills a slot is a part of one label. {domain} is no such part.
        """
        if "{" not in self.host:
            return self.host == host
        mine, theirs = self.host.split("."), host.split(".")
        return len(mine) == len(theirs) and all(map(_fills, mine, theirs))


def _fills(pattern: str, label: str) -> bool:
    before, brace, rest = pattern.partition("{")
    after = rest.partition("}")[2]
    if not brace:
        return pattern == label
    return len(label) > len(before) + len(after) and label.startswith(before) and label.endswith(after)


@dataclass(frozen=True, slots=True)
class Hurdle:
    """What stands before the use of some protocols (none: all): a switch, or a plan that is paid for.

    `text` says, by language, where the switch is or what the plan is called; `by` is who may use the switch.
    """

    protocols: tuple[str, ...]
    text: Mapping[str, str]
    sources: tuple[str, ...]
    by: str = "user"

    def concerns(self, protocol: str) -> bool:
        """Say whether this is about `protocol`."""
        return not self.protocols or protocol in self.protocols


@dataclass(frozen=True, slots=True)
class Migration:
    """A move of the mailboxes, one after the other, to the provider `id`; how to tell, by language."""

    id: str
    how_to_tell: Mapping[str, str]
    term: Term
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a secret looks like: how many characters, and of which kind (as in provider.schema.json)."""

    length: int
    of: str


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
    shape: Shape | None = None
    at_most: int | None = None
    expires: bool = False
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
    `oauth2`, `slots` and `limits` are these parts of its record as they are, empty where nothing is known.
    `not_offered` names the sources by protocol, `moved_in` the domains of others whose mailboxes move here.
    `families` are names below which each label is a domain of its own, in U-labels and without the star.
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
    off_by_default: tuple[Hurdle, ...] = ()
    plans: tuple[Hurdle, ...] = ()
    not_offered: Mapping[str, tuple[str, ...]] = EMPTY
    migration: Migration | None = None
    moved_in: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    slots: Mapping[str, Any] = EMPTY
    limits: Mapping[str, Any] = EMPTY

    @property
    def mail_servers(self) -> tuple[Endpoint, ...]:
        """The servers for mail, which alone say whose a host name is: others lie where many people's do."""
        return tuple(one for protocol in PROTOCOLS for one in self.endpoints.get(protocol, ()))

    @property
    def has_slots(self) -> bool:
        """The name of a server holds something that the record does not tell."""
        return any("{" in one.host for endpoints in self.endpoints.values() for one in endpoints)

    @property
    def has_terms(self) -> bool:
        """Something is to be known of days, settings, switches or plans before it is used."""
        known = self.off_by_default or self.plans or self.migration or self.limits or self.oauth2
        return bool(known) or self.credentials.has_terms

    def serves(self, unicode_domain: str) -> bool:
        """Say whether mail of the domain (U-labels) lies here, or may since it moves here."""
        if unicode_domain in self.domains or unicode_domain in self.moved_in:
            return True
        return bool(self.families) and unicode_domain.partition(".")[2] in self.families

    def has_server(self, protocol: str, host: str, port: int | None, tls: str) -> bool:
        """Say whether just this server is on record."""
        return any(
            one.is_at(host.lower()) and (one.port, one.tls) == (port, tls)
            for one in self.endpoints.get(protocol, ())
        )

    def secrets(self, protocols: Iterable[str]) -> list[Credentials]:
        """Return what is wanted now over some protocols, each kind of its own once."""
        found: list[Credentials] = []
        for wanted in map(self.credentials.over, protocols):
            if not any(wanted is other for other in found):
                found.append(wanted)
        return found

    def asked_for(self, protocols: Iterable[str]) -> list[Credentials]:
        """Return the same for people: where a token is needed it serves for all, and nothing else does."""
        found = self.secrets(protocols)
        tokens = [secret for secret in found if secret.kind == "oauth2-only"]
        return tokens[:1] or found or [self.credentials]
