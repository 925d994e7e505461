"""A stream of households through mailgen, and the same accounts through Jinja2 alone.

As a program, `python bulk.py WAY COUNT` makes the msmtp configuration of COUNT users and prints the
seconds that took and the peak of its memory in KiB. Ways: `plan` (api.plan_each: addresses, providers,
judgement, quoting, rendering), `checked` (the same without the look at the schema), `jinja2` (what a
script of one's own would do: the same template and the same bytes, but the servers are written out, every
value is taken as it is, and quotes are put around what is no plain word). `one` and `one-jinja2`: all
users in one household, so in one file. `alone` and `together`: as `plan`, by one process
and by two; seconds are those of the clock then, and the processor time of all processes stands behind them.
`kept`: as `checked`, but nothing is let go, to show that the measure of memory sees it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from peak import own_peak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ROOT = Path(__file__).resolve().parent.parent


def measured(way: str, count: int) -> tuple[float, float]:
    """Run one way in a process of its own; returns seconds, and peak memory in KiB or processor time."""
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


def through_mailgen(stream: Iterable[dict[str, Any]], *, checked: bool, jobs: int = 1) -> Iterator[str]:
    """Yield the text of the one file of each household."""
    from mailgen import api

    for files in api.plan_each(stream, checked=checked, jobs=jobs):
        [file] = files
        yield file.text


def through_jinja2() -> Callable[[Iterable[dict[str, Any]]], Iterator[str]]:
    """Return what does the same with Jinja2 alone, for people of one known provider."""
    import jinja2

    plain = re.compile(r"[A-Za-z0-9._%+@:/~-]+").fullmatch

    def quoted(value: object) -> object:
        if isinstance(value, bool):
            return "on" if value else "off"
        return f'"{value}"' if isinstance(value, str) and not plain(value) else value

    made = jinja2.Environment(
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=quoted,
        loader=jinja2.FileSystemLoader(_ROOT / "templates"),
    )
    made.filters["kw"] = lambda value, *words: value
    template = made.get_template("msmtp/msmtprc.j2")

    def account(id: str, data: dict[str, Any]) -> SimpleNamespace:
        address = data["address"]
        command = data["password_command"].replace("{address}", address)
        smtp = SimpleNamespace(
            host="smtp.sohu.com", port=465, username=address, auth="password", tls="implicit"
        )
        return SimpleNamespace(
            label=id,
            sender=address,
            smtp=smtp,
            credential=SimpleNamespace(command=command),
            options=SimpleNamespace(ca_file=None),
            extra=(),
            identities=(),
        )

    def texts(stream: Iterable[dict[str, Any]]) -> Iterator[str]:
        for data in stream:
            accounts = [account(id, one) for id, one in data["accounts"].items()]
            yield template.render(accounts=accounts, layout="household")

    return texts


def main() -> None:
    """Go one way; only the making is timed, not the imports nor the first household."""
    sys.path.insert(0, str(_ROOT / "generator"))
    from mailgen import api

    way, count = sys.argv[1], int(sys.argv[2])
    by_jinja2 = through_jinja2() if "jinja2" in way else None
    checked = way in ("checked", "kept")
    clock = perf_counter if way in ("alone", "together") else process_time
    jobs = 2 if way == "together" else 1

    def texts(stream: Iterable[dict[str, Any]]) -> Iterator[str]:
        return by_jinja2(stream) if by_jinja2 else through_mailgen(stream, checked=checked, jobs=jobs)

    first = next(households(1))
    [text] = texts([first])
    if text != api.plan(first)[0].text:
        raise SystemExit("Jinja2 alone writes another file than mailgen")
    stream: Iterable[dict[str, Any]] = households(count)
    if way.startswith("one"):
        stream = [{"accounts": {f"u{number}": user(number) for number in range(count)}}]
    start, spent = clock(), _spent()
    made = texts(stream)
    if way == "kept":
        made = iter(list(made))
    written = sum(text.count("\naccount  ") for text in made)
    seconds, spent = clock() - start, _spent() - spent
    if written != count:
        raise SystemExit(f"{written} accounts were written, not {count}")
    print(json.dumps([seconds, spent if clock is perf_counter else own_peak()]))


def _spent() -> float:
    """Return the processor time of this process and of those that it has waited for, in seconds."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()
