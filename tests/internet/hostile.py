"""What no real server does on purpose. Written here, since none of them can be asked to."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.internet import places
from tests.internet.pages import xml

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


async def _odd_header() -> AsyncIterator[bytes]:
    body = xml()
    yield _OK + b"X-Odd: \xff\x9b\x1b[31m\r\nSet-Cookie: a=b\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def _endless() -> AsyncIterator[bytes]:
    yield _OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for _ in range(4096):  # 64 MiB: more than anybody would read, and an end if somebody does
        yield b"4000\r\n" + b" " * 0x4000 + b"\r\n"


async def _big_header() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(4096):
        yield b"X-%d: " % number + b"x" * 4096 + b"\r\n"


async def _lies_about_length() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: -1\r\nContent-Length: 12\r\n\r\n" + xml()


async def _truncated() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: %d\r\n\r\n" % (len(xml()) + 1) + xml()


async def _no_http() -> AsyncIterator[bytes]:
    yield b"220 mail.example ESMTP\r\n" * 9


async def _ends() -> AsyncIterator[bytes]:
    for nothing in ():
        yield nothing


async def _slow_header() -> AsyncIterator[bytes]:
    for byte in _OK + b"X-Slow: " + b"x" * 999:
        yield bytes([byte])
        await asyncio.sleep(0.1)


async def _slow_body() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: 999\r\n\r\n"
    for _ in range(999):
        yield b" "
        await asyncio.sleep(0.1)


async def _silent() -> AsyncIterator[bytes]:
    await asyncio.sleep(60)
    yield b""


async def _continues() -> AsyncIterator[bytes]:
    for _ in range(999):
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        await asyncio.sleep(0.05)


async def _switches() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + xml()


async def _odd_status() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 999 \x1b[31m\xff\r\nContent-Length: 0\r\n\r\n"


#: By the name of the case.
HABITS: dict[str, Callable[[], AsyncIterator[bytes]]] = {
    "odd-header": _odd_header,
    "endless": _endless,
    "big-header": _big_header,
    "lies-about-length": _lies_about_length,
    "truncated": _truncated,
    "no-http": _no_http,
    "says-nothing-and-ends": _ends,
    "slow-header": _slow_header,
    "slow-body": _slow_body,
    "silent": _silent,
    "continues": _continues,
    "switches": _switches,
    "odd-status": _odd_status,
}


async def _misbehave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        host = next(line for line in head.split("\r\n") if line.lower().startswith("host: "))
        if ".tls-garbage." in host:
            os.write(writer.get_extra_info("socket").fileno(), b"no TLS" * 99)
            return
        async for piece in HABITS[host.split(".")[1]]():
            writer.write(piece)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(_OK + b"Content-Length: %d\r\n\r\n" % len(xml()) + xml())
    writer.close()


class _Fickle(asyncio.DatagramProtocol):
    """DNS that tells a public address once, and loopback ever after."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        question = dns.message.from_wire(data)
        name, kind = question.question[0].name, question.question[0].rdtype
        text = name.to_text()
        if "mute" in text:
            return
        if "garbled" in text:
            self._transport.sendto(data[:2] + b"\x81\x80" + data[:9] * 9, sender)  # type: ignore[attr-defined]
            return
        answer = dns.message.make_response(question)
        if "liar" in text:
            answer.id ^= 1
        elif kind == dns.rdatatype.A and text.startswith("autoconfig.rebind"):
            told = "127.0.0.1" if text in self._told else places.WEB
            self._told.add(text)
            answer.answer.append(dns.rrset.from_text(name, 0, "IN", "A", told))
        elif not text.startswith("autoconfig.rebind"):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), sender)  # type: ignore[attr-defined]


class Tripwire:
    """Listens where nobody may knock, and writes down who does."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)

    async def stretch(self) -> None:
        at = [(address, port) for address in places.FORBIDDEN for port in (80, 443)]
        at += [(places.WEB, port) for port in places.OTHER_PORTS] + [("127.0.0.1", places.PROXY)]
        for address, port in at:
            await asyncio.start_server(self._caught, address, port)

    async def _caught(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._file.write(json.dumps(writer.get_extra_info("sockname")[:2]) + "\n")
        writer.close()


async def serve(base: Path) -> None:
    """Start all of them in this process."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(base / "tls" / "right.pem", base / "tls" / "right.key")
    await asyncio.start_server(_misbehave, places.HOSTILE, 443, ssl=context)
    await asyncio.start_server(_stall, places.STALLED, 443)
    await asyncio.start_server(_plain, places.PLAIN, 443)
    await asyncio.get_running_loop().create_datagram_endpoint(_Fickle, (places.FICKLE, 53))
    await Tripwire(base / "log" / "tripwire.jsonl").stretch()
