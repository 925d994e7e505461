"""The lab as one object: start it, run clients in it, look into its mailboxes and logs."""

import os
import shutil
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from tests.lab import agent, certificates, dovecot, maildir, namespace, postfix
from tests.lab.logs import Watch, wait_for
from tests.lab.names import OWNERS, USERS, User
from tests.lab.world import World


def choose_postfix() -> bool:
    """Postfix when root, else aiosmtpd. MAILGEN_LAB_SMTP=aiosmtpd asks for the latter by name."""
    return namespace.as_root() and os.environ.get("MAILGEN_LAB_SMTP") != "aiosmtpd"


def missing_programs() -> list[str]:
    """What this machine lacks to open the lab at all; clients are asked for by the tests that need them."""
    needed = ["unshare", "mount", "setsid", "openssl", "dovecot", *(["postfix"] if choose_postfix() else [])]
    return [program for program in needed if not shutil.which(program, path=namespace.search_path())]


class Lab(World):
    """Mail servers, and clients that talk to them."""

    name = "lab"
    inside = "tests.lab.inside"
    users: dict[str, User] = USERS

    def furnish(self) -> None:
        certificates.write(self.base / "tls")
        namespace.write_files(self.base)
        dovecot.write_files(self.base)
        if choose_postfix():
            postfix.write_files(self.base)

    @property
    def rawlog(self) -> Path:
        """Where Dovecot records each IMAP and POP3 connection after its login: what came in *.in files."""
        return self.base / "rawlog"

    def run(
        self,
        argv: list[str],
        home: Path,
        stdin: bytes | str = b"",
        timeout: float = 20,
        env: dict[str, str] | None = None,
        terminal: Sequence[str] | Sequence[tuple[str, str]] | None = None,
    ) -> agent.Result:
        """Run a client in the lab, with nothing of our own environment but the path.

        A command that is not done in `timeout` seconds is killed and has `rc` None. With `terminal` it gets
        one, on which these strings are typed in turn, over and over, until it ends; or, of pairs, the second
        once the program has shown the first, in their order; nothing to be typed ends it there.
        """
        basic = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),  # some leave a log or a copy of a message there
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "USER": "user",
        }
        typed = stdin.encode() if isinstance(stdin, str) else stdin
        everything = {**basic, **(env or {})}
        socket = self.base / "agent"
        return agent.ask(
            socket, argv=argv, env=everything, cwd=str(home), stdin=typed, timeout=timeout, terminal=terminal
        )

    def watch(self) -> Watch:
        """What the servers write from now on."""
        return Watch(self.base / "log")

    def deliver(self, address: str, subject: str, body: str = "Hello from the lab.\n") -> None:
        """Put a message to this address, which may be an alias, into its owner's inbox."""
        maildir.deliver(self.base, OWNERS[address], address, subject, body)

    def mailbox(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """All messages there now; the subject is `message["Subject"]`."""
        return maildir.read(self.base, USERS[address], folder)

    def folders(self, address: str) -> list[str]:
        return maildir.folders(self.base, USERS[address])

    def arrived(self, address: str, subject: str, folder: str = "INBOX", timeout: float = 10) -> EmailMessage:
        """The message with this subject; waits for it, since servers deliver after the client has left."""

        def look() -> list[EmailMessage]:
            return [message for message in self.mailbox(address, folder) if message["Subject"] == subject]

        found = wait_for(look, timeout)
        here = [message["Subject"] for message in self.mailbox(address, folder)]
        assert found, f"no message {subject!r} in {folder} of {address}, only {here}"
        return found[0]
