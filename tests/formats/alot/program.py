"""What alot makes of its config, by its own reader of settings. Debian: alot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.programs import Objected, need, run

if TYPE_CHECKING:
    from pathlib import Path

#: For each file the accounts, or what alot says against it.
SHOW = """
import json, os, sys
import alot.settings.manager as manager
for path in sys.argv[1:]:
    try:
        settings = manager.SettingsManager()
        settings.read_config(path)
        told = [[one.realname, str(one.address), [str(alias) for alias in one.aliases], one.cmd,
                 getattr(one.sent_box, "_path", None), getattr(one.draft_box, "_path", None), one.signature]
                for one in settings.get_accounts()]
    except Exception as error:
        told = str(error) or repr(error)
    print(json.dumps(told))
"""


def accounts(files: list[Path], home: Path) -> list[list[Any]]:
    """Return the accounts of each file: name, address, aliases, program, folders, signature.

    Raises Objected for what alot refuses.
    """
    need("alot", "alot")
    argv = ["/usr/bin/python3", "-c", SHOW, *map(str, files)]
    done = run(argv, home, {"PYTHONPATH": "/usr/share/alot", "WHO": "somebody"})
    if done.returncode:
        raise Objected("alot", done.returncode, done.stderr.decode(errors="replace"))
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if refused := next((one for one in found if isinstance(one, str)), ""):
        raise Objected("alot", 1, refused)
    return found
