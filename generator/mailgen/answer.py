"""Floor 4: one request, answered as plain data: for `--json`, for a page, for programs in any language.

What it is made of is described by schema/output/generate.schema.json. It reads the catalogue and nothing
else, writes nothing, and holds no secret.
"""

from __future__ import annotations

from mailgen import __version__
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import UsageError
from mailgen.core.text import Text
from mailgen.core.values import EMPTY
from mailgen.explain.data import line_data
from mailgen.explain.lines import explain
from mailgen.formats.quoting import shell_word, shell_words
from mailgen.languages import FORMAT, as_keys, finding_data, in_each, told_in
from mailgen.render.next_steps import RUN_AFTER, STORE_IT, notes, secrets_of, wants_secret
from mailgen.resolve.for_people import secret_sentence
from mailgen.resolve.wish import Wish, wished_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from mailgen.api import Result
    from mailgen.catalog.reader import Catalogue
    from mailgen.core.files import RenderedFile
    from mailgen.core.text import Option
    from mailgen.model.account import Account
    from mailgen.model.finding import Finding
    from mailgen.model.provider import Provider
    from mailgen.model.published import Setting
    from mailgen.model.server import Server
    from mailgen.model.target import Target

    Spelled = Callable[[Option], str | None]

_SIGN_IN = Text("mail programs get tokens from mailgen; sign in once, before the first login:")


def answer(
    target: str | Target,
    address: str,
    wish: Wish | None = None,
    *,
    provider: str | Provider | None = None,
    catalogue: Catalogue | None = None,
    origins: Mapping[str, str] = EMPTY,
    store: str | None = None,
    beside: Iterable[Finding] = (),
    spelled: Spelled = as_keys,
) -> dict[str, Any]:
    """Return all that comes of one request, as data that JSON can say; as `api.generate` in all else.

    `origins` says in which words each field of the wish was given (see explain.reason.Case), `store` is a
    shell line that keeps the secret, `beside` are findings of the door's own, and `spelled` how options are
    called in sentences. Raises MailgenError, and UsageError for a wish that holds a secret: an answer is
    printed, sent and kept by whoever asked.
    """
    wish = wish or Wish()
    if any(one.kind == "literal" for one in (wish.credential, *wish.credentials.values())):
        raise UsageError(
            Text("an answer holds no secret"),
            Text("the credential"),
            Text("name a command that prints it, or let the client ask"),
        )
    catalogue = catalogue or open_catalogue()
    result, lines = explain(target, address, wish, catalogue, provider, origins)
    reasons: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        said = line_data(line)
        reasons.setdefault(said.pop("file"), []).append(said)
    return {
        "format": FORMAT,
        "mailgen": __version__,
        "compared": catalogue.compared,
        "address": result.account.address,
        "target": {
            "name": result.target.name,
            "title": result.target.title,
            "kind": result.target.kind,
            "version": wished_version(result.target, wish),
        },
        "provider": {"id": result.provider.id, "name": dict(result.provider.name)},
        "servers": servers_data(result.account),
        "files": [{**file_data(file), "lines": reasons.get(file.path, [])} for file in result.files],
        "findings": [finding_data(one, spelled) for one in (*beside, *result.findings)],
        "secrets": list(_secrets(result)),
        "steps": list(_steps(result, store, spelled)),
        "notes": [_each(note, spelled) for note in notes(result.target, "single", result.account)],
    }


def file_data(file: RenderedFile) -> dict[str, Any]:
    """Return a file as data: its `text`, or in `base64` what is no text."""
    if file.binary is None:
        content = {"text": file.text}
    else:
        from base64 import b64encode

        content = {"base64": b64encode(file.binary).decode()}
    return {
        "path": file.path,
        "kind": file.kind,
        "mode": f"{file.mode:04o}",
        "merge": file.merge,
        "aside": file.aside,
        **content,
    }


def servers_data(account: Account) -> list[dict[str, Any]]:
    """Return the servers of an account, or all that is published, in their order."""
    if account.published is not None:
        return [_published(one) for one in account.published.settings]
    found = [account.incoming, account.smtp, *account.further.values()]
    return [_server(one) for one in found if one is not None]


def _server(server: Server) -> dict[str, Any]:
    return {**_place(server), "username": server.username, "auth": server.auth}


def _published(setting: Setting) -> dict[str, Any]:
    return {**_place(setting), "username_form": setting.username, "auth": setting.endpoint.auth[0]}


def _place(server: Server | Setting) -> dict[str, Any]:
    return {"protocol": server.protocol, "host": server.host, "port": server.port, "tls": server.tls}


def _secrets(result: Result) -> Iterator[dict[str, Any]]:
    """Yield what secret the provider wants, in words for people."""
    if result.target.published or not wants_secret(result.provider, result.account):
        return
    for one in secrets_of(result.provider, result.account):
        said = {lang: secret_sentence(result.provider, one, lang) for lang in ("en", "zh")}
        yield {"kind": one.kind, "what": said, "hint": dict(one.hint), "url": one.url or None}


def _steps(result: Result, store: str | None, spelled: Spelled) -> Iterator[dict[str, Any]]:
    """Yield what is to be done once, in order: what it is, in words, and the lines to copy."""
    account = result.account
    if store and account.credential.kind == "command":
        yield {"do": "store", "text": dict(STORE_IT), "copy": [store]}
    if account.credential.is_own_token:
        copy = f"mailgen login {shell_word(account.address)}"
        yield {"do": "sign-in", "text": in_each(_SIGN_IN, spelled), "copy": [copy]}
    elif result.step:
        copied = [result.step.copy] if result.step.copy else []
        yield {"do": "target", "text": _each(result.step.text, spelled), "copy": copied}
    if after := dict.fromkeys(argv for file in result.files for argv in file.after):
        yield {"do": "run", "text": dict(RUN_AFTER), "copy": [shell_words(argv) for argv in after]}


def _each(texts: Mapping[str, str], spelled: Spelled) -> dict[str, str]:
    """Return sentences that a manifest has in several languages, with options as `spelled` says."""
    return {lang: told_in(text, lang, spelled) for lang, text in texts.items()}
