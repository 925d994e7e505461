"""Reading a getmailrc: sections in brackets, one setting a line, one account a file.

Source: getmail's docs/configuration.txt, and what getmail 6.18.11 and 6.20.02 said of files.
"""

from __future__ import annotations

import ast
import re
import shlex

from mailgen.core.text import Text
from mailgen.formats.statements import (
    FoundAccount,
    FoundSecret,
    FoundServer,
    Mark,
    Reading,
    Statement,
    Unreadables,
    bare_address,
    limited,
    number,
)
from mailgen.model.ports import default_port
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"\[(.+)\]")
_SETTING = re.compile(r"([^=:\s][^=:]*?)\s*[=:]\s*(.*)")
_RETRIEVER = re.compile(r"(?:Simple|BrokenUIDL|Multidrop|MultidropSDPS)(POP3|IMAP)(SSL)?Retriever")
YES = frozenset("1 yes true on y t".split())
_SPOILT = Text("getmail takes no line that is neither a section nor a setting")
_OUTSIDE = Text("a setting stands before the first section")
_TWICE = Text("it stands twice in its section, which getmail refuses")

#: Settings of the server that the fields of an account hold.
_HELD = frozenset(
    """type server port username password password_command use_xoauth2 ca_certs imap_id_extension""".split()
)
#: What mailgen writes alike, or what changes nothing.
_USUAL = frozenset(
    (("read_all", "false"), ("delete", "false"), ("timeout", "180"), ("verbose", "1"), ("use_peek", "true"))
)


def read(text: str, target: str = "getmail6") -> Reading:
    """Read a getmailrc; never raises."""
    unread = Unreadables()
    statements = tuple(limited(_statements(text, unread), unread))
    sections: dict[str, dict[str, Statement]] = {}
    for one in statements:
        sections.setdefault(one.scope, {})[one.name] = one
    accounts = (_account(target, sections),) if _is_account(sections) else ()
    leftover = () if accounts else statements
    secrets = tuple(one for one in statements if one.text and _in_the_clear(one))
    return Reading(target, statements, accounts, tuple(unread.all()), leftover, secrets)


def _is_account(sections: dict[str, dict[str, Statement]]) -> bool:
    return "server" in sections.get("retriever", {})


def _in_the_clear(one: Statement) -> bool:
    """Say whether a password stands in a statement, if only for a command that prints it."""
    if is_hole(one.text):
        return False
    return one.name == "password" or (one.command is not None and command_holds_secret(one.command))


def _statements(text: str, unread: Unreadables) -> Iterator[Statement]:
    """Yield all settings; their scope is the section, in small letters. What is indented goes on."""
    scope: str | None = None
    seen: set[tuple[str, str]] = set()
    lines = text.split("\n")
    number_of, count = 0, len(lines)
    while number_of < count:
        line = lines[number_of].removesuffix("\r")
        number_of += 1
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        column = len(line) - len(line.lstrip()) + 1
        mark = Mark(number_of, column, column + len(body))
        if header := _HEADER.match(body):
            scope = header[1].lower()
            continue
        setting = _SETTING.fullmatch(body)
        if scope is None or not setting:
            unread.add(mark, _SPOILT if scope is not None else _OUTSIDE, refused=True)
            continue
        more = []
        while number_of < count and lines[number_of][:1] in (" ", "\t") and lines[number_of].strip():
            more.append(lines[number_of].strip())
            number_of += 1
        name, value = setting[1].strip().lower(), "\n".join([setting[2].strip(), *more]).strip()
        if (scope, name) in seen:
            unread.add(mark, _TWICE, refused=True)
            continue
        seen.add((scope, name))
        command = shlex.join(words) if name == "password_command" and (words := words_of(value)) else None
        shown = command if command is not None else value
        end = mark if not more else Mark(mark.line, mark.column, len(lines[number_of - 1]) + 1, number_of)
        yield Statement(name, shown, end, " ".join([body, *more]), scope, command)


def words_of(value: str) -> tuple[str, ...]:
    """Return a command as getmail makes it of a value, a tuple of Python's; () for what is none.

    >>> words_of('("pass", "show", "mail/x")'), words_of("pass show x")
    (('pass', 'show', 'mail/x'), ())
    """
    try:
        words = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
        return ()
    return words


def _account(target: str, sections: dict[str, dict[str, Statement]]) -> FoundAccount:
    fetches, files = sections["retriever"], sections.get("destination", {})
    server = _server(fetches)
    maildir = _maildir(files)
    others = [one for one in fetches.values() if one.name not in _HELD and not _is_usual(one)]
    others += [one for one in sections.get("options", {}).values() if not _is_usual(one)]
    if not maildir:
        others += [one for one in files.values() if one.name in ("type", "path")]
    others += [one for one in files.values() if one.name not in ("type", "path")]
    others += [one for name, section in sections.items() if name not in _KNOWN for one in section.values()]
    trust = fetches.get("ca_certs")
    identified = fetches.get("imap_id_extension")
    return FoundAccount(
        target,
        "",
        bare_address(server.username or "")[0],
        incoming=server,
        secrets=tuple(_secrets(fetches, server)),
        options={"ca_file": trust.text} if trust and trust.text else {},
        others=tuple(others),
        ours=(identified,) if identified and identified.text.lower() in YES else (),
        mark=fetches["server"].mark,
        id=maildir.rpartition("/")[2] if maildir.startswith(_USUAL_PLACE) else "",
        maildir=maildir,
        inbox="INBOX" if maildir else "",
    )


#: Where mailgen has the mail of an account that names no place, in a folder of the account's name.
_USUAL_PLACE = "~/Mail/"
_KNOWN = ("retriever", "destination", "options")


def _is_usual(one: Statement) -> bool:
    return (one.name, one.text.lower()) in _USUAL or (
        one.name == "mailboxes" and words_of(one.text) == ("INBOX",)
    )


def _server(fetches: dict[str, Statement]) -> FoundServer:
    kind = _RETRIEVER.fullmatch(fetches["type"].text) if "type" in fetches else None
    protocol = "pop3" if kind is None or kind[1] == "POP3" else "imap"
    implicit = kind is None or kind[2] is not None
    port = fetches.get("port")
    token = "use_xoauth2" in fetches and fetches["use_xoauth2"].text.lower() in YES
    trusts = any(name in fetches and fetches[name].text for name in ("ca_certs", "ssl_fingerprints"))
    return FoundServer(
        protocol,
        fetches["server"].text,
        number(port.text) if port else default_port(protocol, "implicit" if implicit else "starttls"),
        "implicit" if implicit else "none",
        verified=trusts or not implicit,
        username=fetches["username"].text if "username" in fetches else None,
        auth="xoauth2" if token else "password",
        statements={name: one for name, one in fetches.items() if name in _HELD},
    )


def _maildir(files: dict[str, Statement]) -> str:
    """Return the folder in which an inbox of the name INBOX is, where the mail goes; "" for any other."""
    kind, path = files.get("type"), files.get("path")
    if kind is None or path is None or kind.text != "Maildir" or not path.text.startswith(("~/", "/")):
        return ""
    folder = path.text.rstrip("/")
    return folder.removesuffix("/INBOX") if folder.endswith("/INBOX") else ""


def _secrets(fetches: dict[str, Statement], server: FoundServer) -> Iterator[FoundSecret]:
    if (one := fetches.get("password")) is not None and one.text:
        yield FoundSecret("plaintext", one)
    elif (one := fetches.get("password_command")) is not None:
        kind = "command" if server.auth == "password" else "token"
        yield FoundSecret(kind if one.command else "unclear", one, one.command or "")
