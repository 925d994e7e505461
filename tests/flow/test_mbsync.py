"""mbsync mirrors real mail with what mailgen wrote, and deletes none."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.programs import need

CHINESE = "user@chinese.example"
SERVERS = own_servers("starttls.example", "imap", "starttls")[:8]


def command(reader: Desk) -> list[str]:
    """Return the option for a command with a blank in it, which prints the password."""
    return ["--password-command", shlex.join(["cat", str(reader.home / "my password")])]


def near(reader: Desk, box: str = "INBOX") -> list[str]:
    """Return what lies in a mailbox on this machine, message by message."""
    [place] = (reader.home / "Mail").iterdir()
    return [path.read_text() for folder in ("new", "cur") for path in (place / box / folder).glob("*")]


@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", [], "imap.sohu.com", 993),
        ("o'brien+tag@sohu.com", [], "imap.sohu.com", 993),
        ("user@starttls.example", SERVERS, "imap.starttls.example", 143),
    ],
)
def test_mirrors(
    lab: Lab, desk: Callable[[str], Desk], address: str, options: list[str], host: str, port: int
) -> None:
    need("mbsync", "isync")
    reader = desk(address)
    reader.install("mbsync", *options, *command(reader))
    subject = f"mbsync {address} {port}"
    lab.deliver(address, subject)
    watch = lab.watch()

    done = lab.run(["mbsync", "-q", "-a"], reader.home)

    assert done.rc == 0, done.stderr
    assert sum(f"Subject: {subject}\n" in one for one in near(reader)) == 1
    assert watch.login(host) == Login(host, port, reader.user.login, tls=True, sni=host)
    assert any(message["Subject"] == subject for message in lab.mailbox(address)), "mail stays on the server"
    again = lab.run(["mbsync", "-q", "-a"], reader.home)
    assert again.rc == 0, again.stderr
    assert sum(f"Subject: {subject}\n" in one for one in near(reader)) == 1


def test_a_secret_in_a_file_of_its_own_is_read(lab: Lab, desk: Callable[[str], Desk]) -> None:
    need("mbsync", "isync")
    reader = desk("user@sohu.com")
    accounts = reader.home / "accounts.yaml"
    accounts.write_text(
        "accounts:\n  home: {address: user@sohu.com, targets: [mbsync], credential: literal}\n"
    )
    secret = reader.home / "my password"
    argv = [sys.executable, "-m", "mailgen", "apply", "--accounts", accounts, "-o", reader.home]
    environment = {**os.environ, "XDG_STATE_HOME": str(reader.home / "state")}
    subprocess.run(
        [*argv, "--secret-from-file", f"home={secret}"], check=True, capture_output=True, env=environment
    )
    lab.deliver(reader.address, "from a file")
    assert lab.run(["mbsync", "-q", "home"], reader.home).rc == 0
    assert any("Subject: from a file\n" in one for one in near(reader))


def test_a_mailbox_beyond_ascii_has_its_role(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """The name goes to the server in modified UTF-7, as mbsync 1.4 passes on what stands in its file."""
    need("mbsync", "isync")
    reader = desk(CHINESE)
    servers = own_servers("chinese.example", "imap", "implicit")[:8]
    reader.install("mbsync", *servers, "--folder", "sent=已发送", *command(reader))

    done = lab.run(["mbsync", "-q", "-a"], reader.home)

    assert done.rc == 0, done.stderr
    [place] = (reader.home / "Mail").iterdir()
    assert (place / "Sent" / "cur").is_dir()
    assert not (place / "&XfJT0ZAB-").exists()


def test_folders_that_one_side_lacks_are_no_error(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """Of a role or not: at the first run, when something is kept here, and when the server has it later."""
    need("mbsync", "isync")
    reader = desk("user@starttls.example")
    roles = ["--folder", "sent=Not there yet", "--folder", "archive=Nor this"]
    reader.install("mbsync", *SERVERS, *roles, *command(reader))
    lab.deliver(reader.address, "beside what is missing")

    first = lab.run(["mbsync", "-q", "-a"], reader.home)

    assert (first.rc, first.stderr) == (0, "")
    assert any("Subject: beside what is missing\n" in one for one in near(reader))
    assert not {"Not there yet", "Nor this"} & set(lab.folders(reader.address))
    [place] = (reader.home / "Mail").iterdir()
    for box in ("Sent", "My own"):
        for part in ("cur", "new", "tmp"):
            (place / box / part).mkdir(parents=True)
        (place / box / "cur" / "1.a.b:2,S").write_text(f"Subject: kept in {box}\n\nx\n")
    before = set(lab.folders(reader.address))
    second = lab.run(["mbsync", "-q", "-a"], reader.home)
    assert (second.rc, second.stderr) == (0, "")
    assert lab.arrived(reader.address, "kept in Sent", folder="Not there yet")
    assert lab.arrived(reader.address, "kept in My own", folder="My own")
    assert set(lab.folders(reader.address)) - before == {"Not there yet", "My own"}
    third = lab.run(["mbsync", "-q", "-a"], reader.home)
    assert (third.rc, third.stderr) == (0, "")


def test_one_account_that_fails_does_not_stop_the_next(lab: Lab) -> None:
    """What the unit runs, as it stands there; that one failed is seen all the same."""
    every = {"targets": ["mbsync"], "options": {"mbsync": {"every": "10min"}}}
    accounts = {"one": {"address": "user@qq.com", **every}, "two": {"address": "user@sohu.com", **every}}
    home = Household(lab, "mbsync", accounts)
    (home.home / "secret of one").write_text("wrong\n")
    lab.deliver("user@sohu.com", "behind one that fails, mirrored")
    unit = home.home / ".config/systemd/user/mailgen-mbsync.service"
    [line] = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    need("mbsync", "isync")
    done = lab.run(line.removeprefix("ExecStart=").split(), home.home)
    assert done.rc == 1
    mail = (home.home / "Mail/two/INBOX").glob("*/*")
    assert any("Subject: behind one that fails, mirrored\n" in path.read_text() for path in mail)


def test_mail_that_was_deleted_here_stays_on_the_server(lab: Lab, desk: Callable[[str], Desk]) -> None:
    need("mbsync", "isync")
    reader = desk("user@sohu.com")
    reader.install("mbsync", *command(reader))
    lab.deliver(reader.address, "to stay")
    assert lab.run(["mbsync", "-q", "-a"], reader.home).rc == 0
    [place] = (reader.home / "Mail").iterdir()
    for path in (place / "INBOX").glob("*/*,U=*"):
        path.unlink()
    assert lab.run(["mbsync", "-q", "-a"], reader.home).rc == 0
    assert any(message["Subject"] == "to stay" for message in lab.mailbox(reader.address))
