"""What people must know of a program that takes any certificate for a server's."""

from __future__ import annotations

from mailgen.core.text import Option, Text
from mailgen.model.finding import Finding
from mailgen.model.hosts import is_loopback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailgen.model.server import Server
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def about_certificates(target: Target, servers: Iterable[Server], wish: Wish) -> list[Finding]:
    """Return a warning for each server whose certificate the program does not look at.

    None for a server on this machine, and none where the user gives the option that pins one.
    """
    pin = target.certificates["pin"]
    if wish.options.get(pin):
        return []
    return [
        Finding(
            "warning",
            "certificate-unchecked",
            Text(
                "{title} takes any certificate: whoever stands between this machine and {host} "
                "gets the password",
                title=target.title,
                host=server.host,
            ),
            Text(
                "{host}:{port} ({protocol})",
                host=server.host,
                port=server.port,
                protocol=server.protocol.upper(),
            ),
            Text(
                "use a program that checks it, or say which certificate is the server's: {pin}",
                pin=Option(f"options.{target.name}.{pin}", "FINGERPRINT"),
            ),
        )
        for server in servers
        if not is_loopback(server.host)
    ]
