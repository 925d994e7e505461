"""Accounts meet a target and become files: text in, text out, the same bytes every time."""

from __future__ import annotations

from mailgen import grammars
from mailgen.errors import MailgenError, Unquotable, Unrepresentable
from mailgen.model import RenderedFile
from mailgen.runtime import Environment
from mailgen.tokens import FileName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.model import Account, Target, TargetFile


def render(
    target: Target,
    accounts: Sequence[Account],
    templates: Mapping[str, str],
    layout: str = "single",
) -> list[RenderedFile]:
    """Render all files of `target` for `accounts`, in the layout `single` or `household`.

    `templates` maps template names (`msmtp/msmtprc.j2`) to their compiled Python source, as the
    catalogue holds them. Raises Unrepresentable if a value cannot be written exactly, MailgenError if
    a template is wrong or two files would have the same path.
    """
    grammar = grammars.load(target.grammar)
    environment = Environment(grammar, templates)
    made: dict[str, RenderedFile] = {}
    wanted = [file for file in target.files if file.layout in ("both", layout)]
    paths = {_stem(file): _paths(file, accounts) for file in wanted}
    for file in wanted:
        for group in [[account] for account in accounts] if file.each else [accounts]:
            path = filled_path(file.path, group[0])
            variables = {
                "accounts": group,
                "account": group[0],
                "paths": paths,
                "next_number": len(accounts) + 1,
            }
            try:
                text = environment.render(file.template, variables)
            except Unquotable as error:
                name = environment.field.replace("_", " ")
                raise Unrepresentable(name, target.title, str(error)) from None
            refuse_long_lines(text, grammar.longest_line, target.title)
            if path in made:
                raise MailgenError(
                    f"two files of {target.title} would have the same path",
                    path,
                    "give the accounts different ids or options",
                )
            made[path] = RenderedFile(
                path,
                file.mode,
                text,
                file.holds_secret,
                file.merge,
                file.comment,
                target.name,
                tuple(account.id for account in group),
                target.clashes,
                target.secret_lines,
            )
    return list(made.values())


def _stem(file: TargetFile) -> str:
    return file.template.rpartition("/")[2].partition(".")[0]


def _paths(file: TargetFile, accounts: Sequence[Account]) -> FileName | dict[str, FileName]:
    """Return where a file lies: its name, or for one that each account has the names by id."""
    if file.each:
        return {account.id: FileName(filled_path(file.path, account)) for account in accounts}
    return FileName(filled_path(file.path, accounts[0]))


def filled_path(path: str, account: Account) -> str:
    """Put the account's id and its options into the path of a target's file."""
    places = {"id": account.id, **{name: value for name, value in account.options.items() if value}}
    for name, value in places.items():
        path = path.replace("{" + name + "}", str(value))
    return path


def refuse_long_lines(text: str, longest: int | None, target: str) -> None:
    """Raise Unrepresentable if a line has more bytes than the program reads; None means any length."""
    if longest is None:
        return
    for line in text.splitlines():
        if len(line.encode()) > longest:
            raise Unrepresentable(
                line.split()[0], target, f"it is longer than a line may be ({longest} bytes)"
            )
