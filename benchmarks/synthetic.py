"""Catalogues of any size, made of providers that do not exist and of one that does.

As a program, `python synthetic.py COUNT FILE` builds one with mailgen's own compiler and prints
the seconds that took and the peak of its memory in KiB. It is a process of its own, so that its
memory does not count as that of the benchmark.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from peak import own_peak

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED = "sohu.com"
_GENERATOR = str(Path(__file__).resolve().parent.parent / "generator")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def domain(number: int) -> str:
    """Return a domain for a number below 2**32, another for each, spread over the alphabet.

    >>> domain(0), domain(1), domain(2)
    ('aaaaaaa.example', 'ddeskpi.example', 'kiwsihd.example')
    """
    mixed, label = number * 2654435761 % 2**32, ""
    for _ in range(7):
        mixed, letter = divmod(mixed, 26)
        label += _LETTERS[letter]
    return f"{label}.example"


def providers(count: int, real: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `count` providers one at a time, the real one in the middle."""
    for number in range(count):
        yield (ASKED, real) if number == count // 2 else made(number)


def made(number: int) -> tuple[str, dict[str, Any]]:
    """Return id and record of a provider that does not exist; its record is valid."""
    name = domain(number)
    hosts = {"imap": ("imap", 993), "pop3": ("pop", 995), "smtp": ("smtp", 465)}
    return name, {
        "name": {"en": f"Mail {number}"},
        "domains": [name],
        "services": {
            protocol: [{"host": f"{host}.{name}", "port": port, "tls": "implicit", "sources": ["made-up"]}]
            for protocol, (host, port) in hosts.items()
        },
        "credentials": {
            "kind": "login-password",
            "hint": {"en": f"Sign in at www.{name} and switch IMAP on."},
        },
        "sources": {"made-up": {"kind": "vendor", "title": "the benchmark", "checked": "2026-01-01"}},
    }


def built(count: int, path: Path) -> tuple[float, int]:
    """Build a catalogue of `count` providers at `path`; returns the seconds and the peak in KiB."""
    done = subprocess.run(
        [sys.executable, __file__, str(count), str(path)], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(f"the catalogue of {count} providers could not be built")
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def main() -> None:
    """Build one catalogue; only the building is timed, not the reading of the dataset."""
    sys.path.insert(0, _GENERATOR)
    from mailgen.catalog import compiler

    real = dict(compiler.checked_providers())[ASKED]
    targets = list(compiler.checked_targets())
    count, path = int(sys.argv[1]), sys.argv[2]
    start = perf_counter()
    compiler.build(path, providers(count, real), targets)
    seconds = perf_counter() - start
    print(json.dumps([seconds, own_peak()]))


if __name__ == "__main__":
    main()
