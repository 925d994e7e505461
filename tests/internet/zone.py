"""All names in one zone, the root, served by Knot DNS; it also notes every question (dnstap)."""

from __future__ import annotations

from pathlib import Path

from tests.internet import published
from tests.internet.cases import CASES, domain_of
from tests.internet.places import DNS, WEB

_CONF = """
server:
    rundir: BASE/run
    listen: {dns}@53
database:
    storage: BASE/state
log:
  - target: BASE/log/knot.txt
    any: warning
mod-dnstap:
  - id: all
    sink: BASE/log/questions.tap
    log-responses: off
template:
  - id: default
    storage: BASE/zones
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    global-module: mod-dnstap/all
zone:
  - domain: .
    file: root.zone
  - domain: servfail.example
    file: missing.zone
"""


def write(base: Path) -> None:
    (base / "zones").mkdir()
    (base / "zones" / "root.zone").write_text(text() + "$ORIGIN .\n" + published.zone(base))
    (base / "knot.conf").write_text(_CONF.format(dns=DNS).replace("BASE", str(base)))


def text() -> str:
    lines = [
        "$ORIGIN .",
        ". 60 SOA ns.lab.example. root.lab.example. 1 3600 600 86400 1",
        ". 60 NS ns.lab.example.",
        f"ns.lab.example. 60 A {DNS}",
        f"autoconfig.thunderbird.net. 60 A {WEB}",
    ]
    for name, case in CASES.items():
        if case.dns:
            lines += [f"$ORIGIN {domain_of(name)}.", *case.dns]
    return "\n".join(lines) + "\n"


def command(base: Path) -> list[str]:
    return ["knotd", "-c", str(base / "knot.conf")]
