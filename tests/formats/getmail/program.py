"""What getmail says of a configuration, without a connection: it dumps it. Debian: getmail6.

A second one, newer, is among the Python packages of the tests. Folders of the mail have to be there.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from tests.formats.getmail import reader
from tests.programs import Objected, need, run, scratch


def programs() -> list[str]:
    """Return both programs: the one of Debian, and the newer one of PyPI."""
    newer = Path(sys.executable).with_name("getmail")
    assert newer.exists(), "the tests bring it (pyproject.toml, dev)"
    return [need("getmail", "getmail6"), str(newer)]


def read_back(text: str, program: str) -> dict[str, str]:
    """Return the settings of retriever and destination as a getmail has understood them, as it prints them.

    Raises Objected, with what it says, if it objects to anything.
    """
    with scratch(text.encode(), "rc") as file:
        place = reader.read(text)["destination"].get("path", "") if "[destination]" in text else ""
        for part in ("cur", "new", "tmp") if place else ():
            os.makedirs(os.path.join(reader.folder(place, str(file.parent)), part), exist_ok=True)
        done = run([program, "--getmaildir", str(file.parent), "--rcfile", str(file), "--dump"], file.parent)
        said = done.stderr.decode(errors="replace")
        if done.returncode or said:
            raise Objected("getmail", done.returncode, said)
        shown = done.stdout.decode().replace(str(file.parent), "~")
    found: dict[str, str] = {}
    for part in ("retriever", "destination"):
        line = re.search(rf"^ +{part}: +(\w+)\((.*)\)$", shown, re.MULTILINE)
        assert line, shown
        names = [*re.finditer(r'(?:^|, )(\w+)="', line[2])]
        for here, after in zip(names, [*names[1:], None], strict=True):
            end = after.start() if after else len(line[2])
            found[here[1]] = line[2][here.end() : end - 1]
        found[part] = line[1]
    return found
