"""What a machine sends by itself, through real mail servers that mailgen has set up, to a strict provider."""

from __future__ import annotations

import hashlib
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cases import run
from tests.lab.relay import ADDRESS, BOSS, ELSE, LOGIN, SECRET, Call, Relay, relay

CRON = "From: root (Cron Daemon)\nTo: root\nSubject: {}\n\nA job has spoken.\n"
WEB = (
    'From: "Shop, Ltd" <www-data@web.lab.example>\nReply-To: buyer@else.example\nTo: x\nSubject: {}\n\nBuy.\n'
)
TWO = "From: a@web.lab.example, b@web.lab.example\nSender: a@web.lab.example\nSubject: {}\n\nTwo.\n"
#: What programs of a system hand to sendmail: its arguments, and what they write.
CALLS = {
    "root": Call(["-i", "root"], CRON),
    "cron": Call(["-i", "-FCronDaemon", "-odi", "-oem", "-oi", "-t"], CRON),
    "from-root": Call(["-i", "-f", "root", "jobs"], CRON),
    "web": Call(["-i", "-f", "www-data@web.lab.example", "--", ELSE], WEB),
    "two": Call(["-i", ELSE], TWO),
    "no-from": Call(["-i", ELSE], "Subject: {}\n\nFrom nobody.\n"),
}
ONE = {"web": Call(["-i", ELSE], f"From: {ADDRESS}\nTo: x\nSubject: {{}}\n\nBuy.\n")}
IMPLICIT = {"host": "relay.lab.example", "port": 465, "tls": "implicit"}
STARTTLS = {"host": "relay.lab.example", "port": 587, "tls": "starttls"}
#: Servers that must never see the password.
CHEATS = {
    "unknown authority": {"host": "rogue.lab.example", "port": 465, "tls": "implicit"},
    "unknown authority, STARTTLS": {"host": "rogue.lab.example", "port": 587, "tls": "starttls"},
    "another's name": {"host": "wrongname.lab.example", "port": 465, "tls": "implicit"},
    "STARTTLS taken out": {"host": "hidden.lab.example", "port": 587, "tls": "starttls"},
}

#: What Debian's package writes, and two lines for a machine without DNS and syslog.
MAIN_CF = """\
smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
compatibility_level = 3.6
smtp_tls_CApath=/etc/ssl/certs
smtp_tls_security_level=may
myhostname = desk.lab.example
myorigin = /etc/mailname
alias_maps = hash:/etc/aliases
mydestination = $myhostname, desk, localhost.lab.example, localhost
relayhost =
mynetworks = 127.0.0.0/8
inet_interfaces = all
smtp_host_lookup = native
maillog_file = /var/log/mail.log
smtp_tls_policy_maps = inline:{ [rogue.lab.example]:587=may, [hidden.lab.example]:587=may }
"""


def postfix(server: dict[str, object], **more: object) -> Relay:
    master = Path("/usr/share/postfix/master.cf.dist")
    return Relay(
        "postfix",
        server,
        "newaliases\npostfix start\n",
        "var/log/mail.log",
        {
            "etc/postfix/main.cf": MAIN_CF,
            "etc/postfix/master.cf": master.read_text() if master.exists() else "",
        },
        **more,  # type: ignore[arg-type]
    )


def nullmailer(server: dict[str, object], **more: object) -> Relay:
    start = """
        chgrp mail /etc/nullmailer/remotes  # as Ansible does, where root writes for a group
        cd /var/spool/nullmailer && mkfifo -m 622 trigger && chown mail trigger && chmod 622 trigger
        setpriv --reuid=mail --regid=mail --clear-groups nullmailer-send >/var/log/nullmailer.log 2>&1 &
    """
    return Relay("nullmailer", server, start, "var/log/nullmailer.log", unpacked="nullmailer", **more)  # type: ignore[arg-type]


