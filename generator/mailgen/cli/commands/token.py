"""`mailgen token`: print an access token, for mail programs. It asks nobody and opens nothing."""

from __future__ import annotations

from mailgen.cli.parser import add_accounts
from mailgen.core.errors import MailgenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument(
        "what", metavar="ADDRESS|ID", help="the address, or an account's id, that has signed in"
    )
    parser.add_argument("--fresh", action="store_true", help="ask for a new token, even if one is still good")
    add_accounts(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the token and nothing else; returns the exit status.

    A refusal is one line that ends in the command that mends: that is what mail programs show.
    """
    import resource
    import sys

    from mailgen.cli.logins import plainly
    from mailgen.cli.terminal import one_line

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from mailgen.oauth2.fresh import token

        found = token(
            plainly(arguments.what, arguments.accounts),
            arguments.fresh,
            lambda error: one_line(error.what, error.mend),
        )
    except MailgenError as error:
        one_line(error.what, error.mend)
        return error.status
    sys.stdout.write(f"{found.text}\n")
    return 0
