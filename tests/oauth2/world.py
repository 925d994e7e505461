"""A home with a provider, a client and a login of its own, at the authorisation server of `issuer.py`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cases import Outcome
from tests.oauth2.issuer import SCOPE, USER, Issuer
from tests.support import MAILGEN, TIMEOUT, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER = """\
name: {{en: Lab}}
domains: [lab.example]
services:
  imap:
    - {{host: {imap}, tls: implicit, auth: [xoauth2, oauthbearer], sources: [own]}}
{pop3}  smtp:
    - {{host: {smtp}, tls: implicit, auth: [xoauth2, oauthbearer], sources: [own]}}
credentials:
  kind: oauth2-only
  hint: {{en: "Sign in at the lab's page.", zh: "在实验室页面登录。"}}
  sources: [own]
oauth2:
  issuer: login.lab.example
  auth_url: "{url}/authorize"
  token_url: "{url}/token"
  device_url: "{url}/device"
  revoke_url: "{url}/revoke"
  scopes: {{imap: [{scope}], {pop3_scope}smtp: [{scope}]}}
  registration: self
  redirect: [loopback-127]
  issuer_url: "https://login.lab.example"
  iss: true
  sources: [own]
folders: {{sent: Sent, sources: [own]}}
sources:
  own: {{kind: vendor, url: "https://lab.example/mail", checked: 2026-11-28}}
"""
POP3 = """\
  pop3:
    - {{host: {pop3}, tls: implicit, auth: [xoauth2, oauthbearer], sources: [own]}}
"""
CLIENTS = "clients:\n  mine: {issuer: login.lab.example, client_id: mailgen-test}\n"


class Home:
    """A user's home; `run` is mailgen in it. `before` are a program that runs it, and its words."""

    def __init__(self, path: Path, issuer: Issuer) -> None:
        self.path, self.issuer = path, issuer
        self.before: list[str] = []
        self.config = path / ".config" / "mailgen"
        (self.config / "providers").mkdir(parents=True)
        self._provided("imap.lab.example, port: 993", "smtp.lab.example, port: 465")
        (self.config / "oauth2-clients.yaml").write_text(CLIENTS)
        self.runtime = path / "run"
        self.runtime.mkdir(mode=0o700)

    _options = ("--no-browser", "--store", "file")

    def serve_by(self, *, imap: int, smtp: int, pop3: int = 0) -> None:
        """Let the provider's servers be those at these ports of this machine."""
        here = "127.0.0.1, port: "
        self._provided(f"{here}{imap}", f"{here}{smtp}", POP3.format(pop3=f"{here}{pop3}") if pop3 else "")

    def _provided(self, imap: str, smtp: str, pop3: str = "") -> None:
        known = {"imap": imap, "smtp": smtp, "pop3": pop3, "pop3_scope": f"pop3: [{SCOPE}], " if pop3 else ""}
        text = PROVIDER.format(url=self.issuer.url, scope=SCOPE, **known)
        (self.config / "providers" / "lab.example.yaml").write_text(text)

    @property
    def env(self) -> dict[str, str]:
        return environment(
            {
                "HOME": str(self.path),
                "XDG_RUNTIME_DIR": str(self.runtime),
                "SSL_CERT_FILE": str(self.issuer.ca),
                "PASSWORD_STORE_DIR": str(self.path / "no-pass"),
            }
        )

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            [*self.before, *MAILGEN, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**self.env, **(env or {})},
            timeout=TIMEOUT,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def sign_in(self, *words: str, check: bool = False, env: Mapping[str, str] | None = None) -> Outcome:
        """Sign in as people do: the page that `login` names is opened, and agreed to."""
        with subprocess.Popen(
            [
                *self.before,
                *MAILGEN,
                "login",
                USER,
                *self._options,
                *([] if check else ["--no-check"]),
                *words,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**self.env, **(env or {})},
            text=True,
        ) as process:
            assert process.stderr is not None
            said = ""
            try:
                for line in process.stderr:
                    said += line
                    if line.strip().startswith("https://"):
                        self.issuer.browse(line.strip())
                        break
                out, err = process.communicate(timeout=TIMEOUT)
            except BaseException:
                process.kill()
                raise
        return Outcome(process.returncode, out, said + err)

    def files(self) -> dict[str, bytes]:
        """Return what lies in the home, without the store of logins itself and the tokens that are kept."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file()
        }
