"""What is wrong before a login is told apart, nothing is said in clear, and every stage has an end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from mailgen.check import Patience, StageFailed
from mailgen.check.wire import connected, looked_up
from tests.check.desk import Bench
from tests.imitations import broken
from tests.imitations.protocols import RIGHT, ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Imitation, Papers

HOST = "mail.own.example"
CERTIFICATES: list[tuple[Callable[[Papers, str], ImapServer], tuple[str, ...], str]] = [
    (broken.wrong_name, ("cert-wrong-name",), "elsewhere.example"),
    (broken.unknown_authority, ("cert-unknown-ca", "cert-self-signed"), HOST),
    (broken.expired, ("cert-expired",), HOST),
    (broken.not_yet_valid, ("clock-off",), HOST),
    (broken.scanned, ("intercepted",), HOST),
    (broken.inspected, ("intercepted",), HOST),
]


@pytest.mark.parametrize(("made", "causes", "name"), CERTIFICATES)
def test_a_bad_certificate_is_told_apart_and_shown(
    bench: Bench, made: Callable[[Papers, str], ImapServer], causes: tuple[str, ...], name: str
) -> None:
    with made(bench.papers, HOST) as server:
        failed = bench.check((HOST, server), secret=RIGHT).failed("imap")
    assert failed.stage == "tls"
    assert failed.causes[0] in causes
    assert f"made out to {name}" in failed.note
    assert server.attempts == []
    assert server.heard == []


@pytest.mark.parametrize("kind", [ImapServer, Pop3Server, SmtpServer])
def test_a_web_page_in_the_place_of_a_greeting(bench: Bench, kind: type[Imitation]) -> None:
    class Portal(kind):  # type: ignore[misc, valid-type]
        greeting = "HTTP/1.1 302 Found"

    with Portal(bench.papers, (HOST,)) as server:
        failed = bench.check((HOST, server), secret=RIGHT).failed(server.protocol)
    assert failed.causes == ("captive-portal", "bad-greeting")
    assert server.attempts == []


def test_a_certificate_that_ends_soon_is_a_warning(bench: Bench) -> None:
    with broken.soon_to_expire(bench.papers, HOST) as server:
        done = bench.check((HOST, server), secret=RIGHT)
    assert done.step("imap", "tls").warns
    assert "5 days" in done.step("imap", "tls").note
    assert done.step("imap", "inbox").ok


def test_old_tls_is_refused(bench: Bench) -> None:
    with broken.old_tls(bench.papers, HOST) as server:
        failed = bench.check((HOST, server)).failed("imap")
    assert "tls-too-old" in failed.causes
    assert server.attempts == []


def test_plaintext_at_the_port_of_tls(bench: Bench) -> None:
    class Lying(broken.Plaintext):
        """Says one thing and does another."""

        def _serve(self, sock: socket.socket) -> None:
            self.tls = "none"
            super()._serve(sock)

    server = Lying(bench.papers)
    server.tls = "implicit"
    with server:
        failed = bench.check((HOST, server)).failed("imap")
    assert (failed.stage, failed.causes) == ("tls", ("not-tls",))
    assert server.attempts == []


@pytest.mark.parametrize("kind", [broken.Hidden, broken.Injected])
def test_starttls_that_is_taken_away_or_abused(bench: Bench, kind: Callable[..., Imitation]) -> None:
    server = kind(bench.papers, (HOST,)) if kind is broken.Hidden else kind(bench.papers, (HOST,), "starttls")
    with server:
        failed = bench.check((HOST, server)).failed("imap")
    assert failed.causes[0] in ("no-starttls", "not-tls")
    assert server.attempts == []
    assert {line.split()[1] for _, line in server.heard} <= {"CAPABILITY", "STARTTLS", "LOGOUT"}


@pytest.mark.parametrize("kind", [ImapServer, Pop3Server, SmtpServer])
def test_before_tls_only_what_must_be_said(bench: Bench, kind: type[Imitation]) -> None:
    with kind(bench.papers, (HOST,), tls="starttls") as server:
        done = bench.check((HOST, server), secret=RIGHT)
    assert done.step(server.protocol, "login").ok
    clear = [
        line.split()[-1 if server.protocol == "imap" else 0] for secure, line in server.heard if not secure
    ]
    assert clear in (["CAPABILITY", "STARTTLS"], ["CAPA", "STLS"], ["EHLO", "STARTTLS"])
    stages = [stage for stage, _ in done.stages(server.protocol)]
    assert stages[:6] == ["dns", "tcp", "greeting", "starttls", "tls", "capabilities"]


@pytest.mark.parametrize(
    ("kind", "stage", "cause"),
    [(broken.Silent, "greeting", "timeout"), (broken.Drip, "greeting", "timeout")],
)
def test_a_stage_ends_whatever_the_server_does(
    bench: Bench, kind: type[Imitation], stage: str, cause: str
) -> None:
    quick = Patience(look_up=1, connect=1, secure=1, answer=0.6, whole=3)
    with kind(bench.papers, (HOST,)) as server:
        start = time.monotonic()
        failed = bench.check((HOST, server), patience=quick).failed("imap")
    assert (failed.stage, failed.causes) == (stage, (cause,))
    assert time.monotonic() - start < 4


def test_a_greeting_may_be_long_and_not_endless(bench: Bench) -> None:
    class Endless(broken.Flood):
        size = 6 << 20

    for kind, cause in ((broken.Flood, ""), (Endless, "bad-greeting")):
        server = kind(bench.papers, (HOST,))
        done = bench.check((HOST, server.__enter__()), login=False)
        server.__exit__()
        assert done.step("imap", "greeting").ok is not bool(cause)


def test_sent_away(bench: Bench) -> None:
    with broken.SentAway(bench.papers, (HOST,)) as server:
        failed = bench.check((HOST, server)).failed("smtp")
    assert (failed.stage, failed.causes) == ("greeting", ("ip-blocked",))
    assert "192.0.2.7" not in failed.said


def test_nobody_listens_and_another_port_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other servers are tried up to TLS, without a word of a login, and told as what to use."""
    with broken.Closed() as closed, ImapServer(bench.papers, (HOST,)) as good:
        monkeypatch.setattr("mailgen.check.endpoint.USUAL", {("imap", good.port): "implicit"})
        other, good.port = good.port, closed.port
        failed = bench.check((HOST, good), secret=RIGHT).failed("imap")
    assert (failed.stage, failed.causes) == ("tcp", ("refused",))
    assert any(f"port {other}, answers from here" in text for text in failed.more)
    assert (good.attempts, good.heard) == ([], [])


