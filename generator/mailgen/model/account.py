"""What a template may see: an identity with its chosen servers and the way to its secret."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass, replace
from mailgen.model.tokens import (
    AddressPattern,
    Box,
    Command,
    FileName,
    Folder,
    FromPattern,
    Label,
    NamedAddress,
    Secret,
    Sender,
    SenderPattern,
    Url,
    Verbatim,
    stands_for_many,
)
from mailgen.model.vocabulary import FURTHER, PROTOCOLS

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.model.published import Published
    from mailgen.model.server import Credential, Server


#: What the UUIDs of accounts are made within; it never changes, or devices would take accounts for new ones.
_NAMESPACE = "552f152d-47b1-4ed6-8372-f65c1a39ad0c"


@dataclass(frozen=True, slots=True)
class Folders:
    """The special folders by role (RFC 6154); None where the name is not known."""

    sent: Folder | None = None
    drafts: Folder | None = None
    trash: Folder | None = None
    junk: Folder | None = None
    archive: Folder | None = None
    all: Folder | None = None

    @property
    def known(self) -> tuple[Box, ...]:
        """The mailboxes that are known by name, each with its role; the one that shows all mail is none."""
        roles = ("sent", "drafts", "trash", "junk", "archive")
        return tuple(Box(role, folder) for role in roles if (folder := getattr(self, role)))


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The special folders by role, each as the URL of its mailbox; None where its name is not known."""

    sent: Url | None = None
    drafts: Url | None = None
    trash: Url | None = None
    junk: Url | None = None
    archive: Url | None = None


@dataclass(frozen=True, slots=True)
class SecretHint:
    """What a provider wants mail programs to present, in words: `what`, how to get it, and where."""

    what: str
    hint: str = ""
    url: str = ""


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
    def is_pattern(self) -> bool:
        """Whether the address stands for many (see `stands_for_many`)."""
        return stands_for_many(self.address)

    @property
    def is_of_a_domain(self) -> bool:
        """Whether the address stands for all of its domain."""
        return self.address.startswith("*@")

    @property
    def sender(self) -> Sender | SenderPattern:
        return SenderPattern(self.address) if self.is_pattern else Sender(self.address)

    @property
    def named(self) -> NamedAddress:
        return NamedAddress(self.address, self.name)

    @property
    def pattern(self) -> AddressPattern:
        return AddressPattern(self.address)

    @property
    def from_pattern(self) -> FromPattern:
        return FromPattern(self.address)


