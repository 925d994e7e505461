"""Files, line by line, with where each line came from and why; what `mailgen explain` shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from mailgen.accounts import requests as household
from mailgen.accounts.planner import Made, Plan, Planner
from mailgen.api import Result, generate
from mailgen.core.errors import dotted
from mailgen.core.values import EMPTY, dataclass, replace
from mailgen.explain.account import quirk, reasons_for
from mailgen.explain.outline import outline_from_text
from mailgen.explain.reason import Case, Reason
from mailgen.explain.trace import Piece, Read, TracingEnvironment
from mailgen.formats import structure
from mailgen.model.account import Folders
from mailgen.model.vocabulary import PROTOCOLS, SERVER
from mailgen.redaction import redacted
from mailgen.redaction.secrecy import HIDDEN
from mailgen.render.files import render
from mailgen.resolve.address import parse_address
from mailgen.resolve.wish import Wish, wished_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.core.files import RenderedFile
    from mailgen.explain.outline import Outline
    from mailgen.formats.quoting import Grammar
    from mailgen.model.account import Account
    from mailgen.model.provider import Address, Provider
    from mailgen.model.records import Record
    from mailgen.model.target import Target

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a line: its `text` there, the `expression` that printed it, and the reasons for it."""

    text: str
    expression: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A condition that had to hold for a line to be there, with the reasons for the values in it."""

    text: str
    holds: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One line of a file, without its line break.

    `places` are the lines of templates it is made from (`msmtp/msmtprc.j2`, 9). `why` is what the
    manifest says of such lines, by language, and `source` who says so; `note` stands before the line
    in the template.
    """

    file: str
    number: int
    text: str
    places: tuple[tuple[str, int], ...]
    values: tuple[Value, ...] = ()
    grounds: tuple[Ground, ...] = ()
    why: Mapping[str, str] = EMPTY
    source: str = ""
    note: str = ""


def explain(
    target: str | Target,
    address: str,
    wish: Wish,
    catalogue: Catalogue,
    provider: str | Provider | None = None,
    origins: Mapping[str, str] = EMPTY,
) -> tuple[Result, list[ExplainedLine]]:
    """Make the configuration of `target` for `address` and explain each line of it that is not blank.

    `origins` says for each field of the wish in which words the user gave it (see reason.Case).
    Raises MailgenError as `generate` does.
    """
    result = generate(target, address, wish, provider=provider, catalogue=catalogue)
    case = _case(catalogue, parse_address(address), result, wish, origins)
    outlines = catalogue.outlines(result.target.name)
    whys = whys_for(catalogue, result.target)
    return result, explain_files(result.target, [case], result.files, outlines, whys)


def explain_household(
    data: Mapping[str, Any], catalogue: Catalogue, only: str = ""
) -> tuple[Plan, list[ExplainedLine]]:
    """Plan a household and explain each line of its files that is not blank, or of `only` one target.

    `data` are valid by accounts.schema.json; what the user wrote is named by its place there
    (`accounts.home.smtp.port`). Raises DataError as the planner does.
    """
    plan = Planner(catalogue).plan(data)
    requests = {request.id: request for request in household.requests(data)}
    lines: list[ExplainedLine] = []
    for name in [only] if only else dict.fromkeys(made.target.name for made in plan.made):
        made = [one for one in plan.made if one.target.name == name]
        cases = [
            _case(
                catalogue,
                requests[one.id].address,
                one,
                household.wish_for(
                    requests[one.id],
                    one.target,
                    [other.target for other in plan.made if other.id == one.id],
                ),
                wish_fields(requests[one.id], one.target),
            )
            for one in made
        ]
        files = [file for file in plan.files if file.target == name]
        target = made[0].target
        outlines = catalogue.outlines(name)
        lines += explain_files(target, cases, files, outlines, whys_for(catalogue, target), "household")
    return plan, lines


