"""A machine for `mailgen setup`: a home, programs, and a house whose servers are on this machine."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.imitations import houses
from tests.imitations.protocols import Pop3Server
from tests.support import ROOT, environment
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.imitations.server import Imitation, Papers

_NAMES = ("127.0.0.1",)


class CoremailPop(Pop3Server):
    """POP3 of a house whose IMAP wants to be told an ID."""


class Machine:
    """A home with a provider file that leads 163.com to servers of this machine."""

    def __init__(self, home: Path, papers: Papers, *servers: Imitation) -> None:
        self.home, self.papers, self.servers = home, papers, servers
        self.config = home / ".config/mailgen"
        (self.config / "providers").mkdir(parents=True)
        text = (ROOT / "providers/163.com.yaml").read_text(encoding="utf-8")
        for server in servers:
            here = f"host: 127.0.0.1, port: {server.port}, tls: implicit"
            name = "pop" if server.protocol == "pop3" else server.protocol
            text = re.sub(rf"host: {name}\.163\.com, port: (993|995|465), tls: implicit", here, text)
        text = re.sub(r"old_hosts:\n.*\n", "", text)
        text = re.sub(r"  copied-list: .*\n", "", text)
        (self.config / "providers/163.com.yaml").write_text(text, encoding="utf-8")

    @property
    def env(self) -> dict[str, str]:
        return environment(
            {
                "HOME": str(self.home),
                "XDG_CONFIG_HOME": str(self.home / ".config"),
                "XDG_CACHE_HOME": str(self.home.parent / f"{self.home.name}-cache"),
                "XDG_RUNTIME_DIR": "/proc/nonexistent",
                "GNUPGHOME": str(self.home / "gpg"),
                "SSL_CERT_FILE": str(self.papers.file),
                "SSL_CERT_DIR": "/proc/nonexistent",
            }
        )

    def setup(self, *words: str, before: Sequence[str] = (), **env: str) -> Terminal:
        """Start `mailgen setup` on a terminal; `before` are a program that runs it, and its words."""
        return Terminal("setup", *words, env={**self.env, **env}, before=before)

    def files(self) -> dict[str, bytes]:
        """Return what lies in the home, folders too, but for what the key ring does by itself."""
        return {
            str(path.relative_to(self.home)): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.home.rglob("*"))
            if "gpg" not in path.relative_to(self.home).parts
        }

    @property
    def attempts(self) -> list[tuple[str, str]]:
        """All logins that any server saw."""
        return [one for server in self.servers for one in server.attempts]


@contextmanager
def netease(papers: Papers) -> Iterator[Machine]:
    """Yield a machine whose 163.com answers as Coremail does."""
    with (
        tempfile.TemporaryDirectory(prefix="mailgen-") as folder,  # short: the agent's socket lies in it
        houses.Coremail(papers, _NAMES) as imap,
        CoremailPop(papers, _NAMES) as pop,
        houses.CoremailSmtp(papers, _NAMES) as smtp,
    ):
        home = Path(folder, "h")
        home.mkdir()
        yield Machine(home, papers, imap, pop, smtp)
