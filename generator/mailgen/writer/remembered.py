"""The record of what was written, as JSON keeps it: read, checked, and made.

A record of somebody's own home lies in the user's state folder, for all homes together, with the journal of
a run. That of a tree (`-o DIR`) lies in the tree, as `TREE_RECORD`, and goes where the tree goes: it has no
path of a machine, and one line for each thing it says, so that git can merge it.
"""

from __future__ import annotations

import json

from ..core.errors import MailgenError
from ..core.text import Text
from . import disk, kinds, walking
from .changes import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VERSION = 1
#: A record of our own may be larger than a configuration: this is far more than ten thousand accounts need.
MOST_BYTES = 64 << 20
#: How the name of every temporary file begins.
TEMPORARY = ".mailgen-"
#: The record of a tree, at its top.
TREE_RECORD = ".mailgen.json"


def read_record(place: walking.Place, check: Callable[[Any], None]) -> Any:
    """Return the data of a file of the record; None if there is none.

    `check` raises one of several errors for data that are not what they should be. Raises MailgenError if
    the file is damaged.
    """
    found = disk.read_file(place, MOST_BYTES)
    if found is None:
        return None
    try:
        value = json.loads(found.content)
        check(value)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise MailgenError(
            "mailgen's record of what it wrote is damaged, or a newer version's",
            place.shown,
            "update mailgen; or move the file away, and adopt the files anew",
        ) from None
    return value


def as_bytes(data: object, folder: str, lines: bool = False) -> bytes:
    """Return what a file of the record is to hold, on many `lines` or on one.

    Raises MailgenError if it could not be read back.
    """
    content = json.dumps(data, sort_keys=True, indent=1 if lines else None).encode() + b"\n"
    if len(content) > MOST_BYTES:
        raise MailgenError(
            Text(
                "mailgen's record of what it writes would be larger than {number} MiB",
                number=MOST_BYTES >> 20,
            ),
            folder,
            "write fewer accounts, or name a state folder for each tree in XDG_STATE_HOME",
        )
    return content


def to_record(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON keeps it; what is as by default is left out."""
    record = {
        "digest": entry.digest,
        "mode": f"{entry.mode:04o}",
        "merge": entry.merge,
        "comment": entry.comment,
        "target": entry.target,
        "accounts": list(entry.accounts),
        "created": entry.created,
        "backup": entry.backup,
        "grammar": entry.grammar,
        "kind": "" if entry.kind == "file" else entry.kind,
        "under": entry.under,
        "names": list(entry.names),
        "added": entry.added,
    }
    return {name: value for name, value in record.items() if value}


def to_entry(path: str, record: dict[str, Any]) -> Entry:
    """Return an entry as the record says it; raises one of several errors if it says none."""
    # Records of earlier versions say under secret_lines what is known of the grammar now.
    known = {name: value for name, value in record.items() if name != "secret_lines"}
    accounts = tuple(record.get("accounts", ()))
    if record.get("kind", "file") not in kinds.KINDS:
        raise ValueError
    names = tuple(record.get("names", ()))
    return Entry(path, **{**known, "accounts": accounts, "names": names, "mode": int(record["mode"], 8)})


def check_manifest(value: Any) -> None:
    """Raise one of several errors if this is no manifest of homes."""
    _check_version(value)
    for kept in value["roots"].values():
        _check_kept(kept)


def check_tree(value: Any) -> None:
    """Raise one of several errors if this is no record of a tree."""
    _check_version(value)
    _check_kept(value)


def check_journal(value: Any) -> None:
    """Raise one of several errors if this is no journal."""
    _check_version(value)
    _check_paths([value["root"], *value["folders"], *(word for pair in value["temporary"] for word in pair)])
    for path, name in value["temporary"]:
        if "/" in name or not name.startswith(TEMPORARY) or not path:
            raise ValueError  # lest something else is removed
    if not isinstance(value["follow_links"], bool) or not isinstance(value.get("tree", False), bool):
        raise TypeError
    for path, record in value["entries"].items():
        if record is not None:
            to_entry(path, record)


def _check_kept(kept: Any) -> None:
    _check_paths(kept["folders"])
    for path, record in kept["files"].items():
        to_entry(path, record)


def _check_version(value: Any) -> None:
    if value["version"] != VERSION:
        raise ValueError


def _check_paths(values: list[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError
