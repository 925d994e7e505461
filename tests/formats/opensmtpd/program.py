"""What OpenSMTPD says of a configuration, without delivering: Debian's, unpacked by tools/mail-servers."""

from __future__ import annotations

import re
from pathlib import Path

from tests.lab.relay import unpacked
from tests.programs import Objected, run


def folder() -> Path:
    """Return where its program lies."""
    return unpacked("opensmtpd") / "usr/sbin"


def checked(text: str, place: Path) -> None:
    """Have a configuration read, which is written to a folder; raises Objected for a complaint."""
    (place / "smtpd.conf").write_text(text, encoding="utf-8")
    done = run([str(folder() / "smtpd"), "-n", "-f", str(place / "smtpd.conf")], place)
    said = done.stderr.decode(errors="replace")
    if done.returncode or said != "configuration OK\n":
        raise Objected("smtpd", done.returncode, said)


def read_back(written: list[str], place: Path) -> list[str]:
    """Return what strings mean, each of them a path that is not there, of which OpenSMTPD complains."""
    text = "".join(f"include {one}\n" for one in written)
    (place / "smtpd.conf").write_text(text, encoding="utf-8")
    done = run([str(folder() / "smtpd"), "-n", "-f", str(place / "smtpd.conf")], place)
    return re.findall(r": failed to include file (.*)", done.stderr.decode())
