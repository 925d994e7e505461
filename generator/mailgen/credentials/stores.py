"""Where secrets are kept: for each kind of store, the command that prints one and the command that keeps one.

The secret itself never passes through here, with one exception that is asked for by name: a literal.
"""

from __future__ import annotations

from mailgen.core.errors import UsageError
from mailgen.core.text import Text, placed
from mailgen.core.values import EMPTY, dataclass, remembered, replace
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, Plain, Secret
from mailgen.model.vocabulary import OWN_TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mailgen.model.provider import Address


@dataclass(frozen=True, slots=True)
class Store:
    """A program that keeps secrets.

    `show` prints the secret; `keep` stores what it reads on standard input, or is empty if there is
    nothing to store with. `parts` are what a user may name, with defaults. `form` is how the secret is handed
    over: `line` (the secret and a line break), `bare` (without), `op` (a JSON item of 1Password), `bw`
    (one of Bitwarden in base64, as `bw encode` makes it), `asks` (the program asks on the terminal
    itself). `mend` is what to do when the program refuses, beside reading what it said. Where mailgen cannot
    keep a secret, `kept_elsewhere` says why, and what to do instead. `drop` takes the secret away again; a
    store in a file needs none. With `token` what it prints is an access token of OAuth2. Sources: the real
    programs for pass, age, secret-tool, systemd-creds and file; for the others their manuals.
    """

    show: tuple[str, ...]
    keep: tuple[str, ...] = ()
    form: str = "line"
    parts: Mapping[str, str] = EMPTY
    mend: str = ""
    kept_elsewhere: tuple[str, str] | None = None
    drop: tuple[str, ...] = ()
    token: bool = False

    @property
    def replaces(self) -> bool:
        """Whether a secret can be put in the place of another without anybody at hand, as logins need."""
        return self.form in ("line", "bare") and bool(self.drop or "path" in self.parts)

    def form_of(self, part: str) -> str:
        """Return what a part is, as accounts.schema.json calls it: a path, a variable, or any text."""
        if part == "variable":
            return part
        if part == "store":
            return "login_store"
        return "path" if self.parts[part].startswith("~/") else "text"


