"""Servers that the user names: what is missing is recorded of that host, or usual, or asked for."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.core.errors import MailgenError, UsageError
from mailgen.model.account import Folders, Identity
from mailgen.model.ports import RELAYS, USUAL
from mailgen.model.provider import Provider
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import resolve
from mailgen.resolve.wish import Resolution, Wish
from tests.support import answer, cli, client, endpoint, provider

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


FOREIGN = {"host": "own.example"}


def test_what_is_known_of_a_provider_does_not_hold_of_another_host() -> None:
    """Neither the form of the login, nor the secret, nor quirks, nor folders, nor its note."""
    quirks = {"sender-must-match": ["a"], "imap-id-required": ["a"]}
    servers = [endpoint(name, username="localpart", auth=("xoauth2",)) for name in ("imap", "smtp")]
    mine = provider(
        *servers,
        kind="oauth2-only",
        quirks=quirks,
        folders={"sent": "S"},
        note={"en": "hm"},
        status="limited",
    )
    both = {"imap": FOREIGN, "smtp": FOREIGN}
    done = resolve(ADDRESS, mine, client(), Wish(servers=both, identities=(Identity("b@lab.example"),)))
    assert [one.code for one in done.findings] == ["not-expressed"], "which is about the client"
    assert (done.account.folders, done.account.workarounds) == (Folders(), frozenset())
    for server in (done.account.incoming, done.account.smtp):
        assert server
        assert (server.username, server.auth) == ("ada@lab.example", "password")
    assert done.provider.credentials.kind == "unknown", "no hint of another's either"


def test_of_one_host_of_another_only_that_is_forgotten() -> None:
    quirks = {"sender-must-match": ["a"], "imap-id-required": ["a"]}
    mine = provider(
        endpoint("imap", username="localpart"), endpoint("smtp"), quirks=quirks, folders={"sent": "S"}
    )
    sends = resolve(ADDRESS, mine, client(), Wish(servers={"smtp": FOREIGN}, protocol="imap"))
    assert sends.provider.quirks.keys() == {"imap-id-required"}
    assert sends.account.folders.sent
    assert sends.account.incoming
    assert sends.account.incoming.username == "ada"
    assert [one.kind for one in sends.provider.secrets(["imap", "smtp"])] == ["app-password", "unknown"]
    reads = resolve(ADDRESS, mine, client(), Wish(servers={"imap": FOREIGN}, protocol="imap"))
    assert reads.provider.quirks.keys() == {"sender-must-match"}
    assert reads.account.folders == Folders()


def test_a_closed_service_is_no_obstacle_for_a_server_elsewhere() -> None:
    mine = provider(endpoint("imap"), endpoint("smtp"), status="retired")
    with pytest.raises(MailgenError):
        made("smtp", mine, **FOREIGN)
    wish = Wish(servers={"smtp": FOREIGN, "imap": FOREIGN})
    assert resolve(ADDRESS, mine, client(), wish).account.smtp


def test_people_with_a_domain_of_their_own_may_log_in_as_somebody_else() -> None:
    servers = [endpoint("imap", username="localpart", username_alternatives=("address",)), endpoint("smtp")]
    mine = provider(*servers, domains=("x.example",), own_domain_login=True)
    error = answer(resolve, ADDRESS, mine, client(), Wish())
    assert isinstance(error, MailgenError)
    assert error.what == "the login name of this service does not follow from the address"
    done = resolve(ADDRESS, mine, client(), Wish(username="ada@x.example")).account
    assert done.incoming
    assert done.incoming.username == "ada@x.example"
    at_home = resolve(parse_address("ada@x.example"), mine, client(), Wish()).account
    assert at_home.incoming
    assert at_home.incoming.username == "ada"
    elsewhere = resolve(ADDRESS, mine, client(), Wish(servers={"imap": FOREIGN, "smtp": FOREIGN})).account
    assert elsewhere.incoming
    assert elsewhere.incoming.username == "ada@lab.example"


ICLOUD = ["ada@own.example", "--provider", "icloud.com"]


@pytest.mark.parametrize("target", ["msmtp", "mutt", "thunderbird", "fetchmail", "autoconfig-xml"])
def test_icloud_asks_people_with_a_domain_of_their_own_for_the_login(target: str) -> None:
    done = cli(target, *ICLOUD, "-q")
    assert (done.status, done.stdout) == (1, "")
    assert "follow from the address" in done.stderr


def test_icloud_is_no_trouble_with_a_login_name() -> None:
    done = cli("mutt", *ICLOUD, "-q", "--username", "ada@icloud.com")
    assert done.status == 0
    assert "set imap_user = 'ada@icloud.com'" in done.stdout


def test_a_proxy_logs_in_in_place_of_the_client() -> None:
    place = ["--imap-host", "127.0.0.1", "--imap-port", "1993", "--imap-tls", "starttls"]
    assert cli("fetchmail", "ada@outlook.com", *place, "-q").status == 0
    refused = cli("fetchmail", "ada@outlook.com")
    assert refused.status == 1
    assert "proxy on this machine" in refused.stderr
    assert "--imap-host 127.0.0.1" in refused.stderr
    words = ["--smtp-host", "127.0.0.1", "--smtp-port", "1587", "--smtp-tls", "starttls", "--pass"]
    sends = cli("msmtp", "ada@outlook.com", *words)
    assert sends.status == 0
    assert "auth           on" in sends.stdout
    assert "Outlook" not in sends.stderr, "nor is its hint told"


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


def test_an_unusual_pair_that_is_on_record_is_not_told() -> None:
    """What the record has just so, at this host, is no contradiction; at another host it is one."""
    odd = endpoint("smtp", "implicit", 587, unusual_port=True)
    mine = provider(endpoint("imap"), odd)
    assert not made("smtp", mine, host=odd.host, port=587, tls="implicit").findings
    [told] = made("smtp", mine, host="own.example", port=587, tls="implicit").findings
    assert told.code == "port-and-tls"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3"])
def test_a_server_on_this_machine_may_be_without_tls(host: str) -> None:
    words = ["--smtp-host", host, "--smtp-port", "1025", "--smtp-tls", "none", "-q", "--pass"]
    done = cli("msmtp", "ada@lab.example", *words)
    assert done.status == 0, done.stderr
    assert "tls            off" in done.stdout
    assert "auth           plain" in done.stdout, "with on, msmtp finds no secure method"
    assert "tls_starttls" not in done.stdout
    assert "warning: SMTP goes without TLS to port 1025 of this machine" in " ".join(done.stderr.split())
    words = ["--imap-host", host, "--imap-port", "1143", "--imap-tls", "none", "-q"]
    done = cli("fetchmail", "ada@lab.example", *words)
    assert done.status == 0, done.stderr
    assert '  sslproto ""\n' in done.stdout
    assert "ssl\n" not in done.stdout
    assert "sslcertck" not in done.stdout


@pytest.mark.parametrize("host", ["10.0.0.1", "lab.example", "127.0.0.1.example", "localhost.example"])
@pytest.mark.parametrize("target", ["msmtp", "thunderbird", "mutt"])
def test_no_other_server_may(target: str, host: str) -> None:
    words = [
        "--smtp-host",
        host,
        "--smtp-port",
        "1025",
        "--smtp-tls",
        "none",
        "--imap-host",
        "imap.lab.example",
    ]
    done = cli(target, "ada@lab.example", *(words if target != "msmtp" else words[:-2]))
    assert (done.status, done.stdout) == (2, "")
    assert "everybody on the way can read the password" in done.stderr


def test_thunderbird_is_told_so_and_mutt_never() -> None:
    here = [f"--{name}-{part}" for name in ("imap", "smtp") for part in ("host", "port", "tls")]
    values = ["127.0.0.1", "1143", "none", "127.0.0.1", "1025", "none"]
    words = [word for pair in zip(here, values, strict=True) for word in pair]
    done = cli("thunderbird", "ada@lab.example", "-q", *words)
    assert done.status == 0, done.stderr
    assert '.socketType", 0);' in done.stdout
    assert '.try_ssl", 0);' in done.stdout
    refused = cli("mutt", "ada@lab.example", *words)
    assert (refused.status, refused.stdout) == (1, "")
    assert "never told to go without TLS" in refused.stderr
    assert "--imap-tls starttls" in refused.stderr


def test_a_recorded_server_without_tls_is_never_taken() -> None:
    open_ = {"tls": ("implicit", "none"), "auth": ("password",)}
    able = client(protocols={"imap": open_, "smtp": open_})
    mine = provider(endpoint("imap", tls="none", host="127.0.0.1", sources=("s",)), endpoint("smtp"))
    assert isinstance(answer(resolve, ADDRESS, mine, able, Wish()), MailgenError)
