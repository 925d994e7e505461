"""Accounts meet a target and become files: text in, text out, the same bytes every time."""

from __future__ import annotations

from mailgen.errors import Unquotable, Unrepresentable
from mailgen.model import RenderedFile
from mailgen.quoting import GRAMMARS
from mailgen.runtime import Environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.model import Account, Command, Target


def render(
    target: Target,
    accounts: Sequence[Account],
    templates: Mapping[str, str],
    settings: Mapping[str, str | Command | bool | int | None] | None = None,
) -> list[RenderedFile]:
    """Render all files of `target` for `accounts`.

    `templates` maps template names (`msmtp/msmtprc.j2`) to their compiled Python source, as the
    catalogue holds them; `settings` are the target's own options, None where not given. Raises
    Unrepresentable if a value cannot be written exactly, MailgenError if a template is wrong.
    """
    grammar = GRAMMARS[target.grammar]
    environment = Environment(grammar, templates)
    variables = {
        "accounts": accounts,
        "settings": {**dict.fromkeys(target.options), **(settings or {})},
        "next_number": len(accounts) + 1,
    }
    files = []
    for file in target.files:
        try:
            text = environment.render(file.template, variables)
        except Unquotable as error:
            raise Unrepresentable(environment.field.replace("_", " "), target.title, str(error)) from None
        refuse_long_lines(text, grammar.longest_line, target.title)
        files.append(RenderedFile(file.path, file.mode, text, file.holds_secret, file.merge))
    return files


def refuse_long_lines(text: str, longest: int | None, target: str) -> None:
    """Raise Unrepresentable if a line has more bytes than the program reads; None means any length."""
    if longest is None:
        return
    for line in text.splitlines():
        if len(line.encode()) > longest:
            raise Unrepresentable(
                line.split()[0], target, f"it is longer than a line may be ({longest} bytes)"
            )
