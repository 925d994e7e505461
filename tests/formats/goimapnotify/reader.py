"""How goimapnotify reads its file and starts commands: by config.go, command.go and utils.go of 2.5.3.

No registry of packages that the tests use has the program: this is a model of its source.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.readers import Rejected

#: The settings of an account, without regard to capitals: a library reads them so.
_KNOWN = """host hostcmd port tls tlsoptions idlelogouttimeout enableidcommand username usernamecmd alias
    password passwordcmd xoauth2 onnewmail onnewmailpost onchangedmail onchangedmailpost ondeletedmail
    ondeletedmailpost boxes"""


@dataclass
class Watched:
    """An account: what is not said in the file is as the program has it."""

    host: str = ""
    port: int = 0
    tls: bool = False
    starttls: bool = False
    verified: bool = False
    id: bool = False
    username: str = ""
    alias: str = ""
    password: str = ""
    password_command: str = ""
    token: bool = False
    on_new_mail: str = ""
    afterwards: str = ""
    boxes: list[str] = field(default_factory=list)


def read(text: str) -> list[Watched]:
    """Return the accounts of a file; raises Rejected for a setting that the program has not."""
    accounts = []
    for given in yaml.safe_load(text)["configurations"]:
        one: dict[str, Any] = {name.lower(): value for name, value in given.items()}
        if set(one) - set(_KNOWN.split()):
            raise Rejected(1, f"no settings: {set(one) - set(_KNOWN.split())}")
        options = one.get("tlsoptions", {})
        accounts.append(
            Watched(
                one["host"],
                one["port"],
                one.get("tls", False),
                options.get("starttls", False),
                options.get("rejectUnauthorized", False),
                one.get("enableidcommand", False),
                one["username"],
                one.get("alias", ""),
                one.get("password", ""),
                one.get("passwordcmd", ""),
                one.get("xoauth2", False),
                one.get("onnewmail", ""),
                one.get("onnewmailpost", ""),
                [box["mailbox"] for box in one["boxes"]],
            )
        )
    return accounts


def started(command: str) -> subprocess.CompletedProcess[str]:
    """Start a command as the program does, where %s is the mailbox, and templates begin with {{."""
    assert "{{" not in command, "a template, which this is no model of"
    assert "%s" not in command, "Go's Sprintf, which this is no model of"
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20, check=False)


def secret(account: Watched) -> str | None:
    """Return the secret with which an account logs in; None where the program ends before that."""
    if not account.password_command:
        return account.password
    done = started(account.password_command)
    return done.stdout.strip("\n") if done.returncode == 0 else None
