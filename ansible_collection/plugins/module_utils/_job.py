# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of one user, or of the whole system: surveyed, checked and staged, then put in place."""

from __future__ import annotations

import base64
import os
import re
from contextlib import ExitStack

from ._shared.core.errors import MailgenError
from ._shared.core.files import Clash, RenderedFile
from ._shared.core.places import ReadPlace
from ._shared.core.text import Option, told
from ._shared.core.values import replace
from ._shared.redaction import KNOWN, import_finders, is_known
from ._shared.writer import is_done, locked, read_state, settled_state, survey
from ._shared.writer.blocks import HoldsMark, block, part, put
from ._shared.writer.keys import Unmergeable, import_forms, names_a_table, names_in
from ._shared.writer.walking import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Mapping, Sequence

    from ._shared.writer import FileChange, State
    from ._users import Line

#: Where the record of what was written for the whole system lies (FHS 3.0, /var/lib).
SYSTEM_STATE = "/var/lib/mailgen"
_NEEDED = ("path", "mode", "text", "target")
_KNOWN = (
    *_NEEDED,
    *"kind check after reads merge under binary comment group holds_secret accounts grammar clashes".split(),
)


def faults(
    files: Sequence[Mapping[str, Any]], texts: Mapping[str, str], home: str
) -> Iterator[tuple[str, str, str]]:
    """Yield where, what and mend for everything that is wrong with files as the module was given them.

    `home` is the folder they are to lie below. What only the disk can tell is not asked here.
    """
    places: set[tuple[str, ...]] = set()
    for number, one in enumerate(files):
        for key in _NEEDED:
            if not isinstance(one.get(key), str):
                yield f"{number}/{key}", "this is missing, or is no text", "write it as text, in quotes"
        for key in one:
            if key not in _KNOWN:
                yield f"{number}/{key}", "a file has no such key", f"the keys are {', '.join(_KNOWN)}"
        if isinstance(one.get("mode"), str) and not re.match(r"0?[0-7]{3}\Z", one["mode"]):
            yield f"{number}/mode", "this is no file mode", 'write it like "0600"'
        if one.get("merge", "replace") not in ("replace", "block", "keys"):
            yield f"{number}/merge", "this is no way to merge a file", "say replace, block or keys"
        if one.get("merge") == "keys" and not names_a_table(one.get("under")):
            yield f"{number}/under", "this names no table", "write it like this: toml accounts"
        if one.get("kind", "file") not in ("file", "folder", "symlink"):
            yield f"{number}/kind", "this is no kind of file", "say file, folder or symlink"
        for place in one.get("reads") or ():
            if not isinstance(place, dict) or not isinstance(place.get("path"), str):
                yield f"{number}/reads", "this is no place", "write it as a mapping with a path"
        for argv in one.get("after") or ():
            if not isinstance(argv, list) or not argv or not all(isinstance(word, str) for word in argv):
                yield f"{number}/after", "this is no command", "write it as a list of words"
        if not isinstance(one.get("comment") or "", str):
            yield f"{number}/comment", "this is no text", "write what a comment begins with, in quotes"
        if one.get("grammar") and not is_known(str(one["grammar"])):
            names = ", ".join(sorted(KNOWN))
            mend = f"say {names}, or words and the names of settings that may be shown"
            yield f"{number}/grammar", "files so written are not known", mend
        if isinstance(one.get("text"), str) and not isinstance(texts.get(one["text"]), str):
            yield f"{number}/text", "contents has no text of this name", "name one, or add it there"
        elif isinstance(one.get("text"), str) and one.get("binary"):
            yield from _binary_faults(number, texts[one["text"]], one)
        elif isinstance(one.get("text"), str) and one.get("merge") == "block":
            yield from _part_faults(f"{number}/text", texts[one["text"]])
        elif isinstance(one.get("text"), str) and one.get("merge") == "keys":
            yield from _member_faults(f"{number}/text", texts[one["text"]], str(one.get("under")))
        if isinstance(one.get("path"), str):
            try:
                place = relative(one["path"], home)
            except MailgenError as error:
                yield f"{number}/path", error.what, error.mend
                continue
            if place in places:
                yield f"{number}/path", "two files have this path", "give one another, or leave one out"
            places.add(place)


