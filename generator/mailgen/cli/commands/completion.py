"""`mailgen completion`: the completion script of a shell, made from the parser."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.parser import full_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell it is for")


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    targets = {target.name: target.title for target in open_catalogue().targets()}
    print(shtab.complete(full_parser(targets), shell=arguments.shell))
    return 0
