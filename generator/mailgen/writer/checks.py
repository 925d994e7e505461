"""Whether a program would take a file: it is asked itself, on a copy in which no line runs a command.

What it says to that is repeated without anything that may be a secret.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from ..core.errors import MailgenError
from ..core.text import Text
from ..core.values import EMPTY, dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

    from .changes import FileChange

#: Where programs are looked for, whatever the environment that Ansible brings.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SECONDS = 20
_COPY = "file"
#: So much of what a program says is looked at, and so many complaints are told.
_MOST_BYTES = 100_000
_MOST_COMPLAINTS = 3
#: What a program says if it may not read the copy (another's policy, AppArmor's say): then it has not judged.
_NOT_JUDGED = re.compile("permission denied|operation not permitted", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a program says against a file: the `line` it names (0 for none), and its words, redacted.

    `file` is the path below the home of one that the checked file reads, if it is about that.
    """

    line: int
    words: str
    file: str = ""

    def __str__(self) -> str:
        place = f"~/{self.file}, " if self.file else ""
        return f"{place}line {self.line}: {self.words}" if self.line else self.words


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a program takes a file, and what it says against it."""

    taken: bool
    complaints: tuple[Complaint, ...] = ()


def asked(
    check: Mapping[str, Any],
    content: bytes,
    grammar: str = "",
    beside: Mapping[str, bytes] = EMPTY,
    account: str = "",
    path: str = PATH,
) -> Answer | None:
    """Ask the program of a manifest's `check` about a file; None if it cannot be asked.

    `check` is {argv, environment, exit, stderr, says, name, replace, alone, account} as in
    target.schema.json, `grammar` how the file is written; `beside` are files that it reads, by their path
    below the home, and `account` is one of those in the file. `path` is where programs are looked for. Runs
    as the user whose file it is.
    """
    program = shutil.which(check["argv"][0], path=path)
    if program is None:
        return None
    import tempfile

    rules = [*check.get("replace", ()), *(() if beside else check.get("alone", ()))]
    folder = ""
    try:
        folder = os.path.realpath(tempfile.mkdtemp(prefix="mailgen-check-"))
        for name, text in beside.items():
            _copy(os.path.join(folder, name), harmless(text, rules))
        named = check.get("name", _COPY)
        copy = os.path.join(folder, named)
        _copy(copy, harmless(content, rules))
        values = {"{file}": copy, "{folder}": folder, "{account}": account or check.get("account", "")}
        argv = [program, *(_filled(word, values) for word in check["argv"][1:])]
        own = {name: _filled(value, values) for name, value in check.get("environment", {}).items()}
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # some print the whole configuration
            stderr=subprocess.PIPE,
            timeout=_SECONDS,
            cwd=folder,
            # What it leaves of itself (a log, a copy) goes with the folder.
            env={"PATH": path, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8", **own},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(False, (Complaint(0, Text("it has not ended in {count} seconds", count=_SECONDS)),))
    except OSError:  # no room for the copy, say
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    said = done.stderr[:_MOST_BYTES].decode(errors="replace")
    fits = re.search(check["says"], said) if "says" in check else check.get("stderr") != "empty" or not said
    if done.returncode in check["exit"] and fits:
        return Answer(True)
    if _NOT_JUDGED.search(said):
        return None
    texts = b"\n".join((content, *beside.values()))
    return Answer(False, _complaints(said, os.path.join(folder, named), texts, grammar))


def _filled(word: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        word = word.replace(place, value)
    return word


def _copy(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def harmless(content: bytes, replace: Any) -> bytes:
    r"""Return a file's bytes with the lines that would run a command replaced.

    >>> harmless(b"user u\npasswordeval rm x\n", [{"line": "passwordeval .*", "by": "password x"}])
    b'user u\npassword x\n'
    """
    rules = [(re.compile(rule["line"].encode(), re.S), rule["by"].encode()) for rule in replace]
    lines = content.split(b"\n")
    for number, line in enumerate(lines):
        for pattern, by in rules:
            if pattern.fullmatch(line):
                lines[number] = by
    return b"\n".join(lines)


def _complaints(said: str, copy: str, content: bytes, grammar: str) -> tuple[Complaint, ...]:
    """Return what a program says of a copy and those beside it, each once; if it names none, its last line.

    `content` is what stands in any of them.
    """
    folder, _slash, named = copy.rpartition("/")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    hide = _hider(content.decode(errors="replace"), grammar)
    found = {}
    for line in lines:
        place = re.search(re.escape(folder) + r"/([^\s,:]+)\D{1,8}(\d+)[:\s]*(.*)", line)
        if place:
            words = place[3].replace(f"{folder}/", "~/")
            found[line] = Complaint(int(place[2]), hide(words), "" if place[1] == named else place[1])
    if not found and lines:
        found[""] = Complaint(0, hide(lines[-1].replace(copy, "the file")))
    return tuple(found.values())


def _hider(text: str, grammar: str) -> Any:
    """Return what takes words out that stand in the hidden parts of a file, however they are quoted there.

    Also words that are at least half of such a part, for some programs cut a prefix off (`no`, `inv`).
    Where such a part has a backslash, nobody knows what the program has made of it, and nothing is said.
    """
    from ..redaction import redacted
    from ..redaction.secrecy import HIDDEN

    shown = "\n".join(redacted(text, grammar))
    hidden = "\n".join(
        line[len(seen) - len(HIDDEN) :] if seen.endswith(HIDDEN) and not line.endswith(HIDDEN) else ""
        for line, seen in zip(text.split("\n"), shown.split("\n"))
    )
    parts = {part for part in re.split(r"\s+|\W+", _bare(hidden)) if part} | set(_bare(hidden).split())

    def hide(words: str) -> str:
        if "\\" in hidden:
            return HIDDEN
        return " ".join(HIDDEN if holds(_bare(word)) else word for word in words.split())

    def holds(word: str) -> bool:
        inner = word.strip(":;,.()[]<>`")
        return inner in parts or any(
            (len(part) > 2 and part in word) or (2 * len(inner) >= len(part) and inner in part)
            for part in parts
            if inner
        )

    return hide


def _bare(text: str) -> str:
    return re.sub(r"['\"]", "", text).lower()


def refuse_what_programs_refuse(
    changes: Sequence[FileChange], checks: Mapping[str, Mapping[str, Any]], path: str = PATH
) -> list[str]:
    """Ask programs about what would come of their files; return the paths of those that they take.

    `checks` are those of targets by name, and of files by `RenderedFile.check`. A program that goes on after
    a complaint is only heard for what it would not have said before. Raises MailgenError, with what the
    program says, for the first file that would be refused.
    """
    taken = []
    first: dict[str, FileChange] = {}
    for change in changes:
        if change.file:
            first.setdefault(change.file.target, change)
    for change in changes:
        if change.file is None or change.after is None or change.thing != "file":
            continue
        main = first[change.file.target] is change
        check = checks.get(change.file.check or (change.file.target if main else ""))
        others = [one for one in changes if main and one.file and one.file.target == change.file.target]
        if not check or not any(one.before != one.after for one in (change, *others)):
            continue
        answer = _about(change, others, check, "after", path)
        if answer is None:
            continue
        complaints = answer.complaints
        if not answer.taken and check.get("stderr") == "empty" and change.before is not None:
            former = _about(change, others, check, "before", path)
            known = {one.words for one in former.complaints} if former else set()
            complaints = tuple(one for one in complaints if one.words not in known)
            if answer.complaints and not complaints:
                continue
        if not answer.taken:
            raise _refusal(check["argv"][0], change.path, complaints)
        taken.append(change.path)
    return taken


def _about(
    change: FileChange, others: Sequence[FileChange], check: Mapping[str, Any], when: str, path: str
) -> Answer | None:
    beside = {
        one.path[2:]: content
        for one in others
        if one is not change and one.path.startswith("~/") and one.thing == "file"
        if (content := getattr(one, when)) is not None
    }
    return asked(check, getattr(change, when), change.grammar, beside, path=path)


def _refusal(program: str, path: str, complaints: Sequence[Complaint]) -> MailgenError:
    said = "; ".join(str(one) for one in complaints[:_MOST_COMPLAINTS])
    return MailgenError(
        Text("{program} would not take this file; nothing has changed: {said}", program=program, said=said)
        if said
        else Text("{program} would not take this file; nothing has changed", program=program),
        path,
        Text("look at your own lines in it, at the program's settings for all, at client_version"),
    )
