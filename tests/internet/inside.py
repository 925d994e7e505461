"""The first process of the network: start the servers, then run what the tests ask for, until they let go."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.internet import hostile, places, web, zone
from tests.lab import agent

PATIENCE = 20.0


async def _main(base: Path) -> None:
    errors = (base / "log" / "daemons.txt").open("ab")
    servers = [
        subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        for argv in (zone.command(base), web.command(base))
    ]
    await hostile.serve(base)
    await asyncio.to_thread(_wait, servers)
    await agent.serve(base / "agent")
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # at once, whatever still runs: the kernel ends all others when this process ends


def _wait(servers: list[subprocess.Popen[bytes]]) -> None:
    """Wait until Knot and nginx listen."""
    deadline = time.monotonic() + PATIENCE
    for place in ((places.DNS, 53), (places.WEB, 443), (places.WEB6, 443)):
        while True:
            try:
                socket.create_connection(place, timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or any(server.poll() is not None for server in servers):
                    raise
                time.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
