"""Signing a profile with a certificate of the owner's, by openssl(1): the key is read by nobody else."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.core.values import dataclass

_END = "-----END CERTIFICATE-----"
_PROGRAM = "openssl"
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Signature:
    """The files that a profile is signed with: a certificate with its chain, and its key, both PEM."""

    certificate: str
    key: str

    def of(self, content: bytes) -> bytes:
        """Return `content` with the signature; raises as `signed` does."""
        return signed(content, self.certificate, self.key)


def signed(content: bytes, certificate: str, key: str) -> bytes:
    """Return `content` signed (CMS, RFC 5652, DER), with the chain that stands in the certificate's file.

    There is no time of signing in it, so that with an RSA key the same is signed the same way again. Raises
    MailgenError for a file that cannot be read, a key that is another's or wants a passphrase, and where
    openssl is missing.
    """
    first, end, chain = _text(certificate).partition(_END)
    if not end:
        raise _no_certificate(certificate)
    _text(key)
    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
        one, rest = Path(folder, "certificate.pem"), Path(folder, "chain.pem")
        one.write_text(first + end + "\n", encoding="ascii")
        words = ["cms", "-sign", "-binary", "-nodetach", "-noattr", "-md", "sha256", "-outform", "DER"]
        words += ["-signer", str(one), "-inkey", key, "-passin", "pass:"]
        if _END in chain:
            rest.write_text(chain, encoding="ascii")
            words += ["-certfile", str(rest)]
        return _run(words, content, certificate)


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError as error:
        what = Text("the file cannot be read: {strerror}", strerror=error.strerror)
        raise UsageError(what, path, Text("name one that you may read")) from None
    except UnicodeDecodeError:
        raise _no_certificate(path) from None


def _no_certificate(path: str) -> UsageError:
    return UsageError(
        Text("there is no certificate in this file"),
        path,
        Text("name a file in PEM form, the certificate first, then its chain"),
    )


def _run(words: list[str], content: bytes, certificate: str) -> bytes:
    try:
        done = subprocess.run(
            [_PROGRAM, *words], input=content, capture_output=True, timeout=_PATIENCE, check=False
        )
    except FileNotFoundError:
        raise MailgenError(
            Text("{program} is not installed, and nothing else signs here", program=_PROGRAM),
            Text("the certificate {path}", path=certificate),
            Text("install it, or leave the certificate out: an unsigned profile works too"),
        ) from None
    if done.returncode != 0 or not done.stdout:
        raise MailgenError(
            Text("the profile cannot be signed with this certificate and key"),
            Text("the certificate {path}", path=certificate),
            Text("see that the key belongs to the certificate, and that it asks for no passphrase"),
        )
    return done.stdout
