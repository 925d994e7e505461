"""One message goes to oneself, is found where it arrives, and it alone is removed."""

from __future__ import annotations

import pytest

from mailgen.check import Key, Patience, Step, Subject
from mailgen.check.sending import round_trip
from mailgen.model.provider import Endpoint
from mailgen.model.server import Server
from mailgen.model.tokens import Secret
from tests.check.desk import Bench
from tests.imitations.protocols import RIGHT, ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Imitation

HOST = "mail.own.example"
ADDRESS = "user@own.example"
QUICK = Patience(look_up=1, connect=1, secure=1, answer=2, delivery=0.6, whole=5)


class Mailbox(ImapServer):
    can = "IMAP4rev1 AUTH=PLAIN UIDPLUS ID"
    folders = ('* LIST () "/" "INBOX"', '* LIST (\\Junk) "/" "&V4NXPpCuTvY-"')


def sent_round(bench: Bench, imap: Imitation, smtp: Imitation) -> Step:
    with imap, smtp:
        servers = tuple(
            Server(Endpoint(one.protocol, HOST, one.port, "implicit"), ADDRESS, "password")  # type: ignore[arg-type]
            for one in (imap, smtp)
        )
        subject = Subject(ADDRESS, ADDRESS, servers, Key("password", Secret(RIGHT)), senders=(ADDRESS,))
        return round_trip(subject, bench.papers.context(), QUICK, "mark-4711")


def test_it_is_found_and_it_alone_is_removed(bench: Bench) -> None:
    imap, smtp = Mailbox(bench.papers, (HOST,)), SmtpServer(bench.papers, (HOST,))
    imap.holds = {"INBOX": "17"}
    step = sent_round(bench, imap, smtp)
    assert (step.ok, step.warns) == (True, False)
    said = [line.partition(" ")[2] for _, line in imap.heard if "LOGOUT" not in line]
    assert said[-3:] == ['SELECT "INBOX"', "UID STORE 17 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 17"]
    assert 'UID SEARCH HEADER Message-ID "<mark-4711@own.example>"' in said
    assert not [line for line in said if line.startswith(("EXPUNGE", "CLOSE"))]
    message = smtp.messages[0]  # type: ignore[attr-defined]
    assert "Auto-Submitted: auto-generated" in message
    assert f"To: {ADDRESS}" in message
    assert RIGHT not in message


def test_in_junk_it_is_a_warning(bench: Bench) -> None:
    imap = Mailbox(bench.papers, (HOST,))
    imap.holds = {"&V4NXPpCuTvY-": "3"}
    step = sent_round(bench, imap, SmtpServer(bench.papers, (HOST,)))
    assert (step.warns, step.causes) == (True, ("delivered-to-junk",))
    assert "垃圾邮件" in step.note


def test_without_uidplus_it_stays_and_that_is_told(bench: Bench) -> None:
    imap = Mailbox(bench.papers, (HOST,))
    imap.can, imap.holds = "IMAP4rev1 AUTH=PLAIN", {"INBOX": "17"}
    step = sent_round(bench, imap, SmtpServer(bench.papers, (HOST,)))
    assert step.warns
    assert "still there" in step.more[0]
    assert not [line for _, line in imap.heard if "STORE" in line or "SELECT" in line]


def test_it_never_arrives(bench: Bench) -> None:
    step = sent_round(bench, Mailbox(bench.papers, (HOST,)), SmtpServer(bench.papers, (HOST,)))
    assert (step.ok, step.causes) == (False, ("not-delivered",))


def test_the_server_takes_no_such_message(bench: Bench) -> None:
    smtp = SmtpServer(bench.papers, (HOST,))
    smtp.refused_message = "552 5.2.2 Mailbox full"
    step = sent_round(bench, Mailbox(bench.papers, (HOST,)), smtp)
    assert (step.ok, step.causes) == (False, ("quota",))


def test_over_pop3_nothing_is_sent(bench: Bench) -> None:
    smtp = SmtpServer(bench.papers, (HOST,))
    step = sent_round(bench, Pop3Server(bench.papers, (HOST,)), smtp)
    assert step.ok is None
    assert smtp.messages == []


@pytest.mark.parametrize("words", [("--send", "--no-login")])
def test_nobody_sends_without_a_login(words: tuple[str, ...]) -> None:
    from tests.cases import run

    assert run("check", ADDRESS, *words).status == 2
