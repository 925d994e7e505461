"""A home for `setup` where only OAuth2 works, as at Outlook.com."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from tests.imitations.houses import ExchangeOnline
from tests.imitations.protocols import SmtpServer
from tests.oauth2.issuer import USER
from tests.support import MAILGEN
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.imitations.server import Papers
    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home


@dataclass
class Good:
    """The tokens that an issuer has given out."""

    issuer: Issuer

    def __contains__(self, token: object) -> bool:
        return any(token == one.access_token for one in self.issuer.tokens)


class ExchangeSends(SmtpServer):
    """Sending with a token, and with nothing else."""

    ways = "LOGIN XOAUTH2"
    takes_password = False


@dataclass
class Desk:
    """A home whose provider's servers are on this machine, and take the issuer's tokens."""

    home: Home
    imap: ExchangeOnline
    trusted: str

    @property
    def env(self) -> dict[str, str]:
        """That of the home, where a program called mailgen is found and both authorities are trusted."""
        env = self.home.env
        return {**env, "PATH": f"{self.home.path}/bin:{env['PATH']}", "SSL_CERT_FILE": self.trusted}

    def setup(self, *words: str, before: Sequence[str] = (), **env: str) -> Terminal:
        """Start `setup` on a terminal; `before` are a program that runs it, and its words."""
        return Terminal("setup", USER, *words, env={**self.env, **env}, before=before)

    def accounts(self) -> dict[str, object]:
        found: dict[str, object] = yaml.safe_load((self.home.config / "accounts.yaml").read_text())[
            "accounts"
        ]
        return found


@contextmanager
def desk_of(home: Home, issuer: Issuer, papers: Papers) -> Iterator[Desk]:
    """Run the servers, and give the home a program called mailgen."""
    names = ("127.0.0.1",)
    with ExchangeOnline(papers, names) as imap, ExchangeSends(papers, names) as smtp:
        imap.tokens = smtp.tokens = Good(issuer)
        home.serve_by(imap=imap.port, smtp=smtp.port)
        trusted = home.path / "trusted.pem"
        trusted.write_text(papers.file.read_text() + issuer.ca.read_text())
        (home.path / "bin").mkdir()
        program = home.path / "bin/mailgen"
        program.write_text(f'#!/bin/sh\nexec {shlex.join(MAILGEN)} "$@"\n')
        program.chmod(0o755)
        yield Desk(home, imap, str(trusted))


def sign_in(terminal: Terminal, issuer: Issuer) -> None:
    """Open the page that is shown, and agree."""
    terminal.asked("the page to sign in:").asked("\n    ")
    while "\n" not in (rest := terminal.rest):
        terminal.wait(0.05)
    issuer.browse(rest.partition("\n")[0].strip())
