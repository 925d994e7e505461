"""What mpop reads from its configuration, by `mpop -C FILE -P`. Debian: mpop.

`-P` opens no connection, but it runs `eval` and `passwordeval`.
"""

from __future__ import annotations

import re

from tests.programs import Objected, need, run, scratch

SETTING = re.compile(r"([a-z_ ]+) = (.*)", re.DOTALL)


def read_back(text: str, account: str) -> dict[str, str | None]:
    """Return the settings of one account by mpop's own names, None for "(not set)".

    Raises Objected for a text, or an account, that mpop does not take.
    """
    with scratch(text.encode(), "mpoprc") as file:
        done = run([need("mpop", "mpop"), "-C", str(file), "-P", account], file.parent)
        shown = done.stdout.decode().replace(str(file.parent), "~")
    if done.returncode:
        raise Objected("mpop", done.returncode, done.stderr.decode(errors="replace"))
    found = (SETTING.fullmatch(line) for line in shown.split("\n"))
    return {one[1].replace(" ", "_"): None if one[2] == "(not set)" else one[2] for one in found if one}
