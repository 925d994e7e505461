"""What mbsync says of a configuration, without a connection: it is asked for a channel that is not there.

Debian: isync. The exit code is 1 in any case; what it says tells whether the file was read.
"""

from __future__ import annotations

from tests.programs import Objected, need, run, scratch

NOBODY = "no-such-channel"


def accept(text: str) -> list[str]:
    """Return the notices of mbsync if it reads the file to its end; raises Objected if it does not."""
    with scratch(text.encode(), "mbsyncrc") as file:
        done = run([need("mbsync", "isync"), "-c", str(file), NOBODY], file.parent)
    said = done.stderr.decode(errors="replace")
    # Behind notices on old words.
    if f"No channel or group named '{NOBODY}' defined." not in said.splitlines():
        raise Objected("mbsync", done.returncode, said)
    return [line for line in said.splitlines() if ": notice: " in line]
