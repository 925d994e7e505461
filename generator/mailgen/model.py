"""The words of the house: what an endpoint, an account, a target and a rendered file are.

Frozen values without behaviour of their own. They know nothing of YAML, Jinja, any provider or
any program. The same words stand in the data, the schemas, the templates and the command line.
"""

from __future__ import annotations

from mailgen.changes import Clash as Clash
from mailgen.changes import RenderedFile as RenderedFile
from mailgen.tokens import (
    AddressPattern,
    Command,
    FileName,
    Folder,
    FromPattern,
    Label,
    Secret,
    Sender,
    Url,
    Verbatim,
)
from mailgen.values import EMPTY, dataclass, replace

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from mailgen.published import Published

    Protocol = Literal["imap", "pop3", "smtp"]
    Tls = Literal["implicit", "starttls", "none"]
    Auth = Literal["password", "xoauth2", "oauthbearer"]
    Severity = Literal["note", "warning", "refusal"]


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
class Endpoint:
    """One server of a provider, as the dataset records it."""

    protocol: Protocol
    host: str
    port: int
    tls: Tls
    auth: tuple[Auth, ...] = ("password",)
    username: str = "address"
    username_alternatives: tuple[str, ...] = ()
    audience: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a provider wants mail programs to present, and how people get it."""

    kind: str
    hint: Mapping[str, str] = EMPTY
    format: Mapping[str, str] = EMPTY
    per_service: bool = False
    shown_once: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """An operator of mail. `endpoints` by protocol, in order of preference; texts by language.

    `file` is the provider file, if it is one of the user's own, `instead_of` the id of the provider of
    ours whose place it takes.
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
    quirks: Mapping[str, tuple[str, ...]] = EMPTY
    old_hosts: Mapping[str, str] = EMPTY
    sources: Mapping[str, Source] = EMPTY
    docs: tuple[str, ...] = ()
    file: str = ""
    instead_of: str = ""
    oauth2: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Folders:
    """The special folders by role (RFC 6154); None where the name is not known."""

    sent: Folder | None = None
    drafts: Folder | None = None
    trash: Folder | None = None
    junk: Folder | None = None
    archive: Folder | None = None
    all: Folder | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """The endpoint chosen for an account, with the login name filled in."""

    endpoint: Endpoint
    username: str
    auth: Auth

    @property
    def protocol(self) -> str:
        return self.endpoint.protocol

    @property
    def inbox(self) -> Url:
        """The URL of the inbox: over IMAP a folder has a name, a POP3 server is one."""
        return replace(self.url, path="INBOX") if self.protocol == "imap" else self.url

    @property
    def host(self) -> str:
        return self.endpoint.host

    @property
    def port(self) -> int:
        return self.endpoint.port

    @property
    def tls(self) -> str:
        return self.endpoint.tls

    @property
    def url(self) -> Url:
        """The server's URL; the scheme ends in s for implicit TLS."""
        scheme = {"pop3": "pop"}.get(self.protocol, self.protocol)
        return Url(scheme + "s" * (self.tls == "implicit"), self.username, self.host, self.port)


@dataclass(frozen=True, slots=True)
class Credential:
    """How a client gets the secret.

    `prompt`: it asks, or finds it itself. `command`: it runs one that prints the password. `token`:
    it runs one that prints an OAuth2 access token. `oauth2`: it fetches tokens by itself. `netrc`: it
    reads ~/.netrc. `literal`: the secret stands in its file.
    """

    kind: Literal["prompt", "command", "token", "oauth2", "netrc", "literal"] = "prompt"
    command: Command | None = None
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """An address to send as. `number` tells it from all others of a target, the accounts' own first.

    `key` does the same, made of letters, digits and _, and an account of a household keeps it for ever.
    `id` names it within the whole household: the account's id, a dot, and its place there from 1.
    """

    address: str
    name: str = ""
    reply_to: str = ""
    signature: FileName | None = None
    number: int = 0
    id: str = ""
    label: Label | None = None
    key: str = ""

    @property
    def sender(self) -> Sender:
        return Sender(self.address)

    @property
    def pattern(self) -> AddressPattern:
        return AddressPattern(self.address)

    @property
    def from_pattern(self) -> FromPattern:
        return FromPattern(self.address)


