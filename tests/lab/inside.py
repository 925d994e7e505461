"""The first process of the private world: start the servers, then run what the tests ask for.

It lives as long as somebody holds the other end of its standard input. When that ends, for whatever
reason, this process ends, and with it every process of the world.
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.lab import agent, dovecot, fakes, netease, postfix, submission
from tests.lab.logs import Log

PATIENCE = 20.0


async def _wait_for_port(server: subprocess.Popen[bytes], address: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            _, writer = await asyncio.open_connection(address, port)
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _main(base: Path, with_postfix: bool) -> None:
    errors = (base / "log" / "daemons.txt").open("ab")
    server = subprocess.Popen(dovecot.command(base), stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
    wire = Log(base / "log" / "wire.jsonl")
    if with_postfix:
        await asyncio.to_thread(postfix.start, base)
    else:
        context = fakes.contexts(base)["right"]
        await submission.serve(base, context, Log(base / "log" / "smtp.jsonl"))
    fakes.serve(base, wire)
    await netease.serve(base, wire)
    await _wait_for_port(server, *dovecot.listening())

    await agent.serve(base / "agent")
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # at once, whatever still runs: the kernel ends all others when this process ends


if __name__ == "__main__":
    lab_folder = Path(sys.argv[1])
    asyncio.run(_main(lab_folder, (lab_folder / "postfix").exists()))