def exim(server: dict[str, object], **more: object) -> Relay:
    start = """
        ln -sf exim4 /usr/sbin/sendmail
        chgrp Debian-exim /etc/exim4/mailgen.passwd  # as Ansible does, where root writes for a group
        for folder in /var/spool/exim4/db /var/spool/exim4/input /var/spool/exim4/msglog /var/log/exim4; do
            mkdir -p $folder && chown -R Debian-exim:Debian-exim $folder
        done
        chown Debian-exim:Debian-exim /var/spool/exim4
        exim4 -bd -q30m
    """
    users = {
        "etc/passwd": Path("/etc/passwd").read_text() + "jobs:x:23501:23501::/:/bin/sh\n"
        "Debian-exim:x:23502:23502::/var/spool/exim4:/usr/sbin/nologin\n",
        "etc/group": Path("/etc/group").read_text() + "Debian-exim:x:23502:\n",
        "etc/aliases": "webmaster: root\n",
    }
    return Relay("exim", server, start, "var/log/exim4/mainlog", users, unpacked="exim", **more)  # type: ignore[arg-type]


#: What keeps the lines that programs send to syslog; nothing on the machine does so otherwise.
SYSLOG = """\
import os
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
os.chmod("/dev/log", 0o666)
open("/listens", "w").close()
with open("/var/log/mail.log", "ab", 0) as file:
    while True:
        file.write(log.recv(65536) + b"\\n")
"""


def fingerprint(folder: Path) -> str:
    """Return that of the certificate that the right server has."""
    pem = (folder / "tls/right.pem").read_text()
    certificate = (
        pem[pem.index("-----BEGIN CERT") :].partition("-----END CERT")[0] + "-----END CERTIFICATE-----"
    )
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()


def dma(server: dict[str, object], **more: object) -> Relay:
    start = f"""
        {Path(sys.executable).resolve()} /syslog.py >/syslog.said 2>&1 &
        for _ in $(seq 200); do [ ! -e /listens ] || break; sleep 0.1; done
        ln -sf dma /usr/sbin/sendmail
        chgrp mail /etc/dma/dma.conf /etc/dma/mailgen.auth  # as Ansible does, where root writes for a group
        chgrp mail /usr/sbin/dma && chmod 2755 /usr/sbin/dma
        mkdir -p /var/spool/dma && chown root:mail /var/spool/dma && chmod 2775 /var/spool/dma
    """
    conf = {"etc/dma/dma.conf": "MAILNAME /etc/mailname\nSMARTHOST elsewhere.example\n", "syslog.py": SYSLOG}
    return Relay("dma", server, start, "var/log/mail.log", conf, unpacked="dma", **more)  # type: ignore[arg-type]


def pinned(server: dict[str, object], **more: object) -> Relay:
    return dma(server, options={"fingerprint": fingerprint}, **more)


def opensmtpd(server: dict[str, object], **more: object) -> Relay:
    start = """
        chgrp opensmtpd /etc/smtpd/mailgen.secrets  # as Ansible does, where root writes for a group
        chgrp opensmtpq /usr/sbin/smtpctl && chmod 2755 /usr/sbin/smtpctl
        smtpd -dv >/var/log/smtpd.log 2>&1 &
        for _ in $(seq 200); do [ ! -S /var/run/smtpd.sock ] || break; sleep 0.1; done
    """
    users = {
        "etc/passwd": Path("/etc/passwd").read_text() + "jobs:x:23501:23501::/:/bin/sh\n"
        "opensmtpd:x:23503:23503::/var/lib/opensmtpd/empty:/usr/sbin/nologin\n"
        "opensmtpq:x:23504:23504::/var/lib/opensmtpd/empty:/usr/sbin/nologin\n",
        "etc/group": Path("/etc/group").read_text() + "opensmtpd:x:23503:\nopensmtpq:x:23504:\n",
    }
    return Relay("opensmtpd", server, start, "var/log/smtpd.log", users, unpacked="opensmtpd", **more)  # type: ignore[arg-type]


NEEDS = {
    "postfix": {"postfix": "postfix"},
    "nullmailer": {"setpriv": "util-linux"},
    "exim": {},
    "dma": {},
    "opensmtpd": {},
}
MADE: dict[str, Callable[..., Relay]] = {
    "postfix": postfix,
    "nullmailer": nullmailer,
    "exim": exim,
    "dma": pinned,
    "opensmtpd": opensmtpd,
}
#: Those that change From as well as the envelope.
WHOLE = ["postfix", "exim"]
#: How each of them says in its log that it does not trust a server.
DISTRUST = {
    "postfix": "(not trusted|not verified|TLS is required, but was not offered)",
    "nullmailer": "(certificate|STARTTLS)[^\n]*\n[^\n]*Temporary|Sending failed",
    "dma": "(fingerprints do not match|STARTTLS not available)",
    "opensmtpd": "(SSL certificate check failed|TLS required)",
    "exim": "(certificate verification failed|a TLS session is required)",
}
#: What a program writes that says itself who the mail is from.
OWN = {
    "own": Call(["-i", "-f", "root", "root"], CRON.replace("root (", f"{ADDRESS} (")),
    "own-jobs": Call(["-i", "-FCronDaemon", "jobs"], CRON.replace("root (", f"{ADDRESS} (")),
    "own-web": Call(
        ["-i", "-f", "www-data@web.lab.example", "--", ELSE], WEB.replace("www-data@web.lab.example", ADDRESS)
    ),
}


