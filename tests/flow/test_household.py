"""msmtp and fetchmail with several accounts: each logs in, and sends, as itself."""

from email.message import EmailMessage

import pytest

from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import USERS

A, B, QQ, ODD = "user@sohu.com", "o'brien+tag@sohu.com", "user@qq.com", "a$b@qq.com"
NICK = "nick'name+x@sohu.com"
FRIEND = "user@gmail.com"


def literal(address: str, **more: object) -> dict[str, object]:
    """An account whose password stands in the client's file; those of the lab hold blanks and quotes."""
    return {"address": address, "password": USERS[address].password, **more}


def senders(lab: Lab) -> Household:
    return Household(
        lab,
        "msmtp",
        {
            "one": {"address": A, "identities": [NICK]},
            "two": literal(B, label="my second", default=True),
            "three": literal(QQ),
            "four": literal(ODD),
        },
    )


def letter(sender: str, subject: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, FRIEND, subject
    message.set_content("Hello.\n")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("label", "sender", "login"),
    [
        ("one", A, A),
        ("one.2", NICK, A),
        ("my second", B, B),
        ("default", B, B),
        ("three", QQ, QQ),
        ("four", ODD, ODD),
    ],
)
def test_msmtp_sends_as_the_account_that_is_named(lab: Lab, label: str, sender: str, login: str) -> None:
    home = senders(lab)
    watch = lab.watch()
    subject = f"msmtp as {label}"

    sent = home.run(["msmtp", "-a", label, FRIEND], stdin=letter(sender, subject))

    assert (sent.rc, sent.stderr) == (0, "")
    assert lab.arrived(FRIEND, subject)["From"].addresses[0].addr_spec == sender
    host = f"smtp.{sender.rpartition('@')[2]}"
    assert watch.logins() == [Login(host, 465, login, tls=True, sender=sender)]
    assert watch.refused() == []


@pytest.mark.parametrize(("sender", "login"), [(A, A), (NICK, A), (B, B), (QQ, QQ), (ODD, ODD)])
def test_msmtp_chooses_the_account_by_the_sender(lab: Lab, sender: str, login: str) -> None:
    """As sendmail is called by other programs: the message itself says who sends."""
    home = senders(lab)
    watch = lab.watch()
    subject = f"msmtp for {sender}"

    sent = home.run(["msmtp", "--read-envelope-from", "-t"], stdin=letter(sender, subject))

    assert (sent.rc, sent.stderr) == (0, "")
    assert lab.arrived(FRIEND, subject)
    host = f"smtp.{sender.rpartition('@')[2]}"
    assert watch.logins() == [Login(host, 465, login, tls=True, sender=sender)]
    assert watch.refused() == []


def test_fetchmail_fetches_each_account_as_itself(lab: Lab) -> None:
    """Two accounts on one server with ~/.netrc, two on another with the password in the file."""
    kinds = {
        "one": {"address": A, "protocol": "imap", "credential": "netrc"},
        "two": {"address": B, "protocol": "imap", "credential": "netrc"},
        "three": literal(QQ, protocol="imap"),
        "four": literal(ODD, protocol="pop3"),
    }
    where = lab.new_home()
    accounts = {
        id: {**account, "options": {"fetchmail": {"mda": ["tee", "-a", str(where / f"of {id}")]}}}
        for id, account in kinds.items()
    }
    home = Household(lab, "fetchmail", accounts)
    home.keep_in_netrc({A: "imap.sohu.com", B: "imap.sohu.com"})
    for account in accounts.values():
        lab.deliver(account["address"], f"household of {account['address']}")
    watch = lab.watch()

    fetched = home.run(["fetchmail", "--pidfile", str(home.home / "pid")])

    assert fetched.rc == 0, fetched.stderr
    for id, account in accounts.items():
        got = (where / f"of {id}").read_text()
        found = [line for line in got.splitlines() if line.startswith("Subject: household of")]
        assert found == [f"Subject: household of {account['address']}"]
    logins = [(login.host, login.user, login.tls) for login in watch.logins()]
    assert logins == [
        ("imap.sohu.com", A, True),
        ("imap.sohu.com", B, True),
        ("imap.qq.com", QQ, True),
        ("pop.qq.com", ODD, True),
    ]
    assert watch.refused() == []
