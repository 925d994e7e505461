"""A home with several accounts in the lab, set up from the data of an accounts file and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

from tests.homes import settle
from tests.lab.agent import Result
from tests.lab.lab import Lab
from tests.lab.names import USERS
from tests.programs import need

_COMFORT = (
    "set sleep_time=0 wait_key=no print=yes copy=yes confirmcreate=no confirmappend=no"
    " abort_nosubject=no abort_unmodified=no include=no fast_reply=yes reply_to=yes"
)
ESCAPE, ENTER = "\x1b", "\r"
LEAVE = "<exit>"
PRINT_ALL = "<tag-pattern>~A<enter><tag-prefix><print-message><untag-pattern>~A<enter>"


class Household:
    """The accounts of one person in a fresh home, for one client.

    `accounts` are as in an accounts file. An account that says nothing of its secret has it in a file,
    and `fetched` tells how often it was read.
    """

    def __init__(self, lab: Lab, target: str, accounts: dict[str, dict[str, Any]]) -> None:
        self.lab = lab
        self.target = target
        self.home = lab.new_home()
        (self.home / "Mail").mkdir()  # mutt asks for it on a first start without IMAP; say yes beforehand
        self._fetches = self.home / "fetches"
        self._fetches.touch()
        given = {id: self._with_secret(id, account) for id, account in accounts.items()}
        self.plan = settle({"defaults": {"targets": [target]}, "accounts": given}, self.home)

    def _with_secret(self, id: str, account: dict[str, Any]) -> dict[str, Any]:
        if "credential" in account or "password" in account:
            return account
        secret = self.home / f"secret of {id}"
        secret.write_text(USERS[account["address"]].password + "\n")
        script = 'echo "$2" >> "$1"; cat "$0"'
        command = ["sh", "-c", script, str(secret), str(self._fetches), id]
        return {**account, "password_command": command}

    def fetched(self) -> list[str]:
        """The ids of the accounts whose password command has run, once for each time."""
        return self._fetches.read_text().split()

    def keep_in_netrc(self, hosts: dict[str, str]) -> None:
        """Write ~/.netrc: the password of each user by host and address, as `{address: host}` says."""
        netrc = self.home / ".netrc"
        netrc.touch(mode=0o600)
        lines = []
        for address, host in hosts.items():
            user = USERS[address]
            quote = "'" if '"' in user.password else '"'
            lines.append(f'machine {host} login "{user.login}" password {quote}{user.password}{quote}\n')
        netrc.write_text("".join(lines))

    def run(self, argv: list[str], **more: Any) -> Result:
        """Run a client in this home."""
        need(argv[0], argv[0])
        return self.lab.run(argv, self.home, **more)

    def mutt(
        self,
        script: str,
        *commands: str,
        typed: Sequence[str] = "x",
        timeout: float = 40,
        env: dict[str, str] | None = None,
    ) -> tuple[Result, str]:
        """Run mutt or neomutt on a terminal with a script of keys; returns also what was printed.

        What is `typed`, over and over, goes where a script cannot reach: to the question for a password,
        and to the index when the script is over, where x leaves.
        """
        printed, editor = self.home / "printed", self.home / "editor"
        # The time of the file stays as it was: where it is a second younger, mutt asks about its encoding.
        lines = ['body=$(cat "$1")', 'touch -r "$1" "$1.time"', 'printf "Written.\\n%s\\n" "$body" > "$1"']
        lines += ['touch -r "$1.time" "$1"', 'rm "$1.time"']
        editor.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
        editor.chmod(0o755)
        own = [_COMFORT, f"set print_command='cat >> {printed}' editor={editor}", *commands]
        argv = [self.target, *(word for one in own for word in ("-e", one)), "-e", f'push "{script}"']
        result = self.run(argv, terminal=list(typed), timeout=timeout, env=env)
        return result, printed.read_text() if printed.exists() else ""


def go_to(number: int) -> str:
    """The keys that bring mutt to an account's inbox."""
    return f"{ESCAPE}{number}"


def write(to: str, subject: str) -> str:
    """The keys that write and send a message."""
    return f"<mail>{to}<enter>{subject}<enter><send-message>"


def reply_to(subject: str) -> str:
    """The keys that answer a message."""
    return f"<search>~s {subject.replace(' ', '.')}<enter><reply><send-message>"


def sender_of(message: EmailMessage) -> tuple[str, str]:
    """Who a message is from: display name and address."""
    [sender] = message["From"].addresses
    return sender.display_name, sender.addr_spec
