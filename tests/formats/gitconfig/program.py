"""What git reads of a configuration. Debian: git."""

from __future__ import annotations

from tests.programs import Objected, need, run, scratch


def settings(text: str) -> list[tuple[str, str]]:
    """Return the settings with their values, in order. Raises Objected, with what git says, for none."""
    with scratch(text.encode(), "gitconfig") as file:
        done = run([need("git", "git"), "config", "--file", str(file), "--list", "-z"], file.parent)
    if done.returncode:
        raise Objected("git", done.returncode, done.stderr.decode(errors="replace"))
    entries = [one.partition("\n") for one in done.stdout.decode().split("\0")[:-1]]
    return [(name, value if line else "true") for name, line, value in entries]
