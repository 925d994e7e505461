"""From the sections of an offlineimaprc to its accounts: whose server it is, and where its mail lies here."""

from __future__ import annotations

import shlex

from mailgen.formats.offlineimap.expressions import constant, renamed_folders, texts_of
from mailgen.formats.statements import FoundAccount, FoundSecret, FoundServer, bare_address, number
from mailgen.model.ports import default_port
from mailgen.model.utf7 import from_utf7
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mailgen.formats.statements import Statement

    Section = dict[str, Statement]

YES = frozenset("1 yes true on".split())
NO = frozenset("0 no false off".split())
#: How settings come by a password or a token: the first that is there counts.
_PASSWORDS = ("remotepasseval", "remotepass", "remotepassfile")
_TOKENS = ("oauth2_access_token", "oauth2_access_token_eval")
_IN_THE_CLEAR = frozenset("remotepass oauth2_access_token oauth2_refresh_token oauth2_client_secret".split())
#: Settings of the server that the fields of an account hold, and those that say what the folders are called.
_HELD = frozenset(
    """type remotehost remoteport remoteuser remotepass remotepasseval remotepassfile ssl starttls
    sslcacertfile auth_mechanisms oauth2_access_token_eval oauth2_access_token nametrans""".split()
)
#: Settings of the folder on this machine that say where the mail lies, and in which order.
PLACE = frozenset("type localfolders sep nametrans".split())
_PAIR = ("localrepository", "remoterepository")
_OFF = frozenset("sync_deletes expunge subscribedonly readonly".split())
#: Roles by what mailgen calls their folder here.
_ROLES = {"Sent": "sent", "Drafts": "drafts", "Trash": "trash", "Junk": "junk", "Archive": "archive"}
_USUAL_PLACE = "~/Mail/"


def accounts_from(
    statements: Iterable[Statement], target: str
) -> tuple[tuple[FoundAccount, ...], frozenset[str]]:
    """Return the accounts, and the sections that say no more than they do."""
    sections: dict[str, Section] = {}
    for one in statements:
        sections.setdefault(one.scope, {})[one.name] = one
    accounts, used = [], set()
    for scope, head in sections.items():
        if not scope.startswith("Account "):
            continue
        sides = [f"Repository {head[side].text}" if side in head else "" for side in _PAIR]
        near, far = (sections.get(side, {}) for side in sides)
        if (server := _server(far)) is not None:
            accounts.append(_account(target, scope.removeprefix("Account "), server, head, near, far))
            used |= {scope, *sides}
    if accounts and sections.get("general", {}).keys() <= {"accounts", "socktimeout"}:
        used.add("general")
    return tuple(accounts), frozenset(used)


def in_the_clear(one: Statement) -> bool:
    """Say whether a secret stands in a statement, if only for a command that prints it."""
    if is_hole(one.text):
        return False
    if one.command is not None:
        return command_holds_secret(one.command)
    evaluated = one.name in ("remotepasseval", "oauth2_access_token_eval")
    return one.name in _IN_THE_CLEAR or (evaluated and constant(one.text) is not None)


def _account(
    target: str, name: str, server: FoundServer, head: Section, near: Section, far: Section
) -> FoundAccount:
    maildir, blame = _mail_here(near, far)
    names = renamed_folders(_text(far, "nametrans")) or {}
    others = [one for one in far.values() if one.name not in _HELD and not _is_usual(one, names)]
    others += [one for one in near.values() if one.name not in PLACE and not _is_usual(one, names)]
    others += [one for one in head.values() if one.name not in _PAIR and not _is_usual(one, names)]
    others += [far[way] for way in ("auth_mechanisms",) if way in far and _is_choice(far[way])]
    # What is not said of deleting is done.
    others += [head["localrepository"]] if near and "sync_deletes" not in near else []
    trust = _text(far, "sslcacertfile")
    return FoundAccount(
        target,
        name,
        bare_address(server.username or "")[0],
        incoming=server,
        secrets=tuple(_secrets(far, server)),
        folders={_ROLES[here]: from_utf7(there) for there, here in names.items() if here in _ROLES},
        options={"ca_file": trust} if trust not in (None, "", "OS-DEFAULT") else {},
        others=tuple(dict.fromkeys([*others, *blame])),
        mark=next(iter(head.values())).mark,
        id=maildir.removeprefix(_USUAL_PLACE) if _is_usual_place(maildir) else "",
        maildir=maildir,
        inbox="" if blame else "INBOX",
    )


