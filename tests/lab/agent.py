"""Run a command inside the lab: one request, one reply, as JSON over a Unix socket.

The socket lies in the lab's folder, which both worlds see; so no privilege is needed to enter, and
every command is a child of the lab's first process and dies with it.
"""

import asyncio
import base64
import contextlib
import fcntl
import itertools
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPING_PAUSE = 0.15


@dataclass(frozen=True)
class Result:
    """What a command said. `rc` is None if it had to be killed because its time was over."""

    rc: int | None
    out: bytes
    err: bytes

    @property
    def stdout(self) -> str:
        return self.out.decode(errors="replace")

    @property
    def stderr(self) -> str:
        return self.err.decode(errors="replace")


def ask(path: Path, **request: Any) -> Result:
    """Called outside: have `argv` run inside, with `env`, `cwd`, `stdin` (bytes), `timeout`, `terminal`."""
    request["stdin"] = base64.b64encode(request["stdin"]).decode()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(request["timeout"] + 10)
        sock.connect(str(path))
        sock.sendall(json.dumps(request).encode())
        sock.shutdown(socket.SHUT_WR)
        with sock.makefile("rb") as stream:
            reply = json.loads(stream.read())
    if "error" in reply:
        raise RuntimeError(reply["error"])
    return Result(reply["rc"], base64.b64decode(reply["out"]), base64.b64decode(reply["err"]))


async def serve(path: Path) -> asyncio.Server:
    """Called inside: answer requests until the end."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = json.loads(await reader.read())
        try:
            result = await asyncio.to_thread(_run, request)
            reply = {"rc": result.rc, "out": _text(result.out), "err": _text(result.err)}
        except Exception as problem:  # the other side must hear of it, whatever it is
            reply = {"error": f"{type(problem).__name__}: {problem}"}
        writer.write(json.dumps(reply).encode())
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(answer, path, limit=2**24)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _run(request: dict[str, Any]) -> Result:
    where = {"env": request["env"], "cwd": request["cwd"]}
    argv, timeout, typed = request["argv"], request["timeout"], request["terminal"]
    if typed is None:
        return _run_on_pipes(argv, base64.b64decode(request["stdin"]), timeout, where)
    return _run_on_terminal(argv, typed, timeout, where)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it started; it leads a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _run_on_pipes(argv: list[str], stdin: bytes, timeout: float, where: dict[str, Any]) -> Result:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, **where
    ) as process:
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            out, err = process.communicate(timeout=5)
            return Result(None, out, err)
        return Result(process.returncode, out, err)


def _run_on_terminal(argv: list[str], typed: list[Any], timeout: float, where: dict[str, Any]) -> Result:
    """Types again and again until the program ends, as it may not listen the first time.

    Where `typed` are pairs, what is typed waits until the program shows the first of a pair, in their order;
    where nothing is to be typed then, that was enough, and the program is ended.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    argv = ["setsid", "--ctty", *argv]
    with subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, **where) as process:
        os.close(slave)
        deadline = time.monotonic() + timeout
        if typed and not isinstance(typed[0], str):
            out, timely = _follow(master, [(wait, keys) for wait, keys in typed], deadline)
        else:
            out, timely = _converse(master, itertools.cycle(typed), deadline)
        if not timely:
            _kill_group(process)
        os.close(master)
        process.wait(timeout=5)
        return Result(process.returncode if timely else None, out, b"")


def _converse(master: int, typed: Iterator[str], deadline: float) -> tuple[bytes, bool]:
    out = bytearray()
    next_typing = time.monotonic() + TYPING_PAUSE
    while (now := time.monotonic()) < deadline:
        if now >= next_typing:
            os.write(master, next(typed, "").encode())
            next_typing = now + TYPING_PAUSE
        if not select.select([master], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux answers EIO once nobody holds the other end
            return bytes(out), True
        out += data
    return bytes(out), False


def _follow(master: int, script: list[tuple[str, str]], deadline: float) -> tuple[bytes, bool]:
    out, seen, due = bytearray(), 0, 0.0
    while (now := time.monotonic()) < deadline:
        if script and not due and (at := out.find(script[0][0].encode(), seen)) >= 0:
            seen, due = at + len(script[0][0].encode()), now + TYPING_PAUSE
            if not script[0][1]:
                return bytes(out), False
        elif due and now >= due:  # not at once: some throw away what was typed before they listen
            os.write(master, script.pop(0)[1].encode())
            due = 0.0
        if not select.select([master], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            return bytes(out), True
        out += data
    return bytes(out), False
