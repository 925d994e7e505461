"""From the sections of an mbsyncrc to its accounts: whose server it is, and where its mail lies here."""

from __future__ import annotations

from typing import NamedTuple

from mailgen.formats.mbsync.names import ACCOUNT, NO, YES
from mailgen.formats.mbsync.words import line_words
from mailgen.formats.statements import (
    FoundAccount,
    FoundSecret,
    FoundServer,
    Statement,
    bare_address,
    number,
)
from mailgen.model.ports import default_port
from mailgen.model.utf7 import from_utf7

#: Keywords of a server that the fields of an account hold.
_HELD = frozenset(
    """host port user pass passcmd usercmd ssltype tlstype certificatefile useimaps requiressl tunnel
    authmech authmechs""".split()
)
_TOKENS = ("xoauth2", "oauthbearer")
#: What mailgen writes alike, or what changes nothing: keyword -> values in small letters.
_SAME = {
    "create": ("both", "near", "none", "far"), "expunge": ("none",), "remove": ("none",), "sync": ("all",),
    "syncstate": ("*",), "copyarrivaldate": tuple(NO), "expireunread": tuple(NO), "maxmessages": ("0",),
    "usenamespace": tuple(YES), "subfolders": ("verbatim",), "systemcertificates": tuple(YES),
    "usekeychain": tuple(NO), "subscribedonly": tuple(NO), "timeout": ("20",), "altmap": tuple(NO),
    **dict.fromkeys(("authmech", "authmechs"), ("*", "plain login")),
}  # fmt: skip
#: Roles by what people call their folder here, in small letters.
_ROLES = {
    "sent": "sent", "drafts": "drafts", "trash": "trash", "junk": "junk", "spam": "junk",
    "archive": "archive",
}  # fmt: skip


class Section(NamedTuple):
    """A section: the statement that begins it, and those within."""

    first: Statement
    inside: tuple[Statement, ...]

    def all(self, *names: str) -> list[Statement]:
        return [one for one in self.inside if one.name in names]

    def last(self, *names: str) -> Statement | None:
        """Return the last of these settings, which is the one that counts."""
        return next(iter(self.all(*names)[::-1]), None)

    def text(self, *names: str) -> str:
        found = self.last(*names)
        return found.text if found else ""


class Pair(NamedTuple):
    """A channel: the box of the server and the one of this machine, and the store in which the latter lies.

    A box is "" for the whole store. `patterns` are those of the channel.
    """

    channel: Section
    far: str
    near: str
    store: Section | None
    patterns: tuple[str, ...]


def accounts_from(
    sections: list[Section], target: str, state: str
) -> tuple[list[FoundAccount], list[Statement]]:
    """Return the accounts, and what begins the sections that belong to none of them.

    `state` is where the channels remember what they have copied, as far as they do not say so themselves.
    """
    of_kind: dict[str, dict[str, Section]] = {}
    for one in sections:
        of_kind.setdefault(one.first.name, {}).setdefault(one.first.text, one)
    stores, here = of_kind.get("imapstore", {}), of_kind.get("maildirstore", {})
    servers = dict(of_kind.get("imapaccount", {}))
    owners = {name: store.text("account") or name for name, store in stores.items()}
    servers |= {name: store for name, store in stores.items() if not store.last("account")}
    pairs: dict[str, list[Pair]] = {}
    for channel in of_kind.get("channel", {}).values():
        owner, pair = _pair(channel, owners, here)
        pairs.setdefault(owner, []).append(pair)
    accounts = []
    for name, server in servers.items():
        own = [stores[store] for store, owner in owners.items() if owner == name and stores[store] != server]
        accounts.append(_account(target, name, server, own, pairs.get(name, []), state))
    used = {id(pair.store) for name in servers for pair in pairs.get(name, []) if pair.store}
    lost = [pair.channel for owner, of_none in pairs.items() if owner not in servers for pair in of_none]
    lost += [store for store in here.values() if id(store) not in used]
    lost += [store for name, store in stores.items() if owners[name] not in servers]
    return accounts, [section.first for section in lost]


def _pair(channel: Section, owners: dict[str, str], here: dict[str, Section]) -> tuple[str, Pair]:
    """Return to whose account a channel belongs, and what it connects; the sides may stand either way."""
    sides = [channel.text("far", "master"), channel.text("near", "slave")]
    (first, far), (second, near) = (_place(side) for side in sides)
    if first not in owners and second in owners:
        first, far, second, near = second, near, first, far
    patterns = [word for one in channel.all("pattern", "patterns") for word in line_words(one.raw)[0][1:]]
    return owners.get(first, ""), Pair(channel, far, near, here.get(second), tuple(patterns))


def _place(side: str) -> tuple[str, str]:
    """Return store and box of `:store:box`.

    >>> _place(":ada-far:Sent Messages"), _place(":ada-near:"), _place("x")
    (('ada-far', 'Sent Messages'), ('ada-near', ''), ('', ''))
    """
    _, colon, rest = side.partition(":")
    store, second, box = rest.partition(":")
    return (store, box) if colon and second else ("", "")


