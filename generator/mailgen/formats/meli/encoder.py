r"""meli's config.toml. Source: meli.conf(5) of 0.8.11, its sources, and files that it has read.

meli has m4 read the file before it, so that a word of m4 in a value is a command: `syscmd(...)` runs a
program, `dnl` takes the rest of the line away. TOML lets any character be written by its number, which makes
another word to m4; so no value of ours holds a word of m4, nor a mark that opens or closes its quotes.
"""

from __future__ import annotations

import re

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import shell_word
from mailgen.formats.structure import Encoder
from mailgen.formats.toml.encoder import toml_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: What m4 does something about: GNU m4 1.4.19 and 1.4.20, the m4 of the BSDs, and what meli defines first.
_MACROS = frozenset(
    """__file__ __line__ __program__ __gnu__ __unix__ __windows__ __os2__ builtin
    builtin_include changecom changequote changesyntax changeword debugfile debuglen debugmode
    decr define defn divert divnum dnl dumpdef errprint esyscmd eval expr format ifdef ifelse
    include incr index indir len m4exit m4symbols m4wrap maketemp mkdtemp mkstemp paste patsubst
    popdef pushdef regexp renamesyms shift sinclude spaste substr symbols syncoutput syscmd
    sysval traceoff traceon translit undefine undivert unix""".split()
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: A text between quotes, and the name of an account without any.
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_BARE = re.compile(r"(?m)^\[accounts\.([A-Za-z0-9_-]+)(?=[].])")
#: What meli puts between quotes by itself when it stands in a name, without an escape for what is in it.
_QUOTED = ".,"


def meli_accounts(structure: Mapping[str, Any]) -> str:
    r"""Write accounts.

    Raises Unquotable for a folder of which a part would be taken for a variable of the environment.

    >>> print(meli_accounts({"accounts": {"ada": {"display_name": "dnl syscmd(`x`)"}}}), end="")
    [accounts.ada]
    display_name = "\u0022dnl \u0073yscmd(\u0060x\u0060)\u0022"
    """
    accounts = {name: _account(account) for name, account in structure["accounts"].items()}
    return _without_macros(toml_document({**structure, "accounts": accounts}))


def _account(account: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(account)
    if "display_name" in made:
        made["display_name"] = shown_name(made["display_name"])
    if made.get("use_oauth2"):
        made["server_password_command"] = sasl_command(
            made["server_username"], made["server_password_command"]
        )
    if made.get("format") == "maildir" and any(map(_is_variable, made["root_mailbox"].split("/"))):
        raise Unquotable(
            "meli takes a folder that begins with a dollar sign for a variable of the environment"
        )
    sends = made.get("send_mail")
    if isinstance(sends, str):
        made["send_mail"] = f"{sends} -t"
    elif sends:
        made["send_mail"] = {**sends, "auth": _login(sends["auth"])}
    return made


def _login(auth: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(auth)
    if made["type"] == "xoauth2":
        made["token_command"] = sasl_command(made.pop("username"), made["token_command"])
    else:
        made["password"] = {"type": "command_eval", "value": made["password"]["command"]}
    return made


def _is_variable(part: str) -> bool:
    return part.startswith("$") and all(char.isupper() for char in part[1:])


def shown_name(name: str) -> str:
    r"""Write a name so that what meli makes of it in From is read as that name (RFC 5322, section 3.2.4).

    meli puts quotes around one with a dot or a comma, and around no other, and escapes nothing.

    >>> [shown_name(name) for name in ("Ada L", 'Ada "A" (x)', "L, A", 'L, "A"')]
    ['Ada L', '"Ada \\"A\\" (x)"', 'L, A', 'L, \\"A\\"']
    """
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    if any(mark in name for mark in _QUOTED):
        return escaped
    plain = all(char.isalnum() or char in " -" for char in name) and name == name.strip()
    return name if plain else f'"{escaped}"'


def sasl_command(username: str, token_command: str) -> str:
    r"""Return a line for a shell that prints what XOAUTH2 sends, in base64: the login name and a token.

    It fails if the command for the token does. Source: meli.conf(5), Gmail OAUTH2; what XOAUTH2 sends is in
    Google's "OAuth 2.0 Mechanism".

    >>> sasl_command("a@x.example", "token 'my x'")[:46]
    "t=$(token 'my x') && printf 'user=%s\\001auth=B"
    """
    sent = rf"printf 'user=%s\001auth=Bearer %s\001\001' {shell_word(username)}"
    return rf"""t=$({token_command}) && {sent} "$t" | base64 | tr -d '\n'"""


def _without_macros(document: str) -> str:
    """Return a document that m4 leaves as it is, and TOML reads as before."""
    quoted = _BARE.sub(
        lambda found: f'[accounts."{found[1]}"' if _has_macro(found[1]) else found[0], document
    )
    return _TEXT.sub(lambda found: f'"{_for_m4(found[1])}"', quoted)


def _has_macro(text: str) -> bool:
    return any(word in _MACROS for word in _WORD.findall(text))


def _for_m4(text: str) -> str:
    r"""Write the inside of a TOML text with all that means something to m4 by its number.

    >>> print(_for_m4(r'a\"b\\ `include` 1dnl'), _for_m4("indexes included"))
    a\u0022b\\ \u0060include\u0060 1\u0064nl indexes included
    """
    marks = re.sub(r"\\.|`", lambda found: _NUMBERS.get(found[0], found[0]), text)
    return _WORD.sub(
        lambda found: rf"\u{ord(found[0][0]):04x}{found[0][1:]}" if found[0] in _MACROS else found[0], marks
    )


_NUMBERS = {'\\"': r"\u0022", "`": r"\u0060"}

#: The names of settings that hold no secret; what `value` and `server_password` hold may be one.
_SHOWN = """identity display_name extra_identities format root_mailbox server_hostname server_port use_tls
    use_starttls danger_accept_invalid_certs server_username use_oauth2 server_password_command!
    subscribed_mailboxes send_mail! hostname port type binarymime username command! token_command!
    store_sent_mail"""

ENCODERS = {"": Encoder(meli_accounts, "toml", _SHOWN)}
