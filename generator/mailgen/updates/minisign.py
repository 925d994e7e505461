"""Signatures in the format of minisign: Ed25519 over a BLAKE2b digest, with a comment that is signed too.

Source: jedisct1.github.io/minisign, "Signature format" and "Public key format"; compared with minisign 0.11
by the tests. Signatures of the older kind, over the whole file, are not taken: minisign has made the
prehashed ones by itself since 0.10.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text

if TYPE_CHECKING:
    from collections.abc import Collection

_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_OF_KEYS, _PREHASHED, _WHOLE = b"Ed", b"ED", b"Ed"
_NOT_TO_BE_TRUSTED = Text(
    "do not use these data; get them and their signature again, from where they are made"
)


@dataclass(frozen=True)
class SigningKey:
    """A public key that signs data; `name` is how minisign calls it, in hexadecimal digits."""

    name: str
    public: bytes


def signing_key(text: str, where: str) -> SigningKey:
    """Return the key of a text: what a minisign.pub holds, or its last line alone.

    Raises MailgenError for anything else, a secret key included.

    >>> signing_key("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", "--key").name
    'E7620F1842B4E81F'
    """
    lines = [line for line in text.splitlines() if line and not line.startswith(_UNTRUSTED)]
    content = _decoded(lines[0]) if len(lines) == 1 else b""
    if len(content) != 42 or content[:2] != _OF_KEYS:
        raise MailgenError(
            Text("this is no public key of minisign"),
            where,
            Text("name a file such as minisign.pub, or its last line"),
        )
    return SigningKey(_name(content[2:10]), content[10:])


def signer_of(content: bytes, signature: bytes, keys: Collection[SigningKey], where: str) -> SigningKey:
    """Return which of the `keys` has signed `content`; `where` is what messages call the signature.

    Raises MailgenError if none has, and for what is no signature.
    """
    kind, name, made, comment, of_comment = _parts(signature, where)
    key = next((one for one in keys if one.name == name), None)
    if key is None:
        names = Listed(", ", [one.name for one in keys])
        what = Text(
            "the signature is of the key {name}, and these are trusted: {names}", name=name, names=names
        )
        raise MailgenError(what, where, _NOT_TO_BE_TRUSTED)
    if kind != _PREHASHED:
        what = Text("the signature is of the kind that minisign has given up")
        raise MailgenError(what, where, Text("sign with minisign 0.10 or newer"))
    public = Ed25519PublicKey.from_public_bytes(key.public)
    try:
        public.verify(made, blake2b(content).digest())
        public.verify(of_comment, made + comment)
    except InvalidSignature:
        what = Text("the signature does not fit: the data, or the signature, are not as they were signed")
        raise MailgenError(what, where, _NOT_TO_BE_TRUSTED) from None
    return key


def check_signature_form(signature: bytes, where: str) -> None:
    """Raise MailgenError for bytes that are no signature, whoever may have made it."""
    _parts(signature, where)


def _parts(signature: bytes, where: str) -> tuple[bytes, str, bytes, bytes, bytes]:
    """Return kind, name of the key, signature, comment, and the signature of both."""
    try:
        lines = signature.decode().removesuffix("\n").split("\n")
        said, made, comment, of_comment = (line.removesuffix("\r") for line in lines)
    except ValueError:
        raise _no_signature(where) from None
    first, second = _decoded(made), _decoded(of_comment)
    good = said.startswith(_UNTRUSTED) and comment.startswith(_TRUSTED)
    if not good or (len(first), len(second)) != (74, 64) or first[:2] not in (_PREHASHED, _WHOLE):
        raise _no_signature(where)
    return first[:2], _name(first[2:10]), first[10:], comment.removeprefix(_TRUSTED).encode(), second


def _no_signature(where: str) -> MailgenError:
    return MailgenError(Text("this is no signature of minisign"), where, _NOT_TO_BE_TRUSTED)


def _name(number: bytes) -> str:
    return number[::-1].hex().upper()


def _decoded(line: str) -> bytes:
    try:
        return b64decode(line, validate=True)
    except ValueError:
        return b""