@dataclass(frozen=True, slots=True)
class Account:
    """An identity with its chosen servers and the way to its secret: all that a template may see.

    `identities` are further ones; `options` are those of the target, None where not given; `extra`
    are lines of the user's own; `maildir` is where another program keeps the mail on this machine.
    `id` is its key in the accounts file, and `number` its place among the accounts of the target; `key`
    is for clients that keep data by it: made of the id in a household, else the number. `published` is
    set for targets that describe a provider, and then nothing else is of one person.
    """

    label: Label
    address: str
    name: str
    incoming: Server | None
    smtp: Server | None
    credential: Credential
    folders: Folders = Folders()
    workarounds: frozenset[str] = frozenset()
    number: int = 1
    id: str = ""
    identities: tuple[Identity, ...] = ()
    reply_to: str = ""
    signature: FileName | None = None
    maildir: FileName | None = None
    options: Mapping[str, str | Command | bool | int | None] = EMPTY
    extra: tuple[Verbatim, ...] = ()
    key: str = ""
    published: Published | None = None

    @property
    def sender(self) -> Sender:
        return Sender(self.address)

    @property
    def itself(self) -> Identity:
        """The account's own identity, as one of its `senders`."""
        return Identity(
            self.address,
            self.name,
            self.reply_to,
            self.signature,
            self.number,
            f"{self.id}.1",
            self.label,
            self.key,
        )

    @property
    def senders(self) -> tuple[Identity, ...]:
        """All that the account sends as, itself first."""
        return (self.itself, *self.identities)

    @property
    def variable(self) -> str:
        """Its id as part of a variable's name: only letters, digits and _; no two ids give the same."""
        return "".join(char if char.isalnum() else f"_{ord(char):02x}" for char in self.id)

    @property
    def imap(self) -> Server | None:
        return self.incoming if self.incoming and self.incoming.protocol == "imap" else None

    @property
    def pop3(self) -> Server | None:
        return self.incoming if self.incoming and self.incoming.protocol == "pop3" else None

    @property
    def password_command(self) -> Command | None:
        return self.credential.command if self.credential.kind == "command" else None

    @property
    def password(self) -> Secret | None:
        return self.credential.secret if self.credential.kind == "literal" else None

    @property
    def token_command(self) -> Command | None:
        return self.credential.command if self.credential.kind == "token" else None


@dataclass(frozen=True, slots=True)
class QuirkSupport:
    """How a target meets a provider's quirk.

    `support`: `always` (nothing to do), `option` (the template writes something), `none`, or
    `unknown`. `since` is the first version of the client that can.
    """

    support: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class TargetFile:
    """A file that a target consists of: which template makes it, and how it is to lie on disk.

    `layout` says when: `single` (one account, alone), `household` (the accounts of an accounts
    file) or `both`. `each` is `account` for a file that is made once for each account, `sender` for
    one for each address that they send as; then {id} in `path` is theirs. `group` is whose members may
    read it; options stand in braces there too.
    """

    template: str
    path: str
    mode: int
    may_hold_secret: bool = False
    merge: str = "replace"
    comment: str | None = None
    layout: str = "both"
    each: str = ""
    group: str | None = None


@dataclass(frozen=True, slots=True)
class TargetOption:
    """A setting that only one target has; given as `--set NAME=VALUE`."""

    type: str
    help: Mapping[str, str]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A client, as its manifest templates/<target>/target.yaml describes it (target.schema.json).

    `published` is what a format can say of a provider; empty for programs, which are told of an account.
    """

    name: str
    title: str
    kind: str
    grammar: str
    incoming: bool
    outgoing: bool
    protocols: Mapping[str, Mapping[str, tuple[str, ...]]]
    secret: tuple[str, ...]
    steps: Mapping[str, Mapping[str, str]]
    version: str
    min_version: str
    quirks: Mapping[str, QuirkSupport]
    files: tuple[TargetFile, ...]
    options: Mapping[str, TargetOption] = EMPTY
    notes: tuple[Mapping[str, str], ...] = ()
    manual: str = ""
    rewrites_quoted_local: bool = False
    folder_roles: tuple[str, ...] = ()
    identity_parts: tuple[str, ...] = ()
    several_identities: bool = False
    uses_maildir: bool = False
    clashes: tuple[Clash, ...] = ()
    scope: str = "user"
    published: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the user should know: how grave, a stable `code`, what, where, and how to mend it.

    `passed_over` is the protocol that was not taken because of it, if there is one; `translations`
    of `what`, where the dataset has them.
    """

    severity: Severity
    code: str
    what: str
    where: str
    mend: str
    passed_over: str | None = None
    translations: Mapping[str, str] = EMPTY
