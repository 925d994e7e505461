"""A user at a desk in the lab: a home, a password, and clients set up by mailgen and by nothing else."""

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.lab.agent import Result
from tests.lab.lab import Lab
from tests.lab.names import IMPLICIT_PORT, STARTTLS_PORT, Role
from tests.programs import need

_ASKS_FOR_COMMAND = {"msmtp", "mutt", "neomutt"}
_BODY = "Hello from a real client.\n"


def own_servers(domain: str, incoming: Role, tls: str, **other_domains: str) -> list[str]:
    """The options that name the servers of a lab domain: `tls` is implicit or starttls.

    `other_domains` moves one of them elsewhere: `smtp="honest.example"`.
    """
    prefix = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
    ports = IMPLICIT_PORT if tls == "implicit" else STARTTLS_PORT
    options = ["--protocol", incoming]
    for role in (incoming, "smtp"):
        host = f"{prefix[role]}.{other_domains.get(role, domain)}"
        options += [f"--{role}-host", host, f"--{role}-port", str(ports[role]), f"--{role}-tls", tls]
    return options


@dataclass
class Desk:
    """One client of one user. The home is new, so nothing is configured but what `install` puts there."""

    lab: Lab
    address: str

    def __post_init__(self) -> None:
        self.user = self.lab.users[self.address]
        self.home = self.lab.new_home()
        # The blank shows that a command's arguments survive the client's quoting.
        self._password_file = self.home / "my password"
        self._password_file.write_text(self.user.password + "\n")
        (self.home / "Mail").mkdir()  # mutt asks for it on a first start without IMAP; say yes beforehand

    def mailgen(self, target: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Ask mailgen for a configuration; it must give one."""
        argv = [sys.executable, "-m", "mailgen", target, self.address, *options]
        if target in _ASKS_FOR_COMMAND:
            argv += ["--password-command", shlex.join(["cat", str(self._password_file)])]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return done

    def install(self, target: str, *options: str) -> str:
        """Have mailgen write its files into this home; returns the notes."""
        return self.mailgen(target, *options, "-o", str(self.home)).stderr

    def keep_in_netrc(self, notes: str) -> None:
        """Do what the notes advise: put the line with the password into ~/.netrc."""
        advice = re.search(r'^ *(machine .*) "\.\.\."$', notes, re.MULTILINE)
        assert advice, f"no advice on netrc in: {notes}"
        quote = "'" if '"' in self.user.password else '"'
        netrc = self.home / ".netrc"
        netrc.touch(mode=0o600)
        netrc.write_text(f"{advice[1]} {quote}{self.user.password}{quote}\n")

    def msmtp(self, to: str, subject: str) -> Result:
        need("msmtp", "msmtp")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.address, to, subject
        message.set_content(_BODY)
        return self.lab.run(["msmtp", to], self.home, stdin=message.as_bytes())

    def fetchmail(self, typed: str | None = None) -> Result:
        """Fetch all new mail once. With `typed` there is a terminal, on which it is typed when asked."""
        need("fetchmail", "fetchmail")
        # The usual file of root's process would be that of other labs, too.
        argv = ["fetchmail", "--pidfile", str(self.home / "pid")]
        if typed is None:
            return self.lab.run(argv, self.home)
        return self.lab.run(argv, self.home, terminal=[typed + "\n"])

    @property
    def fetched(self) -> str:
        """What fetchmail has delivered here (by `deliver_here`)."""
        file = self.home / "fetched"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def deliver_here(self) -> list[str]:
        """The option that has fetchmail append all mail to a file."""
        return ["--set", f"mda={shlex.join(['tee', '-a', str(self.home / 'fetched')])}"]

    def mutt_sends(self, program: str, to: str, subject: str, **environment: str) -> Result:
        """Send in batch mode, with mutt or neomutt."""
        need(program, program)
        argv = [program, "-s", subject, "--", to]
        return self.lab.run(argv, self.home, stdin=_BODY, env=environment)

    def mutt_reads(self, program: str, keys: str = "x") -> tuple[Result, str]:
        """Open the inbox on a terminal and print all messages to a file; returns also what was printed.

        `keys` are typed one by one, over and over: x leaves; r before it says no to a strange certificate.
        """
        need(program, program)
        printed = self.home / "printed"
        comfort = f"set sleep_time=0 wait_key=no print=yes print_command='cat >> {printed}'"
        script = "push '<tag-pattern>~A<enter><tag-prefix><print-message>'"
        argv = [program, "-e", comfort, "-e", script]
        result = self.lab.run(argv, self.home, terminal=list(keys))
        return result, printed.read_text() if printed.exists() else ""

    @property
    def profile(self) -> Path:
        """Where Thunderbird's profile of this desk lies."""
        return self.home / "profile"
