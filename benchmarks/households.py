"""What people wait for who keep an accounts file: a run that changes nothing, and a look at many files.

All of it is compared with one run of mailgen, in turn, so that it means the same on every machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from measure import output, ratio, side_by_side
from table import Row

if TYPE_CHECKING:
    from pathlib import Path

CLIENTS = ["msmtp", "fetchmail", "mutt", "neomutt", "thunderbird"]
PROVIDERS = [
    "sohu.com", "qq.com", "gmail.com", "gmx.de", "aol.com",
    "web.de", "mailbox.org", "fastmail.com", "yandex.com", "mail.ru",
]  # fmt: skip
FILES = 100
#: Bounds that hold today, for whoever makes it slower; what is to be reached stands in goals.py.
IDLE_BOUND, LINT_BOUND = 3.0, 4.0


def settled(home: Path, python: str, mailgen: str) -> None:
    """Write an accounts file below a home and apply it, so that nothing is left to do."""
    accounts = {
        f"a{number}": {"address": f"ada{number}@{domain}", "password_command": f"pass show mail/{number}"}
        for number, domain in enumerate(PROVIDERS)
    }
    file = home / ".config" / "mailgen" / "accounts.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"defaults": {"targets": CLIENTS}, "accounts": accounts}), encoding="utf-8")
    (home / ".thunderbird" / "x.default").mkdir(parents=True)
    (home / ".thunderbird" / "profiles.ini").write_text("[Profile0]\nPath=x.default\nIsRelative=1\n")
    output([python, mailgen, "apply", "-q"], home)


def measured(programs: Path, folder: Path, rounds: int) -> tuple[list[Row], list[str]]:
    """Return rows and notes; `programs` is the folder of an environment with all that mailgen needs."""
    home = folder / "household"
    home.mkdir()
    python, mailgen = str(programs / "python"), str(programs / "mailgen")
    settled(home, python, mailgen)
    files = [home / f"msmtprc.{number}" for number in range(FILES)]
    text = output([python, mailgen, "msmtp", "user@sohu.com", "--pass", "-q"], home)
    for file in files:
        file.write_text(text, encoding="utf-8")
    base = "the main form, same environment"
    verbs = {
        base: ["msmtp", "user@sohu.com"],
        "apply": ["apply", "-q"],
        "diff": ["diff", "-q"],
        "lint of one": ["lint", str(files[0])],
        "lint of all": ["lint", *map(str, files)],
    }
    taken = side_by_side({name: [python, mailgen, *words] for name, words in verbs.items()}, rounds, home)
    rows = []
    for verb in ("apply", "diff"):
        found = ratio(taken[verb].wall, taken[base].wall)
        rows.append(
            Row(f"{verb}, nothing to do : main form", found.value, (found.low, found.high), IDLE_BOUND)
        )
    found = ratio(taken["lint of all"].wall, taken["lint of one"].wall)
    rows.append(Row(f"lint of {FILES} files : of one", found.value, (found.low, found.high), LINT_BOUND))
    size = f"{len(PROVIDERS)} accounts x {len(CLIENTS)} clients"
    return rows, [f"apply and diff: {size}, each file as it should be; lint: files of msmtp with an account."]
