# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host reaches mail servers: name, connection, TLS. Nobody logs in; only STARTTLS is said.

Causes are called as `mailgen check` calls them. Sources: RFC 2595, 3207, 8314, and the manual of OpenSSL
(openssl-verification-options).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

#: So many seconds for each of the three stages, and so many bytes of a greeting.
PATIENCE = 5.0
_MOST = 65536
#: OpenSSL's verify codes -> cause.
_VERIFY = {9: "cert-expired", 10: "cert-expired", 18: "cert-self-signed", 62: "cert-wrong-name"}
_VERIFY.update({19: "cert-unknown-ca", 20: "cert-unknown-ca", 21: "cert-unknown-ca", 64: "cert-wrong-name"})
#: Reasons of OpenSSL for a peer that does not speak TLS, and for one that has only old forms of it.
_PLAIN = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG")
_OLD = ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")


class Failed(Exception):
    """A stage that failed: which, and the cause."""

    def __init__(self, stage: str, cause: str) -> None:
        super().__init__(stage, cause)
        self.stage, self.cause = stage, cause


def reach_all(servers: Sequence[Mapping[str, Any]], patience: float = PATIENCE) -> list[dict[str, Any]]:
    """Return for each server (protocol, host, port, tls) whether this host reaches it, all at the same time.

    A server that is not reached has a `stage` and a `cause`; whoever takes longer than all limits timed out.
    """
    found: list[dict[str, Any]] = [dict(one, ok=False, stage="dns", cause="timeout") for one in servers]
    threads = [threading.Thread(target=_reach, args=(one, patience), daemon=True) for one in found]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 4 * patience
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [dict(one) for one in found]


def _reach(one: dict[str, Any], patience: float) -> None:
    try:
        _stages(one, patience)
    except Failed as failed:
        one.update(stage=failed.stage, cause=failed.cause)
    else:
        one.update(ok=True, stage="tls", cause="")


def _stages(one: dict[str, Any], patience: float) -> None:
    with _connected(one, patience) as plain:
        plain.settimeout(patience)
        one["stage"] = "tls"
        try:
            if one["tls"] == "starttls":
                _ask_for_tls(plain, one["protocol"], time.monotonic() + patience)
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            with context.wrap_socket(plain, server_hostname=one["host"]):
                return
        except ssl.SSLCertVerificationError as error:
            raise Failed("tls", _VERIFY.get(error.verify_code, "cert-unknown-ca")) from None
        except socket.timeout:
            raise Failed("tls", "timeout") from None
        except ssl.SSLError as error:
            reason = (error.reason or "").upper()
            cause = "not-tls" if reason in _PLAIN else "tls-too-old" if reason in _OLD else "hung-up"
            raise Failed("tls", cause) from None
        except OSError:
            raise Failed("tls", "hung-up") from None


def _connected(one: dict[str, Any], patience: float) -> socket.socket:
    """Return a connection to one of the addresses of a server."""
    try:
        addresses = socket.getaddrinfo(one["host"], one["port"], type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        raise Failed("dns", "no-such-name" if unknown else "resolver-down") from None
    except (OSError, UnicodeError):
        raise Failed("dns", "no-such-name") from None
    one["stage"] = "tcp"
    cause = "unreachable"
    end = time.monotonic() + patience
    for family, kind, number, _name, place in addresses:
        made = socket.socket(family, kind, number)
        made.settimeout(max(0.1, end - time.monotonic()))
        try:
            made.connect(place)
        except socket.timeout:
            cause = "timeout"
        except ConnectionRefusedError:
            cause = "refused"
        except OSError:
            pass
        else:
            return made
        made.close()
    raise Failed("tcp", cause)


def _ask_for_tls(plain: socket.socket, protocol: str, end: float) -> None:
    """Say what a protocol says to begin TLS; raises Failed if the server does not want it."""
    if protocol == "smtp":
        _answer(plain, b"220", end)
        plain.sendall(b"EHLO localhost\r\n")
        _answer(plain, b"250", end)
        plain.sendall(b"STARTTLS\r\n")
        _answer(plain, b"220", end)
    elif protocol == "pop3":
        _answer(plain, b"+OK", end)
        plain.sendall(b"STLS\r\n")
        _answer(plain, b"+OK", end)
    else:
        _answer(plain, b"* OK", end)
        plain.sendall(b"a STARTTLS\r\n")
        _answer(plain, b"a OK", end)


def _answer(plain: socket.socket, wanted: bytes, end: float) -> None:
    """Read an answer, byte by byte so that none of TLS is taken; raises Failed for another than `wanted`."""
    line, count = b"", 0
    while count < _MOST:
        if time.monotonic() > end:
            raise Failed("tls", "timeout")
        byte = plain.recv(1)
        if not byte:
            raise Failed("tls", "hung-up")
        count += 1
        line += byte
        if byte != b"\n":
            continue
        if not line.upper().startswith(wanted.upper()):
            raise Failed("tls", "no-starttls" if line[:1] != b"\x15" else "not-tls")
        if line[3:4] != b"-" or not wanted.isdigit():  # RFC 5321, 4.2.1: the last line of several
            return
        line = b""
    raise Failed("tls", "bad-greeting")