def test_a_black_hole(bench: Bench) -> None:
    with broken.BlackHole() as hole, ImapServer(bench.papers, (HOST,)) as server:
        server.port = hole.port
        failed = bench.check((HOST, server), patience=Patience(connect=0.5, whole=3)).failed("imap")
    assert (failed.stage, failed.causes) == ("tcp", ("timeout",))


def test_a_dead_address_costs_time_and_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with ImapServer(bench.papers, (HOST,)) as server:
        monkeypatch.setattr(
            "mailgen.check.endpoint.looked_up", lambda host, port, seconds: ["127.0.0.9", "127.0.0.1"]
        )
        step = bench.check((HOST, server), secret=RIGHT).step("imap", "tcp")
    assert step.warns
    assert "127.0.0.9" in step.note


@pytest.mark.parametrize(
    ("error", "cause"), [(socket.EAI_NONAME, "no-such-name"), (socket.EAI_AGAIN, "resolver-down")]
)
def test_a_wrong_name_is_not_a_network_in_trouble(
    monkeypatch: pytest.MonkeyPatch, error: int, cause: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(StageFailed) as caught:
        looked_up("x.example", 993, 2)
    assert caught.value.causes == (cause,)


def test_a_resolver_that_never_answers_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2) or [])
    start = time.monotonic()
    with pytest.raises(StageFailed) as caught:
        looked_up("x.example", 993, 0.3)
    assert caught.value.causes == ("resolver-down",)
    assert time.monotonic() - start < 2


def test_a_secret_needs_tls(bench: Bench) -> None:
    """In clear only this machine is spoken to; a name that leads here is not this machine."""
    with ImapServer(tls="none") as server:
        failed = bench.check((HOST, server), secret=RIGHT).failed("imap")
        assert failed.causes == ("no-starttls",)
        assert server.attempts == []
        assert bench.check(("127.0.0.1", server), secret=RIGHT).step("imap", "inbox").ok
    assert len(server.attempts) == 1


def test_nobody_logs_in_if_that_is_asked(bench: Bench) -> None:
    with ImapServer(bench.papers, (HOST,)) as server:
        done = bench.check((HOST, server), secret=RIGHT, login=False)
    assert done.stages("imap")[-1] == ("login", None)
    assert server.attempts == []


def test_connected_names_who_did_not_answer() -> None:
    with broken.Closed() as closed, pytest.raises(StageFailed) as caught:
        connected(["127.0.0.1"], closed.port, 1, time.monotonic() + 2)
    assert caught.value.causes == ("refused",)
