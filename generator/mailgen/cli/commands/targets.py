"""`mailgen targets`: the clients that mailgen writes for, and how they get on with a provider."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue
from mailgen.cli import target_words
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
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--for",
        dest="address",
        metavar="ADDRESS|DOMAIN",
        help="say which of them work with its provider, in which version, over which protocols, and why not",
    )
    what.add_argument(
        "--why-not",
        metavar="NAME",
        help="say why there is no target for a program, and what to take instead",
    )
    what.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="print a paragraph about each: versions, protocols, all files",
    )
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print a line or a paragraph about each target, how each fits a provider, or why one is not there."""
    if arguments.address is not None:
        return _fitness(arguments)
    if arguments.why_not is not None:
        return _why_not(arguments)
    records = {
        name: {key: value for key, value in record.items() if key != "templates"}
        for name, record in open_catalogue().manifests()
    }
    if arguments.json:
        show_data(records)
        return 0
    lang = language(arguments.lang)
    if arguments.verbose:
        for name, record in records.items():
            _show_all(name, record, lang)
    else:
        _show_lines(records, lang)
    return 0


def _show_lines(records: dict[str, Record], lang: str) -> None:
    """Show a line a target: name, kind, what it is for, and the file that its program looks for."""
    lines = [
        (
            name,
            worded(Text(record["kind"]), lang),
            worded(target_words.about(record), lang),
            record["files"][0]["path"],
        )
        for name, record in records.items()
    ]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    for *columns, path in lines:
        head = "".join(f"{padded(text, width)}  " for text, width in zip(columns, widths[:-1], strict=True))
        show(head + path, " " * (widths[0] + 2))


def _show_all(name: str, record: Record, lang: str) -> None:
    """Show a paragraph about a target: a line a fact, or a line a file."""
    show(f"{name}: {worded(target_words.about(record), lang)}", "  ")
    version = Text("{version} if nothing is said", version=record["version"]["default"])
    facts = {
        Text("kind"): [Text(record["kind"])],
        Text("program"): [record["title"]],
        Text("versions"): [Listed("; ", [target_words.oldest(record), version])],
        Text("protocols"): [target_words.protocols(record)],
        Text("secret"): [", ".join(record["secret"]["delivery"])],
        Text("checked by"): [target_words.checked_by(record)],
        Text("files"): list(dict.fromkeys(file["path"] for file in record["files"])),
        Text("options"): [", ".join(record.get("options", ()))],
        Text("manual"): [record["manual"]],
    }
    for fact, values in facts.items():
        title = padded(worded(fact, lang), 10)
        for value in filter(None, values):
            show(f"  {title}  {worded(value, lang)}", " " * 14)
            title = " " * 10
    show("")


def _why_not(arguments: argparse.Namespace) -> int:
    """Print why a program has no target; raises UsageError for one that has, or of which nothing is known."""
    from mailgen.catalog.not_built import not_built, why_not
    from mailgen.core.errors import UsageError
    from mailgen.resolve.address import shown

    name, where = arguments.why_not, "--why-not"
    if name in open_catalogue().target_names():
        mend = Text("print its files with 'mailgen {name} ADDRESS'", name=name)
        raise UsageError(Text("{name} is a target", name=name), where, mend)
    one = why_not(name)
    if one is None:
        mend = Text(
            "a reason is known for {names}; 'mailgen targets' lists what is there",
            names=Listed(", ", [known.names[0] for known in not_built()]),
        )
        raise UsageError(
            Text("there is no target {name}, and nothing speaks against one", name=shown(name)), where, mend
        )
    if arguments.json:
        show_data({"name": one.names[0], "why": one.why.texts, "instead": one.instead})
        return 0
    lang = language(arguments.lang)
    show(worded(Text("{name} is not built: {why}.", name=one.names[0], why=one.why), lang))
    show(worded(Text("Instead: {names}", names=Listed(", ", one.instead)), lang))
    return 0


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
    here = {name: one.version for name, one in programs_here(dict(catalogue.manifests())).found.items()}
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
