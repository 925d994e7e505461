"""Servers with an IP address in the place of a name: the programs reach them, or say that they cannot."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.formats.prefs import program as thunderbird
from tests.loopback import Server, certificate
from tests.programs import need, run
from tests.support import cli

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

ADDRESS = "ada@lab.example"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """An authority's file, and what a server at ::1 and 127.0.0.1 needs."""
    return certificate(tmp_path_factory.mktemp("tls"), "IP:::1", "IP:127.0.0.1")


def home_with(tmp_path: Path, target: str, servers: dict[str, Any], ca: Path | None) -> Path:
    """A home in which the accounts of one target have been applied."""
    home = tmp_path / "home"
    (home / ".config" / "mailgen").mkdir(parents=True)
    home.chmod(0o700)
    (home / "code").write_text("erdbeere")
    entry = {"address": ADDRESS, "targets": [target], **servers}
    if target != "fetchmail":
        entry["password_command"] = ["cat", str(home / "code")]
    if ca:
        entry["options"] = {target: {"ca_file": str(ca)}}
    # What is JSON is YAML.
    (home / ".config" / "mailgen" / "accounts.yaml").write_text(json.dumps({"accounts": {"me": entry}}))
    done = cli("apply", "-q", env={"HOME": str(home)})
    assert done.status == 0, done.stderr
    return home


def on_terminal(argv: list[str], home: Path) -> None:
    """Run a program on a terminal to its end."""
    near, far = pty.openpty()
    process = subprocess.Popen(
        argv,
        stdin=far,
        stdout=far,
        stderr=far,
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    os.close(far)
    thread = threading.Thread(target=_drain, args=(near,), daemon=True)
    thread.start()
    try:
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        thread.join(10)
        os.close(near)


def _drain(near: int) -> None:
    with suppress(OSError):
        while os.read(near, 65536):
            pass


def place(server: Server, host: str, tls: str = "implicit") -> dict[str, Any]:
    return {"host": host, "port": server.port, "tls": tls}


@pytest.mark.parametrize("host", ["[::1]", "0:0:0:0::1", "127.0.0.1"])
def test_msmtp(tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str) -> None:
    program = need("msmtp", "msmtp")
    with Server("smtp", "::1" if ":" in host else host, tls[1]) as server:
        home = home_with(tmp_path, "msmtp", {"smtp": place(server, host)}, tls[0])
        sent = subprocess.run(
            [program, "bob@lab.example"], input=b"Subject: x\n\nx\n", cwd=home,
            env={"HOME": str(home), "PATH": os.environ["PATH"]}, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
    assert (sent.returncode, sent.stderr) == (0, b"")
    assert server.said(b"MAIL FROM") == [b"MAIL FROM:<ada@lab.example>"]


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_readers(tmp_path: Path, tls: tuple[Path, ssl.SSLContext], program: str, host: str) -> None:
    """The hooks of a household match the URLs as the program writes them, else no password is fetched."""
    found = need(program, program)
    with Server("imap", host, tls[1]) as incoming, Server("smtp", host, tls[1]) as outgoing:
        servers = {"imap": place(incoming, host), "smtp": place(outgoing, host)}
        home = home_with(tmp_path, program, servers, tls[0])
        rc = home / f".{program}rc"
        on_terminal([found, "-n", "-F", str(rc), "-e", "push <exit>"], home)
        sent = subprocess.run(
            [found, "-n", "-F", str(rc), "-s", "x", "bob@lab.example"],
            input=b"x\n",
            cwd=home,
            env={"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", "LANG": "C.UTF-8"},
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert incoming.said(b"SELECT") + incoming.said(b"EXAMINE"), incoming.heard
    assert len(incoming.said(b"AUTHENTICATE PLAIN") + incoming.said(b"LOGIN")) == 1
    assert sent.returncode == 0, sent.stderr
    assert outgoing.said(b"AUTH PLAIN")


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_fetchmail_reaches_it_and_does_not_accept_the_certificate(
    tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str
) -> None:
    """Why the manifest says so: the address in the certificate is not looked at."""
    program = need("fetchmail", "fetchmail")
    argv = [program, "--mda", "/bin/true", "-v"]
    with Server("imap", host, tls[1]) as server:
        home = home_with(tmp_path, "fetchmail", {"imap": place(server, host)}, tls[0])
        (home / ".netrc").write_text(f"machine {host} login {ADDRESS} password erdbeere\n")
        (home / ".netrc").chmod(0o600)
        done = run(argv, home)
    assert b"mismatch" in done.stdout + done.stderr
    assert server.heard == []
    (tmp_path / "open").mkdir()
    with Server("imap", host) as server:
        home = home_with(tmp_path / "open", "fetchmail", {"imap": place(server, host, "none")}, None)
        (home / ".netrc").write_text(f"machine {host} login {ADDRESS} password erdbeere\n")
        (home / ".netrc").chmod(0o600)
        run(argv, home)
    assert server.said(b"LOGIN") or server.said(b"AUTHENTICATE"), server.heard


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_mbsync_does_not_accept_the_certificate(
    tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str
) -> None:
    program = need("mbsync", "isync")
    with Server("imap", host, tls[1]) as server:
        home = home_with(tmp_path, "mbsync", {"imap": place(server, host)}, tls[0])
        done = run([program, "-a"], home)
    assert f"does not match hostname {host}" in done.stderr.decode()
    assert server.heard == []


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_getmail_accepts_the_certificate_of_an_address(
    tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str
) -> None:
    program = need("getmail", "getmail6")
    with Server("imap", host, tls[1]) as server:
        home = home_with(tmp_path, "getmail6", {"imap": place(server, host)}, tls[0])
        run([program, "--rcfile", "mailgen-me"], home)
    assert server.said(b"LOGIN"), server.heard


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_offlineimap_does_not_accept_the_certificate(
    tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str
) -> None:
    program = need("offlineimap", "offlineimap3")
    with Server("imap", host, tls[1]) as server:
        home = home_with(tmp_path, "offlineimap3", {"imap": place(server, host)}, tls[0])
        done = run([program, "-o", "-u", "basic"], home)
    assert b"certificate" in done.stdout + done.stderr
    assert server.heard == []


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_imapfilter_accepts_the_certificate_of_an_address(
    tmp_path: Path, tls: tuple[Path, ssl.SSLContext], host: str
) -> None:
    program = need("imapfilter", "imapfilter")
    with Server("imap", host, tls[1]) as server:
        home = home_with(tmp_path, "imapfilter", {"imap": place(server, host)}, None)
        run([program, "-t", str(tls[0])], home)
    assert server.said(b"LOGIN"), server.heard


def test_thunderbird_makes_another_host_of_it() -> None:
    """Why the manifest refuses it for mail that comes in: Thunderbird takes another name for the server."""
    need("thunderbird", "thunderbird")
    done = cli("thunderbird", ADDRESS, "--imap-host", "imap.lab.example", "--smtp-host", "::1", "-q")
    assert done.status == 0, done.stderr
    assert '"::1"' in done.stdout
    text = done.stdout.replace('"imap.lab.example"', '"::1"')
    prefs = thunderbird.read_back(text)
    assert prefs["mail.smtpserver.smtp1.hostname"] == "::1"
    refused = cli("thunderbird", ADDRESS, "--imap-host", "::1", "--smtp-host", "::1")
    assert (refused.status, refused.stdout) == (1, "")
    assert "Thunderbird takes no IPv6 address for the IMAP server" in refused.stderr