@pytest.fixture(scope="module", params=WHOLE)
def world(request: pytest.FixtureRequest) -> Iterator[Relay]:
    with relay(MADE[request.param](IMPLICIT, calls=CALLS), NEEDS[request.param]) as made:
        made.wait_for(len(CALLS))
        yield made


@pytest.fixture(scope="module", params=[kind for kind in MADE if kind not in WHOLE])
def plain(request: pytest.FixtureRequest) -> Iterator[Relay]:
    """A machine whose mail server changes the envelope only."""
    with relay(
        MADE[request.param](IMPLICIT, calls={**OWN, "root": CALLS["root"]}), NEEDS[request.param]
    ) as made:
        made.wait_for(len(OWN))
        made.wait("550")
        yield made


def header(mail: dict[str, object], name: str) -> list[str]:
    return [value for key, value in mail["headers"] if key == name]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CALLS)
def test_whatever_a_program_says_of_its_sender(world: Relay, name: str) -> None:
    """The server takes it, and sendmail says nothing: cron would mail each word."""
    assert world.said(name) == (0, "")
    mail = world.subject(name)
    assert (mail["host"], mail["sender"]) == ("relay.lab.example", ADDRESS)
    assert [ADDRESS in value for value in header(mail, "From")] == [True]
    assert mail["recipients"] == ([BOSS] if CALLS[name].text == CRON else [ELSE])


def test_the_login_is_as_it_was_meant(world: Relay) -> None:
    assert world.logins == {(LOGIN, SECRET)}


def test_where_answers_go_is_left(world: Relay) -> None:
    assert header(world.subject("web"), "Reply-To") == ["buyer@else.example"]


@pytest.mark.parametrize("name", OWN)
def test_the_envelope_is_the_accounts(plain: Relay, name: str) -> None:
    assert plain.said(name) == (0, "")
    mail = plain.subject(name)
    assert (mail["host"], mail["sender"]) == ("relay.lab.example", ADDRESS)
    assert mail["recipients"] == ([ELSE] if "web" in name else [BOSS])
    assert plain.logins == {(LOGIN, SECRET)}


def test_another_from_is_refused_as_people_are_told_and_that_is_the_end(plain: Relay) -> None:
    """The answer that no such mail was taken has no sender, and no answer in its turn."""
    time.sleep(3)
    refused = [one["refused"][:3] for one in plain.wire if "refused" in one]
    assert refused in (["550"], ["550", "501"])


@pytest.mark.parametrize("kind", MADE)
def test_with_starttls(kind: str) -> None:
    with relay(MADE[kind](STARTTLS, calls=ONE), NEEDS[kind]) as made:
        made.wait_for(1)
        assert made.logins == {(LOGIN, SECRET)}
        assert made.subject("web")["recipients"] == [ELSE]


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize("kind", MADE)
def test_no_other_server_sees_the_password(kind: str, cheat: str) -> None:
    with relay(MADE[kind](CHEATS[cheat], calls=ONE), NEEDS[kind]) as made:
        made.wait(DISTRUST[kind])
        assert made.wire == []


def test_without_a_certificate_that_is_named_any_server_sees_it_as_people_are_told() -> None:
    with relay(dma(CHEATS["unknown authority"], calls=ONE), NEEDS["dma"]) as made:
        made.wait_for(1)
        assert made.logins == {(LOGIN, SECRET)}
    told = run("dma", "u@lab.example", "--smtp-host", "rogue.lab.example").stderr
    assert "warning: dma takes any certificate" in told
    assert "--set fingerprint=FINGERPRINT" in told
