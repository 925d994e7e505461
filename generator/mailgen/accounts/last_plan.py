"""The files of the plan that `apply` made last, kept with all that they were made of.

A plan is pure: the same accounts, catalogue and versions give the same bytes. So where none of that has
changed nobody needs to plan. What is kept lies with the record of what is written, holds no secret, and never
decides of a change: where a file is to be written, the household is planned anew (see cli/last_run.py).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

from mailgen import paths
from mailgen.core.files import Clash, RenderedFile
from mailgen.core.places import ReadPlace
from mailgen.writer import caching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: Changes with what is kept, so that another version's is not misread.
_FORMAT = 1
#: Larger households are planned anew: to read so much would take as long.
_MOST_BYTES = 4 << 20


def last_plan(made_of: str) -> tuple[dict[str, Any] | None, tuple[RenderedFile, ...]] | None:
    """Return what was kept for a plan `made_of` the same: what goes with it, and its files; else None."""
    content = caching.read_kept(_path())
    if content is None:
        return None
    try:
        kept = json.loads(content.decode())
        if kept["format"] != _FORMAT or kept["made of"] != made_of:
            return None
        return kept["with"], tuple(map(_file, kept["files"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def keep_plan(made_of: str, beside: Mapping[str, Any] | None, files: Sequence[RenderedFile]) -> None:
    """Keep the files of a plan, and what goes with it, unless a secret is among them."""
    if any(file.holds_secret for file in files):
        forget_plan()
        return
    kept = {"format": _FORMAT, "made of": made_of, "with": beside, "files": [*map(_record, files)]}
    content = json.dumps(kept).encode()
    if len(content) <= _MOST_BYTES:
        caching.keep_file(_path(), content)


def forget_plan() -> None:
    """Take away what is kept, if something is."""
    with suppress(OSError):  # it is not there, or not ours to take: then it is not used either
        os.unlink(_path())


def _record(file: RenderedFile) -> list[Any]:
    """Return a file as JSON can hold it; bytes are written as the characters of Latin-1."""
    values = {name: getattr(file, name) for name in RenderedFile.__match_args__}
    values["clashes"] = [[getattr(one, name) for name in Clash.__match_args__] for one in file.clashes]
    values["reads"] = [[getattr(one, name) for name in ReadPlace.__match_args__] for one in file.reads]
    values["binary"] = None if file.binary is None else file.binary.decode("latin-1")
    return list(values.values())


def _file(record: list[Any]) -> RenderedFile:
    values = dict(zip(RenderedFile.__match_args__, record, strict=True))
    values["clashes"] = tuple(Clash(*one) for one in values["clashes"])
    values["reads"] = tuple(ReadPlace(*one) for one in values["reads"])
    values["binary"] = None if values["binary"] is None else values["binary"].encode("latin-1")
    values["accounts"] = tuple(values["accounts"])
    values["after"] = tuple(map(tuple, values["after"]))
    return RenderedFile(**values)


def _path() -> str:
    return os.path.join(paths.state_folder(), "last-plan.json")
