"""`mailgen dataset import`: other people's mail settings become drafts of provider files."""

from __future__ import annotations

from mailgen.cli.terminal import advise, report, say
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.printing import many
from mailgen.core.text import Text
from mailgen.resolve.address import normalise_domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.drafts import Draft

#: So many losses of a draft are told here; all of them stand in its comments.
_TOLD = 5

EPILOG = (
    "A draft rests on the file alone: unless --kind says that it is more, it is a lead, and called "
    "unverified. What could not be carried over is listed on stderr and at the top of the draft. "
    "Exit status: 0 done, 1 something was refused."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this action."""
    parser.add_argument(
        "path", metavar="PATH", help="autoconfig XML, JSON lines or PACC; or a folder of *.xml and *.jsonl"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="write each draft to DIR/DOMAIN.yaml, over no other file"
    )
    parser.add_argument(
        "--domain", metavar="DOMAIN", help="the domain that asked, for a file that does not name it"
    )
    source = parser.add_argument_group("where the settings are from (default: the file's name and SHA-256)")
    source.add_argument("--source", metavar="NAME", help="short name of the source")
    source.add_argument(
        "--kind",
        choices=("vendor", "dataset", "guide", "report", "preset", "list"),
        help="vendor: the operator's own words; list, the default: no more than a lead",
    )
    source.add_argument("--url", metavar="URL", help="where the file was read")
    source.add_argument("--dataset", metavar="OWNER/NAME", help="the public set that it is part of")
    source.add_argument("--checked", metavar="DAY", help="when, as 2026-11-26 (default: today)")
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    """Print the draft, or write all of them; returns 1 if something was refused."""
    from mailgen.drafts.files import drafts_of, files_of

    described = _described(arguments)
    drafts: list[Draft] = []
    refused: list[MailgenError] = []
    for file in files_of(arguments.path):
        for one in drafts_of(file, arguments.source, described, arguments.domain):
            if isinstance(one, MailgenError):
                refused.append(one)
            else:
                drafts.append(one)
    if not drafts and len(refused) == 1:
        raise refused[0]
    if arguments.output is None:
        _print(drafts, arguments.path)
    else:
        refused += _write(drafts, arguments.output)
    for error in refused:
        report(error)
    return int(bool(refused))


def _described(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the description of the source; raises UsageError if the schema would not have it."""
    from datetime import date

    from mailgen.dataset.providers import source_problem

    described = {
        "kind": arguments.kind or ("dataset" if arguments.dataset else "list"),
        "url": arguments.url,
        "dataset": arguments.dataset,
        "checked": arguments.checked or date.today().isoformat(),
    }
    described = {key: value for key, value in described.items() if value}
    try:
        date.fromisoformat(described["checked"])
    except ValueError:
        raise UsageError("this is no day of the calendar", "--checked", "write it as 2026-11-26") from None
    if wrong := source_problem(arguments.source or "import", {**described, "title": "a file"}):
        key, error = wrong
        raise UsageError(error.what, f"--{key}", error.mend)
    return described


def _print(drafts: Sequence[Draft], path: str) -> None:
    """Print the only draft; raises UsageError if there are several."""
    from mailgen.catalog.opening import open_catalogue
    from mailgen.drafts.yaml_text import yaml_of

    if len(drafts) > 1:
        raise UsageError(
            Text("{drafts} drafts cannot be printed as one file", drafts=len(drafts)),
            path,
            "write each to a file of its own: -o DIR",
        )
    for draft in drafts:
        print(yaml_of(draft), end="")
        _tell(draft, open_catalogue())
        say(Text("to check it, save it as {id}.yaml and run: mailgen dataset lint {id}.yaml", id=draft.id))


def _write(drafts: Sequence[Draft], folder: str) -> list[MailgenError]:
    """Write each draft to a file of its own; returns the errors of those that could not be written."""
    from pathlib import Path

    from mailgen.catalog.opening import open_catalogue
    from mailgen.drafts.yaml_text import yaml_of
    from mailgen.writer import disk, walking
    from mailgen.writer.inputs import create_text

    try:
        with walking.made_root(folder):  # told once, and not for each draft
            pass
    except OSError as error:
        raise disk.refusal(error, folder, "nothing was made", "the folder cannot be made") from None
    refused: list[MailgenError] = []
    made: set[str] = set()
    twice: list[str] = []
    catalogue = open_catalogue()
    for draft in drafts:
        path = str(Path(folder) / f"{draft.id}.yaml")
        if draft.id in made:
            twice.append(draft.id)
            continue
        try:
            create_text(path, yaml_of(draft), 0o644)
        except MailgenError as error:
            refused.append(error)
            continue
        made.add(draft.id)
        _tell(draft, catalogue, path)
    if made:
        say(
            Text(
                "wrote {many}; to check: mailgen dataset lint {folder}",
                many=many(len(made), "draft"),
                folder=folder,
            )
        )
    if twice:
        first = list(dict.fromkeys(twice))[:10]
        refused.append(
            MailgenError(
                Text(
                    "{many} not written: others of this run have the same first domain",
                    many=many(len(twice), "draft"),
                ),
                f"{', '.join(first)}{' ...' * (len(twice) > len(first))}",
                "import one set at a time, each into a folder of its own",
            )
        )
    return refused


def _tell(draft: Draft, catalogue: Catalogue, path: str = "") -> None:
    """Say what a draft lacks, and who of ours serves its domains already."""
    told = draft.losses[:_TOLD] if path else draft.losses
    lines = [Text("not carried over: {where}: {what}", where=loss.where, what=loss.what) for loss in told]
    if more := len(draft.losses) - len(told):
        lines.append(
            Text("not carried over: {number} more, in the comments of {path}", number=more, path=path)
        )
    served: dict[str, list[str]] = {}
    for domain in draft.record.get("domains", ()):
        if found := catalogue.provider_for(normalise_domain(domain, domain)[0]):
            served.setdefault(found.id, []).append(domain)
    for id, domains in served.items():
        first: str = domains[0]
        if domains[1:]:
            first = Text("{path} and {number} more", path=first, number=len(domains) - 1)
        lines.append(Text("served already: {domains}, by {id} (mailgen show {id})", domains=first, id=id))
    if lines:
        say(f"{draft.id}:")
    for line in lines:
        advise(line)
