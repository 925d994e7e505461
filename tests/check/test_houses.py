"""What known houses say comes to the right cause, and each is logged in to as it wants."""

from __future__ import annotations

import pytest

from tests.check.desk import Bench
from tests.imitations import houses
from tests.imitations.protocols import RIGHT, TOKEN, ImapServer, Pop3Server, SmtpServer
from tests.imitations.server import Imitation

REFUSALS = [
    ("imap.163.com", houses.Coremail, "user@163.com", ("need-auth-code", "wrong-secret", "service-off")),
    ("smtp.163.com", houses.CoremailSmtp, "user@163.com", ("need-auth-code", "wrong-secret")),
    ("smtp.163.com", houses.CoremailSmtpOff, "user@163.com", ("service-off",)),
    ("imap.gmail.com", houses.Gmail, "user@gmail.com", ("need-app-password", "wrong-secret")),
    ("imap.gmail.com", houses.GmailBlocked, "user@gmail.com", ("browser-check",)),
    ("imap.gmail.com", houses.GmailOff, "user@gmail.com", ("service-off",)),
    ("imap.gmail.com", houses.GmailFull, "user@gmail.com", ("too-many-connections",)),
    ("smtp.gmail.com", houses.GmailSmtp, "user@gmail.com", ("browser-check",)),
    (
        "imap.qq.com",
        houses.Qq,
        "user@qq.com",
        ("need-auth-code", "wrong-secret", "service-off", "rate-limited"),
    ),
    ("smtp.qq.com", houses.QqSmtp, "user@qq.com", ("need-auth-code", "wrong-secret")),
    ("imap.mail.ru", houses.MailRu, "user@mail.ru", ("need-app-password", "wrong-secret")),
    (
        "imap.yandex.com",
        houses.Yandex,
        "user@yandex.com",
        ("need-app-password", "wrong-secret", "service-off"),
    ),
    (
        "smtp.yandex.com",
        houses.YandexSmtp,
        "user@yandex.com",
        ("need-app-password", "wrong-secret", "service-off"),
    ),
    (
        "smtp.mail.yahoo.com",
        houses.YahooSmtp,
        "user@yahoo.com",
        ("need-app-password", "wrong-secret", "rate-limited"),
    ),
    ("imap.zoho.com", houses.Zoho, "user@own.example", ("service-off",)),
    ("outlook.office365.com", houses.ExchangeOnline, "user@own.example", ("oauth-only",)),
    ("outlook.office365.com", houses.ExchangePop, "user@own.example", ("oauth-only",)),
    ("smtp.office365.com", houses.ExchangeSmtp, "user@own.example", ("oauth-only",)),
    ("mail.own.example", ImapServer, "user@own.example", ("wrong-secret",)),
    ("mail.own.example", Pop3Server, "user@own.example", ("wrong-secret",)),
    ("mail.own.example", SmtpServer, "user@own.example", ("wrong-secret",)),
]


@pytest.mark.parametrize(
    ("host", "house", "address", "causes"), REFUSALS, ids=[f"{one[1].__name__}" for one in REFUSALS]
)
def test_a_refusal_comes_to_its_cause(
    bench: Bench, host: str, house: type[Imitation], address: str, causes: tuple[str, ...]
) -> None:
    with house(bench.papers, (host,)) as server:
        done = bench.check((host, server), address=address)
    failed = done.failed(server.protocol)
    assert (failed.stage, failed.causes) == ("login", causes)
    assert failed.said
    assert len(server.attempts) == 1
    assert all(secure for secure, line in server.heard)


def test_coremail_is_told_an_id_and_asked_for_no_initial_response(bench: Bench) -> None:
    with houses.Coremail(bench.papers, ("imap.163.com",)) as server:
        done = bench.check(
            ("imap.163.com", server),
            secret=RIGHT,
            address="user@163.com",
            folders={"sent": "已发送", "drafts": "草稿箱", "archive": "存档"},
        )
    assert done.stages("imap") == [
        ("dns", True), ("tcp", True), ("tls", True), ("greeting", True), ("capabilities", True),
        ("login", True), ("id", True), ("folders", True), ("inbox", True),
    ]  # fmt: skip
    folders = done.step("imap", "folders")
    assert "sent: 已发送" in folders.note
    assert folders.warns
    assert any("存档" in text for text in folders.more)


def test_a_localised_folder_is_offered(bench: Bench) -> None:
    with houses.Gmail(bench.papers, ("imap.gmail.com",)) as server:
        done = bench.check(
            ("imap.gmail.com", server),
            secret=RIGHT,
            address="user@gmail.com",
            folders={"sent": "[Gmail]/Sent Mail"},
        )
    assert "[Gmail]/已发邮件" in done.step("imap", "folders").more[0]


