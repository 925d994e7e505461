"""`mailgen dataset`: check provider files, compare and import others, and say what the dataset covers."""

from __future__ import annotations

from mailgen.cli.commands import dataset_import
from mailgen.cli.dataset_differences import differences_data, listed_counts, show_differences
from mailgen.cli.parser import add_actions
from mailgen.cli.progress import add_progress, watch
from mailgen.cli.terminal import cells, language, padded, show, show_data
from mailgen.cli.wording import as_in_files, worded
from mailgen.core.errors import UsageError
from mailgen.core.printing import many
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from mailgen.dataset.problem import DataProblem
    from mailgen.drafts import Draft
    from mailgen.drafts.conflicts import Claim, Conflict
    from mailgen.model.records import Record

ACTIONS = {
    "lint": "check provider files and manifests by their schemas and all rules: file, line, field",
    "import": "turn other people's mail settings into drafts of provider files",
    "conflicts": "compare the dataset with another set, and print where they disagree",
    "diff": "compare two states of a dataset, and print what a change would do to people",
    "stats": "print what the dataset covers, how well it is attested, and how old it is",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    made = add_actions(parser, ACTIONS)
    made["lint"].add_argument(
        "paths", metavar="PATH", nargs="*", help="files, or folders of them (default: mailgen's own)"
    )
    add_progress(made["lint"])
    dataset_import.configure(made["import"])
    made["conflicts"].add_argument(
        "path",
        metavar="PATH",
        help="a file of JSON lines (an entry each) or of autoconfig XML, or a folder of such XML or of "
        "provider files",
    )
    made["diff"].add_argument("old", metavar="OLD", help="a folder of provider files")
    made["diff"].add_argument("new", metavar="NEW", help="another (default: mailgen's own)", nargs="?")
    made["diff"].epilog = "Exit status: 0 no danger, 1 danger: a login may go elsewhere or unprotected."
    for name in ("conflicts", "diff", "stats"):
        made[name].add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    if arguments.action == "lint":
        return _lint(arguments.paths, language(arguments.lang), arguments.progress)
    if arguments.action == "import":
        return dataset_import.run(arguments)
    if arguments.action == "conflicts":
        return _conflicts(arguments)
    if arguments.action == "diff":
        return _diff(arguments)
    return _stats(arguments.json, language(arguments.lang))


def _lint(paths: list[str], lang: str, progress: str) -> int:
    """Print every problem; returns 1 if there is one. A provider that serves for half of mail only is told.

    Without paths the manifests of targets are checked too, and what they leave open is told.
    """
    from mailgen.cli.terminal import say
    from mailgen.dataset import providers, rules

    files = [file for path in paths for file in _files(path)] if paths else providers.provider_files()
    records, problems = providers.load_providers(files, watch(progress, "read")(len(files)))
    problems += [] if paths else _lint_targets()
    for problem in problems:
        told = Text("{place}: {what}", place=problem.where, what=problem.sentence)
        show(worded(told, lang, as_in_files), "  ")
    for gap in (gap for path, record in records.items() for gap in rules.gaps(path, record)):
        say(gap.what, "note", gap.where, gap.mend)
    domains = sum(len(record.get("domains", ())) for record in records.values())
    bad = len({problem.path for problem in problems})
    say(
        Text(
            "{files}, {domains}: {result}",
            files=many(len(files), "file"),
            domains=many(domains, "domain"),
            result=Text("{number} to be mended", number=bad) if bad else Text("good"),
        )
    )
    return int(bool(problems))


def _lint_targets() -> list[DataProblem]:
    """Return the problems of mailgen's own targets; tell which quirks their manifests do not answer for."""
    from mailgen.cli.terminal import say
    from mailgen.dataset.quirks import unanswered
    from mailgen.dataset.targets import load_target, target_folders

    problems = []
    for folder in target_folders():
        manifest, found = load_target(folder)
        problems += found
        if not found and (open_ones := unanswered(manifest)):
            what = Text(
                "{manifest} is not known to meet or to miss: {names}",
                manifest=manifest["title"],
                names=Listed(", ", open_ones),
            )
            say(what, "note", str(folder / "target.yaml"), "try it with such a server, and say under quirks")
    return problems


def _files(path: str) -> list[Path]:
    """Return the provider files that a path means: itself, or all of a folder."""
    from pathlib import Path

    from mailgen.dataset import providers

    place = Path(path)
    if not place.is_dir():
        return [place]
    found = providers.provider_files(place)
    if not found:
        raise UsageError("no provider files are in this folder", path, "they end in .yaml")
    return found


def _conflicts(arguments: argparse.Namespace) -> int:
    """Print where another set disagrees."""
    from mailgen.catalog.opening import open_catalogue
    from mailgen.cli.terminal import say
    from mailgen.drafts.conflicts import KNOWN, conflicts

    found = conflicts(open_catalogue().records(), _claims(arguments.path))
    if arguments.json:
        show_data([_as_data(one) for one in found])
    else:
        for one in found:
            _show_conflict(one, language(arguments.lang))
    unknown = sum(one.kind not in KNOWN for one in found)
    say(
        Text(
            "{many} that ours does not know; {number} that it chose against",
            many=many(unknown, "claim"),
            number=len(found) - unknown,
        )
    )
    return 0


def _show_conflict(one: Conflict, lang: str) -> None:
    theirs: str = Text("login: {login}", login=one.theirs.login) if one.kind == "login" else str(one.theirs)
    domains: str = one.domains[0]
    if one.domains[1:]:
        domains = Text("{path} and {number} more", path=domains, number=len(one.domains) - 1)
    kind = padded(worded(Text(one.kind), lang), 5)
    show(f"{kind}  {one.theirs.protocol:4}  {worded(domains, lang)}")
    ours = worded(Text("ours {server}", server=one.ours), lang)
    for text in (ours, f"{one.theirs.set} {worded(theirs, lang)}"):
        show(" " * 7 + text, " " * 9)


def _claims(path: str) -> Iterator[Claim]:
    """Return what another set claims; files of a folder of XML that cannot be read are told and left out."""
    from pathlib import Path

    from mailgen.drafts.conflicts import claims_of_drafts, claims_of_facts, claims_of_records
    from mailgen.drafts.files import is_xml
    from mailgen.writer.inputs import read_bytes

    place = Path(path)
    if place.is_dir() and not any(place.glob("*.xml")):
        return claims_of_records(_records(path).items(), path)
    files = sorted(map(str, place.glob("*.xml"))) if place.is_dir() else [path]
    if not place.is_dir() and not is_xml(content := read_bytes(path)):
        return claims_of_facts(content.decode(errors="replace").splitlines(), path)
    return claims_of_drafts(_drafts(files), path)


def _drafts(files: Iterable[str]) -> Iterator[Draft]:
    from mailgen.cli.terminal import report
    from mailgen.core.errors import MailgenError
    from mailgen.drafts.files import drafts_of

    for file in files:
        for draft in drafts_of(file, None, {"kind": "list", "checked": "2000-01-01"}):
            if isinstance(draft, MailgenError):
                report(draft)
            else:
                yield draft


def _as_data(one: Conflict) -> dict[str, Any]:
    theirs = {name: getattr(one.theirs, name) for name in ("set", "protocol", "host", "port", "tls", "login")}
    return {
        "provider": one.provider,
        "kind": one.kind,
        "ours": one.ours,
        "theirs": theirs,
        "domains": list(one.domains),
        "sets": one.sets,
    }


def _diff(arguments: argparse.Namespace) -> int:
    """Print the differences, the worst first; returns 1 if one of them is a danger."""
    from mailgen.cli.terminal import say
    from mailgen.dataset.review import SEVERITIES, review
    from mailgen.paths import data_folder

    found = review(_records(arguments.old), _records(arguments.new or data_folder("providers")))
    if arguments.json:
        show_data(differences_data(found))
    else:
        show_differences(found, language(arguments.lang))
    counts = {severity: sum(one.severity == severity for one in found) for severity in SEVERITIES}
    say(listed_counts(counts))
    return int(counts["danger"] > 0)


def _records(path: str) -> dict[str, Record]:
    """Return the records of a folder by id; raises MailgenError for the first problem in it."""
    from mailgen.dataset import providers

    records, problems = providers.load_providers(_files(path))
    for problem in problems:
        raise problem.error()
    return {file.stem: record for file, record in records.items()}


def _stats(as_json: bool, lang: str) -> int:
    from mailgen.catalog.opening import open_catalogue
    from mailgen.dataset.stats import covered

    catalogue = open_catalogue()
    said = ([record, catalogue.reasons(name)] for name, record in catalogue.manifests())
    data = covered(catalogue.records(), said).as_data()
    if as_json:
        show_data(data)
        return 0
    rows = [
        (worded(Text(name), lang), count if isinstance(count, str) else f"{count:,}", worded(more, lang))
        for name, count, more in _rows(data)
    ]
    width = max(cells(name) for name, _, _ in rows) + 1
    for name, count, more in rows:
        head = f"{padded(name, width)}{count:>7}   "
        show(head + more if more else head.rstrip(), " " * cells(head))
    return 0


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[str, int | str, str]]:
    """Yield the lines of the statistics: what is counted, how many, and more about it."""
    twice, all, count = data["attested_twice"], data["endpoints"], data["providers"]
    vendor, unknown, ahead = data["vendor_source"], data["unknown_secret"], data["days_ahead"]
    yield "providers", count, ""
    yield "domains", data["domains"], ""
    yield "endpoints", all, listed_counts(data["protocols"])
    yield "two sources", twice, Text("{share} of the endpoints have two or more", share=_share(twice, all))
    yield "confidence", "", listed_counts(data["confidence"])
    yield "sources", sum(data["sources"].values()), listed_counts(data["sources"])
    page = Text("{share} of the providers name a page of theirs", share=_share(vendor, count))
    yield "operators", vendor, page
    yield (
        "unknown",
        unknown,
        Text("{share} of the providers: what secret they want", share=_share(unknown, count)),
    )
    days = Listed(", ", [f"{one['day']} {one['provider']}" for one in ahead])
    yield "days ahead", len(ahead), days or Text("none passes within a year")
    yield "texts", sum(data["texts"].values()), listed_counts(data["texts"])
    if checked := data["checked"]:
        yield "compared", "", Text("{oldest} to {newest}, half since {median}", **checked)


def _share(part: int, all: int) -> str:
    return f"{part / all:.0%}" if all else "-"
