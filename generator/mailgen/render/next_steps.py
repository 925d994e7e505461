"""What the user has to do before the first login, from the target's manifest and the account."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Option, Text, placed
from mailgen.core.values import dataclass
from mailgen.formats.quoting import shell_word
from mailgen.model.tokens import FileName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.provider import Credentials, Provider
    from mailgen.model.target import Target


#: What stands above a line that keeps a secret in its store, and above commands for files that have changed.
STORE_IT = {"en": "store it once, before the first login:", "zh": "首次登录前存入一次："}
RUN_AFTER = {"en": "once the files are in place, run:", "zh": "文件就位后请运行："}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the user does next: `text` by language, and a line to `copy`, or None."""

    text: Mapping[str, str]
    copy: str | None = None


def wants_secret(provider: Provider, account: Account) -> bool:
    """Say whether people need to know what secret the provider wants: not where only tokens are used."""
    servers = [server for server in (account.incoming, account.smtp) if server]
    return any(server.auth == "password" for server in servers) or any(
        secret.kind == "oauth2-only" for secret in secrets_of(provider, account)
    )


def secrets_of(provider: Provider, account: Account) -> list[Credentials]:
    """Return what the provider wants of this account now, the first for the way in; often one thing.

    Where a token is needed, it serves for all, and nothing else is asked for.
    """
    servers = [server for server in (account.incoming, account.smtp) if server]
    return provider.asked_for(server.protocol for server in servers)


def next_step(target: Target, account: Account) -> NextStep | None:
    """Return the step for the way the account gets its secret, or None if nothing is left to do.

    The account's values are quoted for the shell in a `command`, for ~/.netrc in a `line`.
    """
    ways = (account.credential, *(one.credential for one in (account.incoming, account.smtp) if one))
    step = next((target.steps[way.kind] for way in ways if way.kind in target.steps), None)
    if step is None or len(ways) == 1:  # it talks to no server, and needs no secret
        return None
    values = {"address": account.address}
    for role, server in (("incoming", account.incoming), ("smtp", account.smtp)):
        if server:
            values |= {
                f"{role}_host": server.host,
                f"{role}_username": server.username,
                f"{role}_protocol": server.protocol,
            }
    copy = step.get("command") or step.get("line")
    if copy is not None:
        try:
            copy = placed(copy, lambda name: _quoted(values[name], "command" in step))
        except Unquotable:
            copy = None  # nothing is advised that would not work
    return NextStep(
        said({lang: text for lang, text in step.items() if lang not in ("command", "line")}), copy
    )


def _quoted(value: str, for_the_shell: bool) -> str:
    """Quote a value for the shell or, most often not needed and so imported late, for ~/.netrc."""
    if for_the_shell:
        return shell_word(value)
    from mailgen.formats.netrc.grammar import netrc

    return netrc(value)


def notes(target: Target, layout: str, account: Account) -> Iterator[Mapping[str, str]]:
    """Yield what a target's manifest tells of an account's files in a `layout`, by language."""
    values = _option_values(target, account)
    values |= {
        f"home_{name}": f"$HOME/{value[2:]}" if value.startswith("~/") else value
        for name, value in values.items()
    }
    for note in target.notes:
        login = account.incoming.auth if account.incoming else None
        fits = note.get("layout", layout) == layout and note.get("auth", login) == login
        fits = fits and ("when" not in note or account.has(note["when"]))
        if fits and not ("unless" in note and account.has(note["unless"])):
            yield _said_of(note, values)
    if target.confined and layout != "removed":
        from mailgen.render.confinement import confinement_notes

        yield from confinement_notes(target, account)


def opening(target: Target, account: Account, manifest: Mapping[str, Any]) -> list[str]:
    """Return the command with which people open a program that they read mail in; empty for all others."""
    if target.kind != "reader":
        return []
    values = _option_values(target, account)
    argv = manifest.get("opened_with") or manifest["version"].get("probe", ())[:1]
    return [placed(word, lambda name: values.get(name, f"{{{name}}}")) for word in argv]


def _option_values(target: Target, account: Account) -> dict[str, str]:
    return {
        name: _told(option.default if account.options.get(name) is None else account.options[name])
        for name, option in target.options.items()
    }


def _told(value: object) -> str:
    return value.path if isinstance(value, FileName) else str(value)


def notes_of_removal(target: Target, folder: str) -> Iterator[Mapping[str, str]]:
    """Yield what a target's manifest tells of a file that has been taken out of a `folder`, by language."""
    for note in target.notes:
        if note.get("layout") == "removed":
            yield _said_of(note, {"folder": folder})


def _said_of(note: Mapping[str, str], values: Mapping[str, str]) -> Mapping[str, str]:
    texts = {lang: text for lang, text in note.items() if lang not in ("layout", "when", "unless", "auth")}
    return said(
        {lang: placed(text, lambda name: values.get(name, f"{{{name}}}")) for lang, text in texts.items()}
    )


def said(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Return sentences of a manifest, in which {key} and {key=value} stand for options of an account.

    >>> said({"en": "to have it fetched: {credential=pass} or {options.fetchmail.mda=x %T}"})
    {'en': 'to have it fetched: credential: pass or options: {fetchmail: {mda: x %T}}'}
    """
    return {lang: _with_options(text) for lang, text in texts.items()}


#: What stands between the letters of an option's path.
_JOINTS = str.maketrans("._-", "aaa")


def _with_options(text: str) -> Text:
    options: dict[str, str] = {}

    first, *rest = text.split("{")
    template = first.replace("}", "}}")
    for piece in rest:
        inner, closed, after = piece.partition("}")
        path, equals, value = inner.partition("=")
        if closed and path.translate(_JOINTS).isalnum():
            name = f"option{len(options)}"
            options[name] = Option(path, value if equals else None)
            template += f"{{{name}}}" + after.replace("}", "}}")
        else:
            template += "{{" + piece.replace("}", "}}")
    return Text(template, **options)


def publishing_step(target: Target, account: Account, files: Sequence[RenderedFile]) -> NextStep:
    """Return what the owner of the account's domain does with the first of `files`.

    In all of the manifest's sentences {domain} stands for the domain, and {digest} for the SHA-256 of
    the file's bytes in Base64.
    """
    from base64 import b64encode
    from hashlib import sha256

    values = {
        "domain": account.address.rpartition("@")[2],
        "digest": b64encode(sha256(files[0].content).digest()).decode(),
    }
    step = {key: placed(text, values.__getitem__) for key, text in target.published["step"].items()}
    return NextStep({lang: text for lang, text in step.items() if lang != "line"}, step.get("line"))
