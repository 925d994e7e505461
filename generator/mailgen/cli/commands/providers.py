"""`mailgen providers`: the mail providers that mailgen knows."""

from __future__ import annotations

from mailgen.cli.opening import opened
from mailgen.cli.parser import add_language, add_providers
from mailgen.cli.terminal import in_language, language, padded, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument(
        "query", metavar="QUERY", nargs="?", help="only those whose id, name or domains contain this"
    )
    parser.add_argument("--json", action="store_true", help="print the records as JSON, one a line")
    add_language(parser)
    add_providers(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print id, domains and name of each provider; 1 if none matches."""
    lang = language(arguments.lang)
    found = False
    catalogue = opened(arguments.providers)
    for id, record in catalogue.records():
        if arguments.query and not _matches(arguments.query.lower(), id, record):
            continue
        found = True
        if arguments.json:
            show_data({"id": id, **record}, indent=None)
        else:
            domains = padded(worded(_domains(record, id), lang), 28)
            show(f"{id:24}  {domains}  {in_language(record['name'], lang)}", " " * 4)
    if not found:
        from mailgen.catalog.lookup import nearest_names
        from mailgen.core.errors import MailgenError

        near = nearest_names(catalogue, arguments.query) if arguments.query else []
        mend = (
            Text("did you mean {names}?", names=Listed(" or ", list(map(repr, near))))
            if near
            else "try a part of the name or of a domain"
        )
        raise MailgenError("no provider matches", "QUERY", mend)
    return 0


def _matches(query: str, id: str, record: dict[str, Any]) -> bool:
    names = [id, *record["name"].values(), *record.get("domains", ()), *record.get("mx", ())]
    return any(query in name.lower() for name in names)


def _domains(record: dict[str, Any], id: str) -> str:
    others = [domain for domain in record.get("domains", ()) if domain != id]
    if not others:
        return "" if record.get("domains") else Text("(your own domain)")
    if not others[1:]:
        return str(others[0])
    return Text("{path} and {number} more", path=others[0], number=len(others) - 1)
