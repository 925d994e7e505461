"""`mailgen import`: existing configuration files become an accounts file, with a list of what was lost."""

from __future__ import annotations

import os

from mailgen.catalog.index import CatalogueShelf
from mailgen.cli.config_files import add_files, read_instead_of, readings_of
from mailgen.cli.opening import opened
from mailgen.cli.terminal import report, say
from mailgen.cli.wording import as_in_files
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.importer.convert import accounts_file, used_targets
from mailgen.importer.losses import summed
from mailgen.writer.inputs import create_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

_HEADER = """# Made by mailgen import from {files}.
# Look it through: what could not be taken over was listed when it was made.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add_files(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the accounts to a new file instead of printing them"
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="list each setting that is about the program, too, and not only how many",
    )
    parser.epilog = (
        "What has no place in an accounts file is listed on stderr. Passwords are never taken over."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the accounts that the files hold, as an accounts file; losses go to stderr.

    A file that nobody knows is named, and the others are done; the status is then 2.
    """
    shelf = CatalogueShelf(opened())
    refused: list[MailgenError] = []
    found = readings_of(arguments.files, arguments.target, shelf, refused, templates=True)
    readings = [(path, reading) for path, reading, _ in found]
    if refused and not readings:
        raise refused[0]
    for error in refused:
        report(error)
    targets = {name: shelf.target(name) for name in used_targets(readings)}
    for path, reading in readings:
        if other := read_instead_of(path, targets[reading.target]):
            say(other[0], Text("warning"), path, other[1])
    data, losses = accounts_file(readings, shelf, targets, shelf.formats)
    if not data["accounts"]:
        raise MailgenError(
            "no account was found",
            ", ".join(arguments.files),
            "name the file that holds the servers; files that are read from it are not followed",
        )
    text = as_yaml(data, arguments.files)
    for loss in losses if arguments.verbose else summed(losses):
        what = Text("{name}: {why}", name=loss.name, why=loss.why)
        say(what, Text("not taken over"), loss.where, loss.mend, spelled=as_in_files)
    if arguments.output is None:
        print(text, end="")
    else:
        create_text(arguments.output, text)
        say(Text("wrote {output}", output=arguments.output))
    return max((error.status for error in refused), default=0)


def as_yaml(data: dict[str, Any], files: Sequence[str]) -> str:
    """Write the data of an accounts file: a block an account, its lists and servers on one line each."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes lists, and mappings within an account, in one line."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
        flat = all(not isinstance(item, dict | list) for item in value.values()) and "address" not in value
        return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flat)

    def sequence(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
        flat = all(not isinstance(item, dict) for item in value)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flat)

    Dumper.add_representer(dict, mapping)
    Dumper.add_representer(list, sequence)
    body = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
    names = ", ".join(repr(os.path.basename(path))[1:-1] for path in files)
    return _HEADER.format(files=names) + body