def wish_fields(request: Request, target: Target) -> dict[str, str]:
    """Return where in the accounts file each field of the wish of an account stands."""
    data = request.data
    keys = ["address", "name", "username", "protocol", "identities", "reply_to", "signature", "maildir"]
    found = {key: dotted(request.field(key)) for key in keys}
    found["id"] = request.where
    found["label"] = dotted(request.field("label")) if data.get("label") else request.where
    found["credential"] = dotted(
        request.field(next((key for key in household.CREDENTIAL_KEYS if key in data), "credential"))
    )
    found["client_version"] = dotted(request.field("client_version", target.name))
    found["extra"] = dotted(request.field("extra", target.name))
    for protocol in PROTOCOLS:
        for part in SERVER:
            found[f"servers.{protocol}.{part}"] = dotted(request.field(protocol, part))
        found[f"logins.{protocol}"] = dotted(request.field(protocol, "username"))
        own = data.get(protocol) or {}
        key = next((key for key in household.CREDENTIAL_KEYS if key in own), "credential")
        found[f"credentials.{protocol}"] = dotted(request.field(protocol, key))
    for role in Folders.__match_args__:
        found[f"folders.{role}"] = dotted(request.field("folders", role))
    for name in target.options:
        found[f"options.{name}"] = dotted(request.field("options", target.name, name))
    return found


def _case(
    catalogue: Catalogue, address: Address, made: Result | Made, wish: Wish, origins: Mapping[str, str]
) -> Case:
    """Return what the reasons for one account of one target are derived from."""
    id = made.provider.id if made.provider.sources else ""
    return Case(
        address=address,
        account=made.account,
        provider=catalogue.provider(id),
        target=made.target,
        version=wished_version(made.target, wish),
        wish=wish,
        findings=made.findings,
        attested=attested(catalogue.record(id) or {}),
        origins=origins,
    )


def whys_for(catalogue: Catalogue, target: Target) -> dict[str, list[Record]]:
    """Return what manifests say of a target's lines, by the folder whose templates make them."""
    folders = {name.partition("/")[0] for name in target.templates}
    return {folder: catalogue.reasons(folder) for folder in folders}


def attested(record: Mapping[str, Record]) -> dict[str, tuple[str, ...]]:
    """Return the sources of the sections of a provider's record that have their own."""
    return {
        section: tuple(record[section]["sources"])
        for section in ("folders", "credentials", "oauth2")
        if "sources" in record.get(section, ())
    }


def explain_files(
    target: Target,
    cases: Sequence[Case],
    files: Sequence[RenderedFile],
    outlines: Mapping[str, str],
    whys: Mapping[str, Sequence[Record]] = EMPTY,
    layout: str = "single",
) -> list[ExplainedLine]:
    """Explain the `files` that `render` made of `target` for the accounts of `cases`, in `layout`.

    `outlines` are those of the target's templates, by name (Catalogue.outlines), and `whys` is what manifests
    say of lines, by the folder of the templates that make them.
    """
    rendered: list[list[Piece]] = []

    def traced(grammar: Grammar, sources: Mapping[str, str]) -> TracingEnvironment:
        made = TracingEnvironment(grammar, sources)
        made.files = rendered  # one list for all grammars, in the order in which the files are made
        return made

    again = render(target, [case.account for case in cases], layout, traced)
    if [(file.path, file.text) for file in again] != [(file.path, file.text) for file in files]:
        raise AssertionError("the explained files are not the files")
    reader = _LineReader(target, cases, outlines, whys)
    # A template that writes nothing makes no file.
    written = [pieces for pieces in rendered if any(piece.text.strip() for piece in pieces)]
    texts = [file for file in files if file.kind == "file"]
    return [line for file, pieces in zip(texts, written, strict=True) for line in reader.lines(file, pieces)]


