"""Domains of all sorts, most of them hostile, searched for in a network with real DNS and web servers."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import sys
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.dataset.suffixes import registrable
from mailgen.discovery import Attempt, Limits, Nothing
from mailgen.discovery.addresses import address_objection
from mailgen.discovery.asker import Asker
from mailgen.discovery.fetch import _inflated, _judged
from mailgen.discovery.methods import _digests
from mailgen.discovery.names import Names
from mailgen.discovery.search import _known, search
from mailgen.discovery.trust import trust
from tests.internet import places
from tests.internet.cases import CASES, domain_of, host_of
from tests.internet.pages import LIMIT

if TYPE_CHECKING:
    from tests.internet.net import Net
    from tests.internet.plugin import Searches

#: The first example loads the public suffix list, and the machine may be busy.
unhurried = settings(deadline=None)
CENTRAL = "autoconfig.thunderbird.net"


def case_of(host: str) -> str | None:
    """The case whose domain a host belongs to."""
    ends = {domain_of(name): name for name in CASES if f".{host}".endswith(f".{domain_of(name)}")}
    return ends[max(ends, key=len)] if ends else None


@pytest.mark.parametrize("name", CASES)
def test_what_comes_of_a_domain(name: str, searches: Searches) -> None:
    case, result = CASES[name], searches.results[name]
    found, outcomes = result["found"], [step["outcome"] for step in result["steps"]]
    assert (found["method"] if found else None) == case.found, result["steps"]
    assert any(case.said in outcome for outcome in outcomes), outcomes
    assert all(outcome.isprintable() for outcome in outcomes)
    assert max(result["took"]) < case.limit + 3, "each step has its time, and the machine some to be slow"
    if case.asked is not None:
        asked = [line["host"] for line in searches.web]
        ours = {host for host in asked if case_of(host) == name}
        want = {host_of(name, host): times for host, times in case.asked.items()}
        assert {host: asked.count(host) for host in ours} == want
    if found:
        record = found["draft"]["record"]
        assert record["domains"] == [domain_of(name).encode().decode("idna")]
        assert "mx" not in record
        assert {owner for _, owner in found["foreign"]} == set(case.foreign)
        assert found["guess"] == case.guess
        assert tuple(found["known"]) == case.known
        if case.delivery:
            assert (found["delivery"]["agrees"], found["delivery"]["provider"]) == case.delivery
        servers = [
            f"{protocol} {item['host']}:{item['port']} {item['tls']}"
            for protocol in ("imap", "pop3", "smtp")
            for item in record["services"].get(protocol, ())
        ]
        assert not case.servers or servers == list(case.servers)


def test_nobody_knocked_where_nobody_may(searches: Searches, net: Net) -> None:
    assert searches.tripwire == []
    before = len(net.log("tripwire"))
    knock = "import socket; socket.create_connection(('127.0.0.1', 443)).recv(1)"
    net.run(sys.executable, "-c", knock, home=net.new_home())
    assert net.log("tripwire")[before:] == [["127.0.0.1", 443]], "or the tripwire would not have told"


def test_nobody_is_told_more_than_the_domain(searches: Searches) -> None:
    for line in searches.web:
        assert (line["cookie"], line["login"], line["from"], line["agent"]) == ("", "", "", "mailgen")
        assert line["named"] == line["host"]
        assert "emailaddress" not in line["asked"].lower()
        assert "@" not in line["asked"]
    assert {line["at"] for line in searches.web} <= {places.WEB, places.WEB6, places.WEB_NAT64}


def test_the_central_database_is_asked_after_the_domain_and_no_more_than_needed(searches: Searches) -> None:
    listed = [line["asked"].split()[1] for line in searches.web if line["host"] == CENTRAL]
    for name, case in CASES.items():
        asked_late = case.found in ("database", "srv", "mx")
        if case.found in ("pacc", "autoconfig"):
            assert f"/v1.1/{domain_of(name)}" not in listed
        elif asked_late and not case.fickle:
            assert listed.count(f"/v1.1/{domain_of(name)}") == 1
    assert "/v1.1/example" not in listed
    assert "/v1.1/co.uk" in listed, "that domain itself was asked for, by the case of this name"
    assert listed.count("/v1.1/co.uk") == 1, "and not as the owner of a host"


def test_a_search_that_is_over_asks_nothing_more() -> None:
    told: list[Attempt] = []

    async def late() -> None:
        limits = Limits(whole=0)
        asker = Asker(Names(["127.0.0.1"], port=9), trust(), limits, told.append)
        assert await asker.tried("srv", "x", asker.page("https://x.example/")) is None  # type: ignore[arg-type]

    asyncio.run(late())
    assert told == [Attempt("srv", "x", "not asked: 0 seconds are over")]


@pytest.mark.parametrize(
    "domain", ["printer.local", "x.onion", "mail.internal", "localhost", "box.home.arpa"]
)
def test_names_that_public_dns_does_not_have_are_not_asked_for(domain: str) -> None:
    told: list[Attempt] = []
    with pytest.raises(MailgenError, match="not in public DNS"):
        asyncio.run(search(domain, domain, open_catalogue(), told.append))
    assert told == []


@unhurried
@given(st.ip_addresses())
def test_an_address_that_python_does_not_call_global_is_refused(address: object) -> None:
    assert isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address)
    if not address.is_global or address.is_multicast:
        assert address_objection(str(address))


@unhurried
@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_as_itself_or_refused(address: ipaddress.IPv4Address) -> None:
    plain = address_objection(str(address)) is None
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(address))
    assert (address_objection(str(nat64)) is None) == plain
    for outer in (0xFFFF << 32 | int(address), 0x2002 << 112 | int(address) << 80):
        assert address_objection(str(ipaddress.IPv6Address(outer)))


@pytest.mark.parametrize(
    "address", ["2002:100::", "2002:909:909::1", "64:ff9b:1::909:909", "2001:0:909:909::1"]
)
def test_ways_into_other_networks_are_refused_whatever_this_python_says(address: str) -> None:
    """Python 3.13 calls no address of 6to4 global, older ones most of them."""
    assert address_objection(address)


def test_unpacking_takes_no_more_memory_than_it_may() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    tracemalloc.start()
    assert len(_inflated(bomb, "gzip", LIMIT)) == LIMIT + 1
    assert tracemalloc.get_traced_memory()[1] < 4 * LIMIT
    tracemalloc.stop()


@unhurried
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_bytes_that_are_no_archive_are_refused_or_unpacked(content: bytes, encoding: str) -> None:
    with suppress(Nothing):
        assert len(_inflated(content, encoding, LIMIT)) <= LIMIT + 1


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"\A(https?:)?//[a-z0-9.@:\[\]\\/#?%-]{0,40}\Z"))
def test_a_redirect_stays_with_its_owner_or_is_refused(location: str) -> None:
    with suppress(Nothing):
        url = httpx.URL(_judged("https://autoconfig.a.example/x", location, "a.example"))
        assert url.scheme == "https"
        assert url.port is None
        assert not url.userinfo
        assert f".{url.host}".endswith(".a.example")


@unhurried
@given(st.lists(st.binary(max_size=80)))
def test_txt_records_of_any_kind_have_digests_or_none(texts: list[bytes]) -> None:
    with suppress(Nothing):
        assert all(len(one) == 32 for one in _digests(texts))


def test_an_exchange_matches_in_whole_labels_only() -> None:
    catalogue = open_catalogue()
    ends = [end for _, record in catalogue.records() for end in record.get("mx", ())]
    traps = 0
    for end in ends:
        assert _known([end], catalogue)
        assert _known([f"mx1.{end}"], catalogue)
        for trap in (f"evil{end}", f"{end}.evil.example", end.replace(".", "-") + ".evil.example"):
            if registrable(trap) != registrable(end):
                assert _known([trap], catalogue) is None, trap
                traps += 1
    assert traps > 2 * len(ends)
