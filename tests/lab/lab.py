"""The lab as one object: start it, run clients in it, look into its mailboxes and logs."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import IO

from tests.lab import agent, certificates, dovecot, maildir, namespace, postfix
from tests.lab.logs import Watch, wait_for
from tests.lab.names import OWNERS, USERS, User

READY_WITHIN = 30.0


def choose_postfix() -> bool:
    """Postfix when root, else aiosmtpd. MAILGEN_LAB_SMTP=aiosmtpd asks for the latter by name."""
    return namespace.as_root() and os.environ.get("MAILGEN_LAB_SMTP") != "aiosmtpd"


def missing_programs() -> list[str]:
    """What this machine lacks to open the lab at all; clients are asked for by the tests that need them."""
    needed = ["unshare", "mount", "setsid", "openssl", "dovecot", *(["postfix"] if choose_postfix() else [])]
    return [program for program in needed if not shutil.which(program, path=namespace.search_path())]


class Lab:
    """Use as a context manager. All its files are below `base`, and go with it."""

    users: dict[str, User] = USERS

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="mailgen-lab-", dir="/tmp"))
        self._homes = itertools.count(1)

    def __enter__(self) -> "Lab":
        try:
            self._furnish()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _furnish(self) -> None:
        self.base.chmod(0o755)  # servers that drop root must find their mail below it
        for name in ("log", "run", "state", "tls", "homes"):
            (self.base / name).mkdir()
        certificates.write(self.base / "tls")
        namespace.write_files(self.base)
        dovecot.write_files(self.base)
        if choose_postfix():
            postfix.write_files(self.base)

    def _start(self) -> None:
        self._stderr = (self.base / "log" / "inside.txt").open("wb")
        argv = namespace.enter(self.base)
        pipe = subprocess.PIPE
        env = namespace.environment()
        self._process = subprocess.Popen(
            argv, env=env, stdin=pipe, stdout=pipe, stderr=self._stderr, start_new_session=True
        )
        assert self._process.stdout
        if not says_ready(self._process.stdout):
            logs = (self.base / "log").iterdir()
            raise RuntimeError("the lab did not open:\n" + "".join(path.read_text() for path in logs))

    def __exit__(self, *_: object) -> None:
        process = getattr(self, "_process", None)
        if process:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # unshare --kill-child takes the world with it
                process.wait(timeout=5)
            process.stdout.close()
            self._stderr.close()
        shutil.rmtree(self.base, ignore_errors=True)

    @property
    def rawlog(self) -> Path:
        """Where Dovecot records each IMAP and POP3 connection after its login: what came in *.in files."""
        return self.base / "rawlog"

    def new_home(self) -> Path:
        """A fresh home directory, which both worlds see."""
        path = self.base / "homes" / str(next(self._homes))
        path.mkdir()
        return path

    def run(
        self,
        argv: list[str],
        home: Path,
        stdin: bytes | str = b"",
        timeout: float = 20,
        env: dict[str, str] | None = None,
        terminal: Sequence[str] | None = None,
    ) -> agent.Result:
        """Run a client in the lab, with nothing of our own environment but the path.

        A command that is not done in `timeout` seconds is killed and has `rc` None. With `terminal` it gets
        one, on which these strings are typed in turn, over and over, until it ends.
        """
        basic = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
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


def says_ready(stdout: IO[bytes]) -> bool:
    """Say whether the first process of a world says so in time."""
    heard: list[bytes] = []
    listener = threading.Thread(target=lambda: heard.append(stdout.readline()), daemon=True)
    listener.start()
    listener.join(READY_WITHIN)
    return heard == [b"ready\n"]
