"""A stream of households through mailgen, and the same accounts through Jinja2 alone.

As a program, `python bulk.py WAY COUNT` makes the msmtp configuration of COUNT users and prints the
seconds that took and the peak of its memory in KiB. Ways: `plan` (api.plan_each: addresses, providers,
judgement, quoting, rendering), `checked` (the same without the look at the schema), `jinja2` (the same
template rendered by Jinja2, with accounts that are resolved already and quotes as mailgen writes
them: what a script of one's own would do), `one` (all in one household, one file).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parent.parent


def measured(way: str, count: int) -> tuple[float, int]:
    """Run one way in a process of its own; returns seconds and peak memory in KiB."""
    done = subprocess.run([sys.executable, __file__, way, str(count)], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{count} users by way of {way} ended with an error")
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def user(number: int) -> dict[str, Any]:
    """Return the account of a user as data."""
    return {
        "address": f"user{number}@sohu.com",
        "name": f"User {number}",
        "targets": ["msmtp"],
        "password_command": "pass show mail/{address}",
    }


def households(count: int) -> Iterator[dict[str, Any]]:
    """Yield a household for each user, one at a time."""
    for number in range(count):
        yield {"accounts": {"mail": user(number)}}


def through_jinja2(count: int) -> None:
    """Render the template of msmtp with Jinja2, once for each user."""
    import jinja2

    from mailgen.api import generate
    from mailgen.model import Credential
    from mailgen.render import units
    from mailgen.resolve import Wish
    from mailgen.templates import environment
    from mailgen.tokens import Command
    from mailgen.values import replace

    made = environment("msmtp", jinja2.FileSystemLoader(_ROOT / "templates"))
    template = made.get_template("msmtp/msmtprc.j2")
    credential = Credential("command", Command(("pass", "show", "mail/x")))
    result = generate("msmtp", "user@sohu.com", Wish(credential=credential, id="mail"))
    account = result.account
    [(_, _, variables)] = units(result.target, [account], "household")
    for number in range(count):
        address = f"user{number}@sohu.com"
        one = replace(account, address=address, smtp=replace(account.smtp, username=address))
        template.render({**variables, "accounts": [one], "account": one})


def main() -> None:
    """Go one way; only the making is timed, not the imports."""
    sys.path.insert(0, str(_ROOT / "generator"))
    from mailgen import api
    from mailgen.catalog import open_catalogue

    way, count = sys.argv[1], int(sys.argv[2])
    catalogue = open_catalogue()
    next(api.plan_each(households(1), catalogue=catalogue))
    start = perf_counter()
    if way == "jinja2":
        through_jinja2(count)
    elif way == "one":
        data = {"accounts": {f"u{number}": user(number) for number in range(count)}}
        [files] = api.plan_each([data], catalogue=catalogue, checked=True)
        assert files[0].text.count("\naccount  ") == count
    else:
        for files in api.plan_each(households(count), catalogue=catalogue, checked=way == "checked"):
            assert files
    print(json.dumps([perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))


if __name__ == "__main__":
    main()
