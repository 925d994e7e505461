"""`mailgen explain`: where each line of a configuration comes from, and why it is so."""

from __future__ import annotations

import sys
from itertools import groupby

from mailgen.accounts import reader
from mailgen.accounts.requests import requests
from mailgen.cli.opening import opened
from mailgen.cli.origins import origins
from mailgen.cli.parser import add_accounts, add_colour, add_form
from mailgen.cli.terminal import BOLD, DIM, coloured, in_language, language, show, show_data
from mailgen.cli.wish import named_provider, wish_from
from mailgen.cli.wording import COLON
from mailgen.core.errors import DataError, MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.explain.data import line_data
from mailgen.explain.lines import explain, explain_household
from mailgen.model.vocabulary import KINDS, LEVELS
from mailgen.redaction.secrecy import HIDDEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from mailgen.catalog.reader import Catalogue
    from mailgen.core.files import RenderedFile
    from mailgen.explain.lines import ExplainedLine
    from mailgen.explain.reason import Reason

_SAID = {
    "provider": {"en": "provider", "zh": "服务商"},
    "user": {"en": "you", "zh": "您"},
    "rule": {"en": "rule", "zh": "规则"},
    "default": {"en": "default, which you can change", "zh": "默认值，可更改"},
    "why": {"en": "why", "zh": "原因"},
    "if": {"en": "because", "zh": "条件成立"},
    "unless": {"en": "because not", "zh": "条件不成立"},
    "note": {"en": "note in the template", "zh": "模板中的注释"},
}
_INDENT = " " * 6


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb: those of the main form, and its own."""
    parser.usage = "mailgen explain TARGET [ADDRESS] [options]"
    parser.add_argument("target", metavar="TARGET", help="a client ('mailgen targets' lists them)")
    add_form(parser, writes=False)
    address = next(action for action in parser._actions if action.dest == "address")
    address.nargs, address.required = "?", False
    address.help = "a mail address; without one, what the accounts file comes to"
    add_accounts(parser, "the accounts file, if no ADDRESS is given")
    parser.add_argument("--line", metavar="N", type=int, help="explain only line N of the file")
    parser.add_argument("--json", action="store_true", help="print the explanation as JSON")
    add_colour(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print each line that is not blank, with where it comes from and why."""
    catalogue = opened(arguments.providers)
    target = catalogue.target(arguments.target)
    if arguments.address is None:
        files, lines = _household(arguments, catalogue)
    else:
        if arguments.accounts is not None:
            raise UsageError("give an address or an accounts file", "--accounts", "leave one of them out")
        wish, _ = wish_from(arguments, target)
        result, lines = explain(
            target,
            arguments.address,
            wish,
            catalogue,
            named_provider(arguments, catalogue),
            origins(arguments, target),
        )
        files = result.files
    lines = _wanted(lines, {file.path: file.text for file in files}, arguments)
    lang = language(arguments.lang)
    if arguments.json:
        show_data([line_data(line) for line in lines])
        return 0
    paint = coloured(sys.stdout, arguments.color)
    for text in explained_sheet(lines, lang, several=len({line.file for line in lines}) > 1):
        reason = text.startswith(_INDENT)
        indent = " " * (len(text) - len(text.lstrip()) + 2)
        colour = DIM if reason else BOLD
        show(text, indent if reason else None, colour if paint and text else "")
    return 0


def _household(
    arguments: argparse.Namespace, catalogue: Catalogue
) -> tuple[tuple[RenderedFile, ...], list[ExplainedLine]]:
    """Explain what the accounts file comes to for one target. A literal secret is not needed for that."""
    path = reader.chosen_path(arguments.accounts)
    target = arguments.target
    try:
        data = reader.load_accounts(path, catalogue.target_names())
        chosen = {}
        for request in requests(data):
            if target in request.targets and request.owner is None:
                # With all its targets: what others do for a client is in its file.
                chosen[request.id] = {**data["accounts"][request.id]}
                if request.data.get("credential") == "literal":
                    chosen[request.id].pop("credential", None)
                    chosen[request.id]["password"] = HIDDEN
        if not chosen:
            raise MailgenError(
                Text("no account has the target {target}", target=target),
                path,
                "add it to an account's targets",
            )
        plan, lines = explain_household({**data, "accounts": chosen}, catalogue, target)
    except DataError as error:
        raise reader.located_error(path, error) from None
    return tuple(file for file in plan.files if file.target == target), lines


