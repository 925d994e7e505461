"""How mblaze 1.1 reads its profile. Source: mblaze-profile(5), and what mhdr printed.

`name: value`, a line a setting, capitals and small letters alike; a line that begins with a blank goes on
with the one above; the name # is a comment, and an empty line the end.
"""

from __future__ import annotations

from tests.readers import Rejected


def read(text: str) -> dict[str, str]:
    """Return the settings by their names in small letters; of two of one name the first."""
    found: dict[str, str] = {}
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            break
        if line[0] in " \t":
            found[name] = f"{found[name]} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if not colon or " " in name:
            raise Rejected(number, "no name before a colon")
        name = name.lower()
        if name != "#":
            found.setdefault(name, value.strip())
    return found
