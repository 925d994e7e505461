"""What is asked of an authorisation server, and what its answers mean. Nothing is sent from here.

The protocol is oauthlib's (RFC 6749, 7636, 8628); what is added is what it leaves to its caller: comparing
the state, the issuer's name (RFC 9207), and taking nothing of an answer into a message but the closed word
for its error.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qs, urlsplit

import oauthlib.oauth2
from oauthlib.oauth2 import OAuth2Error

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.model.tokens import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.oauth2.clients import Client
    from mailgen.oauth2.issuers import Issuer

#: Where an answer does not say how long a token is good: RFC 6749, section 5.1, leaves it open.
UNSAID = 300
_WORD = re.compile(r"[a-z0-9_]{1,40}")
#: Numbers by which Microsoft's server names its reasons; the text beside them holds addresses and names.
_NUMBER = re.compile(r"AADSTS\d{4,7}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an authorisation server hands out: `good_for` are seconds; `refresh` may be None."""

    access: Secret
    good_for: float
    refresh: Secret | None = None


class Denied(MailgenError):
    """The authorisation server said no; `code` is its closed word for why (RFC 6749, section 5.2)."""

    def __init__(self, code: str, number: str, issuer: str, mend: str) -> None:
        said = f"{code} ({number})" if number else code
        super().__init__(Text("{issuer} refuses: {said}", issuer=issuer, said=said), issuer, mend)
        self.code = code


def authorisation_url(
    issuer: Issuer, client: Client, redirect: str, *, state: str, verifier: str, address: str
) -> str:
    """Return the address that the browser opens (RFC 6749, section 4.1.1, with PKCE, RFC 7636).

    `state` and `verifier` are fresh and random; `verifier` has 43 to 128 characters.
    """
    asked = oauthlib.oauth2.WebApplicationClient(client.client_id)
    challenge = asked.create_code_challenge(verifier, "S256")
    more = {"login_hint": address, **issuer.parameters}
    return str(
        asked.prepare_request_uri(
            issuer.auth_url,
            redirect_uri=redirect,
            scope=list(issuer.scopes),
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
            **more,
        )
    )


