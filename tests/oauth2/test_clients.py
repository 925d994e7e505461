"""Real mail programs, with the files as mailgen writes them, at real servers, with tokens of `mailgen token`.

One house serves all tests: Dovecot, which asks the issuer, and Postfix, which asks Dovecot.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.model.provider import Endpoint
from mailgen.resolve.compat import at_version
from tests.flow.test_tokens import TOKENS, made, takers
from tests.flow.trials import CATALOGUE, program
from tests.oauth2.issuer import USER, Issuer
from tests.oauth2.servers import Servers, servers
from tests.oauth2.world import Home
from tests.programs import need
from tests.support import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = b"From: ada@lab.example\nTo: ada@lab.example\nSubject: token\n\nwith a token\n"
PROTOCOLS = ("imap", "pop3", "smtp")


@dataclass
class Post:
    """The servers, and a home whose provider they are, where somebody has signed in."""

    home: Home
    house: Servers
    trusted: Path

    @property
    def env(self) -> dict[str, str]:
        """An environment in which programs find mailgen, and trust issuer and servers."""
        env = self.home.env
        return {**env, "PATH": f"{self.home.path}/bin:{env['PATH']}", "SSL_CERT_FILE": str(self.trusted)}

    def written(self, target: str) -> Path:
        done = self.home.run(target, USER, "--set", f"ca_file={self.house.ca}", "-q")
        assert done.status == 0, done.stderr
        path = self.home.path / f"{target}rc"
        path.write_text(done.stdout)
        path.chmod(0o600)
        return path

    def client(self, argv: list[str], given: bytes = MESSAGE) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            argv, input=given, capture_output=True, env=self.env, timeout=TIMEOUT, check=False
        )

    def forget_token(self) -> None:
        (self.home.runtime / "mailgen" / "tokens" / USER).unlink()

    def arrived(self, count: int) -> int:
        """Wait until so many messages lie in the inbox, but not for ever; returns how many do."""
        ends = time.monotonic() + TIMEOUT
        while len(self.house.mail) < count and time.monotonic() < ends:
            time.sleep(0.05)
        return len(self.house.mail)


@pytest.fixture(scope="module")
def made_post() -> Iterator[Post]:
    need("dovecot", "dovecot-imapd")
    need("postfix", "postfix")
    # Names of sockets are short: pytest's folders lie too deep.
    with tempfile.TemporaryDirectory(prefix="tokens-") as name, Issuer(Path(name)) as issuer:
        folder = Path(name, "house")
        folder.mkdir()
        Path(name).chmod(0o711)
        home = Home(Path(name, "home"), issuer)
        (home.path / "bin").mkdir()
        ours = home.path / "bin/mailgen"
        ours.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgen "$@"\n')
        ours.chmod(0o755)
        with servers(folder, issuer) as house:
            home.serve_by(**house.ports)
            trusted = home.path / "trusted.pem"
            trusted.write_text(house.ca.read_text() + issuer.ca.read_text())
            yield Post(home, house, trusted)


@pytest.fixture
def post(made_post: Post) -> Post:
    issuer = made_post.home.issuer
    issuer.good_for, issuer.introspects = 3600, True
    assert made_post.home.sign_in().status == 0
    return made_post


@pytest.fixture
def issuer(post: Post) -> Issuer:
    return post.home.issuer


@dataclass
class Watched:
    """One protocol of the house, as a program meets it."""

    house: Servers
    protocol: str
    before: int = 0

    @property
    def let_in(self) -> bool:
        return self.house.logins(self.protocol) > self.before

    @property
    def turned_away(self) -> bool:
        return False


@pytest.mark.parametrize(("target", "protocol", "which"), takers())
def test_who_takes_tokens_logs_in_with_one_that_was_renewed_for_it(
    post: Post, issuer: Issuer, tmp_path: Path, target: str, protocol: str, which: str
) -> None:
    """Over each of its protocols; each login has a token of its own, for none is good for long enough."""
    client = program(target, which)
    endpoints = {
        one: (Endpoint(one, "localhost", post.house.ports[one], "implicit", TOKENS, sources=("ispdb",)),)
        for one in PROTOCOLS
    }
    who = replace(CATALOGUE.provider("outlook.com"), endpoints=endpoints)
    words: Any = (target, who, protocol, client.version, post.house.ca, "mailgen", "token", USER)
    can = at_version(CATALOGUE.target(target), client.version).protocols[protocol]["auth"]
    if not set(TOKENS) & set(can):
        with pytest.raises(MailgenError):
            made(*words)
        return
    files = made(*words)
    issuer.good_for = 60  # within the margin
    post.forget_token()
    asked, refused = issuer.refreshes, post.house.refused(protocol)
    server: Any = Watched(post.house, protocol, post.house.logins(protocol))
    said = client.met(files, tmp_path, server, env={**post.env, "HOME": str(tmp_path), **_state(post.home)})
    assert server.let_in, said + post.house.said(protocol)[-2000:]
    assert post.house.refused(protocol) == refused
    assert issuer.refreshes > asked
    assert issuer.tokens[-1].access_token not in said


def _state(home: Home) -> dict[str, str]:
    """Where the login lies, for programs with a home of their own."""
    return {"XDG_STATE_HOME": str(home.path / ".local/state")}


def test_ten_programs_at_once_cause_one_refresh(post: Post, issuer: Issuer) -> None:
    need("msmtp", "msmtp")
    path, before = post.written("msmtp"), len(post.house.mail)
    post.forget_token()
    asked, refused = issuer.refreshes, post.house.refused("smtp")
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda _: post.client(["msmtp", "-C", str(path), USER]), range(10)))
    assert [one.returncode for one in done] == [0] * 10, done
    assert issuer.refreshes == asked + 1
    assert post.house.refused("smtp") == refused
    assert post.arrived(before + 10) == before + 10


@pytest.mark.parametrize("name", ["mutt", "neomutt"])
def test_mail_that_was_sent_is_read(post: Post, name: str) -> None:
    """Sent through Postfix, with a copy through Dovecot; then the inbox is opened, and left."""
    need(name, name)
    path, before = post.written(name), len(post.house.mail)
    sent = post.client([name, "-n", "-F", str(path), "-s", "token", "--", USER], b"with a token\n")
    assert sent.returncode == 0, sent.stderr + sent.stdout
    assert post.arrived(before + 1) == before + 1
    logins = post.house.logins("imap")
    line = shlex.join([name, "-n", "-F", str(path), "-e", "push <exit>"])
    read = post.client(["script", "-qec", line, "/dev/null"], b"")
    assert post.house.logins("imap") > logins, read.stdout


def test_the_line_that_mends_reaches_who_reads_mail(post: Post) -> None:
    need("msmtp", "msmtp")
    path, before = post.written("msmtp"), post.house.logins("smtp")
    assert post.home.run("logout", USER).status == 0
    done = post.client(["msmtp", "-C", str(path), USER])
    assert done.returncode != 0
    assert f"mailgen: nobody has signed in as {USER} here; run 'mailgen login {USER}'".encode() in done.stderr
    assert post.house.logins("smtp") == before


def test_signing_in_ends_with_a_login_to_the_mailbox(post: Post) -> None:
    before = post.house.logins("imap")
    done = post.home.sign_in(check=True, env=post.env)
    assert done.status == 0, done.stderr
    assert post.house.logins("imap") == before + 1


def test_check_logs_in_with_the_token(post: Post, issuer: Issuer) -> None:
    before = {one: post.house.logins(one) for one in PROTOCOLS}
    done = post.home.run("check", USER, env=post.env)
    assert done.status == 0, done.stdout + done.stderr
    assert post.house.logins("imap") == before["imap"] + 1
    assert issuer.tokens[-1].access_token not in done.stdout + done.stderr


def test_a_mailbox_that_does_not_take_the_token_is_told(post: Post, issuer: Issuer) -> None:
    assert post.home.run("logout", USER).status == 0
    issuer.introspects = False
    done = post.home.sign_in(check=True, env=post.env)
    assert done.status == 1
    assert "does not take the token" in done.stderr
    assert f"sign in as {USER} and no other" in done.stderr
    assert post.home.run("token", USER).status == 1
