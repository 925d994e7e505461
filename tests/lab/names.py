"""Who lives in the lab: the table to extend when a test needs another host or user."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["imap", "pop3", "smtp"]
Ports = Literal["both", "starttls"]
Kind = Literal["real", "netease", "fake"]
Certificate = Literal["right", "wrong-name", "rogue"]
Starttls = Literal["works", "hidden", "refused"]

IMPLICIT_PORT = {"imap": 993, "pop3": 995, "smtp": 465}
STARTTLS_PORT = {"imap": 143, "pop3": 110, "smtp": 587}
ROLES: tuple[Role, ...] = ("imap", "pop3", "smtp")


@dataclass(frozen=True)
class Host:
    """A name that clients dial. Every host has an address of its own, so the log tells the name."""

    name: str
    role: Role
    address: str
    ports: Ports = "both"
    kind: Kind = "real"
    certificate: Certificate = "right"
    starttls: Starttls = "works"

    @property
    def listens(self) -> tuple[int, ...]:
        starttls = (STARTTLS_PORT[self.role],)
        return starttls if self.ports == "starttls" else (IMPLICIT_PORT[self.role], *starttls)

    @property
    def backend(self) -> str:
        """Where the real server listens when something else stands in front of it."""
        return self.address.replace("127.0.2.", "127.0.3.") if self.kind == "netease" else self.address


@dataclass(frozen=True)
class User:
    """Someone with a mailbox; `login` is what the server wants to be told as the user name.

    Mail to `aliases` comes into the same mailbox, and the login may send as them.
    """

    address: str
    password: str
    login: str
    folders: Literal["english", "chinese"] = "english"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Site:
    """The three hosts of one domain."""

    domain: str
    pop3: str = "pop"
    ports: Ports = "both"
    kind: Kind = "real"
    certificate: Certificate = "right"
    starttls: Starttls = "works"

    def host(self, role: Role, address: str) -> Host:
        name = f"{self.pop3 if role == 'pop3' else role}.{self.domain}"
        kind = "real" if self.kind == "netease" and role != "imap" else self.kind
        return Host(name, role, address, self.ports, kind, self.certificate, self.starttls)


_SITES = (
    _Site("sohu.com", pop3="pop3"),
    _Site("qq.com"),
    _Site("163.com", kind="netease"),
    _Site("gmail.com"),
    _Site("starttls.example", ports="starttls"),
    _Site("localpart.example"),
    _Site("chinese.example"),
    # Five servers that differ in nothing but the way they treat TLS. The honest one is the control:
    # it shows that the other four would have seen the password, had the client sent it.
    _Site("honest.example", kind="fake"),
    _Site("wrongname.example", kind="fake", certificate="wrong-name"),
    _Site("rogue.example", kind="fake", certificate="rogue"),
    _Site("hidden.example", kind="fake", starttls="hidden"),
    _Site("refused.example", kind="fake", starttls="refused"),
)

HOSTS: dict[str, Host] = {}
for _site in _SITES:
    for _role in ROLES:
        _host = _site.host(_role, f"127.0.2.{len(HOSTS) + 1}")
        HOSTS[_host.name] = _host

HOST_OF_ADDRESS = {address: host.name for host in HOSTS.values() for address in (host.address, host.backend)}


def fake_domains() -> tuple[str, ...]:
    return tuple(site.domain for site in _SITES if site.kind == "fake")


def _user(
    address: str,
    password: str,
    login: str = "",
    folders: Literal["english", "chinese"] = "english",
    aliases: tuple[str, ...] = (),
) -> User:
    return User(address, password, login or address, folders, aliases)


# Passwords share no piece with each other, so a recorded byte names its owner. The hostile ones hold what
# shells, muttrc, fetchmailrc, netrc and IMAP quote differently; no netrc can hold both kinds of quotes.
_USERS = (
    _user("user@sohu.com", "Sohu-7c41e0", aliases=("nick'name+x@sohu.com",)),
    _user("o'brien+tag@sohu.com", 'two  blanks $HOME `id` "q" #%:; wörd密码'),
    _user("user@qq.com", "pa'ss wörd $(id) 授权码", aliases=("alias@qq.com",)),
    _user("a$b@qq.com", r"back\slash \n ' \" %41 end"),
    _user("user@163.com", "NetEase-55d2", folders="chinese"),
    _user("user@gmail.com", "abcd efgh ijkl mnop"),
    _user("user@starttls.example", "Starttls-90ab"),
    _user("o'brien+tag@starttls.example", 'q"uote and blank'),
    _user("user@localpart.example", "Localpart-31f7", login="user"),
    _user("user@chinese.example", "Chinese-77aa", folders="chinese"),
    *(_user(f"user@{domain}", f"Never-clear-{domain[:3]}-{len(domain)}") for domain in fake_domains()),
)

USERS: dict[str, User] = {user.address: user for user in _USERS}

#: Whose mailbox an address belongs to, aliases included.
OWNERS: dict[str, User] = {address: user for user in _USERS for address in (user.address, *user.aliases)}
