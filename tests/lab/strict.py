"""An SMTP server on loopback as strict as QQ's: the envelope and From name whoever has logged in.

Run as `python -m tests.lab.strict FOLDER ADDRESS PASSWORD`: it writes what it accepts and refuses to
FOLDER/wire.jsonl, one object a line, and makes FOLDER/ready once it listens.
"""

import json
import signal
import sys
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PORT = 2525


class Strict:
    """Refuses every sender but the one who has logged in, and recipients without a domain."""

    def __init__(self, folder: Path, address: str, password: str) -> None:
        self.wire, self.address, self.password = folder / "wire.jsonl", address, password

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (data.login, data.password) == (self.address.encode(), self.password.encode())
        return AuthResult(success=known, handled=False)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address != self.address:
            return self._refused("501 Mail from address must be same as authorization user", address)
        envelope.mail_from = address
        return "250 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "@" not in address:
            return self._refused("550 Invalid User", address)
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        senders = [address for _, address in getaddresses(message.get_all("From", []))]
        if senders != [self.address]:
            return self._refused('550 The "From" header is missing or invalid', *senders)
        self.note(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            headers=[[name, str(value)] for name, value in message.items()],
            text=envelope.content.decode(errors="replace"),
        )
        return "250 Ok: queued"

    def _refused(self, answer: str, *what: str) -> str:
        self.note(refused=answer, what=list(what))
        return answer

    def note(self, **facts: object) -> None:
        with self.wire.open("a") as file:
            file.write(json.dumps(facts) + "\n")


def main(folder: str, address: str, password: str) -> None:
    """Serve until told to end."""
    strict = Strict(Path(folder), address, password)
    controller = Controller(
        strict,
        "127.0.0.1",
        PORT,
        authenticator=strict.authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    (Path(folder) / "ready").touch()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
