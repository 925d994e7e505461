"""Target manifests as people write them: YAML, a schema, and the rules that a schema cannot say."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from mailgen import formats, paths
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text
from mailgen.dataset import templates, yaml_lines
from mailgen.dataset.outlines import outline_text
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.providers import schema_problems
from mailgen.dataset.quirks import quirks
from mailgen.model.target import TargetOption
from mailgen.model.vocabulary import INCOMING
from mailgen.resolve.compat import version_key
from mailgen.resolve.options import text_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.core.errors import Field
    from mailgen.model.records import Record


def target_folders(folder: Path | None = None) -> list[Path]:
    """Return the folders that hold a target.yaml, in alphabetical order of their names."""
    top = folder or Path(paths.data_folder("templates"))
    return sorted(path.parent for path in top.glob("*/target.yaml"))


def load_target(folder: Path) -> tuple[Record, list[DataProblem]]:
    """Read and check one target's folder.

    Returns the manifest, with its reasons (`why`), the compiled templates and their outlines in it if there
    are no problems, and the problems.
    """
    path = folder / "target.yaml"
    record, problems = _whole(path)
    problems = (
        problems
        or list(schema_problems(path, record, "target.schema.json"))
        or list(manifest_problems(path, record))
    )
    if not problems:
        record["why"], problems = _reasons(folder, record.get("like"))
    if not problems:
        record["templates"] = compiled = {}
        for file in record["files"]:
            if "template" in file:
                name, grammar = f"{folder.name}/{file['template']}", file.get("grammar", record["grammar"])
                compiled.update(templates.compiled_templates(folder.parent, name, grammar))
        record["outlines"] = {
            name: outline_text(
                (folder.parent / name).read_text(encoding="utf-8"), code, record["grammar"], name
            )
            for name, code in compiled.items()
        }
    return record, problems


def _whole(path: Path) -> tuple[Record, list[DataProblem]]:
    """Return a manifest with what it takes over from the one it is `like`."""
    own = yaml_lines.read_yaml(path)
    name = own.get("like") if isinstance(own, dict) else None
    if name is None:
        return own, []
    other = path.parent.parent / str(name) / path.name
    taken = yaml_lines.read_yaml(other) if other.is_file() else {"like": name}
    if "like" in taken:
        return own, [DataProblem(path, ("like",), "name a target whose manifest is whole by itself")]
    return {**taken, **own}, []


def _reasons(folder: Path, like: str | None) -> tuple[list[Record], list[DataProblem]]:
    """Read the file that says why lines are as they are, of a target itself or of the one that it is `like`.

    Returns its entries, none if there is no such file, and the problems in it.
    """
    places = [folder, *([folder.parent / like] if like else ())]
    path = next((place / "why.yaml" for place in places if (place / "why.yaml").is_file()), None)
    if path is None:
        return [], []
    reasons = yaml_lines.read_yaml(path)
    problems = list(schema_problems(path, reasons, "why.schema.json"))
    return reasons, problems or list(_patterns(path, (), reasons))


def _patterns(path: Path, field: tuple[str | int, ...], items: Iterable[Record]) -> Iterator[DataProblem]:
    """Name the items whose `line` is no regular expression."""
    for number, item in enumerate(items):
        try:
            re.compile(item["line"])
        except re.error as error:
            yield DataProblem(
                path, (*field, number, "line"), Text("this is no regular expression: {error}", error=error)
            )


def grammars() -> list[str]:
    """Return the names that a manifest may give as its grammar: the folders of formats/ that have one."""
    found = []
    for folder in iter_modules(formats.__path__):
        with suppress(KeyError):
            formats.load(folder.name)
            found.append(folder.name)
    return found


def _default(name: str, item: Record) -> str | None:
    """Return what is wrong with the default of an option, or None."""
    if "default" not in item:
        return None
    kind, default = item["type"], item["default"]
    if kind == "command" or type(default) is not {"yesno": bool, "number": int}.get(kind, str):
        return Text("this is no default of the type {kind}", kind=kind)
    try:
        if isinstance(default, str):
            text_value(TargetOption(kind, {}, choices=tuple(item.get("choices", ()))), name, default)
    except MailgenError as error:
        return error.what
    return None


def manifest_problems(path: Path, record: Record) -> Iterator[DataProblem]:
    """Apply the rules of a manifest that a schema cannot express; the record is valid by the schema."""
    places: list[tuple[Field, str]] = [(("grammar",), record["grammar"])]
    for number, file in enumerate(record["files"]):
        if "grammar" in file:
            places.append((("files", number, "grammar"), file["grammar"]))
        if "when" in file and file["when"] not in record.get("options", {}):
            yield DataProblem(path, ("files", number, "when"), "the target has no option of this name")
    for place, grammar in places:
        if grammar not in grammars():
            yield DataProblem(
                path,
                place,
                Text(
                    "no grammar '{grammar}' in formats/; there are {names}",
                    grammar=grammar,
                    names=Listed(", ", grammars()),
                ),
            )
    protocols = record["protocols"]
    if "incoming" in record["needs"] and not set(INCOMING) & protocols.keys():
        yield DataProblem(path, ("needs",), "it needs incoming mail but speaks neither IMAP nor POP3")
    if "smtp" in record["needs"] and "smtp" not in protocols:
        yield DataProblem(path, ("needs",), "it needs SMTP but does not speak it")
    for version in ("default", "min"):
        try:
            version_key(record["version"][version])
        except ValueError as error:
            yield DataProblem(path, ("version", version), str(error))
    known = quirks()
    for quirk, support in record.get("quirks", {}).items():
        try:
            version_key(support.get("since", "1"))
        except ValueError as error:
            yield DataProblem(path, ("quirks", quirk, "since"), str(error))
        if "beyond_clients" in known.get(quirk, {"beyond_clients": True}):
            yield DataProblem(path, ("quirks", quirk), "this quirk is not one that a client can meet")
    for name, item in record.get("options", {}).items():
        problem = _default(name, item)
        if problem:
            yield DataProblem(path, ("options", name, "default"), problem)
    for key in ("replace", "alone"):
        yield from _patterns(path, ("check", key), record.get("check", {}).get(key, ()))
    kept = any(file["path"] == "{secret_file}" and file.get("secret") for file in record["files"])
    if len({"file" in record["secret"]["delivery"], "file" in record["secret"], kept}) > 1:
        yield DataProblem(
            path,
            ("secret",),
            "a secret in a file of its own takes three: file in delivery, its path as file, "
            "and a file with the path {secret_file} and secret: true",
        )
    for way in record["secret"]["delivery"]:
        if way in ("prompt", "oauth2") and way not in record["secret"]["steps"]:
            yield DataProblem(
                path, ("secret", "steps"), Text("say what the user does next with '{way}'", way=way)
            )
