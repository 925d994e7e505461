"""What mblaze finds in its profile, by its own mhdr, as its scripts ask it. Debian: mblaze."""

from __future__ import annotations

from tests.programs import need, run, scratch


def asked(text: str, *names: str) -> list[str]:
    """Return the values of settings; empty for one that is not there."""
    with scratch(text.encode(), "profile") as file:
        program = need("mhdr", "mblaze")
        return [
            run([program, "-h", name, str(file)], file.parent).stdout.decode().rstrip("\n") for name in names
        ]
