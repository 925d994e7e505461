"""What aerc reads of accounts.conf. Debian: aerc.

It has no check of its own: it is started without a terminal, so that it ends before it would connect, and
says in its log which accounts it has found. It runs the commands that print passwords for servers.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.programs import Objected, need, run

_CRASHED = re.compile(r"This error was also written to: (/tmp/aerc-crash-\S+)")
_FOUND = re.compile(r"^DEBUG .*?: accounts\.conf: \[(.*)\] from = (.*)$", re.MULTILINE)


def accounts(text: str, mode: int = 0o600) -> list[tuple[str, str]]:
    """Return the accounts with their senders. Raises Objected, with what it says, if it finds none."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as directory:
        home = Path(directory)
        folder = home / ".config/aerc"
        folder.mkdir(parents=True)
        (folder / "aerc.conf").write_text("[general]\nlog-level=debug\n")
        file = folder / "accounts.conf"
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        # No network: it begins to connect before it finds out that there is no terminal.
        alone = [need("unshare", "util-linux"), "--user", "--map-root-user", "--net"]
        done = run([*alone, need("aerc", "aerc")], home, {"TERM": "xterm"})
        printed = (done.stdout + done.stderr).decode(errors="replace").splitlines()
        said = "\n".join(line for line in printed if not re.match("(DEBUG|TRACE|INFO) ", line))
        for log in _CRASHED.findall(said):
            Path(log).unlink(missing_ok=True)
        found = _FOUND.findall(done.stdout.decode(errors="replace"))
        # 0.14 says why an account cannot be used; 0.20 goes on without it.
        if "/dev/tty" not in said or not found:
            raise Objected("aerc", done.returncode, said)
        return found
