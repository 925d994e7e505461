"""Documents of provider data, and signatures in the format of minisign as somebody else would make them."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mailgen.catalog.opening import open_catalogue
from mailgen.dataset import document

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime.now(UTC).date()


def serial_of(days: int = 0, number: int = 99) -> int:
    """Return a serial of so many days from today."""
    return int(f"{TODAY + timedelta(days=days):%Y%m%d}{number:02}")


@dataclass
class Signer:
    """Somebody with a key of minisign's kind."""

    number: bytes = b"12345678"
    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        """The last line of minisign.pub."""
        return b64encode(b"Ed" + self.number + self.secret.public_key().public_bytes_raw()).decode()

    def sign(self, content: bytes, comment: str = "timestamp:1", kind: bytes = b"ED") -> bytes:
        """Return the signature file of `content`."""
        made = self.secret.sign(blake2b(content).digest() if kind == b"ED" else content)
        of_both = self.secret.sign(made + comment.encode())
        lines = (
            "untrusted comment: by the tests",
            b64encode(kind + self.number + made).decode(),
            f"trusted comment: {comment}",
            b64encode(of_both).decode(),
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def put(self, path: Path, content: bytes) -> Path:
        """Write a document and its signature beside it."""
        path.write_bytes(content)
        path.with_name(f"{path.name}.minisig").write_bytes(self.sign(content))
        return path


@cache
def _ours() -> dict[str, Any]:
    return dict(open_catalogue().records())


def records() -> dict[str, Any]:
    """Return the records of our own providers, to be changed at will."""
    return deepcopy(_ours())


def data(serial: int | None = None, **changed: str) -> bytes:
    """Return a document of our own providers (default: newer than ours), the host of some changed.

    `changed` are hosts of IMAP by the id of the provider, its dots as underscores.
    """
    found = records()
    for name, host in changed.items():
        found[name.replace("_", ".")]["services"]["imap"][0]["host"] = host
    return document.document_bytes(found, serial or serial_of())
