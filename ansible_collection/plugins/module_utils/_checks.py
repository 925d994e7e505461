# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a program would take a file: it is asked itself, on a copy in which no line runs a command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

#: Where programs are looked for, whatever the environment that Ansible brings.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SECONDS = 20


def accepted(check: Mapping[str, Any], content: bytes) -> bool | None:
    """Say whether the program of a manifest's `check` accepts a file; None if it cannot be asked.

    `check` is {argv, exit, stderr, says, replace} as in target.schema.json. What the program prints is thrown
    away, for it may hold the secret. Runs as the user whose file it is.
    """
    program = shutil.which(check["argv"][0], path=PATH)
    if program is None:
        return None
    folder = ""
    try:
        folder = tempfile.mkdtemp(prefix="mailgen-check-")
        path = os.path.join(folder, "file")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(harmless(content, check.get("replace", ())))
        argv = [program] + [word.replace("{file}", path) for word in check["argv"][1:]]
        quiet = check.get("stderr") == "empty"
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # without one Python would look for the end again and again
            timeout=_SECONDS,
            cwd=folder,
            env={"PATH": PATH, "HOME": folder, "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    except OSError:  # no room for the copy, say
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    said = done.stderr.decode(errors="replace")
    fits = re.search(check["says"], said) if "says" in check else not (quiet and said)
    return done.returncode in check["exit"] and bool(fits)


def run(argv: Sequence[str]) -> int | None:
    """Run what is to be done after a change, as the user; return its exit status, None if it cannot be run.

    What it prints is thrown away. A user without a session has no service manager to talk to.
    """
    program = shutil.which(argv[0], path=PATH)
    if program is None:
        return None
    env = {"PATH": PATH, "HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8"}
    runtime = f"/run/user/{os.getuid()}"
    if os.path.isdir(runtime):
        env["XDG_RUNTIME_DIR"] = runtime
    try:
        done = subprocess.run(
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env=env,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode


def harmless(content: bytes, replace: Any) -> bytes:
    """Return a file's bytes with the lines that would run a command replaced.

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