class _LineReader:
    """Turns the pieces of a file into explained lines."""

    def __init__(
        self,
        target: Target,
        cases: Sequence[Case],
        outlines: Mapping[str, str],
        whys: Mapping[str, Sequence[Record]],
    ) -> None:
        self._target = target
        self._cases = cases
        self._whys = whys
        self._texts = outlines
        self._outlines: dict[str, Outline] = {}
        self._encoders = {file.template: file.encoder for file in target.files if file.encoder}

    def lines(self, file: RenderedFile, pieces: Sequence[Piece]) -> Iterator[ExplainedLine]:
        """Yield the lines of a file that are not blank, each as it may be shown.

        Of a file that a library writes, these are the lines in which its template says what is in it.
        """
        text, grammar = file.text, file.grammar
        if encoder := self._encoders.get(pieces[0].places[0].template):
            text = "".join(piece.text for piece in pieces)
            grammar = structure.encoder(encoder).template_redaction
        shown = redacted(text, grammar)
        number, bits = 1, []
        for piece in pieces:
            for bit in self._bits(piece):
                bits.append(bit)
                if bit.text.endswith("\n"):
                    yield from self._line(file, number, bits, shown[number - 1])
                    number, bits = number + 1, []
        yield from self._line(file, number, bits, shown[number - 1])

    def _outline(self, name: str) -> Outline:
        if name not in self._outlines:
            self._outlines[name] = outline_from_text(self._texts[name])
        return self._outlines[name]

    def _bits(self, piece: Piece) -> Iterator[_Bit]:
        """Yield a piece in parts that lie on one line each."""
        place = piece.places[-1]
        part = self._outline(place.template).at(place.line)
        grounds = tuple(self._grounds(piece))
        if part.kind == "value":
            reasons = self._reasons(piece.reads) or self._named(part.expression)
            text = HIDDEN if piece.secret else piece.text
            value = Value(text, part.expression, reasons)
            secret = piece.text if piece.secret else ""
            yield _Bit(text, (place.template, part.line), grounds, value, "", secret)
            return
        if "".join(fragment.text for fragment in part.fragments) != piece.text:
            raise AssertionError(f"{place.template}:{part.line} is not where this text came from")
        for fragment in part.fragments:
            yield _Bit(fragment.text, (place.template, fragment.line), grounds, None, fragment.note)

    def _grounds(self, piece: Piece) -> Iterator[Ground]:
        """Yield the conditions that hold at a piece, from the outermost template to the innermost."""
        for place in piece.places:
            for condition in self._outline(place.template).at(place.line).conditions:
                reads = place.asked.get(condition.line, ())
                reasons = self._reasons([read for read in reads if read.path != "workarounds"])
                quirks = re.findall(r'"([a-z-]+)" in \S+\.workarounds', condition.text)
                told = tuple(
                    quirk(case, name)
                    for name in quirks
                    for case in self._cases
                    if name in case.account.workarounds
                    and any(_same(read.account, case.account) for read in reads)
                )
                yield Ground(condition.text, condition.holds, reasons + told)

    def _reasons(self, reads: Sequence[Read]) -> tuple[Reason, ...]:
        found = [reason for read in reads for reason in reasons_for(read.path, self._case(read.account))]
        return _unique(found)

    def _named(self, expression: str) -> tuple[Reason, ...]:
        """Return the reason for a value that is no attribute: a plain number."""
        return reasons_for(expression.partition(" ")[0], self._cases[0])

    def _case(self, account: Account | None) -> Case:
        """Return the case of an account; rendering numbers accounts, and so hands templates copies."""
        return next((case for case in self._cases if _same(case.account, account)), self._cases[0])

    def _line(
        self, file: RenderedFile, number: int, bits: Sequence[_Bit], text: str
    ) -> Iterator[ExplainedLine]:
        for bit in bits:
            text = text.replace(bit.secret, HIDDEN) if bit.secret else text
        if not text.strip():
            return
        bits = [bit for bit in bits if bit.text.strip()]
        folders = dict.fromkeys([self._target.name, *self._whys])
        whys = (why for folder in folders for why in self._whys.get(folder, ()))
        found = next((why for why in whys if re.match(why["line"], text.strip())), None)
        why: Mapping[str, str] = (
            {key: said for key, said in found.items() if key not in ("line", "source")} if found else EMPTY
        )
        if not found and file.comment and text.lstrip().startswith(file.comment.partition(" ")[0]):
            why = _REMARK
        yield ExplainedLine(
            file.path,
            number,
            text,
            _unique(bit.place for bit in bits),
            _unique(shown_value(bit.value, text) for bit in bits if bit.value is not None),
            _unique(ground for bit in bits for ground in bit.grounds),
            why,
            found.get("source", "") if found else "",
            next((bit.note for bit in bits if bit.note), ""),
        )


def shown_value(value: Value, line: str) -> Value:
    """Return a value as it may be shown: without its text, where that was hidden in its line."""
    return value if value.text in line else replace(value, text=HIDDEN)


@dataclass(frozen=True, slots=True)
class _Bit:
    text: str
    place: tuple[str, int]
    grounds: tuple[Ground, ...]
    value: Value | None
    note: str
    secret: str = ""


def _same(one: Account | None, other: Account | None) -> bool:
    if one is None or other is None:
        return False
    return (one.id, one.address, one.label) == (other.id, other.address, other.label)


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    """Return the items without repetition; they are compared, for they cannot be hashed."""
    kept: list[T] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)


_REMARK = {
    "en": "a remark for whoever reads the file; the program passes over it",
    "zh": "写给阅读者的注释；程序会忽略",
}
