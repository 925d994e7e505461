"""`mailgen show`: everything known about one provider, on one sheet."""

from __future__ import annotations

from mailgen.catalog.lookup import provider_record
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_language, add_providers
from mailgen.cli.provider_sheet import INDENT, provider_sheet
from mailgen.cli.terminal import language, show, show_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("what", metavar="DOMAIN|ADDRESS|ID", help="a domain, an address or a provider's id")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    add_language(parser)
    add_providers(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sheet of the provider that serves a domain or an address."""
    catalogue = opened(arguments.providers)
    id, record = provider_record(catalogue, arguments.what)
    if arguments.json:
        show_data({"id": id, **record})
        return 0
    for line in provider_sheet(id, record, language(arguments.lang)):
        show(line, " " * INDENT)
    return 0
