"""The peak of a process's own memory."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def own_peak() -> int:
    """Return the most memory that this program itself has held, in KiB.

    Not ru_maxrss where it can be helped: Linux keeps that over exec, so a child has at least the peak of
    the parent that started it, and a large parent hides what the child needs. VmHWM in
    /proc/self/status (proc(5)) begins anew with each program.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        status = ""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found:
        return int(found[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
