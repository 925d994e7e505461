"""What Python makes of a module: its settings once it is imported. Debian: python3."""

from __future__ import annotations

import json
from typing import Any

from tests.programs import Objected, need, run, scratch

_SHOW = """import json, runpy, sys
found = runpy.run_path(sys.argv[1])
print(json.dumps({name: value for name, value in found.items() if name.isupper()}))
"""


def read_back(text: str) -> dict[str, Any]:
    """Return the settings, with ~ for the home. Raises Objected for what Python does not take."""
    with scratch(text.encode(), "account.py") as file:
        done = run([need("python3", "python3"), "-I", "-W", "error", "-c", _SHOW, str(file)], file.parent)
        said = done.stdout.decode().replace(str(file.parent), "~")
    if done.returncode or done.stderr:
        raise Objected("python3", done.returncode, done.stderr.decode(errors="replace"))
    found: dict[str, Any] = json.loads(said)
    return found
