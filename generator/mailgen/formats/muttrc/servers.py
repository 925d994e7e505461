"""What a muttrc says of servers: URLs, and the patterns of hooks that stand for URLs."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from mailgen.formats.statements import number
from mailgen.model.ports import SERVICES
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.redaction.holes import is_hole

#: Scheme -> its usual port. mutt says pop for POP3.
PORTS = {name.replace("pop3", "pop"): port for name, port in SERVICES.items() if name.startswith(PROTOCOLS)}


def host_of(scope: str) -> str:
    """Return the beginning of the URL that a hook's pattern stands for.

    >>> host_of(r"folder-hook (^imaps://a(/|%2[Ff])b@imap[.]b[.]org(:993)?/)")
    'imaps://a%2Fb@imap.b.org:993'
    """
    if not scope.startswith(("account-hook ", "folder-hook ")):
        return ""
    # A slash of a login name is not the one that ends the host.
    pattern = _plainest(scope)
    for scheme in ("imaps://", "imap://", "pops://", "pop://"):
        if scheme in pattern:
            rest = pattern.partition(scheme)[2]
            return scheme + rest.partition("/")[0].strip("^$*)")
    return ""


def _plainest(scope: str) -> str:
    """Return the plainest text of a hook's pattern; of two schemes the one with TLS."""
    return unpatterned(scope.partition(" ")[2].replace("(/|%2[Ff])", "%2F").replace("s?://", "s://"))


def path_of(scope: str) -> str:
    r"""Return the folder below the server that a hook's pattern stands for, or "" for all of them.

    >>> path_of(r"folder-hook imaps://imap.b.org/INBOX.?$"), path_of("folder-hook imaps://imap.b.org/.*")
    ('INBOX', '')
    """
    pattern = _plainest(scope)
    return pattern.partition("://")[2].partition("/")[2].strip("^$*.?+)/ ")


def unpatterned(pattern: str) -> str:
    r"""Return the plainest text that a regular expression of a hook stands for.

    >>> unpatterned(r"imaps://a(@|%40)b[.]org@imap\.b\.org(:993)?/")
    'imaps://a@b.org@imap.b.org:993/'
    >>> unpatterned(r".*@b[.]org"), unpatterned("ada[+][^@]*@b.org")
    ('*@b.org', 'ada+*@b.org')
    """
    pattern = re.sub(r"\((:[0-9]+)\)\?", r"\1", pattern)
    pattern = re.sub(r"^\^?(.*?)(?:\[\^@\]|\.)[*+]@", lambda found: f"{found[1]}*@", pattern)
    pattern = re.sub(r"\(((?:\[.\]|\\.|[^()|\[\\])*)\|[^()]*\)", r"\1", pattern)
    return re.sub(r"\[(.)\]|\\(.)", lambda found: found[1] or found[2], pattern)


def server_url(text: str) -> tuple[str, str, str | None, int | None] | None:
    """Return scheme, host, user and port of a server's URL, or None for what is none."""
    scheme, found, rest = text.partition("://")
    if not found or scheme not in PORTS:
        return None
    place = rest.partition("/")[0]
    user, at, host = place.rpartition("@")
    if not host.startswith("["):
        host, colon, port = host.partition(":")
        told = number(port) if colon else None
    else:
        try:
            parts = urlsplit(f"x://{host}")
            host, told, colon = parts.hostname or "", parts.port, ":"
        except ValueError:
            return None
    name = unquote(user.partition(":")[0]) if at else None
    return scheme, host, name, told or (None if colon and not told else PORTS[scheme])


def url_password(text: str) -> bool:
    """Say whether a URL of a server in a text holds a password.

    >>> url_password("smtps://ada:x@smtp.example.org"), url_password("smtps://ada@smtp.example.org:465")
    (True, False)
    """
    for word in text.split():
        scheme, found, rest = word.partition("://")
        user, at, _ = rest.partition("/")[0].rpartition("@")
        password = user.partition(":")[2] if found and scheme in PORTS and at else ""
        if password and not is_hole(password):
            return True
    return False
