"""Checking an account against imitations: names of real hosts lead to loopback, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.check import Key, Patience, Step, Subject, entering
from mailgen.check import endpoint as endpoints
from mailgen.check.gate import Hosts
from mailgen.check.run import examined
from mailgen.model.provider import Endpoint
from mailgen.model.server import Server
from mailgen.model.tokens import Secret
from tests.imitations.server import Imitation, Papers

QUICK = Patience(look_up=2, connect=1, secure=2, answer=2, whole=8)


@dataclass
class Checked:
    """What came of an account: the steps by protocol and stage; a stage that is done again has its last."""

    told: list[tuple[Server, Step]]

    def step(self, protocol: str, stage: str) -> Step:
        found = [step for server, step in self.told if (server.protocol, step.stage) == (protocol, stage)]
        assert found, [(server.protocol, step.stage) for server, step in self.told]
        return found[-1]

    def stages(self, protocol: str) -> list[tuple[str, bool | None]]:
        return [(step.stage, step.ok) for server, step in self.told if server.protocol == protocol]

    def failed(self, protocol: str) -> Step:
        """The one stage that failed."""
        found = [step for server, step in self.told if server.protocol == protocol and step.ok is False]
        assert len(found) == 1, found
        return found[0]


class Bench:
    """Checks accounts of a provider whose servers are imitated."""

    def __init__(self, papers: Papers, patch: pytest.MonkeyPatch) -> None:
        self.papers = papers
        self.hosts = Hosts()
        for module in (endpoints, entering):
            patch.setattr(module, "looked_up", lambda host, port, seconds: ["127.0.0.1"])

    def check(
        self,
        *servers: tuple[str, Imitation],
        secret: str = "wrong-secret-55d2",
        kind: str = "password",
        address: str = "user@own.example",
        login: bool = True,
        patience: Patience = QUICK,
        folders: dict[str, str] | None = None,
        key: Key | None = None,
    ) -> Checked:
        """Check an account whose servers are imitations, each under the name of a host."""
        auth = "xoauth2" if kind == "token" else "password"
        made = tuple(
            Server(Endpoint(one.protocol, host, one.port, one.tls), address, auth)  # type: ignore[arg-type]
            for host, one in servers
        )
        provider = open_catalogue().provider_for(address.partition("@")[2])
        key = key or Key(kind, Secret(secret) if secret else None, "" if secret else "none")
        subject = Subject(address, address, made, key, provider, (address,), folders)
        steps = examined(subject, self.papers.context(), self.hosts, login, patience)
        return Checked([(server, step) for server, _, step in steps])


@pytest.fixture
def bench(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(papers, monkeypatch)
