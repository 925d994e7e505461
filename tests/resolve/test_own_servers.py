"""Servers that the user names: what is missing is recorded of that host, or usual, or asked for."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.core.errors import UsageError
from mailgen.model.ports import RELAYS, USUAL
from mailgen.model.provider import Provider
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import resolve
from mailgen.resolve.wish import Resolution, Wish
from tests.support import cli, client, endpoint, provider

ADDRESS = parse_address("ada@lab.example")


def made(protocol: str, mine: Provider | None = None, **given: Any) -> Resolution:
    """Resolve an address with one server of its own; the others are recorded, if `mine` is not given."""
    mine = mine or provider(endpoint("imap"), endpoint("smtp"))
    wish = Wish(servers={protocol: given}, protocol=None if protocol == "smtp" else protocol)
    return resolve(ADDRESS, mine, client(), wish)


def place(done: Resolution, protocol: str) -> tuple[str, int, str]:
    server = done.account.smtp if protocol == "smtp" else done.account.incoming
    assert server
    return server.host, server.port, server.tls


CONTRADICTIONS = [
    (protocol, port, "starttls" if form == "implicit" else "implicit")
    for (protocol, port), form in USUAL.items()
    if protocol != "managesieve"
]


@pytest.mark.parametrize(("protocol", "port", "tls"), CONTRADICTIONS)
def test_a_port_that_does_not_go_with_the_form_of_tls_is_told(protocol: str, port: int, tls: str) -> None:
    done = made(protocol, host="own.example", port=port, tls=tls)
    assert place(done, protocol) == ("own.example", port, tls), "the user's words win"
    [told] = [one for one in done.findings if one.severity == "warning"]
    assert (told.code, told.what) == (
        "port-and-tls",
        f"port {port} of {protocol} does not go with tls: {tls}",
    )
    assert f"{protocol}: {{tls: {USUAL[protocol, port]}}}" in told.mend


@pytest.mark.parametrize(("protocol", "port"), [("smtp", 993), ("imap", 465), ("pop3", 143), ("imap", 4190)])
def test_a_port_of_another_protocol_is_told(protocol: str, port: int) -> None:
    [told] = made(protocol, host="own.example", port=port, tls="implicit").findings
    assert told.what == f"port {port} belongs to another protocol than {protocol}"


@pytest.mark.parametrize(("protocol", "port"), USUAL)
def test_what_goes_together_is_not_told(protocol: str, port: int) -> None:
    if protocol != "managesieve":
        assert made(protocol, host="own.example", port=port).findings == ()


@pytest.mark.parametrize(("protocol", "port"), RELAYS)
def test_the_ports_of_relays_are_a_guess_that_is_told(protocol: str, port: int) -> None:
    done = made(protocol, host="own.example", port=port)
    assert place(done, protocol) == ("own.example", port, "starttls")
    [told] = done.findings
    assert (told.severity, told.code) == ("warning", "tls-guessed")
    assert "guess" in told.what
    assert told.mend == "say smtp: {tls: starttls} if it is right"
    assert made(protocol, host="own.example", port=port, tls="starttls").findings == ()


@pytest.mark.parametrize(
    ("protocol", "port"), [("imap", 1993), ("smtp", 2465), ("smtp", 26), ("pop3", 2525), ("imap", 2587)]
)
def test_a_port_that_tells_nothing_is_asked_about(protocol: str, port: int) -> None:
    with pytest.raises(UsageError) as caught:
        made(protocol, host="own.example", port=port)
    error = caught.value
    assert error.what == f"port {port} does not tell which form of TLS the server wants"
    assert f"{protocol}: {{tls: implicit}}" in error.mend
    assert f"{protocol}: {{tls: starttls}}" in error.mend
    for tls in ("implicit", "starttls"):
        done = made(protocol, host="own.example", port=port, tls=tls)
        assert (place(done, protocol)[2], done.findings) == (tls, ())


def test_what_is_recorded_of_the_host_is_no_guess() -> None:
    one = endpoint("smtp", host="a.x.example", port=994)
    other = endpoint("smtp", host="b.x.example", port=2525, tls="implicit")
    mine = provider(endpoint("imap"), one, other)
    for given, meant in (
        ({"port": 994}, ("a.x.example", 994, "implicit")),
        ({"host": "a.x.example"}, ("a.x.example", 994, "implicit")),
        ({"host": "b.x.example"}, ("b.x.example", 2525, "implicit")),
        ({"host": "b.x.example", "port": 2525}, ("b.x.example", 2525, "implicit")),
        ({"host": "b.x.example", "tls": "implicit"}, ("b.x.example", 2525, "implicit")),
        ({"host": "b.x.example", "tls": "starttls"}, ("b.x.example", 587, "starttls")),
    ):
        done = made("smtp", mine, **given)
        assert (place(done, "smtp"), done.findings) == (meant, ()), given


WORDS = ["msmtp", "ada@lab.example", "--smtp-host", "s.lab.example", "--smtp-port"]


def test_the_command_line_warns_even_when_it_is_quiet() -> None:
    done = cli(*WORDS, "465", "--smtp-tls", "starttls", "-q")
    assert done.status == 0
    assert "port 465 of smtp does not go with tls: starttls" in done.stderr
    assert "--smtp-tls implicit" in done.stderr
    chinese = cli(*WORDS, "465", "--smtp-tls", "starttls", "-q", "--lang", "zh")
    assert "端口 465" in chinese.stderr
    assert "--smtp-tls implicit" in chinese.stderr


def test_the_command_line_asks_for_tls() -> None:
    done = cli(*WORDS, "1465")
    assert (done.status, done.stdout) == (2, "")
    assert "say --smtp-tls implicit or --smtp-tls starttls" in done.stderr
