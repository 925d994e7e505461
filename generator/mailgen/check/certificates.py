"""What is wrong with a certificate, and whose it is."""

from __future__ import annotations

import socket
import ssl
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mailgen.check import StageFailed
from mailgen.core.text import Text
from mailgen.dataset import yaml_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: OpenSSL's verify codes (openssl-verification-options(1)) -> causes, the likeliest first. Clocks are behind
#: more often than certificates are not valid yet; a network that wants a sign-in answers for any name.
_VERIFY = {
    9: ("clock-off", "cert-expired"),
    10: ("cert-expired", "clock-off"),
    18: ("cert-self-signed",),
    62: ("cert-wrong-name", "captive-portal"),
    64: ("cert-wrong-name", "captive-portal"),
}
_UNKNOWN = ("cert-unknown-ca",)
#: Codes of a certificate that nobody trusts: who signs it tells whether something stands between.
_UNTRUSTED = (18, 19, 20, 21)
#: Reasons of OpenSSL for a peer that has only old forms of TLS, and for one that does not speak it.
_OLD = (
    "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW",
    "SSLV3_ALERT_HANDSHAKE_FAILURE", "DH_KEY_TOO_SMALL",
)  # fmt: skip
_PLAIN = (
    "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
)  # fmt: skip
#: X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which ssl.VerifyFlags has no name.
_ANY_TIME = 0x200000
_SECONDS_A_DAY = 86400
#: A certificate that is good for fewer days is told of.
SOON = 14


def explained(error: Exception, address: str, port: int, host: str, until: float) -> StageFailed:
    """Return what an error of TLS means; of a bad certificate, whose it is.

    The latter is looked at on further connections, which trust it for that alone, and on which nothing is
    said. They end at `until`.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        causes = _VERIFY.get(error.verify_code, _UNKNOWN)
        told = _seen(address, port, host, until)
        if error.verify_code in _UNTRUSTED and intercepts(_words(told.get("issuer", ()))):
            causes = ("intercepted",)
        return StageFailed(*causes, note=_shown(told))
    if isinstance(error, TimeoutError):
        return StageFailed("timeout")
    reason = (getattr(error, "reason", "") or "").upper()
    if reason in _PLAIN:
        return StageFailed("not-tls")
    if reason in _OLD:
        return StageFailed("tls-too-old")
    return StageFailed("hung-up", "tls-too-old")


def days_left(secured: ssl.SSLSocket) -> int | None:
    """Return for how many days more the certificate of a connection is good."""
    told = secured.getpeercert() or {}
    return _days(told)


def _days(told: object) -> int | None:
    until = told.get("notAfter") if isinstance(told, dict) else None
    if not isinstance(until, str):
        return None
    return int((ssl.cert_time_to_seconds(until) - time.time()) // _SECONDS_A_DAY)


def intercepts(issuer: str) -> bool:
    """Say whether a virus scanner, a firewall or a proxy signs certificates under this name.

    `issuer` is all that its name says: some put a serial number where people look first.

    >>> intercepts("Avast Web/Mail Shield Root"), intercepts("R11")
    (True, False)
    """
    return any(fragment in issuer.lower() for fragment in _interceptors())


@cache
def _interceptors() -> tuple[str, ...]:
    path = str(Path(__file__).with_name("interceptors.yaml"))
    return tuple(one["match"] for one in yaml_lines.plain(yaml_lines.text_of(path), path))


def _shown(told: Mapping[str, Any]) -> str:
    """Return whom a certificate is made out to, by whom, and until when; "" if that cannot be seen."""
    if not told:
        return ""
    names = [one[1] for one in told.get("subjectAltName", ()) if one[0] == "DNS"]
    return Text(
        "the certificate is made out to {names}, by {issuer}, and good until {until}",
        names=", ".join(map(str, names[:3])) or _name(told.get("subject", ())) or "?",
        issuer=_name(told.get("issuer", ())) or "?",
        until=str(told.get("notAfter", "?")),
    )


def _seen(address: str, port: int, host: str, until: float) -> Mapping[str, Any]:
    """Return what stands in the certificate that a server shows; nothing if that cannot be seen."""
    if not port:
        return {}
    try:
        with _peer(address, port, host, _unverified(), until) as stranger:
            content = stranger.getpeercert(binary_form=True)
        itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        itself.check_hostname = False
        itself.load_verify_locations(cadata=content or b"")
        itself.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        itself.verify_flags |= ssl.VerifyFlags(_ANY_TIME)
        with _peer(address, port, host, itself, until) as known:
            return known.getpeercert() or {}
    except (OSError, ValueError):
        return {}


def _unverified() -> ssl.SSLContext:
    """Return a context that believes everything: nothing is ever said on what it opens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _peer(address: str, port: int, host: str, context: ssl.SSLContext, until: float) -> ssl.SSLSocket:
    """Return a connection that can be asked for the other's certificate."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    with socket.create_connection((address, port), timeout=left) as plain:
        return context.wrap_socket(plain, server_hostname=host)


def _name(parts: object) -> str:
    """Return the common name in the name of a certificate, else its organisation."""
    flat = dict(part[0] for part in parts if part) if isinstance(parts, tuple) else {}
    return str(flat.get("commonName") or flat.get("organizationName") or "")


def _words(parts: object) -> str:
    """Return all that the name of a certificate says, in one line."""
    return (
        ", ".join(f"{one[0]}={one[1]}" for part in parts for one in part) if isinstance(parts, tuple) else ""
    )
