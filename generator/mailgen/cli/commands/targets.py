"""`mailgen targets`: the clients that mailgen writes for."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.terminal import show, show_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("--json", action="store_true", help="print the manifests as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print name, title, version and files of each target."""
    records = {
        name: {key: value for key, value in record.items() if key != "templates"}
        for name, record in open_catalogue().manifests()
    }
    if arguments.json:
        show_data(records)
        return 0
    width = max(map(len, records), default=0)
    for name, record in records.items():
        protocols = ", ".join(protocol.upper() for protocol in record["protocols"])
        paths = ", ".join(file["path"] for file in record["files"])
        show(f"{name:{width}}  {record['kind']:9}  {protocols:16}  {paths}")
    return 0