#: The one table of stores: the schema, the command line and the tests go by it.
#: Kind of credential -> its store. {address}, {localpart}, {domain}, {id} and {ID} are the account's.
STORES = {
    "pass": Store(
        ("pass", "show", "{entry}"),
        ("pass", "insert", "--multiline", "--force", "{entry}"),
        drop=("pass", "rm", "--force", "{entry}"),
        parts={"entry": "mail/{address}"},
        mend="if it has no store yet: pass init KEY, with a key of 'gpg --list-keys'",
    ),
    "gopass": Store(
        ("gopass", "show", "--password", "{entry}"),
        ("gopass", "insert", "--force", "{entry}"),
        drop=("gopass", "rm", "--force", "{entry}"),
        parts={"entry": "mail/{address}"},
        mend="if it has no store yet: gopass setup (the program called gopass in Debian is another one)",
    ),
    "secret-tool": Store(
        ("secret-tool", "lookup", "service", "mail", "user", "{user}"),
        ("secret-tool", "store", "--label=mail {user}", "service", "mail", "user", "{user}"),
        form="bare",
        drop=("secret-tool", "clear", "service", "mail", "user", "{user}"),
        parts={"user": "{address}"},
        mend="the keyring of the desktop must run and be unlocked",
    ),
    "keychain": Store(
        ("security", "find-generic-password", "-s", "mail", "-a", "{user}", "-w"),
        ("security", "add-generic-password", "-U", "-s", "mail", "-a", "{user}", "-w"),
        form="asks",
        parts={"user": "{address}"},
        mend="unlock the keychain first",
    ),
    "1password": Store(
        ("op", "read", "op://{vault}/{item}/password"),
        ("op", "item", "create", "--vault", "{vault}", "-"),
        form="op",
        parts={"vault": "Private", "item": "mail {address}"},
        mend="sign in first: eval $(op signin)",
    ),
    "bitwarden": Store(
        ("bw", "get", "password", "{item}"),
        ("bw", "create", "item"),
        form="bw",
        parts={"item": "mail {address}"},
        mend="log in, then unlock: export BW_SESSION=$(bw unlock --raw)",
    ),
    "age": Store(
        ("age", "--decrypt", "--identity", "{identity}", "{path}"),
        ("age", "--encrypt", "--identity", "{identity}", "--output", "{path}"),
        parts={"identity": "~/.config/age/key.txt", "path": "~/.config/mailgen/secrets/{id}.age"},
        mend="if it has no key yet: age-keygen -o ~/.config/age/key.txt",
    ),
    "file": Store(("cat", "{path}"), form="line", parts={"path": "~/.config/mailgen/secrets/{id}"}),
    "systemd-creds": Store(
        ("systemd-creds", "decrypt", "--name={name}", "{path}", "-"),
        ("systemd-creds", "encrypt", "--name={name}", "-", "{path}"),
        form="bare",
        parts={"name": "mail-{id}", "path": "~/.config/mailgen/secrets/{id}.cred"},
        mend="before systemd 256 only root can use it",
    ),
    "environment": Store(
        ("printenv", "{variable}"),
        parts={"variable": "MAIL_PASSWORD_{ID}"},
        kept_elsewhere=(
            "its secret is an environment variable",
            "set {variable} where the client is started, for example in the service's EnvironmentFile",
        ),
    ),
    # What prints tokens. Sources: the manuals of oama 0.22, pizauth 1.1 and ortie 2.2.
    "mailgen": Store(
        (*OWN_TOKENS, "{address}"),
        parts={"store": ""},
        kept_elsewhere=("its tokens come of a login", "sign in with 'mailgen login ADDRESS'"),
        token=True,
    ),
    "oama": Store(
        ("oama", "access", "{address}"),
        kept_elsewhere=("oama keeps its login", "sign in with 'oama authorize SERVICE ADDRESS'"),
        token=True,
    ),
    "pizauth": Store(
        ("pizauth", "show", "{account}"),
        parts={"account": "{id}"},
        kept_elsewhere=("pizauth keeps its login in memory", "'pizauth show' opens the page to sign in"),
        token=True,
    ),
    "ortie": Store(
        ("ortie", "token", "show", "-a", "{account}"),
        parts={"account": "{id}"},
        kept_elsewhere=("ortie keeps its login", "sign in with it; 'ortie --help' says how"),
        token=True,
    ),
}

#: Parts that are paths, in which `~/` is the home; in all others it is text.
_PATHS = ("identity", "path")

#: Kinds that are no store: the client's own affair, or a literal.
PLAIN = ("prompt", "netrc", "literal", "oauth2")
#: All that an account may be given as its credential, in the order in which people are told.
KINDS = (PLAIN[0], *STORES, *PLAIN[1:])


