"""The ways to sign in: with the browser here, with a browser anywhere, with a code on another device."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from urllib.parse import urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.model.tokens import Secret
from mailgen.oauth2.issuers import private
from mailgen.oauth2.loopback import HOSTS, Loopback
from mailgen.oauth2.post import get, post
from mailgen.oauth2.requests import (
    Denied,
    authorisation_url,
    code_body,
    code_in,
    denied,
    device_body,
    device_token_body,
    tokens_in,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from mailgen.oauth2.clients import Client
    from mailgen.oauth2.issuers import Issuer
    from mailgen.oauth2.requests import Tokens

#: Where nothing is registered and the address is only copied: nobody listens there.
_NOWHERE = "http://127.0.0.1/"
#: Seconds that a slow_down adds (RFC 8628, section 3.5), and those between two questions if nothing is said.
SLOWER, INTERVAL = 5, 5


def by_browser(
    issuer: Issuer,
    client: Client,
    address: str,
    secret: Secret | None,
    opened: Callable[[str], None],
    soon: Callable[[], None],
) -> Tokens:
    """Sign in with a browser on this machine, which `opened` shows the page; raises MailgenError."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    waiting = Loopback(state, *_comes_back_to(issuer, client))
    opened(
        authorisation_url(issuer, client, waiting.redirect, state=state, verifier=verifier, address=address)
    )
    return _exchanged(issuer, client, waiting.answer(soon), state, waiting.redirect, verifier, secret)


def _comes_back_to(issuer: Issuer, client: Client) -> tuple[str, int, str]:
    """Return host, port and path at which the browser comes back: as registered, else as the issuer takes it.

    Port 0 is any. Raises MailgenError if it does not come back to this machine.
    """
    if client.redirect:
        with suppress(ValueError):  # what is no port
            parts = urlsplit(client.redirect)
            host = parts.hostname or ""
            if parts.scheme == "http" and host in HOSTS.values():
                return host, parts.port or 0, parts.path or "/"
    elif place := next((one for one in issuer.redirect if one in HOSTS), None):
        return HOSTS[place], 0, "/"
    raise MailgenError(
        Text("{issuer} sends no browser back to a program on this machine", issuer=issuer.name),
        issuer.name,
        Text("sign in with --paste"),
    )


def by_paste(
    issuer: Issuer, client: Client, address: str, secret: Secret | None, answered: Callable[[str], str]
) -> Tokens:
    """Sign in with any browser: `answered` shows a page and returns the address at which it ended."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    localhost = "loopback-localhost" in issuer.redirect and "loopback-127" not in issuer.redirect
    redirect = client.redirect or ("http://localhost/" if localhost else _NOWHERE)
    page = authorisation_url(issuer, client, redirect, state=state, verifier=verifier, address=address)
    return _exchanged(issuer, client, answered(page).strip(), state, redirect, verifier, secret)


def _exchanged(
    issuer: Issuer,
    client: Client,
    returned: str,
    state: str,
    redirect: str,
    verifier: str,
    secret: Secret | None,
) -> Tokens:
    code = code_in(returned, state, issuer)
    return _lasting(
        tokens_in(post(issuer.token_url, code_body(client, code, redirect, verifier, secret)), issuer.name),
        issuer,
    )


def by_device(
    issuer: Issuer,
    client: Client,
    secret: Secret | None,
    shown: Callable[[str, str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Tokens:
    """Sign in by typing a code on another device (RFC 8628); `shown` tells the page and the code."""
    if not issuer.device_url:
        raise MailgenError(
            Text("{issuer} gives no codes for other devices", issuer=issuer.name),
            issuer.name,
            Text("sign in with --paste"),
        )
    told = _object(post(issuer.device_url, device_body(client, issuer)), issuer)
    if "error" in told:
        raise denied(str(told["error"]), str(told.get("error_description", "")), issuer)
    try:
        code, page, device = (str(told[key]) for key in ("user_code", "verification_uri", "device_code"))
    except KeyError:
        raise _no_object(issuer) from None
    interval, ends = (
        _seconds(told.get("interval"), INTERVAL),
        time.monotonic() + _seconds(told.get("expires_in"), 900),
    )
    shown(page, code)
    while time.monotonic() < ends:
        sleep(interval)
        try:
            return _lasting(
                tokens_in(post(issuer.token_url, device_token_body(client, device, secret)), issuer.name),
                issuer,
            )
        except Denied as error:
            if error.code == "slow_down":
                interval += SLOWER
            elif error.code != "authorization_pending":
                raise
    raise denied("expired_token", "", issuer)


def _lasting(tokens: Tokens, issuer: Issuer) -> Tokens:
    """Return tokens that hold a refresh token; without one the login would end within the hour."""
    if tokens.refresh is None:
        raise MailgenError(
            Text("{issuer} gave no refresh token: the login would end within the hour", issuer=issuer.name),
            issuer.name,
            Text("take away the program's access in the account's settings, then sign in again"),
        )
    return tokens


def completed(issuer: Issuer) -> Issuer:
    """Return an issuer whose addresses are known; it is asked for what the dataset lacks (RFC 8414).

    Raises MailgenError if it does not answer, or in another's name (section 3.3).
    """
    if issuer.auth_url and issuer.token_url and not issuer.registers:
        return issuer
    told = _object(get(_metadata_of(issuer)), issuer)
    if str(told.get("issuer", "")).rstrip("/") != _url_of(issuer):
        raise MailgenError(
            Text("what {issuer} publishes of itself is of another issuer", issuer=issuer.name),
            issuer.name,
            Text("sign in nowhere there; tell the operator"),
        )
    found = replace(
        issuer,
        auth_url=issuer.auth_url or str(told.get("authorization_endpoint", "")),
        token_url=issuer.token_url or str(told.get("token_endpoint", "")),
        device_url=issuer.device_url or str(told.get("device_authorization_endpoint", "")),
        revoke_url=issuer.revoke_url or str(told.get("revocation_endpoint", "")),
        registration_url=str(told.get("registration_endpoint", "")),
        sends_iss=issuer.sends_iss or bool(told.get("authorization_response_iss_parameter_supported")),
    )
    if not found.auth_url or not found.token_url:
        raise _no_object(issuer)
    private(found)
    return found


def _metadata_of(issuer: Issuer) -> str:
    """Return where the metadata lie: between the host and the path of the issuer (RFC 8414, section 3.1)."""
    parts = urlsplit(_url_of(issuer))
    return f"https://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"


def _url_of(issuer: Issuer) -> str:
    return (issuer.url or f"https://{issuer.name}").rstrip("/")


def _object(answer: str, issuer: Issuer) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        raise _no_object(issuer) from None
    if not isinstance(told, dict):
        raise _no_object(issuer)
    return told


def _no_object(issuer: Issuer) -> MailgenError:
    return MailgenError(
        Text("{issuer} does not answer as an authorisation server", issuer=issuer.name),
        issuer.name,
        Text("try again later"),
    )


def _seconds(told: object, otherwise: float) -> float:
    return float(told) if isinstance(told, int | float | str) and str(told).isdigit() else otherwise
