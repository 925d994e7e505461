"""Submission without root: aiosmtpd, with the same rules as the Postfix of the lab."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.lab import maildir
from tests.lab.logs import Log
from tests.lab.names import HOSTS, OWNERS, USERS, Host, User

_BY_LOGIN = {user.login: user for user in USERS.values()}


class _Handler:
    """Accepts mail from those who own the sender address, and puts it into the recipients' inboxes."""

    def __init__(self, base: Path, host: Host, port: int, log: Log) -> None:
        self.base, self.host, self.port, self.log = base, host, port, log

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        user = _BY_LOGIN.get(data.login.decode())
        success = user is not None and user.password.encode() == data.password
        if not success:
            self._note(event="refused", user=data.login.decode(errors="replace"))
        return AuthResult(success=success, handled=False, auth_data=user)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        user = session.auth_data
        assert isinstance(user, User)
        if OWNERS.get(address) is not user:
            self._note(event="refused", user=user.login, sender=address)
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        self._note(event="login", user=user.login, sender=address)
        return "250 2.1.0 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        for recipient in envelope.rcpt_tos:
            root = maildir.home(self.base, OWNERS[recipient]) / "Maildir"
            maildir.store(root, envelope.content.replace(b"\r\n", b"\n"))
        return "250 2.0.0 Ok: delivered"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in OWNERS:
            return "550 5.1.1 Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    def _note(self, **facts: str) -> None:
        self.log.write(host=self.host.name, port=self.port, tls=True, **facts)


def _factory(handler: _Handler, context: ssl.SSLContext) -> Callable[[], SMTP]:
    def make() -> SMTP:
        return SMTP(
            handler,
            hostname="lab.example",
            authenticator=handler.authenticate,
            auth_required=True,
            # On 465 TLS is there already; aiosmtpd cannot see it and would refuse AUTH.
            auth_require_tls=handler.port != 465,
            tls_context=None if handler.port == 465 else context,
            require_starttls=handler.port != 465,
        )

    return make


async def serve(base: Path, context: ssl.SSLContext, log: Log) -> None:
    """Listen on every submission host; returns once all ports are open."""
    loop = asyncio.get_running_loop()
    for host in HOSTS.values():
        if host.role != "smtp" or host.kind == "fake":
            continue
        for port in host.listens:
            handler = _Handler(base, host, port, log)
            tls = context if port == 465 else None
            await loop.create_server(_factory(handler, context), host.address, port, ssl=tls)
