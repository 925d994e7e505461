"""What OfflineIMAP makes of a file, without a connection: its own classes say. Debian: offlineimap3."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.programs import Objected, need, run, scratch

_ASK = """
import json, sys, types
sys.path.insert(0, sys.argv[1])
from offlineimap.CustomConfig import CustomConfigParser
from offlineimap import accounts, globals as known
from offlineimap.repository import Repository
from offlineimap.ui import UI_LIST, setglobalui
config = CustomConfigParser()
config.read(sys.argv[2])
config.set("general", "metadata", sys.argv[3])
config.set_if_not_exists("general", "dry-run", "False")
known.set_options(types.SimpleNamespace(dryrun=False))
setglobalui(UI_LIST["quiet"](config))
found = {}
for name in [one.strip() for one in config.get("general", "accounts").split(",")]:
    account = accounts.SyncableAccount(config, name)
    far, near = Repository(account, "remote"), Repository(account, "local")
    asked = sys.argv[4:]
    found[name] = {
        "host": far.gethost(), "port": far.getport(), "user": far.getuser(), "password": far.getpassword(),
        "token": far.getoauth2_access_token(), "ways": far.get_auth_mechanisms(), "ssl": far.getssl(),
        "starttls": far.getstarttls(), "trust": far.getsslcacertfile(), "expunge": far.getexpunge(),
        "deletes": [one.getconfboolean("sync_deletes", True) for one in (far, near)],
        "root": near.getlocalroot(), "sep": near.getsep(),
        "here": {one: far.nametrans(one) for one in asked if far.should_sync_folder(one)},
        "there": {one: near.nametrans(one) for one in asked},
    }
print(json.dumps(found))
"""


def read_back(text: str, *folders: str) -> dict[str, dict[str, Any]]:
    """Return what OfflineIMAP understands of each account; `here` and `there` say what becomes of `folders`.

    Commands for passwords are run. Raises Objected, with what it says, if it does not take the file.
    """
    place = os.path.dirname(os.path.realpath(need("offlineimap", "offlineimap3")))
    with scratch(text.encode(), "offlineimaprc") as file:
        (file.parent / "state").mkdir()
        argv = ["/usr/bin/python3", "-c", _ASK, place, str(file), str(file.parent / "state"), *folders]
        done = run(argv, file.parent)
        said = done.stderr.decode(errors="replace")
        if done.returncode:
            raise Objected("offlineimap", done.returncode, said)
        found: dict[str, dict[str, Any]] = json.loads(done.stdout.decode().replace(str(file.parent), "~"))
    return found


def command_says(text: str, argv: list[str], home: Path) -> int:
    """Return the exit code of OfflineIMAP's own reading of a file, as the manifest asks it."""
    file = home / "rc"
    file.write_text(text)
    return run([one.replace("{file}", str(file)) for one in argv], home).returncode
