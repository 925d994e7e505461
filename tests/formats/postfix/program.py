"""What Postfix says of its files, without a server: postconf and postmap. Debian: postfix."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from tests.programs import Objected, need, run


def settings(folder: Path, text: str = "compatibility_level = 3.6\nmyhostname = desk.example\n") -> None:
    """Write a main.cf that is an hour old: the programs wait for a younger one to be written to its end."""
    path = folder / "main.cf"
    path.write_text(text, encoding="utf-8")
    past = time.time() - 3600
    os.utime(path, (past, past))


def postconf(text: str, *words: str, name: str = "main.cf") -> str:
    """Return what postconf prints of a main.cf, or of a master.cf. Raises Objected for a complaint."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as folder:
        settings(Path(folder))
        (Path(folder) / "master.cf").touch()
        if name == "main.cf":
            settings(Path(folder), text)
        else:
            (Path(folder) / name).write_text(text, encoding="utf-8")
        done = run([need("postconf", "postfix"), "-c", folder, *words], Path(folder))
    said = done.stderr.decode(errors="replace")
    if done.returncode or said:
        raise Objected("postconf", done.returncode, said)
    return done.stdout.decode()


def looked_up(kind: str, table: str, key: str) -> str | None:
    """Return what a table has for a key, or None; it is the text of a file, or what follows the colon."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as folder:
        settings(Path(folder))
        (Path(folder) / "table").write_text(table, encoding="utf-8")
        where = f"{kind}:{table}" if table.startswith("{") else f"{kind}:{folder}/table"
        done = run([need("postmap", "postfix"), "-c", folder, "-q", key, where], Path(folder))
    said = done.stderr.decode(errors="replace")
    if said or done.returncode not in (0, 1):
        raise Objected("postmap", done.returncode, said)
    return done.stdout.decode().removesuffix("\n") if done.returncode == 0 else None


def all_of(table: str) -> dict[str, str]:
    """Return what a table of plain text has for each of its keys that are host names, as postmap reads it."""
    keys = [line.split(" ")[0] for line in table.splitlines()]
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as folder:
        settings(Path(folder))
        (Path(folder) / "table").write_text(table, encoding="utf-8")
        done = subprocess.run(
            [need("postmap", "postfix"), "-c", folder, "-q", "-", f"texthash:{folder}/table"],
            input="".join(f"{key}\n" for key in keys).encode(),
            capture_output=True,
            timeout=20,
            check=False,
        )
    if done.stderr or done.returncode:
        raise Objected("postmap", done.returncode, done.stderr.decode(errors="replace"))
    lines = done.stdout.decode().splitlines()
    return {key: value for key, _, value in (line.partition("\t") for line in lines)}


def options(text: str, service: str) -> dict[str, str]:
    """Return the options of a service of master.cf, as postconf reads them."""
    printed = postconf(text, "-P", name="master.cf")
    found = re.findall(rf"^{re.escape(service)}/unix/(\S+) = ?(.*)$", printed, re.MULTILINE)
    return {name: value.replace("$$", "$") for name, value in found}
