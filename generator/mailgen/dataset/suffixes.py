"""Where one owner's names end and the next owner's begin: the public suffix list (publicsuffix.org)."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def is_installed() -> bool:
    """Say whether the list is here; mailgen itself runs, and is built, without it."""
    return find_spec("publicsuffixlist") is not None


def registrable(host: str) -> str:
    """Return the part of a host name that one owner has; the name itself if it has none.

    Both sections of the list count: what a service hands out to its customers has owners of its own.

    >>> registrable("imap.exmail.qq.com"), registrable("mail.example.com.cn"), registrable("127.0.0.1")
    ('qq.com', 'example.com.cn', '127.0.0.1')
    >>> registrable("a.github.io"), registrable("github.io")
    ('a.github.io', 'github.io')
    """
    return _private(host) or host


def registry_domain(host: str) -> str:
    """Return the part of a host name that was registered at a registry, whatever is handed out below it.

    >>> registry_domain("w1.kasserver.com"), registry_domain("a.b.example.co.uk")
    ('kasserver.com', 'example.co.uk')
    """
    from publicsuffixlist import PublicSuffixList

    found: str | None = _registries(PublicSuffixList).privatesuffix(host)
    return found or host


@cache
def _registries(made: Any) -> Any:
    return made(only_icann=True)


def is_public_suffix(domain: str) -> bool:
    """Say whether the names right below a domain belong to others, who have registered them.

    >>> [is_public_suffix(name) for name in ("com.cn", "github.io", "qq.com", "example")]
    [True, True, False, True]
    """
    return _private(domain) is None


def _private(host: str) -> str | None:
    if re.fullmatch(r"[0-9.]+", host):
        return host
    found: str | None = _suffixes().privatesuffix(
        host.encode("idna").decode() if not host.isascii() else host
    )
    return found