def test_nothing_is_opened_but_to_look(bench: Bench) -> None:
    with houses.Gmail(bench.papers, ("imap.gmail.com",)) as server:
        bench.check(("imap.gmail.com", server), secret=RIGHT)
    verbs = {line.split()[1] for _, line in server.heard} - {"LOGOUT"}  # which may still be on its way
    assert verbs == {"CAPABILITY", "LOGIN", "ID", "LIST", "EXAMINE"}
    assert next(line for _, line in server.heard if " ID " in line).count('"') == 8


def test_a_password_that_is_no_ascii_goes_by_plain(bench: Bench) -> None:
    with ImapServer(bench.papers, ("mail.own.example",)) as server:
        bench.check(("mail.own.example", server), secret='密码 wörd"\\')
    assert server.attempts == [("user@own.example", '密码 wörd"\\')]


def test_without_plain_it_goes_as_literals(bench: Bench) -> None:
    class Bare(ImapServer):
        can = "IMAP4rev1"

    with Bare(bench.papers, ("mail.own.example",)) as server:
        bench.check(("mail.own.example", server), secret="密码 wörd")
    assert server.attempts == [("user@own.example", "密码 wörd")]


def test_where_login_is_disabled_nothing_is_said(bench: Bench) -> None:
    class Closed(ImapServer):
        can = "IMAP4rev1 LOGINDISABLED AUTH=GSSAPI"

    with Closed(bench.papers, ("mail.own.example",)) as server, SmtpServer(bench.papers) as smtp:
        done = bench.check(("mail.own.example", server), ("localhost", smtp), secret=RIGHT)
    assert done.failed("imap").causes == ("no-auth-offered",)
    assert server.attempts == []
    assert done.step("smtp", "recipient").ok, "nobody has refused the secret"


@pytest.mark.parametrize("kind", [houses.ExchangeOnline, houses.ExchangePop])
def test_a_token_lets_in(bench: Bench, kind: type[Imitation]) -> None:
    with kind(bench.papers, ("outlook.office365.com",)) as server:
        done = bench.check(("outlook.office365.com", server), secret=TOKEN, kind="token")
    assert done.step(server.protocol, "inbox").ok
    assert not any(TOKEN in line for _, line in server.heard)


@pytest.mark.parametrize(
    ("kind", "causes"),
    [
        (houses.ExchangeOnline, ("token-refused", "service-off")),
        (houses.ExchangePop, ("token-refused",)),
        (houses.ExchangeSmtp, ("smtp-off-for-tenant",)),
        (houses.Gmail, ("token-refused",)),
    ],
)
def test_a_refused_token_is_no_wrong_password(bench: Bench, kind: type[Imitation], causes: object) -> None:
    host = "imap.gmail.com" if kind is houses.Gmail else "outlook.office365.com"
    with kind(bench.papers, (host,)) as server:
        done = bench.check((host, server), secret="bad-token", kind="token")
    assert done.failed(server.protocol).causes == causes


def test_a_login_that_opens_nothing_shows_at_the_inbox(bench: Bench) -> None:
    with houses.ExchangeUnconnected(bench.papers, ("outlook.office365.com",)) as server:
        done = bench.check(("outlook.office365.com", server), secret=TOKEN, kind="token")
    failed = done.failed("imap")
    assert (failed.stage, failed.causes[0]) == ("inbox", "service-off")
    assert "not connected" in failed.said


def test_no_password_goes_where_only_oauth2_is_taken(bench: Bench) -> None:
    with houses.ExchangeOnline(bench.papers, ("outlook.office365.com",)) as server:
        done = bench.check(("outlook.office365.com", server), address="user@outlook.com")
    assert done.failed("imap").causes == ("oauth-only",)
    assert server.attempts == []


def test_a_refusal_with_a_literal_is_read_whole(bench: Bench) -> None:
    with houses.LiteralRefusal(bench.papers, ("mail.own.example",)) as server:
        done = bench.check(("mail.own.example", server))
    assert "no such thing, really" in done.failed("imap").said


def test_what_repeats_the_secret_is_not_shown(bench: Bench) -> None:
    with houses.Leaky(bench.papers, ("mail.own.example",)) as server:
        done = bench.check(("mail.own.example", server))
    failed = done.failed("smtp")
    assert failed.said == ""
    assert "may repeat a word of the secret" in failed.note


def test_sender_and_recipient_are_told_apart(bench: Bench) -> None:
    class Strict(SmtpServer):
        refused_sender = "553 5.7.1 <user@own.example>: Sender address rejected: not owned by user u"

    class Picky(SmtpServer):
        refused_recipient = "550 5.1.1 <user@own.example>: Recipient address rejected: no such user"

    for kind, stage, cause in (
        (Strict, "sender", "sender-mismatch"),
        (Picky, "recipient", "recipient-refused"),
    ):
        with kind(bench.papers, ("mail.own.example",)) as server:
            failed = bench.check(("mail.own.example", server), secret=RIGHT).failed("smtp")
        assert (failed.stage, failed.causes[0]) == (stage, cause)
