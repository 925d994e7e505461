"""Imitates one habit of NetEase's IMAP servers (163.com, 126.com, yeah.net), and nothing else of them.

They accept the login and then answer SELECT with `NO SELECT Unsafe Login` unless the client has sent an
IMAP ID (RFC 2971) before. This is a proxy which refuses SELECT and EXAMINE in the same way; all else is
passed on to the real server behind it. That the real ones behave so is reported by many; this imitation
proves only that a client which sends ID, and one which does not, are told apart.
"""

import asyncio
import contextlib
import re
import ssl
from functools import partial
from pathlib import Path

from tests.lab.fakes import contexts
from tests.lab.logs import Log
from tests.lab.names import HOSTS, Host

PORT = 993
REFUSAL = "NO SELECT Unsafe Login. Please contact kefu@188.com for help"


class _Gate:
    """Reads the client's lines, and lets pass all but a SELECT before any ID."""

    def __init__(self, log: Log, host: Host) -> None:
        self.identified = False
        self._log, self._host = log, host

    def judge(self, line: bytes) -> bytes | None:
        """The refusal to send back, or None to let the line pass."""
        tag, verb, *_ = [*line.split(), b"", b""]
        match verb.upper():
            case b"ID":
                self.identified = True
            case b"SELECT" | b"EXAMINE" if not self.identified:
                self._log.write(host=self._host.name, event="unsafe")
                return tag + f" {REFUSAL}\r\n".encode()
        return None


async def _from_client(
    client: asyncio.StreamReader, answer: asyncio.StreamWriter, server: asyncio.StreamWriter, gate: _Gate
) -> None:
    starts_command = True
    while line := await client.readline():
        refusal = gate.judge(line) if starts_command else None
        if refusal:
            answer.write(refusal)
            continue
        server.write(line)
        literal = re.search(rb"\{(\d+)\+?\}\r?\n$", line)
        starts_command = literal is None
        if literal:
            server.write(await client.readexactly(int(literal[1])))


async def _from_server(server: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
    while data := await server.read(65536):
        answer.write(data)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: Host, outward: ssl.SSLContext, log: Log
) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        back, forth = await asyncio.open_connection(
            host.backend, PORT, ssl=outward, server_hostname=host.name
        )
        pumps = [_from_client(reader, writer, forth, _Gate(log, host)), _from_server(back, writer)]
        tasks = [asyncio.create_task(pump) for pump in pumps]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        forth.close()
    writer.close()


async def serve(base: Path, log: Log) -> None:
    """Listen on the implicit TLS port of every host of kind `netease`; STARTTLS is not imitated."""
    inward = contexts(base)["right"]
    outward = ssl.create_default_context(cafile=base / "tls" / "ca.pem")
    for host in HOSTS.values():
        if host.kind == "netease":
            handler = partial(_pass_on, host=host, outward=outward, log=log)
            await asyncio.start_server(handler, host.address, PORT, ssl=inward, limit=2**20)
