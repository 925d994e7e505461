"""What notmuch says of a configuration. Debian: notmuch. It ends with 0 whatever it has read."""

from __future__ import annotations

from tests.programs import Objected, need, run, scratch


def asked(text: str, setting: str) -> list[str]:
    """Return the values that notmuch has of a setting. Raises Objected, with what it says of the file."""
    with scratch(text.encode(), "config") as file:
        done = run([need("notmuch", "notmuch"), f"--config={file}", "config", "get", setting], file.parent)
    if done.returncode or done.stderr:
        raise Objected("notmuch", done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout.decode().splitlines()
