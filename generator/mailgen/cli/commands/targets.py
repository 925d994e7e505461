"""`mailgen targets`: the clients that mailgen writes for, and how they get on with a provider."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.fitness_words import fitness_said
from mailgen.cli.terminal import cells, language, padded, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.catalog.fitness import Fitness
    from mailgen.model.records import Record


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    from mailgen.cli.parser import add_language

    parser.add_argument(
        "--json", action="store_true", help="print the manifests as JSON, with all their files"
    )
    parser.add_argument(
        "--for",
        dest="address",
        metavar="ADDRESS|DOMAIN",
        help="say which of them work with its provider, in which version, over which protocols, and why not",
    )
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print name, title, version and files of each target; or how each gets on with a provider."""
    if arguments.address is not None:
        return _fitness(arguments)
    records = {
        name: {key: value for key, value in record.items() if key != "templates"}
        for name, record in open_catalogue().manifests()
    }
    if arguments.json:
        show_data(records)
        return 0
    lang = language(arguments.lang)
    width = max(map(len, records), default=0)
    for name, record in records.items():
        kind = worded(Text(record["kind"]), lang)
        protocols = worded(Listed(", ", [protocol.upper() for protocol in record["protocols"]]), lang)
        head = f"{name:{width}}  {padded(kind, 9)}  {padded(protocols, 16)}  "
        show(head + worded(_files(record), lang), " " * cells(head))
    return 0


def _files(record: Record) -> str:
    """Return the file that a program looks for, and how many there may be beside it; --json has them all."""
    first: str
    first, *more = dict.fromkeys(file["path"] for file in record["files"])
    return Text("{path} and {number} more", path=first, number=len(more)) if more else first


def _fitness(arguments: argparse.Namespace) -> int:
    from mailgen.catalog.fitness import fitness
    from mailgen.catalog.lookup import provider_record
    from mailgen.cli.installed import programs_here
    from mailgen.resolve.address import parse_address

    catalogue = open_catalogue()
    what = arguments.address
    id, _record = provider_record(catalogue, what)
    provider = catalogue.provider(id)
    assert provider is not None
    address = parse_address(what if "@" in what else f"you@{(*provider.domains, id)[0]}")
    here = {name: one.version for name, one in programs_here(dict(catalogue.manifests())).items()}
    found = list(fitness(catalogue, address, provider, here))
    if arguments.json:
        show_data([_data(one, here) for one in found])
        return 0
    lang = language(arguments.lang)
    width = max(len(one.target.name) for one in found)
    for one in found:
        show(f"{one.target.name:{width}}  {worded(fitness_said(one, here), lang)}", " " * (width + 2))
        for why in one.why:
            show(f"{'':{width}}  {worded(why, lang)}", " " * (width + 2))
    return 0


def _data(one: Fitness, here: dict[str, str]) -> dict[str, Any]:
    return {
        "target": one.target.name,
        "state": one.state,
        "version": one.version,
        "installed": one.target.name in here,
        "protocols": list(one.protocols),
        "why": [str(why) for why in one.why],
        "since": one.since or None,
    }
