"""`mailgen logout`: end a login at the server, and take it away here."""

from __future__ import annotations

from mailgen.cli.logins import plainly
from mailgen.cli.parser import add_accounts
from mailgen.cli.terminal import say, warn
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model.provider import Address
    from mailgen.oauth2.logins import Login


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument(
        "what", metavar="ADDRESS|ID", help="the address, or an account's id, that has signed in"
    )
    add_accounts(parser)


def run(arguments: argparse.Namespace) -> int:
    """End the login; raises MailgenError if nobody has signed in, or it cannot be taken away."""
    import resource

    from mailgen.oauth2 import logins

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    address = plainly(arguments.what, arguments.accounts)
    name = str(address)
    with logins.alone_with(name):
        login = logins.remembered(name)
        if login is None:
            raise MailgenError(
                Text("nobody has signed in as {address} here", address=name),
                name,
                Text("there is nothing to end"),
            )
        _revoke(login, address)
        logins.drop_login(login, address)
    say(Text("signed out; the login is gone from {store}", store=login.store))
    return 0


def _revoke(login: Login, address: Address) -> None:
    """End the login at the issuer, if it has a way to; what fails is told, and does not keep it here."""
    from mailgen.oauth2 import logins
    from mailgen.oauth2.post import post
    from mailgen.oauth2.registration import client_secret
    from mailgen.oauth2.requests import revoke_body

    if not login.revoke_url:
        warn(
            "note",
            Text("{issuer} has no way to end a login from here", issuer=login.issuer),
            login.issuer,
            Text("take away the program's access in the account's settings"),
        )
        return
    try:
        refresh = logins.refresh_token(login, address)
        secret = client_secret(login.issuer, login.client_id, login.client_secret_command)
        post(
            login.revoke_url,
            revoke_body(login.client_id, refresh, secret),
        )
    except MailgenError as error:
        warn(
            "warning",
            error.what,
            login.issuer,
            Text("take away the program's access in the account's settings"),
        )