@dataclass(frozen=True, slots=True)
class Account:
    """An identity with its chosen servers and the way to its secret: all that a template may see.

    `identities` are further ones. An account that only sends has no `incoming`; what it sends is kept at its
    `keeper`, whose id is `kept_at`, "" for whichever comes first; None says that an account receives too.
    `options` are those of the target, None where not given; `extra`
    are lines of the user's own, `server_extra` and `login_extra` those that belong to a place of their
    own; `maildir` is where mail lies on this machine: a client that has it and keeps none there itself reads
    it instead of a server, and what lies in it by role is `local`; `tagged` says that this mail gets its tags
    from the server. `sendmail` is the program that sends for
    such a client, if it does not send itself; `after_sync` is run once mail has come onto this machine, for
    targets that keep it there, or wait for it; `brought_by` has it come, for those that wait.
    `id` is its key in the accounts file, and `number` its place among the accounts of the target; `handle`
    is what a template calls it where a bare word is wanted. `key` is for clients that keep data by it: made
    of the id in a household, else the number. `published` is set for targets that describe a provider, and
    then nothing else is of one person. `client_version` is that of the program that the account is for, ""
    where nobody asked. `secret_file` is the file of its own that the secret is written into, for targets that
    have it so. `further` are servers beyond mail by protocol, for targets that speak these; `provider` is the
    id of the provider; `one_secret` says that one secret serves for all servers. `language` is that which
    is asked for, and `secrets` say in it where the secret comes from: for targets that a person reads.
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
    local: Folders = Folders()
    sendmail: Command | None = None
    tagged: bool = False
    after_sync: tuple[Command, ...] = ()
    brought_by: Command | None = None
    options: Mapping[str, str | Command | bool | int | FileName | None] = EMPTY
    extra: tuple[Verbatim, ...] = ()
    server_extra: tuple[Verbatim, ...] = ()
    login_extra: tuple[Verbatim, ...] = ()
    key: str = ""
    published: Published | None = None
    client_version: str = ""
    secret_file: FileName | None = None
    further: Mapping[str, Server] = EMPTY
    provider: str = ""
    one_secret: bool = True
    language: str = "en"
    secrets: tuple[SecretHint, ...] = ()
    kept_at: str | None = None
    another: Account | None = None

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def only_sends(self) -> bool:
        return self.kept_at is not None

    @property
    def keeper(self) -> Account:
        """The account whose folders keep what this one sends; that is itself, unless it only sends."""
        return self.another or self

    @property
    def needs_login(self) -> bool:
        """Whether mailgen prints the tokens for one of its servers: then somebody signs in once."""
        return any(one.credential.is_own_token for one in (self, self.incoming, self.smtp) if one)

    @property
    def servers(self) -> Mapping[str, Server | None]:
        """All servers by protocol; None for what the account has not."""
        mail = {server.protocol: server for server in (self.incoming, self.smtp) if server}
        return {**dict.fromkeys((*PROTOCOLS, *FURTHER)), **mail, **self.further}

    @property
    def uuid(self) -> str:
        """A UUID (RFC 9562, version 5) of the account at its provider: the same whenever it is asked for.

        >>> from mailgen.model.server import Credential
        >>> Account(Label("x"), "u@sohu.com", "", None, None, Credential(), provider="sohu.com").uuid
        '153fa15a-b5c0-5013-ae6d-5953fd3d8273'
        """
        return named_uuid(f"{self.provider}/{self.id or self.address}")

    @property
    def serial(self) -> int:
        """A number of nine or ten digits made of its UUID, for programs that call accounts by numbers.

        >>> from mailgen.model.server import Credential
        >>> Account(Label("x"), "u@sohu.com", "", None, None, Credential(), provider="sohu.com").serial
        1118303275
        """
        return (1 << 30) + (int(self.uuid[:8], 16) >> 3)

    def has(self, name: str) -> bool:
        """Say whether an option of the target is given; maildir: whether it has a place for mail here."""
        return (self.maildir if name == "maildir" else self.options.get(name)) is not None

    @property
    def local_inbox(self) -> FileName | None:
        """The inbox on this machine: INBOX in the maildir, or as the option says; . is the maildir itself."""
        if self.maildir is None:
            return None
        name = self.options.get("inbox") or "INBOX"
        return self.maildir if name == "." else FileName(f"{self.maildir.path.rstrip('/')}/{name}")

    @property
    def secret_command(self) -> Command | None:
        """What prints the secret: the account's own command, or one that reads the file it is kept in."""
        if self.secret_file is not None:
            return Command(("cat", self.secret_file.path))
        return self.credential.command

    @property
    def names(self) -> list[str]:
        """What it and its identities are called, once they are numbered: the account first."""
        return [self.label.name, *(identity.label.name for identity in self.identities if identity.label)]

    @property
    def handle(self) -> str:
        """A word for the account that is never empty, made of letters, digits and . _ -: see `handle`."""
        return handle(self.id, self.address)

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
        """Its id as part of a variable's name: see `variable`."""
        return variable(self.id)

    @property
    def imap(self) -> Server | None:
        return self.incoming if self.incoming and self.incoming.protocol == "imap" else None

    @property
    def mailboxes(self) -> Mailboxes:
        """The special folders of the account's own server, for clients that name them by their URLs."""
        if not self.imap:
            return Mailboxes()
        url = self.imap.url
        return Mailboxes(**{box.role: replace(url, path=box.folder.name) for box in self.folders.known})

    @property
    def sent_copies(self) -> Url | FileName | None:
        """Where the folder for what is sent lies, whose name a template also writes as a Folder."""
        if self.maildir and self.local.sent:
            return FileName(f"{self.maildir.path.rstrip('/')}/{self.local.sent.name}")
        if not self.imap or not self.folders.sent:
            return None
        return replace(self.imap.url, path=self.folders.sent.name)

    @property
    def local_drafts(self) -> FileName | None:
        """Where the folder for drafts lies on this machine."""
        if self.maildir is None or self.local.drafts is None:
            return None
        return FileName(f"{self.maildir.path.rstrip('/')}/{self.local.drafts.name}")

    @property
    def pop3(self) -> Server | None:
        return self.incoming if self.incoming and self.incoming.protocol == "pop3" else None

    @property
    def password_command(self) -> Command | None:
        return self.credential.password_command

    @property
    def password(self) -> Secret | None:
        return self.credential.password

    @property
    def token_command(self) -> Command | None:
        return self.credential.token_command

    @property
    def sending_command(self) -> Command | None:
        """What prints the secret for sending: a command of its own, or that of the account."""
        own = self.smtp.credential.command if self.smtp else None
        return own or self.secret_command

    @property
    def sends_with_another_secret(self) -> bool:
        """Whether the way to the secret for sending is not the account's."""
        return self.smtp is not None and self.smtp.credential != self.credential

    @property
    def fetches(self) -> bool:
        """Whether a command prints one of its passwords."""
        smtp = self.smtp.credential.password_command if self.smtp else None
        return (self.password_command or smtp) is not None


def named_uuid(name: str, within: str = _NAMESPACE) -> str:
    """Return the UUID of a name within another UUID, mailgen's own if none is given."""
    from uuid import UUID, uuid5

    return str(uuid5(UUID(within), name))


def variable(id: str) -> str:
    """Return an id as part of a variable's name: only letters, digits and _; no two ids give the same."""
    if id.isalnum():
        return id
    return "".join(char if char.isalnum() else f"_{ord(char):02x}" for char in id)


def household_key(id: str) -> str:
    """Return the `key` of an account of a household: it stays, whoever else comes or goes."""
    return f"_{variable(id)}"


def handle(id: str, address: str) -> str:
    """Return the id of an account, or where it has none its address as such a word.

    >>> handle("home", "ada@sohu.com"), handle("", "ada@sohu.com"), handle("", "张@sohu.com")
    ('home', 'ada-sohu.com', 'sohu.com')
    """
    if id:
        return id
    word = "".join(char if char in _WORD else "-" for char in address)
    return word.lstrip("-._") or "account"


#: What accounts.schema.json lets an id hold.
_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
