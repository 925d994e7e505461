"""`mailgen login`: sign in through a provider's page, so that mail programs get tokens."""

from __future__ import annotations

from mailgen.cli import login_dialogue
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_language, add_providers
from mailgen.cli.terminal import copy_line, say
from mailgen.cli.token_lengths import warn_of_length
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.credentials.here import stores_here
from mailgen.credentials.stores import STORES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

#: Stores that can hold a login, in the order in which they are tried.
ABLE = [kind for kind, store in STORES.items() if store.replaces]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add(
        "what",
        metavar="ADDRESS|ID",
        help="an address, or an account's id ('mailgen accounts list' lists them)",
    )
    login_dialogue.add_ways(parser)
    add("--client", metavar="NAME", help="the client to sign in with, by its name in oauth2-clients.yaml")
    add(
        "--store",
        metavar="KIND",
        choices=ABLE,
        help="where the login is kept (default: the first store that is here)",
    )
    add("--provider", metavar="ID", help="who hosts the address, if its domain does not tell")
    add("--no-check", action="store_true", help="do not log in to the mailbox to try the token")
    add_accounts(parser)
    add_providers(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Sign in, keep the login, and try it; returns the exit status."""
    import resource

    from mailgen.cli.logins import whose_login

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    catalogue = opened(arguments.providers)
    who = whose_login(arguments.what, arguments, catalogue)
    provider = who.provider(catalogue, arguments.provider)
    store = arguments.store or who.credential.get("store") or _store_here()
    fresh = login_dialogue.have_signed_in(who.address, provider, arguments, arguments.client or "")
    login_dialogue.keep_signed_in(replace(fresh, store=store))
    warn_of_length(who.address, provider, catalogue, who.targets, len(fresh.tokens.access.text))
    say(Text("signed in; the login is kept in {store}. Mail programs get their tokens from:", store=store))
    copy_line(f"mailgen token {who.address}")
    return 0


def _store_here() -> str:
    """Return the store to use where nobody names one."""
    kind = stores_here(logins=True)[0]
    if kind == "file":
        say(
            Text("the login is kept in a file that only you can read: no keyring, pass or age is set up here")
        )
    return kind
