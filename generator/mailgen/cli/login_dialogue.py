"""Signing in as people do it: the page is shown, or opened, and what comes of it is tried and then kept."""

from __future__ import annotations

import os
import sys

from mailgen.cli import prompts
from mailgen.cli.terminal import copy_line, language, say
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model.provider import Address, Provider
    from mailgen.oauth2.clients import Client
    from mailgen.oauth2.issuers import Issuer
    from mailgen.oauth2.logins import Login
    from mailgen.oauth2.requests import Tokens


#: What an issuer says that does not know a client any more (RFC 6749, section 5.2).
_FORGOTTEN = ("invalid_client", "unauthorized_client")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A login that was just made, and is not kept yet; `store` is where it shall lie."""

    address: Address
    issuer: Issuer
    client: Client
    tokens: Tokens
    store: str = ""


def add_ways(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how somebody signs in."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--device", action="store_true", help="sign in by typing a code on another device")
    way.add_argument("--paste", action="store_true", help="sign in with any browser, and paste where it ends")
    add = parser.add_argument
    add("--tenant", metavar="TENANT", help="the organisation of the address, where the issuer has several")
    add("--no-browser", action="store_true", help="print the page's address, and open nothing")


def have_signed_in(
    address: Address, provider: Provider, arguments: argparse.Namespace, named: str = ""
) -> Fresh:
    """Have somebody sign in, with the OAuth2 client that is `named`, or else fits, and try the token.

    Nothing is kept. Raises MailgenError if it does not come to that.
    """
    from mailgen.cli.logins import client_for
    from mailgen.oauth2 import clients, registration, requests, signing_in
    from mailgen.oauth2.issuers import for_client

    tenant = arguments.tenant or ""
    issuer, client = client_for(provider, str(address), tenant, named)
    issuer = signing_in.completed(for_client(issuer, client, tenant))
    if client.name == clients.UNREGISTERED:
        client = registration.own_client(issuer)
    say(
        Text(
            "signing in at {issuer} as {address}, with the client {client}; it asks for: {scopes}",
            issuer=issuer.name,
            address=str(address),
            client=client.name,
            scopes=" ".join(issuer.scopes),
        )
    )
    try:
        tokens = _signed_in(arguments, issuer, client, str(address))
    except requests.Denied as error:
        if client.name == clients.UNREGISTERED and error.code in _FORGOTTEN:
            registration.forget_client(issuer.name)
            again = Text("start again: mailgen registers anew")
            raise MailgenError(error.what, error.where, again) from None
        raise
    if not arguments.no_check:
        _prove(provider, str(address), tokens)
    return Fresh(address, issuer, client, tokens)


def keep_signed_in(fresh: Fresh) -> None:
    """Keep a login in its store, and its token where programs find it. Raises MailgenError."""
    from mailgen.oauth2 import logins

    name, tokens = str(fresh.address), fresh.tokens
    with logins.alone_with(name):
        assert tokens.refresh is not None
        logins.keep_login(
            _login(name, fresh.store, fresh.issuer, fresh.client), fresh.address, tokens.refresh
        )
        logins.keep_token(name, tokens.access, tokens.good_for)


def _signed_in(arguments: argparse.Namespace, issuer: Issuer, client: Client, address: str) -> Tokens:
    from mailgen.oauth2 import signing_in
    from mailgen.oauth2.registration import client_secret

    secret = client_secret(issuer.name, client.client_id, client.secret_command)
    if arguments.device or (client.flow == "device" and not arguments.paste):
        return signing_in.by_device(issuer, client, secret, _show_code)
    if arguments.paste or client.flow == "paste":
        if not prompts.welcome():
            raise UsageError(
                Text("nobody is there to paste the address"), "--paste", Text("start this on a terminal")
            )
        return signing_in.by_paste(issuer, client, address, secret, _ask_for_address)
    quiet = arguments.no_browser
    return signing_in.by_browser(
        issuer, client, address, secret, lambda page: _open(page, issuer, quiet), _tell_soon
    )


def _open(page: str, issuer: Issuer, quiet: bool) -> None:
    """Show the page, and open it in a browser; where there is none, say what else can be done."""
    say(Text("the page to sign in:"))
    copy_line(page)
    if quiet or _opened(page):
        return
    ways = Listed(", ", ["--paste", *(["--device"] if issuer.device_url else [])])
    say(
        Text(
            "no browser could be opened here: open the page in one on this machine; "
            "or stop with Ctrl-C, and sign in with one elsewhere: {ways}",
            ways=ways,
        )
    )


def _opened(page: str) -> bool:
    """Open a page in a browser with a window of its own, for one in this terminal would hide what is said.

    Says whether there is one.
    """
    if not (sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    import webbrowser

    try:
        return webbrowser.open(page)
    except (OSError, webbrowser.Error):
        return False


def _tell_soon() -> None:
    say(
        Text(
            "still waiting: a page that says the program is blocked, or that wants an administrator, "
            "sends nothing back; Ctrl-C ends this"
        )
    )


def _show_code(page: str, code: str) -> None:
    say(Text("open this page anywhere, and type the code {code}:", code=code))
    copy_line(page)


def _ask_for_address(page: str) -> str:
    say(Text("open this page in any browser; at the end it cannot be shown, and its address is wanted:"))
    copy_line(page)
    asked = {"en": "the whole address at which the browser ended", "zh": "浏览器最后停留页面的完整地址"}[
        language()
    ]
    return prompts.ask(asked, "", _is_address)


def _is_address(text: str) -> None:
    if "state=" not in text:
        raise UsageError(
            Text("this is not the address"), Text("the answer"), Text("copy it whole, from its beginning")
        )


def _prove(provider: Provider, address: str, tokens: Tokens) -> None:
    """Log in to the mailbox with the token: only so a consent by another account is noticed."""
    from mailgen.check import Key, Subject
    from mailgen.check.gate import Hosts
    from mailgen.check.run import examined
    from mailgen.discovery.trust import trust
    from mailgen.model.server import Server

    known = provider.endpoints.get("imap", ())
    servers = tuple(Server(one, address, "xoauth2") for one in known if "xoauth2" in one.auth)[:1]
    subject = Subject(address, address, servers, Key("token", tokens.access), provider)
    for server, _, step in examined(subject, trust(), Hosts()):
        if step.ok is False:
            raise MailgenError(
                Text(
                    "{host} does not take the token: {said}", host=server.host, said=step.said or step.stage
                ),
                Text("the mailbox of {address}", address=address),
                Text(
                    "sign in as {address} and no other; if that was so, IMAP may be switched off in the "
                    "mailbox's settings. --no-check keeps the login all the same",
                    address=address,
                ),
            )


def _login(address: str, store: str, issuer: Issuer, client: Client) -> Login:
    from datetime import UTC, datetime

    from mailgen.oauth2 import logins

    return logins.Login(
        address,
        store,
        issuer.name,
        issuer.token_url,
        issuer.revoke_url,
        client.name,
        client.client_id,
        client.secret_command,
        issuer.scopes,
        datetime.now(UTC).date().isoformat(),
    )
