"""Programs that fetch real mail with what mailgen wrote: each message once, and none is deleted.

A row of PROGRAMS is one program. Those with more to show (two versions, a mirror) have a module of their own.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flow.test_negative import HONEST, MEETINGS, judge
from tests.formats.fdm.program import AS_A_USER
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import Role
from tests.programs import need


@dataclass(frozen=True)
class Program:
    """How a target's program is run for all accounts, what brings it, and what it speaks.

    `started_by` stands before it where it would do otherwise for root, who runs the tests. `complaint` is
    what one says whose exit code does not tell that it has failed.
    """

    target: str
    argv: tuple[str, ...]
    package: str
    protocols: tuple[Role, ...]
    tls: tuple[str, ...] = ("implicit", "starttls")
    started_by: tuple[str, ...] = ()
    complaint: str = ""

    def run(self, lab: Lab, home: Path) -> Result:
        need(self.argv[0], self.package)
        return lab.run([*self.started_by, *self.argv], home)

    def succeeded(self, done: Result) -> bool:
        return done.rc == 0 and not (self.complaint and self.complaint in done.stderr)


PROGRAMS = (
    Program("mpop", ("mpop", "-q", "-a"), "mpop", ("pop3",)),
    Program("fdm", ("fdm", "-q", "fetch"), "fdm", ("pop3", "imap"), ("implicit",), AS_A_USER, "aborted"),
    Program("offlineimap3", ("offlineimap", "-o", "-u", "quiet"), "offlineimap3", ("imap",), ("implicit",)),
)
each = pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.target)
PORTS = {"pop3": 995, "imap": 993}
PREFIX = {"pop3": "pop", "imap": "imap"}


def install(reader: Desk, program: Program, options: Sequence[str]) -> None:
    command = ["--password-command", shlex.join(["cat", str(reader.home / "my password")])]
    reader.install(program.target, *options, *command)


def count(home: Path, subject: str, account: str = "*") -> int:
    """Return how many messages with this subject lie in an inbox on this machine."""
    mail = home.glob(f"Mail/{account}/INBOX/[cn][ue][rw]/*")
    return sum(f"Subject: {subject}\n" in path.read_text() for path in mail)


def starttls(program: Program) -> list[tuple[str, list[str], str, int]]:
    """Return the case of STARTTLS for the first protocol of a program, if it knows that."""
    if "starttls" not in program.tls:
        return []
    protocol = program.protocols[0]
    options = own_servers("starttls.example", protocol, "starttls")[:8]
    host = f"{PREFIX[protocol]}.starttls.example"
    return [("user@starttls.example", options, host, {"pop3": 110, "imap": 143}[protocol])]


HOSTS = {"user@qq.com": "pop.qq.com", "o'brien+tag@sohu.com": "pop3.sohu.com"}
FETCHES = [
    (program, *case)
    for program in PROGRAMS
    for protocol in program.protocols
    for case in [
        (
            "user@sohu.com",
            ["--protocol", protocol],
            f"{'pop3' if protocol == 'pop3' else 'imap'}.sohu.com",
            0,
        ),
        ("a$b@qq.com", ["--protocol", protocol], f"{PREFIX[protocol]}.qq.com", 0),
        *(starttls(program) if protocol == program.protocols[0] else []),
    ]
]


@pytest.mark.parametrize(
    ("program", "address", "options", "host", "port"),
    FETCHES,
    ids=[f"{program.target}-{host}-{address}" for program, address, _, host, _ in FETCHES],
)
def test_fetches(
    lab: Lab,
    desk: Callable[[str], Desk],
    program: Program,
    address: str,
    options: list[str],
    host: str,
    port: int,
) -> None:
    """Each message once, with logins and passwords of all kinds; the server keeps it."""
    reader = desk(address)
    install(reader, program, options)
    subject = f"{program.target} {address} {host}"
    lab.deliver(address, subject)
    watch = lab.watch()

    done = program.run(lab, reader.home)

    assert program.succeeded(done), done.stdout + done.stderr
    assert count(reader.home, subject) == 1
    port = port or PORTS["pop3" if host.startswith("pop") else "imap"]
    assert watch.login(host) == Login(host, port, reader.user.login, tls=True, sni=host)
    assert any(message["Subject"] == subject for message in lab.mailbox(address)), "mail stays on the server"
    again = program.run(lab, reader.home)
    assert program.succeeded(again), again.stderr
    assert count(reader.home, subject) == 1


NEGATIVE = [
    (program, protocol, domain, tls)
    for program in PROGRAMS
    for protocol in program.protocols
    for domain, tls in MEETINGS
    if tls in program.tls
]


@pytest.mark.parametrize(
    ("program", "protocol", "domain", "tls"),
    NEGATIVE,
    ids=[f"{program.target}-{protocol}-{domain}-{tls}" for program, protocol, domain, tls in NEGATIVE],
)
def test_no_secret_goes_where_the_certificate_is_bad(
    lab: Lab, desk: Callable[[str], Desk], program: Program, protocol: Role, domain: str, tls: str
) -> None:
    reader = desk(f"user@{domain}")
    install(reader, program, own_servers(domain, protocol, tls)[:8])
    watch = lab.watch()

    done = program.run(lab, reader.home)

    assert done.rc is not None, "it hangs"
    assert program.succeeded(done) == (domain == HONEST), done.stderr
    judge(watch, reader, domain)


@each
def test_one_account_that_fails_does_not_stop_the_next(lab: Lab, program: Program) -> None:
    """What the unit runs, as it stands there; who fails is seen all the same."""
    every = {"options": {program.target: {"every": "10min"}}}
    accounts = {"one": {"address": "user@qq.com", **every}, "two": {"address": "user@sohu.com", **every}}
    home = Household(lab, program.target, accounts)
    (home.home / "secret of one").write_text("wrong\n")
    subject = f"behind one that fails, {program.target}"
    lab.deliver("user@sohu.com", subject)
    [unit] = (home.home / ".config/systemd/user").glob("mailgen-*.service")
    [line] = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    done = home.run([*program.started_by, *line.removeprefix("ExecStart=").split()])
    assert not program.succeeded(done), done.stdout + done.stderr
    assert count(home.home, subject, "two") == 1


@each
def test_at_netease_who_is_called_ok_gets_in(lab: Lab, desk: Callable[[str], Desk], program: Program) -> None:
    reader = desk("user@163.com")
    install(reader, program, [])
    subject = f"{program.target} at NetEase"
    lab.deliver(reader.address, subject)
    watch = lab.watch()
    done = program.run(lab, reader.home)
    assert program.succeeded(done), done.stdout + done.stderr
    assert count(reader.home, subject) == 1
    assert watch.login(f"{PREFIX[program.protocols[0]]}.163.com").user == reader.user.login


def test_a_mirror_has_folders_by_role_and_deletes_nothing(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """What is kept here comes to the server, under its name there; what is deleted here stays there."""
    mirror = next(one for one in PROGRAMS if one.target == "offlineimap3")
    reader = desk("user@chinese.example")
    servers = own_servers("chinese.example", "imap", "implicit")[:8]
    install(reader, mirror, [*servers, "--folder", "sent=已发送"])
    lab.deliver(reader.address, "to be mirrored")
    assert mirror.run(lab, reader.home).rc == 0
    [place] = (reader.home / "Mail").iterdir()
    assert (place / "Sent" / "cur").is_dir()
    assert not (place / "&XfJT0ZAB-").exists()
    assert count(reader.home, "to be mirrored") == 1
    for path in (place / "INBOX").glob("[cn]*/*"):
        path.unlink()
    (place / "Sent" / "cur" / "1.a.b:2,S").write_text("Subject: kept in Sent\n\nx\n")
    second = mirror.run(lab, reader.home)
    assert second.rc == 0, second.stderr
    assert lab.arrived(reader.address, "kept in Sent", folder="已发送")
    assert any(message["Subject"] == "to be mirrored" for message in lab.mailbox(reader.address))
