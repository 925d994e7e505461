"""An access token that is good now: the one that is kept, or a new one for which the issuer is asked."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.model.tokens import Secret
from mailgen.oauth2 import cached, logins
from mailgen.oauth2.post import Unreachable, post
from mailgen.oauth2.registration import client_secret
from mailgen.oauth2.requests import Denied, refresh_body, tokens_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mailgen.model.provider import Address
    from mailgen.oauth2.logins import Login


class LoginEnded(MailgenError):
    """Nobody has signed in, or the issuer takes the login no more: only signing in mends it."""

    code = "login-ended"


#: Seconds for which a refusal of the login, or a network that is down, is remembered.
REFUSED, DOWN = 30, 5


def token(address: Address, new: bool, warn: Callable[[MailgenError], None]) -> Secret:
    """Return an access token for an address; with `new` not the one that is kept.

    `warn` is told what does not keep the token from being used. Raises MailgenError with the command that
    mends.
    """
    name = str(address)
    with logins.alone_with(name):
        if not new and (kept := cached.good(name)):
            return Secret(kept)
        login = logins.remembered(name)
        if login is None:
            raise LoginEnded(
                Text("nobody has signed in as {address} here", address=name), name, sign_in(name)
            )
        if found := logins.trouble(name):
            said, ended = found
            raise (LoginEnded if ended else MailgenError)(said, name, sign_in(name))
        return _refreshed(login, address, warn)


def _refreshed(login: Login, address: Address, warn: Callable[[MailgenError], None]) -> Secret:
    name = login.address
    refresh = logins.refresh_token(login, address)
    secret = client_secret(login.issuer, login.client_id, login.client_secret_command)
    try:
        tokens = tokens_in(
            post(login.token_url, refresh_body(login.client_id, refresh, secret)), login.issuer
        )
    except Denied as error:
        logins.note_trouble(name, str(error.what), REFUSED, ended=True)
        raise LoginEnded(error.what, name, sign_in(name)) from None
    except Unreachable as error:
        logins.note_trouble(name, str(error.what), DOWN)
        raise
    if (
        tokens.refresh
        and tokens.refresh != refresh
        and (lost := logins.renewed(login, address, tokens.refresh))
    ):
        warn(lost)
    logins.keep_token(name, tokens.access, tokens.good_for)
    return tokens.access


def sign_in(address: str) -> Text:
    """Return the mend of every login that is not there, or not any more."""
    return Text("run 'mailgen login {address}'", address=address)
