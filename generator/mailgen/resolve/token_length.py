"""Whether a client can hand over a token of some length: buffers of programs have an end."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.resolve.compat import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.server import Server
    from mailgen.model.target import Target


def too_long(target: Target, version: str, server: Server, length: int) -> Text | None:
    """Say that a client cannot log in to a server with a token of `length` characters, or return None.

    `server` says by which way the token is shown. What no manifest tells of is no limit.
    """
    limits = [
        one
        for one in target.token_length
        if one["auth"] == server.auth
        and ("since" not in one or version_key(version) >= version_key(one["since"]))
    ]
    if not limits:
        return None
    most = limits[-1].get("token") or _token_in(server, limits[-1]["words"])
    if length <= most:
        return None
    return Text(
        "the token has {length} characters, and {title} {version} takes {most} over {protocol}",
        length=length,
        title=target.title,
        version=version,
        most=most,
        protocol=server.protocol.upper(),
    )


def _token_in(server: Server, words: int) -> int:
    """Return how long the token may be if all that is said has so many characters in Base64.

    Sources: RFC 7628, section 3.1, as msmtp 1.8.23 writes it; Google's "OAuth 2.0 mechanism" for XOAUTH2.
    """
    name = server.username
    if server.auth == "oauthbearer":
        name = "".join((name, ",", "\1host=", server.host, "\1port=", str(server.port)))
    begin = {"xoauth2": "user=", "oauthbearer": "n,a="}[server.auth]
    around = (begin, name, "\1auth=Bearer", " ", "\1\1")
    return words // 4 * 3 - len("".join(around).encode())
