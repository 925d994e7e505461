"""What the user has to do before the first login, from the target's manifest and the account."""

from __future__ import annotations

import re
import shlex

from mailgen.core.errors import Unquotable
from mailgen.core.values import dataclass
from mailgen.formats.netrc.grammar import netrc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target


@dataclass(frozen=True, slots=True)
class Step:
    """What the user does next: `text` by language, and a line to `copy`, or None."""

    text: Mapping[str, str]
    copy: str | None = None


def wants_secret(provider: Provider, account: Account) -> bool:
    """Say whether people need to know what secret the provider wants: not where only tokens are used."""
    servers = [server for server in (account.incoming, account.smtp) if server]
    return any(server.auth == "password" for server in servers) or provider.credentials.kind == "oauth2-only"


def next_step(target: Target, account: Account) -> Step | None:
    """Return the step for the way the account gets its secret, or None if nothing is left to do.

    The account's values are quoted for the shell in a `command`, for ~/.netrc in a `line`.
    """
    step = target.steps.get(account.credential.kind)
    if step is None:
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
        quoted_by = shlex.quote if "command" in step else netrc
        try:
            copy = re.sub(r"\{(\w+)\}", lambda place: quoted_by(values[place[1]]), copy)
        except Unquotable:
            copy = None  # nothing is advised that would not work
    return Step({lang: text for lang, text in step.items() if lang not in ("command", "line")}, copy)


def publishing_step(target: Target, account: Account, files: Sequence[RenderedFile]) -> Step:
    """Return what the owner of the account's domain does with the first of `files`.

    In all of the manifest's sentences {domain} stands for the domain, and {digest} for the SHA-256 of
    the file's bytes in Base64.
    """
    from base64 import b64encode
    from hashlib import sha256

    values = {
        "domain": account.address.rpartition("@")[2],
        "digest": b64encode(sha256(files[0].text.encode()).digest()).decode(),
    }
    step = {
        key: re.sub(r"\{(\w+)\}", lambda place: values[place[1]], text)
        for key, text in target.published["step"].items()
    }
    return Step({lang: text for lang, text in step.items() if lang != "line"}, step.get("line"))
