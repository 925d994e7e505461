"""What is said to log in: one way for each kind of key, and no second one after it."""

from __future__ import annotations

import base64


def in_base64(text: str) -> bytes:
    """Return a text as servers want it within a line."""
    return base64.b64encode(text.encode())


def plain_words(user: str, secret: str) -> bytes:
    """Return the words of PLAIN (RFC 4616).

    >>> plain_words("ada", "x")
    b'AGFkYQB4'
    """
    return in_base64(f"\0{user}\0{secret}")


def bearer(mechanism: str, user: str, token: str, host: str, port: int) -> bytes:
    """Return the words of OAUTHBEARER (RFC 7628), or of XOAUTH2, which has less."""
    if mechanism == "OAUTHBEARER":
        return in_base64(f"n,a={user},\1host={host}\1port={port}\1auth=Bearer {token}\1\1")
    return in_base64(f"user={user}\1auth=Bearer {token}\1\1")


def farewell(mechanism: str) -> bytes:
    """Return what is due once a server has told, in a challenge, why it refuses a token (RFC 7628, 3.2.3)."""
    return b"AQ==" if mechanism == "OAUTHBEARER" else b""
