"""Values that a template prints as one token of a grammar, because they are more than text."""

from __future__ import annotations

from mailgen.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Url:
    """A server's URL (RFC 3986): one token, whose parts are percent-encoded when it is quoted."""

    scheme: str
    username: str
    host: str
    port: int
    path: str = ""

    @property
    def pattern(self) -> UrlPattern:
        return UrlPattern(self)


@dataclass(frozen=True, slots=True)
class UrlPattern:
    """A regular expression (POSIX, extended) for all below a URL, however a client writes it."""

    url: Url


def stands_for_many(address: str) -> bool:
    """Say whether a sender stands for many: all of a domain, or one with any detail behind a plus.

    >>> [stands_for_many(one) for one in ("*@lab.example", "ada+*@lab.example", "a*b@lab.example")]
    [True, True, False]
    """
    local = address.rpartition("@")[0]
    return local == "*" or local.endswith("+*")


@dataclass(frozen=True, slots=True)
class AddressPattern:
    """A regular expression (POSIX, extended) for exactly one address, or for those that it stands for."""

    address: str


@dataclass(frozen=True, slots=True)
class FromPattern:
    """A client's own search pattern for messages from exactly one address."""

    address: str


class Plain(str):
    """An argument of a command that begins with somebody's data: a `~/` there is not the user's home."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A command as the text of a line for /bin/sh, for clients that keep it and run it later."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BareCommand:
    """A program and its arguments for clients that cut them at blanks, whatever quotes stand there."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its arguments; its output is meant, and how that is written is the grammar's affair."""

    argv: tuple[str, ...]

    @property
    def line(self) -> ShellLine:
        return ShellLine(self.argv)

    @property
    def as_it_is(self) -> Command:
        return self

    @property
    def bare(self) -> BareCommand:
        return BareCommand(self.argv)


@dataclass(frozen=True, slots=True)
class Filing:
    """A program that files a message, given on its standard input, in a folder of this machine."""

    program: str
    folder: FileName


@dataclass(frozen=True, slots=True)
class Sender:
    """The address as envelope sender; some clients expand or match what they find in it."""

    address: str


@dataclass(frozen=True, slots=True)
class SenderPattern:
    """An address that stands for many as envelope senders: whichever of them is given."""

    address: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a client calls an account; some grammars write it differently from other text."""

    name: str


@dataclass(frozen=True, slots=True)
class HostPort:
    """A server as one word, for programs that take host and port together."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A list that a program reads as one word, with a separator between its parts."""

    parts: tuple[str | MailboxPath | NamedAddress, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class StoreRef:
    """A mailbox of a store, of those programs that name stores; None is the store by itself."""

    store: str
    box: Folder | None = None


@dataclass(frozen=True, slots=True)
class Atom:
    """A login name for programs that send it to an IMAP server as it stands, without quotes around it."""

    name: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A password in the clear. It is written only where a file may hold one, and never shown."""

    text: str

    def __repr__(self) -> str:
        return "Secret(***)"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A line that the user wants in a file as it is; the one value that no grammar quotes.

    `place` is where in the client's files it belongs, as the manifest says; empty for the usual one.
    """

    line: str
    place: str = ""

    @property
    def as_it_is(self) -> Verbatim:
        return self


@dataclass(frozen=True, slots=True)
class FileName:
    """The path of a file that a client reads; `~/` at its start is the user's home."""

    path: str

    @property
    def at_home(self) -> bool:
        """Whether it is named from the user's home."""
        return self.path.startswith("~/")

    @property
    def pattern(self) -> PathPattern:
        return PathPattern(self)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A regular expression (POSIX, extended) for all that lies in a folder of this machine."""

    folder: FileName


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """An address with the name of its owner, as it stands in the header of a message."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PathUrl:
    """A folder of this machine as a URL of a program's own scheme; `~/` at its start is the user's home."""

    scheme: str
    path: str


@dataclass(frozen=True, slots=True)
class MailboxPath:
    """A mailbox of this machine, by its path below the folder of all mail."""

    path: str


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a page for people: one token, also where a grammar writes it unlike other text."""

    url: str

    @property
    def link(self) -> Link:
        return self


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox name in Unicode, with / between levels; each grammar knows how its client wants it."""

    name: str

    @property
    def utf7(self) -> Folder:
        """The same in modified UTF-7 (RFC 3501, section 5.1.3), for clients that pass a name on as it is.

        >>> Folder("R&D/已发送").utf7
        Folder(name='R&-D/&XfJT0ZAB-')
        """
        return Folder(_utf7(self.name))


@dataclass(frozen=True, slots=True)
class AllBut:
    """A pattern that leaves one mailbox out."""

    box: Folder


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox with its role; `title` is what it may be called on this machine, whatever the server says."""

    role: str
    folder: Folder

    @property
    def title(self) -> str:
        return self.role.capitalize()

    @property
    def own(self) -> Folder:
        return Folder(self.title)


def _utf7(name: str) -> str:
    """Write a mailbox name in modified UTF-7: runs beyond printable ASCII in Base64 of UTF-16, & as &-."""
    from base64 import b64encode

    written, run = "", ""
    for char in name + "\0":
        if char == "\0" or " " <= char <= "~":
            if run:
                code = b64encode(run.encode("utf-16-be")).decode()
                written += "&" + code.rstrip("=").replace("/", ",") + "-"
                run = ""
            written += "&-" if char == "&" else char.strip("\0")
        else:
            run += char
    return written
