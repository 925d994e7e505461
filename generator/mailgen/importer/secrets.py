"""The way to the secret of an account that was found; a secret itself is never taken over."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.credentials.stores import command_from, places
from mailgen.importer.losses import Loss
from mailgen.importer.templates import FILLED
from mailgen.redaction.holes import is_filled
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from mailgen.formats.statements import FoundSecret
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.provider import Address


def command_option(name: str, value: str, source: ImportedAccount, losses: list[Loss]) -> list[str] | None:
    try:
        if command_holds_secret(value, in_doubt=True):
            raise MailgenError(Text("a secret stands in the command"), name, "")
        return list(command_from(value, name).argv)
    except MailgenError as error:
        losses.append(
            Loss(
                source.path,
                (source.account.mark.line,),
                name,
                error.what,
                Text("write it as a command without a shell"),
            )
        )
        return None


def credential(group: list[ImportedAccount], address: Address, losses: list[Loss]) -> dict[str, Any]:
    """Return the way to the secret, and note as lost what cannot be kept: passwords in the first place."""
    chosen: dict[str, Any] = {}
    line = ""
    of_protocol: dict[str, str] = {}
    for source, secret in _in_order(group):
        said = secret.statement
        if said is not None and not said.expands and is_filled(said.text):
            losses.append(_lost_secret(source, secret, FILLED, Text("name a command")))
        elif secret.kind == "plaintext":
            losses.append(
                _lost_secret(
                    source,
                    secret,
                    Text("the password itself is not taken over"),
                    Text("keep it in a password store: mailgen secret set"),
                )
            )
        elif secret.kind == "unclear":
            losses.append(
                _lost_secret(
                    source,
                    secret,
                    Text("its value is put together when it is read"),
                    Text("name a command"),
                )
            )
        elif not chosen:
            chosen = _command(source, secret, address, losses)
            line = secret.line or "oauth2"
            of_protocol[secret.protocol] = line
        elif (found := secret.line or "oauth2") != of_protocol.get(secret.protocol, line):
            if secret.protocol in ("", *of_protocol):
                losses.append(
                    _lost_secret(
                        source,
                        secret,
                        Text("a server has one secret"),
                        Text("make two accounts of it"),
                    )
                )
            else:
                chosen[secret.protocol] = _command(source, secret, address, losses)
                of_protocol[secret.protocol] = found
    return {key: value for key, value in chosen.items() if value}


def _in_order(group: list[ImportedAccount]) -> Iterator[tuple[ImportedAccount, FoundSecret]]:
    """Yield the secrets of an account that was found in several files, those for reading first."""
    found = [(source, secret) for source in group for secret in source.account.secrets]
    yield from sorted(found, key=lambda one: one[1].protocol == "smtp")


def _lost_secret(source: ImportedAccount, secret: FoundSecret, why: str, mend: str) -> Loss:
    one = secret.statement
    if one is None:
        return Loss(source.path, (source.account.mark.line,), Text("secret"), why, mend)
    return Loss(one.path or source.path, (one.mark.line,), one.name, why, mend)


def _command(
    source: ImportedAccount, secret: FoundSecret, address: Address, losses: list[Loss]
) -> dict[str, Any]:
    if secret.kind == "oauth2":
        return {"credential": "oauth2"}
    if any("{" + place + "}" in secret.line for place in places(address)):
        losses.append(
            _lost_secret(
                source,
                secret,
                Text("its command holds a word that mailgen fills in"),
                Text("write it without"),
            )
        )
        return {}
    if command_holds_secret(secret.line, in_doubt=True):
        losses.append(
            _lost_secret(
                source,
                secret,
                Text("what may be the secret stands in its command"),
                Text("keep that elsewhere"),
            )
        )
        return {}
    try:
        argv = list(command_from(secret.line, "").argv)
    except MailgenError:
        argv = ["sh", "-c", secret.line]
    return {"token_command" if secret.kind == "token" else "password_command": argv}