def code_in(returned: str, state: str, issuer: Issuer) -> str:
    """Return the code in the address to which the browser was sent back.

    Raises Denied if it holds an error, MailgenError if it belongs to another request or another issuer.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(returned).query).items()}
    if not hmac.compare_digest(query.get("state", ""), state):
        raise MailgenError(
            Text("this answer belongs to another request"),
            Text("the address that came back"),
            Text("copy it whole, from the page that was opened just now; or start again"),
        )
    if "iss" in query or issuer.sends_iss:
        host = urlsplit(query.get("iss", "")).hostname or ""
        if host != issuer.name:
            raise MailgenError(
                Text("this answer comes from another issuer than {issuer}", issuer=issuer.name),
                Text("the address that came back"),
                Text("start again, and sign in at {issuer} only", issuer=issuer.name),
            )
    if "error" in query or "code" not in query:
        raise denied(query.get("error", "no code"), query.get("error_description", ""), issuer)
    return query["code"]


def code_body(client: Client, code: str, redirect: str, verifier: str, secret: Secret | None) -> str:
    """Return the form that exchanges a code for tokens."""
    asked = oauthlib.oauth2.WebApplicationClient(client.client_id)
    return str(
        asked.prepare_request_body(
            code=code, redirect_uri=redirect, code_verifier=verifier, **_client_secret(secret)
        )
    )


def refresh_body(client_id: str, refresh: Secret, secret: Secret | None) -> str:
    """Return the form that asks for another access token; the scopes stay as they were granted."""
    asked = oauthlib.oauth2.WebApplicationClient(client_id)
    return str(
        asked.prepare_refresh_body(refresh_token=refresh.text, client_id=client_id, **_client_secret(secret))
    )


def device_body(client: Client, issuer: Issuer) -> str:
    """Return the form that asks for a code to be typed on another device (RFC 8628, section 3.1)."""
    from urllib.parse import urlencode

    return urlencode({"client_id": client.client_id, "scope": " ".join(issuer.scopes)})


def device_token_body(client: Client, device_code: str, secret: Secret | None) -> str:
    """Return the form that asks whether the code has been typed (RFC 8628, section 3.4)."""
    asked = oauthlib.oauth2.DeviceClient(client.client_id)
    return str(
        asked.prepare_request_body(device_code=device_code, include_client_id=True, **_client_secret(secret))
    )


def revoke_body(client_id: str, token: Secret, secret: Secret | None) -> str:
    """Return the form that ends a login (RFC 7009)."""
    from urllib.parse import urlencode

    form = {
        "token": token.text,
        "token_type_hint": "refresh_token",
        "client_id": client_id,
        **_client_secret(secret),
    }
    return urlencode(form)


def tokens_in(answer: str, issuer: str) -> Tokens:
    """Return the tokens in the body of an answer.

    Raises Denied for an error, MailgenError for what is neither, such as a page for people.
    """
    asked = oauthlib.oauth2.WebApplicationClient("")
    try:
        found = asked.parse_request_body_response(answer)
    except OAuth2Error as error:
        if type(error).__name__.startswith("Missing"):
            raise _no_answer(issuer) from None
        raise denied(error.error or "", error.description or "", issuer) from None
    except ValueError:
        raise _no_answer(issuer) from None
    try:
        good_for = float(found.get("expires_in") or UNSAID)
    except (TypeError, ValueError):
        good_for = UNSAID
    access, refresh = found["access_token"], found.get("refresh_token")
    if not _is_token(access) or not (refresh is None or _is_token(refresh)):
        raise _no_answer(issuer)
    return Tokens(Secret(access), good_for, Secret(refresh) if refresh else None)


def denied(code: str, description: str, issuer: Issuer | str) -> Denied:
    """Return what an error of an authorisation server means; of its words only the closed ones are shown."""
    name = issuer if isinstance(issuer, str) else issuer.name
    word = code if _WORD.fullmatch(code) else "error"
    number = _NUMBER.search(description)
    found = number[0] if number else ""
    return Denied(word, found, name, _MENDS.get(found) or _MENDS.get(word) or _UNKNOWN)


def _is_token(token: object) -> bool:
    """Say whether it is text without blanks (RFC 6749, appendix A.12): a line of its own in a file."""
    return (
        isinstance(token, str)
        and token.isascii()
        and token.isprintable()
        and token != ""
        and " " not in token
    )


def _no_answer(issuer: str) -> MailgenError:
    return MailgenError(
        Text("what {issuer} answers is no token", issuer=issuer),
        issuer,
        Text("try again later; if it stays so, the address of its token endpoint may have changed"),
    )


def _client_secret(secret: Secret | None) -> dict[str, str]:
    return {"client_secret": secret.text} if secret else {}


_UNKNOWN = Text("look the word up at the issuer, or try again later")
#: Words of RFC 6749 and 8628, and Microsoft's numbers, and what to do. Sources: these RFCs; Microsoft Entra
#: authentication and authorization error codes.
_MENDS = {
    "access_denied": Text("sign in again, and agree to what the page asks"),
    "invalid_grant": Text("the login has ended, or was refused: sign in again"),
    "invalid_client": Text("compare the client's id and secret with what the issuer shows"),
    "unauthorized_client": Text("the client may not sign in this way: look at its settings at the issuer"),
    "invalid_scope": Text("the client may not ask for mail: add the scopes of mail to it at the issuer"),
    "expired_token": Text("the code was not typed in time: start again"),
    "temporarily_unavailable": Text("try again later"),
    "server_error": Text("try again later"),
    "AADSTS7000112": Text("the client was switched off by its owner: register one of your own"),
    "AADSTS50011": Text("add the redirect address http://localhost to the client, as 'mobile and desktop'"),
    "AADSTS65001": Text("consent is missing: sign in again and agree, or let an administrator consent"),
    "AADSTS90094": Text("an administrator of the organisation has to consent to this client"),
    "AADSTS53003": Text(
        "a rule of the organisation forbids this way: sign in with the browser on this machine"
    ),
    "AADSTS700082": Text("the login was not used for too long: sign in again"),
}