def _binary_faults(number: int, text: str, one: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what keeps a text from being the bytes of a file."""
    if one.get("merge", "replace") != "replace":
        yield f"{number}/binary", "a file of bytes is nobody's else", "leave merge out"
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        yield f"{number}/text", "these bytes are not in Base64", "write them so, or leave binary out"


def _part_faults(where: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what keeps a text from being a part of a file, whatever the file."""
    try:
        block(text, "", "")
    except HoldsMark:
        yield where, "a line looks like a mark of mailgen's own parts", "leave that line out"
    except ValueError:
        yield where, "a part of a file is whole lines", "end it with a line break"


def _member_faults(where: str, text: str, under: str) -> Iterator[tuple[str, str, str]]:
    """Yield what keeps a text from having members for a table, whatever the file."""
    try:
        if names_a_table(under) and not names_in(text.encode(), under):
            yield where, "the text has no member of the table", "write one, or take the file out"
    except Unmergeable as error:
        yield where, error.why, "mend the text"


class Job:
    """What is to be done for one user: his home or the whole system (the `scope`), his files, and how.

    `home` is the folder his files lie below; a user's own may be / too. `options` are those of the module:
    adopt, backup, purge, check_mode and diff; `checks` by target.
    """

    def __init__(
        self,
        user: str,
        scope: str,
        home: str,
        files: Sequence[Mapping[str, Any]],
        options: Mapping[str, Any],
        checks: Mapping[str, Any],
    ) -> None:
        self.user = user
        self.scope = scope
        self.home = home
        self.files = files
        self.options = options
        self.checks = checks

    @property
    def state(self) -> str:
        """The folder of the record; for a user that of the command line as well."""
        own = os.path.join(self.home, ".local", "state", "mailgen")
        return SYSTEM_STATE if self.scope == "system" else own

    def shown(self, text: str) -> str:
        """Return a text with full paths."""
        return text.replace("~/", os.path.join(self.home, ""))


def get_ready(jobs: Sequence[Job]) -> None:
    """Have all patterns compiled, once for all: what is there before a fork is there after it."""
    files = (one for job in jobs for one in job.files if one.get("merge") == "block")
    for name, comment in {(one["target"], one.get("comment") or "#") for one in files}:
        part(put(b"", "", name, comment), name, comment)


def import_all(jobs: Sequence[Job]) -> None:
    """Import what is needed where something differs: a process that has become a user can read it no more.

    A host compiles all this anew each time, so whoever finds by looking that nothing differs does without.
    """
    from . import _after  # noqa: F401
    from ._shared.writer import staged, unified  # noqa: F401
    from ._shared.writer.checks import harmless

    import_forms()
    import_finders()
    for check in jobs[0].checks.values() if jobs else ():
        harmless(b"", check.get("replace", ()))


def do(job: Job, line: Line) -> None:
    """Do a job over a line, once `import_all` was called.

    `files` and `diff` are said when all is staged; `errors` at any time.
    """
    with ExitStack() as stack:
        try:
            said, put_in_place = _first_half(job, stack)
            line.say(said)
            if line.told_to_go():
                put_in_place()
                line.say({"done": True, "after": _after(job, said["files"])})
        except MailgenError as error:
            line.say({"errors": _errors(error, job)})


def look(job: Job) -> Mapping[str, Any] | None:
    """Return what `do` would say in the end if it found nothing to do; None where it has to look itself.

    Reads only, and runs nothing: what is asked of programs is asked where something changes.
    """
    if not (job.files or os.path.isdir(job.state)):
        return {"files": [], "diff": "", "done": True, "after": []}
    _refuse_no_home(job)
    state = settled_state(job.state)
    if state is None:
        return None
    changes = _surveyed(job, state)
    if not is_done(job.home, changes, state):
        return None
    return {"files": _results(job, changes, []), "diff": "", "done": True, "after": []}


def _surveyed(job: Job, state: State) -> tuple[FileChange, ...]:
    return survey(
        job.home,
        [_file(one) for one in job.files],
        state,
        adopt=job.options["adopt"],
        keep_others=not job.options["purge"],
        keep_copies=job.options["backup"],
    )


def _first_half(job: Job, stack: ExitStack) -> tuple[dict[str, Any], Callable[[], None]]:
    """Survey, check and stage; return what came of it, and the second half; none in check mode."""
    from ._shared.writer import staged
    from ._shared.writer.checks import refuse_what_programs_refuse

    if not (job.files or os.path.isdir(job.state)):
        return {"files": [], "diff": ""}, _nothing
    _refuse_no_home(job)
    checking = job.options["check_mode"]
    state = read_state(job.state) if checking else stack.enter_context(locked(job.state))
    changes = _surveyed(job, state)
    said = {
        "files": _results(job, changes, refuse_what_programs_refuse(changes, job.checks)),
        "diff": _diff(job, changes),
    }
    return said, _nothing if checking else stack.enter_context(staged(job.home, changes, state))


def _after(job: Job, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Run what follows from the files that have changed, each command once; say what came of it.

    In check mode nothing has changed, and nothing is run.
    """
    if job.options["check_mode"]:
        return []
    from ._after import run

    changed = {one["file"] for one in results if one["changed"]}
    wanted: dict[tuple[str, ...], None] = {}
    for one in job.files:
        if job.shown(one["path"]) in changed:
            wanted.update(dict.fromkeys(map(tuple, one.get("after") or ())))
    return [{"user": job.user, "argv": list(argv), "status": run(argv)} for argv in wanted]


def _nothing() -> None:
    """Put nothing in place."""


def _refuse_no_home(job: Job) -> None:
    if not os.path.isabs(job.home) or not os.path.isdir(job.home):
        raise MailgenError("this user has no home directory", job.home, "make it, or leave the user out")


def _file(one: Mapping[str, Any]) -> RenderedFile:
    known = RenderedFile._fields  # type: ignore[attr-defined]
    given: dict[str, Any] = {key: value for key, value in one.items() if key in known}
    if one.get("binary"):
        given["text"], given["binary"] = "", base64.b64decode(one["text"])
    else:
        given.pop("binary", None)
    given["mode"] = int(one["mode"], 8)
    given["clashes"] = tuple(Clash(**clash) for clash in one.get("clashes") or ())
    given["accounts"] = tuple(one.get("accounts") or ())
    given["after"] = tuple(map(tuple, one.get("after") or ()))
    given["reads"] = tuple(ReadPlace(**place) for place in one.get("reads") or ())
    return RenderedFile(**given)


def _results(job: Job, changes: Sequence[FileChange], checked: Sequence[str]) -> list[dict[str, Any]]:
    results = []
    for change in changes:
        part = change.file or change.entry
        one = {
            "user": job.user,
            "file": job.shown(change.path),
            "change": change.kind,
            "changed": change.on_disk,
            "reason": change.reason,
            "mode": None if change.mode is None else f"{change.mode:04o}",
            "target": part.target if part else "",
            "accounts": list(part.accounts) if part else [],
            "validated": change.path in checked,
        }
        if change.backup:
            one["backup_file"] = job.shown(change.backup)
        results.append(one)
    return results


def _diff(job: Job, changes: Sequence[FileChange]) -> str:
    """Return what would be shown with --diff, and nothing where nobody asked for it."""
    if not job.options["diff"]:
        return ""
    from ._shared.writer import unified

    return unified([replace(change, path=job.shown(change.path)) for change in changes])


def _errors(error: MailgenError, job: Job) -> list[dict[str, str]]:
    found = []
    for one in (error, *error.more):
        what, where, mend = (told(text, {}, _spelled) for text in (one.what, one.where, one.mend))
        found.append({"what": what, "where": job.shown(where), "mend": job.shown(mend)})
    return found


def _spelled(option: Option) -> str | None:
    """Spell an option as a task does, or return None for what a task cannot choose."""
    return str(option) if option.path == "adopt" else None
