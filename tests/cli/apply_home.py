"""A home with an accounts file, in which apply, diff and remove are run as child processes."""

from __future__ import annotations

from pathlib import Path

from tests.cases import Outcome
from tests.support import assert_refused, cli

ACCOUNTS = """# Accounts of the tests.
defaults: {password_command: "pass show mail/{address}"}
accounts:
  home: {address: ada@sohu.com, name: "Ada O'Brien", targets: [msmtp, mutt], default: true}
  work: {address: ada@qq.com, name: 艾达, targets: [msmtp, fetchmail, thunderbird], protocol: pop3}
"""
OWN = b"# my own\nset sort = threads\n"


class Home:
    """A home directory with an accounts file and a muttrc of the user's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700)
        self.accounts = path / ".config" / "mailgen" / "accounts.yaml"
        self.accounts.parent.mkdir(parents=True)
        self.accounts.write_text(ACCOUNTS, encoding="utf-8")
        (path / ".muttrc").write_bytes(OWN)

    @property
    def env(self) -> dict[str, str]:
        return {"HOME": str(self.path)}

    def run(self, *words: str, **env: str) -> Outcome:
        return cli(*words, env={**self.env, **env})

    def done(self, *words: str, **env: str) -> str:
        """Run what must work; returns what it printed."""
        outcome = self.run(*words, **env)
        assert outcome.status == 0, outcome.stderr
        return outcome.stdout

    def state(self, without: str = ".local") -> dict[str, tuple[int, int, bytes]]:
        """Return all that can be seen of every file and folder: inode and time of change, and contents."""
        seen = {}
        for path in sorted(self.path.rglob("*")):
            if without and without in path.parts:
                continue
            status = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            seen[str(path.relative_to(self.path))] = (status.st_ino, status.st_mtime_ns, content)
        return seen

    def texts(self) -> dict[str, bytes]:
        return {name: seen[2] for name, seen in self.state().items() if (self.path / name).is_file()}


def refused(home: Home, *words: str, says: tuple[str, ...], status: int = 1, **env: str) -> Outcome:
    """Run what must be refused; nothing in the home has changed."""
    before = home.state(without="")
    outcome = home.run(*words, **env)
    assert_refused(outcome, status, *says)
    assert home.state() == {name: seen for name, seen in before.items() if not name.startswith(".local")}
    return outcome