def _wanted(
    lines: Sequence[ExplainedLine], texts: dict[str, str], arguments: argparse.Namespace
) -> list[ExplainedLine]:
    """Return the lines that --file and --line ask for; raise UsageError if there are none such."""
    names = {path.rpartition("/")[2]: path for path in texts}
    paths = list(texts)
    if arguments.file is not None:
        if arguments.file not in names:
            what = Text("this target has no file '{file}'", file=arguments.file)
            raise UsageError(what, "--file", Text("choose from {names}", names=Listed(", ", names)))
        paths = [names[arguments.file]]
    if arguments.line is None:
        return [line for line in lines if line.file in paths]
    if len(paths) > 1:
        raise UsageError(
            "this target has several files",
            "--line",
            Text("choose one with --file: {names}", names=Listed(", ", names)),
        )
    chosen = [line for line in lines if line.file == paths[0] and line.number == arguments.line]
    if not chosen:
        last = len(texts[paths[0]].splitlines())
        blank = 0 < arguments.line <= last
        what = (
            Text("line {line} is blank", line=arguments.line)
            if blank
            else Text("there is no line {line}", line=arguments.line)
        )
        raise UsageError(
            what, "--line", Text("the file has the lines 1 to {last}; leave --line out to see all", last=last)
        )
    return chosen


def explained_sheet(lines: Sequence[ExplainedLine], lang: str, several: bool) -> Iterator[str]:
    """Yield readable text about lines; `several` files have their names above."""
    width = max((len(str(line.number)) for line in lines), default=1) + 1
    file = None
    for line in lines:
        if file is not None:
            yield ""
        if several and line.file != file:
            yield line.file
        file = line.file
        yield f"{line.number:{width}}  {line.text}"
        yield f"{_INDENT}{', '.join(f'templates/{name}:{number}' for name, number in line.places)}"
        yield from _values(line, lang)
        yield from _grounds(line, lang)
        if line.why:
            source = f" [{line.source}]" if line.source else ""
            yield f"{_INDENT}{_said('why', lang)}{in_language(line.why, lang)}{source}"
        elif line.note and not line.values:
            yield f"{_INDENT}{_said('note', lang)}{line.note}"


def _said(word: str, lang: str) -> str:
    return _SAID[word][lang] + COLON[lang]


def _values(line: ExplainedLine, lang: str) -> Iterator[str]:
    """Yield the reasons for the values of a line; numbers that only tell accounts apart go unsaid."""
    telling = [value for value in line.values if any(one.field != "numbering" for one in value.reasons)]
    values = telling or (() if line.why else line.values[:1])
    several = len(values) > 1
    for value in values:
        if several:
            yield f"{_INDENT}{value.text}  ({value.expression})"
        yield from _reasons(value.reasons, lang, _INDENT + "  " * several)


def _grounds(line: ExplainedLine, lang: str) -> Iterator[str]:
    """Yield the innermost condition of a line, unless it only asks for a value that the line shows."""
    shown = [reason for value in line.values for reason in value.reasons]
    for ground in line.grounds[-1:]:
        news = [reason for reason in ground.reasons if reason not in shown]
        if news or not ground.reasons:
            yield f"{_INDENT}{_said('if' if ground.holds else 'unless', lang)}{ground.text}"
        yield from _reasons(news, lang, _INDENT + "  ")


def _reasons(reasons: Sequence[Reason], lang: str, indent: str) -> Iterator[str]:
    """Yield reasons, those from one place of a provider's record together."""
    for place, together in groupby(reasons, lambda one: (one.kind, one.provider, list(one.sources))):
        group = list(together)
        if place[0] == "provider":
            yield f"{indent}{_provided(group, lang)}"
        for number, reason in enumerate(group):
            if reason.kind != "provider":
                yield f"{indent}{_said(reason.kind, lang)}{reason.field}"
            if all(reason.why != before.why for before in group[:number]):
                yield f"{indent}{_said('why', lang)}{in_language(reason.why, lang)}"


def _provided(reasons: Sequence[Reason], lang: str) -> str:
    """Return where in a provider's record values stand that the same sources attest, and who these are."""
    first = reasons[0]
    fields = [first.field]
    for reason in reasons[1:]:
        stem, _, part = reason.field.rpartition(".")
        fields.append(f".{part}" if fields[0].rpartition(".")[0] == stem else reason.field)
    joint = {"en": ", ", "zh": "，"}[lang]
    text = f"{_SAID['provider'][lang]} {first.provider}{joint}{', '.join(fields)}"
    if not first.sources:
        return text
    form = {"en": "{} ({}, compared {})", "zh": "{}（{}，比对于 {}）"}[lang]
    attested = {"en": ", ", "zh": "、"}[lang].join(
        form.format(name, source.kind if lang == "en" else KINDS[source.kind][lang], source.checked)
        for name, source in first.sources.items()
    )
    level = {"en": "; ", "zh": "；"}[lang] + LEVELS[first.confidence][lang] if first.confidence else ""
    return f"{text}{COLON[lang]}{attested}{level}"
