"""What Swaks makes of a file, without a connection. `make programs` brings it: that of Debian 12 is older."""

from __future__ import annotations

import re

from tests.programs import Objected, need, run, scratch

_SECTIONS = "TRANSPORT,TLS,AUTH,PROTOCOL"


def read_back(text: str, program: str = "swaks") -> dict[str, str]:
    """Return what Swaks shows of its settings. Raises Objected, with what it says, for what is wrong."""
    with scratch(text.encode(), "swaksrc") as file:
        asked = [need(program, "swaks"), "--config", str(file), "--to", "x@y.example"]
        if "\nauth-password " not in text:  # for which it would ask
            asked += ["--auth-password", "none"]
        done = run([*asked, "--dump", _SECTIONS], file.parent)
    said = done.stderr.decode(errors="replace")
    if done.returncode or said:
        raise Objected("swaks", done.returncode, said)
    lines = (re.fullmatch(r" +([a-z ]+?) += (.*)", line) for line in done.stdout.decode().split("\n"))
    return {one[1]: one[2] for one in lines if one}