def _is_usual_place(maildir: str) -> bool:
    return maildir.startswith(_USUAL_PLACE) and "/" not in maildir.removeprefix(_USUAL_PLACE)


def _text(section: Section, name: str) -> str | None:
    return section[name].text if name in section else None


def _is_usual(one: Statement, names: Mapping[str, str]) -> bool:
    """Say whether a setting says what mailgen writes as well, or what OfflineIMAP does unasked."""
    if one.name == "folderfilter":
        return bool(names) and texts_of(one.text) == {*names, *names.values()}
    if one.name in _OFF:
        return one.text.lower() in NO
    return (one.name == "createfolders" and one.text.lower() in YES) or (
        one.name == "maxconnections" and one.text == "1"
    )


def _is_choice(one: Statement) -> bool:
    """Say whether ways to log in are others than mailgen would have it try."""
    return one.text not in ("LOGIN", "XOAUTH2")


def _server(far: Section) -> FoundServer | None:
    """Return the server of a section; None where it names none."""
    host = _text(far, "remotehost") or ("imap.gmail.com" if _text(far, "type") == "Gmail" else "")
    if not host:
        return None
    implicit, tries = ((_text(far, name) or "yes").lower() not in NO for name in ("ssl", "starttls"))
    port = _text(far, "remoteport")
    ways = [way.strip() for way in (_text(far, "auth_mechanisms") or "XOAUTH2").split(",")]
    return FoundServer(
        "imap",
        host,
        number(port) if port else default_port("imap", "implicit" if implicit else "starttls"),
        "implicit" if implicit else "starttls" if tries else "none",
        # Where the server does not offer STARTTLS, OfflineIMAP logs in without.
        optional=not implicit and tries,
        username=_text(far, "remoteuser"),
        auth="xoauth2" if "XOAUTH2" in ways and any(name in far for name in _TOKENS) else "password",
        statements={name: one for name, one in far.items() if name in _HELD},
        tunnel="preauthtunnel" in far or "transporttunnel" in far,
    )


def _mail_here(near: Section, far: Section) -> tuple[str, list[Statement]]:
    """Return the folder with the mail of an account, and what says that mailgen would not have it lie so."""
    place = near.get("localfolders")
    if place is None:
        return "", []
    blame = [near[name] for name in ("type",) if name in near and near[name].text != "Maildir"]
    if not place.text.startswith(("~/", "/")):
        blame.append(place)
    if _text(near, "sep") != "/":
        blame.append(near.get("sep") or place)
    there, back = (renamed_folders(_text(side, "nametrans")) for side in (far, near))
    fits = there is not None and back is not None and {here: name for name, here in there.items()} == back
    if (
        not fits
        or set(there or ()) & set(_ROLES) - set((there or {}).values())
        or set(back or ()) - set(_ROLES)
    ):
        blame += [side["nametrans"] for side in (far, near) if "nametrans" in side]
    return place.text.rstrip("/"), blame


def _secrets(far: Section, server: FoundServer) -> Iterator[FoundSecret]:
    names = _PASSWORDS if server.auth == "password" else _TOKENS
    one = next((far[name] for name in names if _text(far, name)), None)
    if one is None:
        return
    kind = "command" if server.auth == "password" else "token"
    if in_the_clear(one):
        yield FoundSecret("plaintext", one)
    elif one.name == "remotepassfile":
        yield FoundSecret(kind, one, f"cat {_in_shell(one.text)}")
    else:
        yield FoundSecret(kind if one.command else "unclear", one, one.command or "")


def _in_shell(path: str) -> str:
    """Write a path for a shell, which fills in the home."""
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)
