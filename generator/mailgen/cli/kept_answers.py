"""What programs have said of themselves, kept as long as they are the same files.

A program is known by its path, size, times and inode. What a script says is another file's affair: it is
asked each time, but for a script of the system's own, which comes in one package with its program; what that
says counts for a day. A launcher that bears many names (busybox, snap, firejail) is asked each time.
"""

from __future__ import annotations

import os
import time

from mailgen import __version__, paths
from mailgen.writer import caching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: More programs than any machine has of ours; what is over that belongs to those that are gone.
_MOST = 200
#: Where nobody but the system's packages puts programs.
_OF_PACKAGES = ("/usr/bin", "/bin")
_DAY = 86400


def key_of(version: Mapping[str, Any]) -> str | None:
    """Return what is known of the program that a manifest's `version` asks, and how it is asked.

    None where what it says cannot be kept: it is not here, a script, or a launcher of others.
    """
    words: Sequence[str] = version.get("probe", ())
    found = path_of_program(words[0]) if words else None
    if found is None:
        return None
    try:
        real = os.path.realpath(found)
        with open(real, "rb") as file:
            status, begin = os.fstat(file.fileno()), file.read(2)
    except OSError:
        return None
    if not os.path.basename(real).startswith(os.path.basename(words[0])):
        return None
    times = status.st_size, status.st_mtime_ns, status.st_ctime_ns
    day = 0
    if begin == b"#!":
        if status.st_uid != 0 or os.path.dirname(real) not in _OF_PACKAGES:
            return None
        day = int(time.time() // _DAY)
    return repr((list(words), version.get("tls"), found, real, status.st_dev, status.st_ino, *times, day))


def path_of_program(name: str) -> str | None:
    """Return the path of a program, as `shutil.which` does, whose import takes as long as a hundred looks."""
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def known_answers() -> dict[str, list[str]]:
    """Return what is kept: version and library for TLS of a program, by its key."""
    import json

    content = caching.read_kept(_path())
    if content is None:
        return {}
    try:
        kept = json.loads(content.decode())
        answers: dict[str, list[str]] = kept["said"]
        whole = all(len(said) == 2 and all(isinstance(one, str) for one in said) for said in answers.values())
        return answers if kept["by"] == __version__ and whole else {}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def add_answers(answers: Mapping[str, Sequence[str]]) -> None:
    """Keep what programs have said just now, beside what is kept already."""
    import json

    if not answers:
        return
    newest = dict(list({**known_answers(), **answers}.items())[-_MOST:])
    caching.keep_file(_path(), json.dumps({"by": __version__, "said": newest}).encode())


def _path() -> str:
    return os.path.join(paths.state_folder(), "programs.json")
