"""The network as one object: opens it, runs commands in it, tells what its servers saw."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.internet import places, published, web, zone
from tests.lab import agent, namespace
from tests.lab.world import World

NEEDED = {
    "knotd": "knot",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "ip": "iproute2",
    "unshare": "util-linux",
}


def why_impossible() -> str | None:
    """Say why the network cannot be opened on this machine, or None."""
    missing = [
        package
        for program, package in NEEDED.items()
        if not shutil.which(program, path=namespace.search_path())
    ]
    if missing:
        return f"the network of tests/internet needs these Debian packages: {' '.join(missing)}"
    return namespace.why_impossible()


class Net(World):
    """Name servers, web servers, and whatever lies in wait where nobody should go."""

    name = "net"
    inside = "tests.internet.inside"

    def furnish(self) -> None:
        published.write(self.base)
        web.write_certificates(self.base / "tls")
        web.write(self.base, namespace.as_root())
        zone.write(self.base)
        namespace.write_etc(self.base, ["127.0.0.1 localhost"])
        (self.base / "addresses").write_text(places.batch())

    def run(
        self,
        *argv: str,
        home: Path,
        env: dict[str, str] | None = None,
        terminal: Sequence[str] | None = None,
        timeout: float = 60,
    ) -> agent.Result:
        """Run a program in the network, with a plain environment and `env`."""
        few = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm"}
        path = namespace.environment()["PYTHONPATH"]
        everything = {**few, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
        return agent.ask(
            self.base / "agent",
            argv=list(argv),
            env=everything,
            cwd=str(home),
            stdin=b"",
            timeout=timeout,
            terminal=terminal,
        )

    def mailgen(self, *words: str, home: Path | None = None, **more: Any) -> agent.Result:
        """Run mailgen as a user of the network would."""
        return self.run(sys.executable, "-m", "mailgen", *words, home=home or self.new_home(), **more)

    def talk(self, lines: dict[str, tuple[list[str], dict[str, str]]], home: Path) -> dict[str, Any]:
        """Run command lines (words, and more of the environment) in one process: see talk.py."""
        base, asked = str(self.base), json.dumps(lines)
        done = self.run(sys.executable, "-m", "tests.internet.talk", base, asked, home=home, timeout=100)
        assert done.rc == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def questions(self, until: bytes) -> bytes:
        """What DNS was asked, as it came; waits for a question that holds these bytes."""
        deadline = time.monotonic() + 10
        while until not in (noted := (self.base / "log" / "questions.tap").read_bytes()):
            assert time.monotonic() < deadline, f"nobody asked for {until!r}"
            time.sleep(0.05)
        return noted

    def log(self, name: str) -> list[Any]:
        """What a server has written down: `web` or `tripwire`."""
        path = self.base / "log" / f"{name}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
