"""Real mail programs, with the files as mailgen writes them, log in with what `mailgen token` prints."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.oauth2.issuer import USER
from tests.oauth2.servers import Certificates, Submission, imap
from tests.programs import need
from tests.support import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home

MESSAGE = b"From: ada@lab.example\nTo: ada@lab.example\nSubject: token\n\nwith a token\n"


class Post:
    """The servers, and a home whose provider they are."""

    def __init__(self, home: Home, smtp: Submission, mail: Path, ca: Path) -> None:
        self.home, self.smtp, self.mail, self.ca = home, smtp, mail, ca

    def written(self, target: str) -> Path:
        made = self.home.run(target, USER, "--set", f"ca_file={self.ca}", "-q")
        assert made.status == 0, made.stderr
        path = self.home.path / f"{target}rc"
        path.write_text(made.stdout)
        path.chmod(0o600)
        return path

    def client(self, argv: list[str], given: bytes = MESSAGE) -> subprocess.CompletedProcess[bytes]:
        programs = self.home.path / "bin"
        programs.mkdir(exist_ok=True)
        ours = programs / "mailgen"
        ours.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgen "$@"\n')
        ours.chmod(0o755)
        env = {**self.home.env, "PATH": f"{programs}:{os.environ['PATH']}"}
        return subprocess.run(argv, input=given, capture_output=True, env=env, timeout=TIMEOUT, check=False)

    def sent_copies(self) -> list[Path]:
        return [path for path in self.mail.glob(".Sent/*/*") if path.parent.name in ("cur", "new")]


@pytest.fixture
def post(home: Home, issuer: Issuer) -> Iterator[Post]:
    need("dovecot", "dovecot-imapd")
    # Names of sockets are short: pytest's folders lie too deep.
    with tempfile.TemporaryDirectory(prefix="tokens-") as name:
        folder = Path(name)
        certificates = Certificates(folder)
        with imap(folder, issuer) as port, Submission(issuer, certificates) as smtp:
            home.serve_by(imap=port, smtp=smtp.port)
            assert home.sign_in().status == 0
            yield Post(home, smtp, folder / "mail", certificates.ca)


def test_msmtp_sends(post: Post) -> None:
    need("msmtp", "msmtp")
    path = post.written("msmtp")
    done = post.client(["msmtp", "-C", str(path), USER])
    assert done.returncode == 0, done.stderr
    assert [b"with a token" in message for message in post.smtp.received] == [True]


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_sends(post: Post, program: str) -> None:
    need(program, program)
    path = post.written(program)
    done = post.client([program, "-n", "-F", str(path), "-s", "token", "--", USER], b"with a token\n")
    assert done.returncode == 0, done.stderr + done.stdout
    assert len(post.smtp.received) == 1
    if program == "mutt":  # NeoMutt keeps no copy over IMAP when nobody is at the terminal
        assert len(post.sent_copies()) == 1


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_reads(post: Post, program: str) -> None:
    """Open the inbox on a terminal, and leave."""
    need(program, program)
    line = shlex.join([program, "-n", "-F", str(post.written(program)), "-e", "push <exit>"])
    done = post.client(["script", "-qec", line, "/dev/null"], b"")
    log = (post.mail.parent / "dovecot.log").read_text()
    assert f"Login: user=<{USER}>, method=XOAUTH2" in log, done.stdout


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_a_token_that_has_ended_is_renewed_before_the_program_sees_it(
    post: Post, issuer: Issuer, program: str
) -> None:
    need(program, program)
    issuer.good_for = 60  # within the margin: each is asked for anew
    path = post.written(program)
    (post.home.runtime / "mailgen" / "tokens" / USER).unlink()
    done = post.client([program, "-n", "-F", str(path), "-s", "token", "--", USER], b"with a token\n")
    assert done.returncode == 0, done.stderr + done.stdout
    assert issuer.refreshes >= 1
    assert post.smtp.refused == 0


def test_the_line_that_mends_reaches_who_reads_mail(post: Post) -> None:
    need("msmtp", "msmtp")
    path = post.written("msmtp")
    assert post.home.run("logout", USER).status == 0
    done = post.client(["msmtp", "-C", str(path), USER])
    assert done.returncode != 0
    assert f"mailgen: nobody has signed in as {USER} here; run 'mailgen login {USER}'".encode() in done.stderr
    assert not post.smtp.received


def test_signing_in_ends_with_a_login_to_the_mailbox(post: Post) -> None:
    trusted = post.home.path / "all.pem"
    trusted.write_text(post.ca.read_text() + post.home.issuer.ca.read_text())
    done = post.home.sign_in(check=True, env={"SSL_CERT_FILE": str(trusted)})
    assert done.status == 0, done.stderr


def test_check_logs_in_with_the_token(post: Post) -> None:
    trusted = post.home.path / "all.pem"
    trusted.write_text(post.ca.read_text() + post.home.issuer.ca.read_text())
    done = post.home.run("check", USER, "--only", "imap", env={"SSL_CERT_FILE": str(trusted)})
    assert done.status == 0, done.stdout + done.stderr
    assert "XOAUTH2" in (post.mail.parent / "dovecot.log").read_text()
    assert post.home.issuer.tokens[-1].access_token not in done.stdout + done.stderr


def test_a_mailbox_that_does_not_take_the_token_is_told(post: Post, issuer: Issuer) -> None:
    trusted = post.home.path / "all.pem"
    trusted.write_text(post.ca.read_text() + issuer.ca.read_text())
    assert post.home.run("logout", USER).status == 0
    issuer.introspects = False
    done = post.home.sign_in(check=True, env={"SSL_CERT_FILE": str(trusted)})
    assert done.status == 1
    assert "does not take the token" in done.stderr
    assert f"sign in as {USER} and no other" in done.stderr
    assert post.home.run("token", USER).status == 1
