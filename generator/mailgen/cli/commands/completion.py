"""`mailgen completion`: the completion script of a shell, made from the parser.

What a word may be follows from how help calls it: a FILE, a DIR, a TARGET. Names that change (accounts,
providers) are asked for at each Tab, with --list. Where nothing is known, the shell completes file names.
"""

from __future__ import annotations

import argparse

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.help_words import say_in
from mailgen.cli.parser import full_parser
from mailgen.cli.terminal import language
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LISTS = ("accounts", "targets", "providers", "settings")
#: How help calls a word -> what it is completed with.
_WORDS = {
    "FILE": "file",
    "PATH": "file",
    "OLD": "file",
    "NEW": "file",
    "DIR": "directory",
    "TARGET": "targets",
    "DOMAIN": "providers",
    "DOMAIN|ADDRESS|ID": "providers",
    "ADDRESS|DOMAIN": "providers",
    "ADDRESS|ID": "accounts",
    "QUERY": "providers",
    "ID": "accounts",
    "[ID.]KEY=VALUE": "settings",
}
_PLACES = {
    "bash": "echo 'source <(mailgen completion bash)' >> ~/.bashrc",
    "zsh": "mailgen completion zsh > ~/.zfunc/_mailgen\n"
    "        and in ~/.zshrc, above compinit: fpath+=~/.zfunc",
    "fish": "mailgen completion fish > ~/.config/fish/completions/mailgen.fish",
}
_NATIVE = "complete -o bashdefault -F"
_LAST = "  return 0\n}\n\ncomplete "


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.usage = "mailgen completion SHELL"
    lines = "\n".join(f"  {shell}: {line}" for shell, line in _PLACES.items())
    parser.epilog = Listed("\n", ["once, to have it in every shell:", lines])
    add = parser.add_argument
    add("shell", choices=tuple(_PLACES), nargs="?", help="the shell it is for")
    add("--list", choices=_LISTS, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Print the script, or the names that it asks for."""
    if arguments.list:
        print("\n".join(_names(arguments.list)))
        return 0
    if arguments.shell is None:
        raise UsageError(
            "no shell is named", "SHELL", Text("name one of {names}", names=Listed(", ", _PLACES))
        )
    import shtab

    targets = {target.name: target.title for target in open_catalogue().targets()}
    parser = full_parser(targets)
    if (lang := language(arguments.lang)) != "en":
        say_in(parser, lang)
    for action in _all_actions(parser):
        if how := _completed_with(action):
            vars(action)["complete"] = shtab.cmd(how) if " " in how else how
    print(_mended(shtab.complete(parser, shell=arguments.shell)))
    return 0


def _completed_with(action: argparse.Action) -> str:
    """Return what a word is completed with: a command, or shtab's word; "" where any text may stand."""
    if action.choices or not isinstance(action.metavar, str):
        return ""
    if action.metavar == "ROLE=NAME":
        return "echo sent= drafts= trash= junk= archive= all="
    new = action.metavar == "ID" and action.nargs == "?"  # an account that is not there yet
    kind = "providers" if action.dest == "provider" else "" if new else _WORDS.get(action.metavar, "")
    return f"mailgen completion --list {kind} 2>/dev/null" if kind in _LISTS else kind


def _all_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from _all_actions(one)
        else:
            yield action


def _mended(script: str) -> str:
    """Let bash complete file names where nothing else is known, and put no blank behind an equals sign."""
    nospace = "  [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null\n"
    return script.replace(_LAST, nospace + _LAST).replace(_NATIVE, "complete -o bashdefault -o default -F")


def _names(kind: str) -> Iterable[str]:
    """Return names of a kind; none where something is wrong, for a Tab is no place to say so."""
    try:
        if kind == "accounts":
            from mailgen.accounts import reader

            data = reader.read_accounts(reader.chosen_path(None))
            there = data.get("accounts") if isinstance(data, dict) else None
            return [str(id) for id in there] if isinstance(there, dict) else ()
        if kind == "settings":
            from mailgen.accounts.schema import account_keys

            return [f"{key}=" for key in account_keys()]
        from mailgen.cli.opening import opened

        catalogue = opened(None)
        return catalogue.target_names() if kind == "targets" else [one.id for one in catalogue.providers()]
    except MailgenError:
        return ()
