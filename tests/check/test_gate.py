"""One wrong attempt reaches a server in a run, whatever the servers do and in whichever order they answer."""

from __future__ import annotations

import time

import pytest

from mailgen.check import Key
from mailgen.model.tokens import Secret
from tests.check.desk import Bench
from tests.imitations import houses
from tests.imitations.protocols import RIGHT, TOKEN, ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Imitation, Line

HOST = "mail.own.example"


def attempts(*servers: Imitation) -> int:
    return sum(len(one.attempts) for one in servers)


def test_one_wrong_attempt_in_a_hundred_runs(bench: Bench) -> None:
    names = [f"{word}.own.example" for word in ("imap", "pop", "smtp")]
    with (
        ImapServer(bench.papers, tuple(names)) as imap,
        Pop3Server(bench.papers, tuple(names)) as pop3,
        SmtpServer(bench.papers, tuple(names)) as smtp,
    ):
        for number in range(1, 101):
            done = bench.check(*zip(names, (imap, pop3, smtp), strict=True))
            assert attempts(imap, pop3, smtp) == number
            assert [done.step(one, "login").ok for one in ("imap", "pop3", "smtp")] == [False, None, None]


def test_the_first_in_order_tries_even_if_it_is_slow(bench: Bench) -> None:
    class Slow(ImapServer):
        def session(self, line: Line) -> None:
            time.sleep(0.5)
            super().session(line)

    with Slow(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        done = bench.check((HOST, imap), (HOST, smtp))
    assert len(imap.attempts) == 1
    assert smtp.attempts == []
    assert "refused by mail.own.example" in done.step("smtp", "login").note


@pytest.mark.parametrize("kind", [houses.Gmail, houses.GmailOff, houses.GmailBlocked, houses.GmailFull])
def test_the_gate_is_shut_whatever_the_refusal_means(bench: Bench, kind: type[Imitation]) -> None:
    with kind(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        bench.check((HOST, imap), (HOST, smtp), address="user@gmail.com")
    assert attempts(imap, smtp) == 1


def test_a_refused_token_shuts_it_too(bench: Bench) -> None:
    with houses.ExchangeOnline(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        bench.check((HOST, imap), (HOST, smtp), secret="bad-token", kind="token")
    assert attempts(imap, smtp) == 1


def test_a_server_that_hangs_up_at_the_secret_has_refused_it(bench: Bench) -> None:
    class Gone(ImapServer):
        def judge(self, user: str, secret: str) -> str:
            self.attempts.append((user, secret))
            raise EOFError

    with Gone(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        done = bench.check((HOST, imap), (HOST, smtp))
    assert done.failed("imap").causes == ("hung-up",)
    assert attempts(imap, smtp) == 1


def test_a_good_secret_is_tried_everywhere(bench: Bench) -> None:
    with ImapServer(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        done = bench.check((HOST, imap), (HOST, smtp), secret=RIGHT)
    assert attempts(imap, smtp) == 2
    assert done.step("smtp", "recipient").ok


def test_a_server_that_refused_somebody_sees_nobody_else(bench: Bench) -> None:
    with ImapServer(bench.papers, (HOST,)) as imap:
        bench.check((HOST, imap), address="one@own.example")
        done = bench.check((HOST, imap), address="two@own.example")
    assert attempts(imap) == 1
    assert "one@own.example" in done.step("imap", "login").note


@pytest.mark.parametrize("good", [True, False])
def test_a_kept_token_may_be_renewed_once(bench: Bench, good: bool) -> None:
    """A token is no guess: one that was revoked is fetched anew, once, and nobody else is asked meanwhile."""
    fetched = []

    def renewed() -> Secret:
        fetched.append(1)
        return Secret(TOKEN if good else "also-bad")

    with houses.ExchangeOnline(bench.papers, (HOST,)) as imap, SmtpServer(bench.papers, (HOST,)) as smtp:
        key = Key("token", Secret("revoked"), renewed=renewed)
        done = bench.check((HOST, imap), (HOST, smtp), kind="token", key=key)
    assert [secret for _, secret in imap.attempts] == ["revoked", TOKEN if good else "also-bad"]
    assert done.step("imap", "login").ok is good
    if good:
        assert done.step("imap", "inbox").ok
        assert smtp.attempts == [("user@own.example", TOKEN)]
    else:
        assert smtp.attempts == []
    assert len(fetched) == 1
