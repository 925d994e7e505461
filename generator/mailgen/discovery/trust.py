"""Whose certificates are believed, by all that talk to servers."""

from __future__ import annotations

import ssl
from contextlib import suppress


def trust() -> ssl.SSLContext:
    """Return whom to trust: the authorities of this machine, or those of certifi if it has none."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None and not context.get_ca_certs():
        with suppress(ModuleNotFoundError):  # it comes with what discovery needs
            import certifi

            context.load_verify_locations(certifi.where())
    return context
