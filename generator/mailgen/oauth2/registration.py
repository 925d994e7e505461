"""Registering this mailgen at an issuer that takes any program (RFC 7591): no paper, and no id of others.

A registration is this installation's, not an account's. What came of it lies in the state folder, as it came,
for the user alone, and is used again.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.credentials import keeping
from mailgen.model.tokens import Secret
from mailgen.oauth2 import cached
from mailgen.oauth2.clients import UNREGISTERED, Client, missing
from mailgen.oauth2.loopback import HOSTS
from mailgen.oauth2.post import post
from mailgen.writer.private import alone_in, make_private_folders, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from mailgen.oauth2.issuers import Issuer

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
#: Ways in which a client shows its secret in the form itself (RFC 6749, section 2.3.1).
_SHOWN = ("client_secret_post", "client_secret_basic")


def own_client(issuer: Issuer) -> Client:
    """Return the client that this machine is at an issuer, registered now if need be.

    Raises MailgenError if the issuer registers nobody so, or refuses.
    """
    found = kept_client(issuer.name)
    if found is not None:
        return found
    if not issuer.registration_url:
        raise missing(issuer)
    answer = _asked(issuer)
    make_private_folders(cached.state())
    with alone_in(cached.state()) as folder:
        text = json.dumps(answer, indent=1, sort_keys=True) + "\n"
        replace_file(folder, _path(issuer.name), text.encode(), 0o600)
    return _client(issuer.name, answer)


def kept_client(issuer: str) -> Client | None:
    """Return the client that was registered at an issuer and is good still, or None."""
    answer = _kept(issuer)
    return _client(issuer, answer) if answer else None


def forget_client(issuer: str) -> None:
    """Take a registration away that the issuer knows no more: the next login makes another one."""
    with suppress(FileNotFoundError):
        os.unlink(_path(issuer))


def client_secret(issuer: str, client_id: str, command: Sequence[str]) -> Secret | None:
    """Return the secret of a client, if it has to show one: what its command prints, or what came with a
    registration. Raises MailgenError if it does not come out.
    """
    if command:
        return keeping.read_out(command)
    answer = _kept(issuer)
    shown = answer.get("client_id") == client_id and answer.get("token_endpoint_auth_method") in _SHOWN
    secret = answer.get("client_secret") if shown else None
    return Secret(secret) if isinstance(secret, str) else None


def _asked(issuer: Issuer) -> dict[str, Any]:
    grants = ["authorization_code", "refresh_token", *([_DEVICE] if issuer.device_url else [])]
    wanted = {
        "client_name": "mailgen",
        "redirect_uris": [f"http://{HOSTS[one]}/" for one in issuer.redirect if one in HOSTS],
        "grant_types": grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
        "scope": " ".join(issuer.scopes),
    }
    text = post(issuer.registration_url, json.dumps(wanted), "application/json")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("client_id"), str):
        error = answer.get("error") if isinstance(answer, dict) else None
        raise MailgenError(
            Text(
                "{issuer} does not register mailgen: {why}",
                issuer=issuer.name,
                why=error if isinstance(error, str) and error.replace("_", "").isalpha() else "-",
            ),
            missing(issuer).where,
            missing(issuer).mend,
        )
    return answer


def _kept(issuer: str) -> Mapping[str, Any]:
    """Return the answer that is kept, if it holds still; a damaged one is as good as none."""
    with suppress(OSError, ValueError), open(_path(issuer), encoding="utf-8") as file:
        answer = json.load(file)
        if isinstance(answer, dict) and isinstance(answer.get("client_id"), str):
            ends = answer.get("client_secret_expires_at") or 0
            return answer if not ends or (isinstance(ends, int | float) and ends > time.time()) else {}
    return {}


def _client(issuer: str, answer: Mapping[str, Any]) -> Client:
    return Client(UNREGISTERED, issuer, answer["client_id"])


def _path(issuer: str) -> str:
    return os.path.join(cached.state(), f"client.{cached.token_file(issuer)}.json")
