"""Mail providers on loopback, as strict as QQ's and with TLS: what relays of a machine are to deliver to.

Run as `python -m tests.lab.provider FOLDER ADDRESS LOGIN PASSWORD`: one server for each of HOSTS, on 465
(TLS from the first byte) and 587 (STARTTLS), with the certificates in FOLDER/tls. Each line of
FOLDER/wire.jsonl is something that was seen; FOLDER/ready is made once all of them listen.
"""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.lab.strict import Strict

#: The names of the servers, the address of each, and its certificate. The one whose authority is known is the
#: control: it shows that the others would have seen the password, had they been told.
HOSTS = {
    "relay.lab.example": ("127.0.8.1", "right"),
    "rogue.lab.example": ("127.0.8.2", "rogue"),
    "wrongname.lab.example": ("127.0.8.3", "wrong-name"),
    "hidden.lab.example": ("127.0.8.4", ""),
}
IMPLICIT, STARTTLS = 465, 587


class _Provider(Strict):
    """Strict, and says which server it is; it notes whoever tries to log in, and with what."""

    def __init__(self, folder: Path, host: str, address: str, login: str, password: str) -> None:
        super().__init__(folder, address, password)
        self.host, self.login = host, login

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.note(login=data.login.decode(), password=data.password.decode())
        known = (data.login, data.password) == (self.login.encode(), self.password.encode())
        return AuthResult(success=known, handled=False)

    def note(self, **facts: object) -> None:
        super().note(host=self.host, **facts)


class _Server(SMTP):
    """Takes AUTH= of MAIL FROM (RFC 4954, section 5), unknown to aiosmtpd, for its own user alone."""

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        own = f"AUTH={self.event_handler.address}".upper()
        return super()._getparams([param for param in params if param != own])


class _Controller(Controller):
    def factory(self) -> _Server:
        return _Server(self.handler, **self.SMTP_kwargs)


def write_certificates(folder: Path) -> None:
    """Put `<certificate>.pem`, with its key, and the trusted `ca.pem` into a folder."""
    trusted, rogue = trustme.CA(), trustme.CA()
    known = [name for name, (_, certificate) in HOSTS.items() if certificate == "right"]
    unknown = [name for name, (_, certificate) in HOSTS.items() if certificate == "rogue"]
    leaves = {
        "right": trusted.issue_cert(*known, common_name=known[0]),
        "wrong-name": trusted.issue_cert("elsewhere.example", common_name="elsewhere.example"),
        "rogue": rogue.issue_cert(*unknown, common_name=unknown[0]),
    }
    for name, leaf in leaves.items():
        leaf.private_key_and_cert_chain_pem.write_to_path(folder / f"{name}.pem")
    trusted.cert_pem.write_to_path(folder / "ca.pem")


def _context(folder: Path, certificate: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "tls" / f"{certificate}.pem")
    return context


def _controllers(folder: Path, *user: str) -> list[Controller]:
    made = []
    for host, (address, certificate) in HOSTS.items():
        handler = _Provider(folder, host, *user)
        common: dict[str, Any] = {
            "hostname": address,
            "authenticator": handler.authenticate,
            "auth_required": True,
            "auth_require_tls": False,
            "server_hostname": host,
        }
        if not certificate:  # it has no TLS, or somebody on the way has taken the offer out
            made.append(_Controller(handler, port=STARTTLS, **common))
            continue
        context = _context(folder, certificate)
        made.append(_Controller(handler, port=IMPLICIT, ssl_context=context, **common))
        made.append(_Controller(handler, port=STARTTLS, tls_context=context, require_starttls=True, **common))
    return made


def main(folder: str, *user: str) -> None:
    """Serve until told to end."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)
    controllers = _controllers(Path(folder), *user)
    for controller in controllers:
        controller.start()
    (Path(folder) / "ready").touch()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    for controller in controllers:
        controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
