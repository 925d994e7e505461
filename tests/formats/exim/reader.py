r"""How Exim 4.96 reads its configuration, as far as ours goes. Source: the specification of Exim, 6 and 11.

Options stand one to a line up to the first part; macros, in capitals, are put in wherever their names stand.
In the parts a line that ends in a colon begins a driver. In a string that is expanded \x and two digits are a
byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.readers import Doubtful

Options = dict[str, str]
PARTS = ("acl", "routers", "transports", "retry", "rewrite", "authenticators")


@dataclass
class Configuration:
    main: Options = field(default_factory=dict)
    parts: dict[str, dict[str, Options]] = field(default_factory=dict)

    @property
    def transports(self) -> dict[str, Options]:
        return self.parts["transports"]

    @property
    def routers(self) -> dict[str, Options]:
        return self.parts["routers"]


def plain(written: str) -> str:
    """Return what a string without expansions means."""
    if "$" in written or re.search(r"\\(?!x[0-9a-f]{2})", written):
        raise Doubtful(1, "something in it is put in")
    data = re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), written.encode())
    return data.decode()


def read(text: str) -> Configuration:
    """Return the options of each part and driver, with the macros put in."""
    found = Configuration()
    macros: Options = {}
    part, options = "", found.main
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line.endswith("\\"):
            raise Doubtful(number, "it goes on in the next line")
        # Macros that Exim has itself have an underscore at the beginning (6.6).
        if re.search(r"(?<![A-Za-z0-9_])_[A-Z]", line):
            raise Doubtful(number, "a macro of Exim's own")
        macro = re.match(r"([A-Z][A-Za-z0-9_]*) *= *(.*)$", line)
        for name, value in macros.items():
            if macro and name in macro[1]:
                raise Doubtful(number, "a macro within the name of another")
            line = line.replace(name, value)
        if macro:
            macros[macro[1]] = line.partition("=")[2].strip()
        elif line.startswith("begin "):
            part = line.removeprefix("begin ")
            if part not in PARTS:
                raise Doubtful(number, "a part that is not known")
            found.parts[part] = {}
            options = {}
        elif part and re.fullmatch(r"[a-z]+:", line):
            options = found.parts[part][line[:-1]] = {}
        elif part in ("retry", "acl"):
            found.parts[part].setdefault("", {})[line.strip()] = ""
        else:
            name, _, value = line.strip().partition("=")
            options[name.strip()] = value.strip()
    return found


def logins(text: str) -> dict[str, tuple[str, str]]:
    """Return login name and password by server, as our options take them from a file for lsearch (9.3)."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in ' \t"':
            raise Doubtful(number, "it goes on with the one before, or has a quoted key")
        key, entry = re.split(r"\s*:\s*|\s+", line.rstrip(), maxsplit=1)
        login, _, password = entry.partition(":")
        found[key] = (login, password)
    return found
