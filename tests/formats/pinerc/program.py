"""What Alpine reads of its settings, as it notes them down when it is asked to debug. Debian: alpine.

It has no check of its own: it is started on a terminal, without a network, and ended once it has noted all.
"""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import tempfile
import time
from pathlib import Path

from tests.programs import TIMEOUT, need

_OWN = "new-version-threshold=99\nuser-domain=x.example\n"
_NOTED = re.compile(r"^ *([a-z0-9-]+) : (.*)$\n((?: {20,}: .*\n)*)", re.MULTILINE)
#: What is noted before and behind the settings that count, behind which those of each file follow.
_BEFORE, _BEHIND = "set_current_val(", "no-sort-default-fcc-alpha"


def settings(text: str) -> dict[str, list[str]]:
    """Return the settings of a file that Alpine reads beside the user's own, by their names."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as directory:
        home = Path(directory)
        (home / ".pinerc").write_text(_OWN)
        (home / ".pinercex").write_text(text, encoding="utf-8")
        alone = [need("unshare", "util-linux"), "--user", "--map-root-user", "--net"]
        noted = home / ".pine-debug1"
        _on_terminal([*alone, need("alpine", "alpine"), "-d", "9"], home, noted)
        said = (
            noted.read_text(encoding="utf-8", errors="replace").partition(_BEHIND)[0].rpartition(_BEFORE)[2]
        )
    found: dict[str, list[str]] = {}
    for name, value, more in _NOTED.findall(said):
        found.setdefault(name, [value, *(line.split(": ", 1)[1] for line in more.splitlines())])
    return found


def _on_terminal(argv: list[str], home: Path, noted: Path) -> None:
    """Run a program on a terminal of its own until it has noted down what is behind its settings."""
    master, slave = pty.openpty()
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}
    with subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, cwd=home, env=env, start_new_session=True
    ) as process:
        os.close(slave)
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.05)[0]:
                os.read(master, 65536)
            if noted.exists() and _BEHIND in noted.read_text(encoding="utf-8", errors="replace"):
                break
        process.kill()
        os.close(master)
