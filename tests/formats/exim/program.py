"""What Exim says of a configuration, without delivering: Debian's, unpacked by tools/mail-servers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.lab.relay import unpacked
from tests.programs import Objected, need, need_root, run

USER = "Debian-exim:x:23502:23502::/:/bin/false\n"
GROUP = "Debian-exim:x:23502:\n"
#: It wants its user to be there: in a namespace of mounts, which ends with it.
_SCRIPT = """
mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group || exit 97
program=$1; shift
exec "$program" -C "$0/exim4.conf" "$@"
"""


def installed_in(folder: Path) -> None:
    """Put a program exim4 into a folder that runs as if Debian's package were installed."""
    need_root("give Exim a user")
    (folder / "passwd").write_text(Path("/etc/passwd").read_text() + USER)
    (folder / "group").write_text(Path("/etc/group").read_text() + GROUP)
    lines = [f'mount --bind "{folder}/{name}" /etc/{name}' for name in ("passwd", "group")]
    inner = " && ".join([*lines, f'exec "{unpacked("exim")}/usr/sbin/exim4" "$@"'])
    program = folder / "exim4"
    program.write_text(f"#!/bin/sh\nexec {need('unshare', 'util-linux')} -m sh -c '{inner}' exim4 \"$@\"\n")
    program.chmod(0o755)


def exim(text: str, *words: str, table: str = "") -> str:
    """Return what Exim prints when asked with some words; `table` is what lies in the file TABLE of a word.

    Raises Objected for a complaint.
    """
    need_root("give Exim a user")
    program = unpacked("exim") / "usr/sbin/exim4"
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as name:
        folder = Path(name)
        (folder / "exim4.conf").write_text(text, encoding="utf-8")
        (folder / "passwd").write_text(Path("/etc/passwd").read_text() + USER)
        (folder / "group").write_text(Path("/etc/group").read_text() + GROUP)
        (folder / "table").write_text(table, encoding="utf-8")
        asked = [word.replace("TABLE", f"{folder}/table") for word in words]
        argv = [need("unshare", "util-linux"), "-m", "sh", "-c", _SCRIPT, name, str(program), *asked]
        done = run(argv, folder)
    said = done.stderr.decode(errors="replace")
    if done.returncode or said:
        raise Objected("exim4", done.returncode, said)
    return done.stdout.decode()


def options(text: str, kind: str, name: str) -> dict[str, str]:
    """Return the options of a driver as Exim has read them."""
    lines = exim(text, "-bP", kind, name).splitlines()
    return {
        key.strip(): value.strip() for key, equals, value in (line.partition("=") for line in lines) if equals
    }


def expanded(*texts: str, table: str = "") -> list[str]:
    """Return what strings expand to, each of one line."""
    return exim("primary_hostname = desk.example\nkeep_environment =\n", "-be", *texts, table=table).split(
        "\n"
    )[:-1]
