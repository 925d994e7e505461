"""No command but those that are for it opens a socket to the Internet: strace sees all others run."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.parser import full_parser
from mailgen.cli.verbs import VERBS
from tests.programs import need
from tests.support import environment

#: Runs each list of words in one process, and prints their exit statuses.
_DRIVER = """
import io, json, sys
from mailgen.cli.main import main
statuses = []
for words in json.loads(sys.argv[1]):
    sys.stdin = io.TextIOWrapper(io.BytesIO(b"secret\\n"))
    statuses.append(main(words))
print("STATUSES", json.dumps(statuses))
"""
_INTERNET = re.compile(r"AF_INET6?\b")
_ACCOUNTS = """
accounts:
  home: {address: user@sohu.com, targets: [msmtp, mutt], password_command: [cat, %s]}
  kept: {address: kept@sohu.com, targets: [msmtp], credential: file}
"""
#: Verbs that are there to ask somebody.
ONLINE = {"check", "discover", "login", "logout", "token"}
#: Actions that ask somebody if an address is given; without one they are run elsewhere.
ASK_IF_TOLD = {("data", "update"): "its document must be signed: cli/test_data.py"}
_AUTOCONFIG = """<clientConfig version="1.1"><emailProvider id="own.example"><domain>own.example</domain>
<incomingServer type="imap"><hostname>imap.own.example</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.own.example</hostname><port>465</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
"""


def traced(argv: list[str], log: Path, home: Path) -> tuple[str, str]:
    """What a program prints, and all that it and its children said to the network by strace."""
    strace = need("strace", "strace")
    env = environment({"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "EDITOR": "true"})
    done = subprocess.run(
        [strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", str(log), *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, log.read_text()


def commands(home: Path) -> list[list[str]]:
    """Every verb with what it does most, and every target.

    A verb that does not stand here brings its words in its own tests, as OFFLINE of tests/cli/test_VERB.py.
    """
    words = [
        *(
            [one.name, address, "-o", str(home / "out" / one.name), "--password-command", "cat /x"]
            for one in open_catalogue().targets()
            for address in ["user@gmail.com" if one.only_at else "user@sohu.com"]
        ),
        ["msmtp", "user@sohuu.com"],
        ["msmtp", "user@own.example", "--smtp-host", "smtp.own.example"],
        ["targets"],
        ["providers", "sohu"],
        ["show", "user@sohu.com"],
        ["explain", "msmtp", "user@sohu.com"],
        ["accounts", "list"],
        ["accounts", "show", "home"],
        ["secret", "set", "kept", "--from-stdin"],
        ["secret", "check", "home"],
        ["diff"],
        ["apply"],
        ["lint", str(home / ".msmtprc")],
        ["import", str(home / ".msmtprc"), "-o", str(home / "imported.yaml")],
        ["remove", "--all"],
        ["dataset", "stats"],
        ["dataset", "lint"],
        ["dataset", "import", str(home / "own.xml"), "-o", str(home / "drafts")],
        ["dataset", "conflicts", str(home / "own.xml")],
        ["dataset", "diff", str(home / "drafts"), str(home / "drafts")],
        ["completion", "bash"],
        ["manpage"],
        ["accounts", "add", "second@qq.com", "--target", "msmtp"],
        ["accounts", "set", "home", "name=Ada"],
        ["accounts", "edit", "home"],
        ["accounts", "rm", "home"],
    ]
    others = VERBS.keys() - ONLINE - {line[0] for line in words}
    return words + [line for verb in sorted(others) for line in _module(verb).OFFLINE]


def actions() -> list[tuple[str, str]]:
    """Each verb that has actions with each of these, as the parser knows them."""
    return [(verb, action) for verb, parser in _below(full_parser()).items() for action in _below(parser)]


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    chosen = [one.choices for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(chosen[0]) if chosen else {}


def _module(verb: str) -> Any:
    return import_module(f"tests.cli.test_{verb}")


def test_no_command_but_those_for_it_talks_to_the_internet(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "mailgen"
    config.mkdir(parents=True)
    (tmp_path / "password").write_text("secret\n")
    (config / "accounts.yaml").write_text(_ACCOUNTS % (tmp_path / "password"))
    (tmp_path / "own.xml").write_text(_AUTOCONFIG)
    words = commands(tmp_path)
    assert {line[0] for line in words} >= VERBS.keys() - ONLINE
    run = {tuple(line[:2]) for line in words}
    assert [one for one in actions() if one not in run | ASK_IF_TOLD.keys()] == []
    driver = [sys.executable, "-c", _DRIVER, json.dumps(words)]
    printed, said = traced(driver, tmp_path / "trace", tmp_path)
    statuses = json.loads(printed.rpartition("STATUSES ")[2])
    failed = [line for line, status in zip(words, statuses, strict=True) if status not in (0, 3)]
    assert failed == [["msmtp", "user@sohuu.com"]], "commands that only refuse would show nothing"
    assert not [line for line in said.splitlines() if _INTERNET.search(line)]


def test_strace_would_have_seen_it(tmp_path: Path) -> None:
    script = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)"
    argv = [
        sys.executable,
        "-c",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}])",
    ]
    _, said = traced(argv, tmp_path / "trace", tmp_path)
    assert _INTERNET.search(said)