def _account(
    target: str, name: str, section: Section, stores: list[Section], pairs: list[Pair], state: str
) -> FoundAccount:
    server = _server(section)
    maildir, blame = _mail_here(pairs, state)
    mechs = section.last("authmech", "authmechs")
    only_login = mechs is not None and mechs.text.upper() == "LOGIN"
    others = [one for one in section.inside if one.name in ACCOUNT - _HELD and not is_usual(one)]
    others += section.all("usercmd")
    if mechs is not None and not only_login and not is_usual(mechs) and server.auth == "password":
        others.append(mechs)
    more = [one for store in stores for one in store.inside if one.name != "account"]
    more += [one for one in section.inside if one.name not in ACCOUNT]
    more += [one for pair in pairs for one in pair.channel.inside if one.name not in _SIDES]
    near = {id(pair.store): pair.store for pair in pairs if pair.store}
    more += [one for store in near.values() for one in store.inside if one.name not in ("path", "inbox")]
    others += [one for one in more if not is_usual(one) and one not in blame]
    others += [*blame, *_left_out(pairs)]
    return FoundAccount(
        target,
        name,
        bare_address(server.username or "")[0],
        incoming=server,
        secrets=tuple(_secrets(section, server)),
        folders=_folders(pairs),
        options={"ca_file": trust} if (trust := section.text("certificatefile")) else {},
        others=tuple(dict.fromkeys(others)),
        ours=(mechs,) if mechs is not None and only_login else (),
        mark=section.first.mark,
        maildir=maildir,
        inbox="" if blame else "INBOX",
    )


#: What of a channel says which boxes it connects; looked at as a whole.
_SIDES = frozenset("far near master slave pattern patterns".split())


def is_usual(one: Statement) -> bool:
    """Say whether a setting says what mailgen writes as well, or what mbsync does unasked."""
    return one.text.lower() in _SAME.get(one.name, ())


def _server(section: Section) -> FoundServer:
    said = {one.name: one for one in section.inside if one.name in ACCOUNT}
    host = section.text("host")
    form = section.text("ssltype", "tlstype").lower()
    tunnel = "tunnel" in said
    if host.lower().startswith(("imaps:", "imap:")):
        scheme, _, host = host.partition(":")
        form, host = form or ("imaps" if scheme.lower() == "imaps" else ""), host.lstrip("/")
    if not form and section.text("useimaps").lower() in YES:
        form = "imaps"
    unasked = "none" if tunnel else "starttls"
    tls = {"imaps": "implicit", "starttls": "starttls", "none": "none"}.get(form, unasked)
    form_of_port = "implicit" if tls == "implicit" else "starttls"
    ways = [word.lower() for word in section.text("authmech", "authmechs").split()]
    token = next((way for way in ways if way in _TOKENS), "")
    port = number(section.text("port")) if "port" in said else default_port("imap", form_of_port)
    return FoundServer(
        "imap",
        host,
        port,
        tls,
        username=section.text("user") or None,
        auth=token or "password",
        statements=said,
        tunnel=tunnel,
    )


def _secrets(section: Section, server: FoundServer) -> list[FoundSecret]:
    found = []
    if (one := section.last("pass")) is not None:
        found.append(FoundSecret("plaintext", one))
    if (one := section.last("passcmd")) is not None:
        kind = "command" if server.auth == "password" else "token"
        found.append(FoundSecret(kind, one, one.command or ""))
    return found


def _folders(pairs: list[Pair]) -> dict[str, str]:
    """Return what the server calls the folders of the roles, as far as their names here tell the role."""
    found: dict[str, str] = {}
    for pair in pairs:
        role = _ROLES.get(pair.near.strip("/").rpartition("/")[2].lower())
        if role and pair.far and not any(pair.patterns):
            found.setdefault(role, from_utf7(pair.far) if "&" in pair.far else pair.far)
    return {role: name for role, name in found.items() if name}


def _mail_here(pairs: list[Pair], general: str) -> tuple[str, list[Statement]]:
    """Return the folder with the mail of an account, and what says that mailgen would not have it lie so.

    The same folder in another order would come to the server a second time.
    """
    stores = {id(pair.store): pair.store for pair in pairs if pair.store is not None}
    if not stores:
        return "", []
    blame: list[Statement] = []
    for store in stores.values():
        path, inbox = store.last("path"), store.last("inbox")
        place = path.text if path else ""
        if not place.startswith(("~/", "/")) or not place.endswith("/") or len(stores) > 1:
            blame.append(path or store.first)
        elif inbox is None or inbox.text.rstrip("/") != f"{place}INBOX":
            blame.append(inbox or store.first)
        blame += [one for one in store.all("subfolders") if one.text.lower() != "verbatim"]
        blame += store.all("flatten", "mapinbox", "altmap", "infodelimiter")
    for pair in pairs:
        state = pair.channel.last("syncstate")
        if (state.text if state else general) != "*":
            blame.append(state or pair.channel.first)
        elif not _same_box(pair):
            blame.append(pair.channel.last("near", "slave") or pair.channel.first)
    (store, *_) = stores.values()
    return store.text("path").rstrip("/") or store.first.text, blame


def _left_out(pairs: list[Pair]) -> list[Statement]:
    """Return what says that not all mailboxes of the server come here; mailgen has all come."""
    boxes = {box for pair in pairs for box in (pair.far, pair.near)}
    found = []
    for pair in pairs:
        if any(one not in ("*", "") and not (one[:1] == "!" and one[1:] in boxes) for one in pair.patterns):
            found += pair.channel.all("pattern", "patterns")[:1]
    if pairs and not found and not any("*" in pair.patterns for pair in pairs):
        found += pairs[0].channel.all("far", "master")[:1]
    return found


def _same_box(pair: Pair) -> bool:
    """Say whether a mailbox lies where mailgen has it: under the server's name, or under that of its role."""
    if pair.far == pair.near:
        return True
    role = _ROLES.get(pair.near.lower())
    return role is not None and pair.near == role.capitalize() and not any(pair.patterns)