def filled(argv: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put `values` into the places `{name}` of each argument; a value is never two words.

    Other words in braces stay as they are. What begins with a value that is Plain is Plain, so that no
    `~/` at its start is taken for the home.

    >>> filled(("pass", "show", "mail/{address}"), {"address": "ada@sohu.com"})
    ('pass', 'show', 'mail/ada@sohu.com')
    """
    return tuple([_filled(argument, values) if "{" in argument else argument for argument in argv])


def _filled(argument: str, values: Mapping[str, str]) -> str:
    text = placed(argument, lambda name: values.get(name, f"{{{name}}}"))
    first = argument[1:].partition("}")[0] if argument.startswith("{") else ""
    return Plain(text) if isinstance(values.get(first), Plain) else text


def places(address: Address, id: str = "") -> dict[str, str]:
    """Return what the places in a command stand for; without `id` it is the address."""
    id = id or str(address)
    upper = id.upper()
    if not (upper.isascii() and upper.isalnum()):
        upper = "".join(char if char.isascii() and char.isalnum() else "_" for char in upper)
    return {
        "address": Plain(address),
        "localpart": Plain(address.local),
        "domain": address.domain,
        "id": Plain(id),
        "ID": upper,
    }


def stored(kind: str, address: Address, id: str = "", given: Mapping[str, str] = EMPTY) -> Store:
    """Return the store of a kind with everything filled in; `given` overrides its parts."""
    store = STORES[kind]
    values = places(address, id)
    parts = {name: filled((given.get(name, default),), values)[0] for name, default in store.parts.items()}
    parts = {name: part if name in _PATHS else Plain(part) for name, part in parts.items()}
    parts |= {name: value for name, value in values.items() if name not in parts}
    return replace(
        store,
        show=filled(store.show, parts),
        keep=filled(store.keep, parts),
        drop=filled(store.drop, parts),
        parts={name: parts[name] for name in store.parts},
    )


def credential_from(data: Mapping[str, Any], address: Address, id: str, where: str) -> Credential:
    """Return the credential that an account's data name, valid by accounts.schema.json.

    At most one of `password_command`, `token_command`, `credential` and `password` is there; none
    means that the client asks. `where` names the account in errors.
    """
    values = places(address, id)
    for key, kind in (("password_command", "command"), ("token_command", "token")):
        if key in data:
            given = data[key]
            command = (
                command_from(given, f"{where}.{key}") if isinstance(given, str) else Command(tuple(given))
            )
            return Credential(kind, Command(filled(command.argv, values)))  # type: ignore[arg-type]
    if "password" in data:
        return Credential("literal", secret=Secret(data["password"]))
    kind, given = kind_of(data)
    if kind in PLAIN:
        return Credential(kind)  # type: ignore[arg-type]
    store = stored(kind, address, id, given)
    return Credential("token" if store.token else "command", Command(store.show))


def kind_of(data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return where an account's data keep the secret: a kind of credential, or another key, and its words."""
    for key in ("password_command", "token_command", "password"):
        if key in data:
            return key, {}
    named = data.get("credential", "prompt")
    return (named, {}) if isinstance(named, str) else (named["kind"], named)


def command_from(text: str, where: str) -> Command:
    """Split a command line into a program and its arguments, as a shell does, but run by none.

    Raises UsageError for quotes that do not close, for nothing at all, and for what only a shell
    would act upon (pipes, redirections, several commands, $NAME, ~): it would be silently quoted.
    """
    try:
        argv, found = _split(text)
    except ValueError as error:
        raise UsageError(
            Text("the command cannot be split into words: {error}", error=error), where, "close the quotes"
        ) from None
    if not argv:
        raise UsageError("the command is empty", where, "name a program that prints the secret")
    if found:
        raise UsageError(
            Text("only a shell understands the {found} in this command, and mailgen runs none", found=found),
            where,
            "put it in single quotes if it belongs to an argument; write paths out; "
            "or wrap the line: sh -c 'PROGRAM | OTHER'",
        )
    return Command(argv)


@remembered(256)
def _split(text: str) -> tuple[tuple[str, ...], str]:
    """Return the words of a command line, and what only a shell would act upon; accounts share few lines."""
    import shlex

    return tuple(shlex.split(text)), _for_a_shell(text)


def _for_a_shell(text: str) -> str:
    """Return the first character that a shell would act upon in a line whose quotes close, or "".

    `~/` at the start of a word is no such thing: every command is written so that it stays the home.
    """
    quote, before, skip = "", " ", False
    for place, char in enumerate(text):
        if skip:
            skip = False
        elif quote == "'":
            quote = "" if char == "'" else quote
        elif char == "\\":
            skip = True
        elif (
            char in "$`"
            or (not quote and char in "|&;<>()\n")
            or (char == "~" and not quote and before == " " and text[place + 1 : place + 2] != "/")
        ):
            return char
        elif char in "\"'":
            quote = "" if quote == char else quote or char
        before = " " if char.isspace() else char
    return ""
