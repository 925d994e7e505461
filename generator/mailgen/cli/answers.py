"""The main form with --json: all of an answer on stdout, as data, and nothing beside it."""

from __future__ import annotations

from mailgen.answer import answer
from mailgen.cli.opening import opened
from mailgen.cli.origins import origins
from mailgen.cli.terminal import show_data
from mailgen.cli.wish import discovered, named_provider
from mailgen.cli.wording import as_options
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.languages import finding_data
from mailgen.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def print_answer(
    arguments: argparse.Namespace, target: Target, wish: Wish, store: str | None, catalogue: Catalogue
) -> int:
    """Print what the words of the main form come to, as data; returns the exit status.

    Raises UsageError for words that choose or write a file: the answer holds them all.
    """
    for option in ("output", "file", "follow_links"):
        if getattr(arguments, option):
            raise UsageError(
                Text("{json} prints all files with what belongs to them, and writes none", json="--json"),
                f"--{option.replace('_', '-')}",
                "leave one of the two out",
            )
    catalogue = opened(arguments.providers, catalogue, told=False)
    provider = discovered(arguments, catalogue) or named_provider(arguments, catalogue)
    said = answer(
        target,
        arguments.address,
        wish,
        provider=provider,
        catalogue=catalogue,
        origins=origins(arguments, target),
        store=store,
        beside=catalogue.findings,
        spelled=as_options,
    )
    if any(step["do"] == "sign-in" for step in said["steps"]):
        served = catalogue.provider(said["provider"]["id"]) if isinstance(provider, str | None) else provider
        said["findings"] += _unregistered(served, said["address"])
    show_data(said)
    return 0


def _unregistered(provider: Provider | None, address: str) -> Iterator[dict[str, object]]:
    """Yield the warning that nobody can sign in yet; it stops no file."""
    from mailgen.cli.logins import client_for

    if provider is not None:
        try:
            client_for(provider, address)
        except MailgenError as error:
            lacking = Finding("warning", "no-oauth2-client", error.what, error.where, error.mend)
            yield finding_data(lacking, as_options)
