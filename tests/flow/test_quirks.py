"""What manifests say of how a client talks, seen on the wire.

The server offers SASL-IR (RFC 4959). Some providers offer it too and answer an initial response with an
error (the quirk false-sasl-ir), so a target must avoid it there or say that it cannot. Others answer
descending message ranges with an error (uid-ascending-only).
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.thunderbird import FETCH, copy_profile, open_once, run_scripts

HONEST = "honest.example"
OPTIONS = own_servers(HONEST, "imap", "implicit")


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_sends_one_unless_it_is_told_to_use_login(
    lab: Lab, desk: Callable[[str], Desk], program: str
) -> None:
    client = desk(f"user@{HONEST}")
    client.install(program, *OPTIONS)
    watch = lab.watch()
    client.mutt_reads(program, keys="rx")
    assert b" AUTHENTICATE PLAIN d" in watch.whole_wire(HONEST).data

    with (client.home / f".{program}rc").open("a") as file:
        file.write("set imap_authenticators = 'login'\n")  # what the template writes for the quirk
    watch = lab.watch()
    client.mutt_reads(program, keys="rx")
    wire = watch.whole_wire(HONEST).data
    assert b'LOGIN "user@' in wire, "the LOGIN command, in the end"
    assert b"AUTHENTICATE PLAIN" not in wire
    # neomutt tries SASL LOGIN first, with an initial response; an error of the server does no harm.
    assert (b"AUTHENTICATE LOGIN" in wire) == (program == "neomutt")
    assert b"SELECT" in wire


def test_fetchmail_uses_login(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk(f"user@{HONEST}")
    client.keep_in_netrc(client.install("fetchmail", *OPTIONS, *client.deliver_here))
    watch = lab.watch()
    client.fetchmail()
    wire = watch.whole_wire(HONEST).data
    assert b" LOGIN " in wire
    assert b"AUTHENTICATE" not in wire


def test_thunderbird_waits_for_the_server(
    lab: Lab, desk: Callable[[str], Desk], thunderbird_profile: Path
) -> None:
    client = desk(f"user@{HONEST}")
    user_js = client.mailgen("thunderbird", *OPTIONS).stdout
    profile = copy_profile(thunderbird_profile, client.home, user_js)
    watch = lab.watch()
    open_once(lab, profile, HONEST)
    assert b"authenticate PLAIN\r\n" in watch.whole_wire(HONEST).data


@pytest.mark.parametrize("client", ["mutt", "neomutt", "thunderbird"])
def test_ranges_of_messages_ascend(
    lab: Lab, desk: Callable[[str], Desk], thunderbird_profile: Path, client: str
) -> None:
    address = "user@sohu.com"
    reader = desk(address)
    for number in range(5):
        lab.deliver(address, f"{client} {number}")
    before = set(lab.rawlog.iterdir())

    if client == "thunderbird":
        profile = copy_profile(thunderbird_profile, reader.home, reader.mailgen(client).stdout)
        run_scripts(lab, profile, (FETCH, [f"{client} 4"], 20))
    else:
        reader.install(client)
        reader.mutt_reads(client)

    said = b"".join(path.read_bytes() for path in set(lab.rawlog.iterdir()) - before if path.suffix == ".in")
    ranges = re.findall(rb"FETCH (\d+):(\d+)", said, re.IGNORECASE)
    assert ranges, said
    assert all(int(first) <= int(last) for first, last in ranges)
