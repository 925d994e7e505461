# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run once a file has changed."""

from __future__ import annotations

import os
import shutil
import subprocess

from ._shared.writer.checks import PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

_SECONDS = 20


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
