"""A client, as its manifest describes it."""

from __future__ import annotations

from mailgen.core.files import Clash as Clash
from mailgen.core.files import RenderedFile as RenderedFile
from mailgen.core.values import EMPTY, dataclass, remembered, remembered_for_values
from mailgen.model.tokens import Command, FileName
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@remembered(256)
def version_key(version: str) -> tuple[int, ...]:
    """Turn a version into numbers to compare: "1.8.23" -> (1, 8, 23). Raises ValueError if it has none.

    What follows the numbers ("-rc1", "esr") is left out, and so are zeros at the end: 3 is 3.0.
    """
    numbers: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    if not numbers:
        raise ValueError(f"{version!r} holds no version number")
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


class Version:
    """A program's version in a template; it compares with a text: client.version >= "1.5"."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and version_key(self.text) == version_key(other)

    def __hash__(self) -> int:
        return hash(version_key(self.text))

    def __lt__(self, other: str) -> bool:
        return version_key(self.text) < version_key(other)

    def __le__(self, other: str) -> bool:
        return version_key(self.text) <= version_key(other)

    def __gt__(self, other: str) -> bool:
        return version_key(self.text) > version_key(other)

    def __ge__(self, other: str) -> bool:
        return version_key(self.text) >= version_key(other)


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

    `kind` is `file`; `folder`, which is made and never emptied; or `symlink`, which leads to `goal`.
    `grammar` is how its values are written, "" as in the target's others. With `encoder` its template
    only says what is in it, and that names what writes it (see `formats/structure.py`). With `when` it is
    made only where an account gives the option of that name. `checked` says that it has a check of its own;
    `after` is to be run once it has changed. `clashes` are looked for instead of the target's, unless they
    are None.

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
    kind: str = "file"
    grammar: str = ""
    goal: str = ""
    when: str = ""
    checked: bool = False
    after: tuple[tuple[str, ...], ...] = ()
    clashes: tuple[Clash, ...] | None = None
    encoder: str = ""
    under: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class TargetOption:
    """A setting that only one target has; given as `--set NAME=VALUE`. `choices` are those of a choice.

    One that is `shared` is about a file as a whole: what one of its accounts says holds for all. Below one
    that `holds_mail` the mail of every account lies; what one that `files_mail` names files the mail, and the
    program keeps none itself.
    """

    type: str
    help: Mapping[str, str]
    default: str | bool | int | None = None
    choices: tuple[str, ...] = ()
    shared: bool = False
    holds_mail: bool = False
    files_mail: bool = False

    @property
    def unset(self) -> str | bool | int | FileName | None:
        """What a template sees where nobody gives it: the default as a value of its type, or None."""
        return FileName(str(self.default)) if self.type == "path" and self.default else self.default


@dataclass(frozen=True, slots=True)
class Target:
    """A client, as its manifest templates/<target>/target.yaml describes it (target.schema.json).

    `maildir` is where the mail of an account lies that names no place, for targets that keep mail on this
    machine; "" for others. `keeps_named` says that it does so only where a place is named. `by_index` says
    that it shows what an index has found, and needs no folders, `keeps_tags` that what it keeps lies in
    one, told apart by tags. `only_at` are the ends of the servers' names for whose accounts alone it is, if
    not for all. `sends` is how another program hands a message over to this one, by `account` ({label}) or
    by `sender`; `hands_over` says that a target can do so, `passes_blanks` that words with blanks in them
    come through. `after_sync` is what it wants run once mail has come onto this machine; `brings` is how
    mail of an account ({handle}, {maildir}) comes here through it now, and `watches` says that it waits for
    mail, and has that run.
    `reads` are the places of its own file, as the manifest has them (see `resolve/places.py`). `secret_file`
    is where a literal secret is written, in a file of its own.

    `oauth2_hosts` are the ends of the servers' names at whose owners it may fetch tokens by itself;
    `token_length` is how long a token may be, as the manifest has it.
    `confined` is what a system may let it start and read, as the manifest has it.
    `published` is what a format can say of a provider; empty for programs, which are told of an account.
    `folders_found` says that the program finds folders by what the server says of them. `folder_defaults` is
    what the program does where a role has no folder, `folders_unnamed` what the template of a single account
    makes of it instead; `utf8_locale` names what it reads in such a locale only.
    `ipv6` are the protocols over which it takes an IPv6 address for a server, `address_certificates` says
    that it finds a server's address in a certificate.
    `send_only` says that it can have accounts that only send, beside others that receive.
    `sender_patterns` is its first version that knows senders that stand for many, "" where none does.
    `own_lines` has for a place of the user's own lines how those begin that belong there.
    `templates` maps template names (`msmtp/msmtprc.j2`) to their compiled Python source. `further` are the
    protocols beyond mail that it speaks; those of them that it cannot do without stand in `needs`.
    `certificates` is empty where the program checks those of servers; else it says which option pins one.
    `one_account` says that it serves one and no other, `sendmail` whether it is the sendmail of its machine
    ("always", "possible", or ""); `logins_without` are characters that end a login name
    where the program reads it.
    """

    name: str
    title: str
    kind: str
    grammar: str
    incoming: bool
    outgoing: bool
    protocols: Mapping[str, Mapping[str, Any]]
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
    ipv6: tuple[str, ...] = PROTOCOLS
    address_certificates: bool = True
    folder_roles: tuple[str, ...] = ()
    folders_found: bool = False
    folder_defaults: Mapping[str, Mapping[str, str]] = EMPTY
    folders_unnamed: Mapping[str, Mapping[str, str]] = EMPTY
    utf8_locale: tuple[str, ...] = ()
    own_lines: Mapping[str, str] = EMPTY
    identity_parts: tuple[str, ...] = ()
    several_identities: bool = False
    sender_patterns: str = ""
    send_only: bool = False
    uses_maildir: bool = False
    maildir: str = ""
    keeps_named: bool = False
    by_index: bool = False
    keeps_tags: bool = False
    only_at: tuple[str, ...] = ()
    sends: Mapping[str, tuple[str, ...]] = EMPTY
    hands_over: bool = False
    passes_blanks: bool = False
    after_sync: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    watches: bool = False
    secret_file: str = ""
    oauth2_hosts: tuple[str, ...] = ()
    token_length: tuple[Mapping[str, Any], ...] = ()
    reads: tuple[Mapping[str, Any], ...] = ()
    clashes: tuple[Clash, ...] = ()
    scope: str = "user"
    confined: Mapping[str, Any] = EMPTY
    published: Mapping[str, Any] = EMPTY
    templates: Mapping[str, str] = EMPTY
    further: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    one_account: bool = False
    sendmail: str = ""
    certificates: Mapping[str, Any] = EMPTY
    logins_without: str = ""

    @property
    def for_people(self) -> bool:
        """A person reads its files and no program: they have a language, and say whence the secret comes."""
        return self.grammar == "text"

    @property
    def reads_maildir(self) -> bool:
        """Whether it reads the mail that another program keeps on this machine."""
        return self.uses_maildir and not self.maildir and not self.keeps_named

    @property
    def works_with_others(self) -> bool:
        """Whether what its files say depends on the other targets of an account."""
        return self.uses_maildir or self.hands_over or self.watches

    @property
    def unset(self) -> Mapping[str, str | Command | bool | int | FileName | None]:
        """The options as a template sees them where nobody gives any."""
        return _unset(self)


@remembered_for_values(256)
def _unset(target: Target) -> Mapping[str, str | Command | bool | int | FileName | None]:
    return {name: option.unset for name, option in target.options.items()}
