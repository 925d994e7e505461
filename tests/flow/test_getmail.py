"""getmail fetches real mail with what mailgen wrote, Debian's and a newer one, and deletes none."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName
from mailgen.resolve.wish import Wish
from tests.flow.test_negative import HONEST, judge
from tests.formats.getmail.program import programs
from tests.imitations.houses import Gmail
from tests.imitations.protocols import TOKEN
from tests.imitations.server import Papers
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import PRINT_ALL, Household, sender_of, write
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import Role
from tests.programs import run
from tests.support import MAILGEN, ROOT

FETCHED = 0
FRIEND = "user@gmail.com"
both = pytest.mark.parametrize("which", ["debian", "newer"])
VERSION = {"debian": [], "newer": ["--client-version", "6.20"]}
PYTHON = {"PYTHONPATH": str(ROOT / "generator"), "PYTHONDONTWRITEBYTECODE": "1"}


#: getmail delivers no mail for root, which the user of the lab is.
AS_USER = ["unshare", "--user", "--map-user=1000", "--"]


def fetch(reader: Desk, which: str, *more: str) -> Result:
    program = dict(zip(VERSION, programs(), strict=True))[which]
    return reader.lab.run([*AS_USER, program, *more], reader.home)


def install(reader: Desk, which: str, *options: str) -> None:
    command = ["--password-command", shlex.join(["cat", str(reader.home / "my password")])]
    reader.install("getmail6", *options, *command, *VERSION[which])


def here(reader: Desk) -> list[str]:
    """Return what lies in the inbox on this machine, message by message."""
    [place] = (reader.home / "Mail").iterdir()
    return [path.read_text() for folder in ("new", "cur") for path in (place / "INBOX" / folder).glob("*")]


@both
@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", ["--protocol", "imap"], "imap.sohu.com", 993),
        ("user@sohu.com", ["--protocol", "pop3"], "pop3.sohu.com", 995),
        ("user@qq.com", ["--protocol", "pop3"], "pop.qq.com", 995),
        ("a$b@qq.com", ["--protocol", "imap"], "imap.qq.com", 993),
        ("a$b@qq.com", ["--protocol", "pop3"], "pop.qq.com", 995),
        ("o'brien+tag@sohu.com", ["--protocol", "pop3"], "pop3.sohu.com", 995),
    ],
)
def test_fetches(
    lab: Lab, desk: Callable[[str], Desk], which: str, address: str, options: list[str], host: str, port: int
) -> None:
    """Each message once, with logins and passwords of all kinds; the server keeps it."""
    reader = desk(address)
    install(reader, which, *options)
    subject = f"getmail {which} {address} {port}"
    lab.deliver(address, subject)
    watch = lab.watch()

    done = fetch(reader, which)

    assert done.rc == FETCHED, done.stdout + done.stderr
    assert sum(f"Subject: {subject}\n" in one for one in here(reader)) == 1
    assert watch.login(host) == Login(host, port, reader.user.login, tls=True, sni=host)
    assert any(message["Subject"] == subject for message in lab.mailbox(address)), "mail stays on the server"
    again = fetch(reader, which)
    assert again.rc == FETCHED, again.stderr
    assert sum(f"Subject: {subject}\n" in one for one in here(reader)) == 1


@both
def test_who_is_called_ok_gets_in_at_a_server_that_wants_an_id(
    lab: Lab, desk: Callable[[str], Desk], which: str
) -> None:
    reader = desk("user@163.com")
    install(reader, which)
    subject = f"netease {which}"
    lab.deliver(reader.address, subject)
    watch = lab.watch()
    done = fetch(reader, which)
    assert done.rc == FETCHED, done.stdout + done.stderr
    assert sum(f"Subject: {subject}\n" in one for one in here(reader)) == 1
    host = {"debian": "pop.163.com", "newer": "imap.163.com"}[which]
    assert watch.login(host).user == reader.user.login


def test_who_is_refused_would_not_have_got_in(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """The older one over IMAP: mailgen writes nothing for it, so it gets what the newer one would."""
    reader = desk("user@163.com")
    argv = [*MAILGEN, "getmail6", reader.address, "--protocol", "imap"]
    refused = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)
    assert refused.returncode == 1
    assert "Unsafe Login" in refused.stderr
    install(reader, "newer")
    lab.deliver(reader.address, "not for the old one")
    done = fetch(reader, "debian")
    assert done.rc != FETCHED
    assert "not selectable" in done.stdout
    assert here(reader) == []


@both
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.parametrize("domain", [HONEST, "wrongname.example", "rogue.example"])
def test_no_secret_goes_where_the_certificate_is_bad(
    lab: Lab, desk: Callable[[str], Desk], which: str, protocol: Role, domain: str
) -> None:
    reader = desk(f"user@{domain}")
    install(reader, which, *own_servers(domain, protocol, "implicit")[:8])
    watch = lab.watch()

    done = fetch(reader, which)

    assert done.rc is not None, "it hangs"
    judge(watch, reader, domain)


@both
def test_without_the_line_it_would_have_gone_there(lab: Lab, desk: Callable[[str], Desk], which: str) -> None:
    """Why ca_certs stands in each file: getmail by itself takes any certificate."""
    reader = desk("user@rogue.example")
    install(reader, which, *own_servers("rogue.example", "pop3", "implicit")[:8])
    rc = reader.home / ".config/getmail/getmailrc"
    rc.write_text("".join(line for line in rc.open() if not line.startswith("ca_certs")))
    watch = lab.watch()
    fetch(reader, which)
    assert watch.whole_wire("rogue.example").reveals(reader.user)


def test_a_secret_in_a_file_of_its_own_is_read(lab: Lab, desk: Callable[[str], Desk]) -> None:
    reader = desk("user@sohu.com")
    accounts = reader.home / "accounts.yaml"
    accounts.write_text(
        "accounts:\n  home: {address: user@sohu.com, targets: [getmail6], credential: literal}\n"
    )
    secret = reader.home / "my password"
    argv = [sys.executable, "-m", "mailgen", "apply", "--accounts", accounts, "-o", reader.home]
    environment = {**os.environ, "XDG_STATE_HOME": str(reader.home / "state")}
    subprocess.run(
        [*argv, "--secret-from-file", f"home={secret}"], check=True, capture_output=True, env=environment
    )
    lab.deliver(reader.address, "from a file for getmail")
    done = fetch(reader, "debian", "--rcfile", "mailgen-home")
    assert done.rc == FETCHED, done.stderr
    assert any("Subject: from a file for getmail\n" in one for one in here(reader))


def test_one_account_that_fails_does_not_stop_the_next(lab: Lab) -> None:
    """What the unit runs, as it stands there; who fails is seen all the same."""
    every = {"options": {"getmail6": {"every": "10min"}}}
    home = Household(
        lab,
        "getmail6",
        {
            "one": {"address": "user@qq.com", "protocol": "pop3", **every},
            "two": {"address": "user@sohu.com", **every},
        },
    )
    (home.home / "secret of one").write_text("wrong\n")
    lab.deliver("user@sohu.com", "behind one that fails")
    unit = home.home / ".config/systemd/user/mailgen-getmail.service"
    [line] = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    done = home.run([*AS_USER, *line.removeprefix("ExecStart=").split()])
    assert done.rc != FETCHED
    assert "error" in done.stderr
    mail = (home.home / "Mail/two/INBOX").glob("new/*")
    assert any("Subject: behind one that fails\n" in path.read_text() for path in mail)


@pytest.mark.timeout(150)
def test_a_chain_is_set_up_where_no_mirror_gets_in(lab: Lab) -> None:
    """One command adds the account, one writes all files; mail is fetched, read here, and answered."""
    home = Household(lab, "neomutt", {})
    user = lab.users["user@163.com"]
    (home.home / "code").write_text(user.password + "\n")
    environment = {**PYTHON, "XDG_CONFIG_HOME": str(home.home / ".config")}

    def mailgen(*words: str) -> str:
        done = lab.run([*MAILGEN, *words], home.home, env=environment, timeout=60)
        assert done.rc == 0, done.stderr
        return done.stderr

    chain = ["--chain", "mbsync,msmtp,neomutt", "--password-command", f"cat {home.home}/code"]
    said = mailgen("accounts", "add", "one", user.address, *chain)
    assert "getmail takes the place of mbsync in the chain, and fetches over POP3" in " ".join(said.split())
    mailgen("apply")
    lab.deliver(user.address, "a chain at NetEase")
    watch = lab.watch()

    fetched = home.run([*AS_USER, "getmail", "--rcfile", "mailgen-one"])
    assert fetched.rc == FETCHED, fetched.stdout + fetched.stderr
    result, printed = home.mutt(PRINT_ALL + write(FRIEND, "sent through the chain"))

    assert result.rc == 0, result.stdout[-2000:]
    assert "Subject: a chain at NetEase\n" in printed
    assert [(one.host, one.port) for one in watch.logins()] == [("pop.163.com", 995), ("smtp.163.com", 465)]
    assert sender_of(lab.arrived(FRIEND, "sent through the chain"))[1] == user.address
    kept = Path(home.home, "Mail/one/Sent").glob("*/*")
    assert any("Subject: sent through the chain\n" in path.read_text() for path in kept)


class EmptyGmail(Gmail):
    """With nothing in its folders."""

    count = 0


@both
def test_a_token_is_taken_where_no_password_is(tmp_path: Path, papers: Papers, which: str) -> None:
    """The command is asked for a token at each run, and what it says reaches the server as it is."""
    wish = Wish(
        credential=Credential("token", Command(("cat", str(tmp_path / "token")))),
        options={"ca_file": FileName(str(papers.file))},
    )
    program = dict(zip(VERSION, programs(), strict=True))[which]
    for token in (TOKEN, "an older one"):
        (tmp_path / "token").write_text(f"{token}\n")
        with EmptyGmail(papers, names=("localhost",)) as server:
            for file in generate("getmail6", "ada@gmail.com", wish, catalogue=open_catalogue()).files:
                path = tmp_path / file.path.removeprefix("~/")
                if file.kind == "folder":
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(
                    file.text.replace("imap.gmail.com", "localhost").replace("993", str(server.port))
                )
            done = run([program], tmp_path)
        assert server.attempts == [("ada@gmail.com", token)]
        assert (b"credential/login error" in done.stderr) == (token != TOKEN), done.stderr
        assert b"token" not in done.stdout + done.stderr
