"""At an imitation of NetEase who is called ok for 163.com gets in, and who is refused does not.

Every target that talks to servers is tried over each of its protocols, in the versions that are installed and
with the files as mailgen writes them: only the servers of 163.com are at other places.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from mailgen.api import generate
from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.model.provider import Endpoint
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret
from mailgen.resolve.wish import Wish
from tests.cases import whose_files
from tests.flow.trials import CATALOGUE, PROTOCOLS, program, runnable, talking
from tests.imitations.houses import Coremail, CoremailSmtp
from tests.imitations.protocols import RIGHT, Pop3Server
from tests.templates import trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailgen.api import Result
    from mailgen.model.provider import Provider
    from tests.imitations.server import Imitation, Papers

ADDRESS = "ada@163.com"


class Empty(Coremail):
    """With nothing in its folders."""

    count = 0


class EmptyPop(Pop3Server):
    """The same over POP3, which knows no ID."""

    count = 0


KINDS: Mapping[str, type[Imitation]] = {"imap": Empty, "pop3": EmptyPop, "smtp": CoremailSmtp}


def test_nobody_is_forgotten() -> None:
    """Each program that talks to servers is run here, or it is said where else."""
    assert [name for name in talking() if trial(name) == ""] == [], "say in tests/templates/ how it is run"
    known = {name for name, *_ in runnable()}
    elsewhere = {name for name in talking() if isinstance(trial(name), str) or whose_files(name) in known}
    assert known | elsewhere == talking().keys()
    assert set(PROTOCOLS) == {protocol for _, protocol, _ in runnable()}


def netease(ports: Mapping[str, int]) -> Provider:
    """Return the provider as the dataset has it, with its servers at ports of this machine."""
    known = CATALOGUE.provider("163.com")
    return replace(
        known,
        endpoints={
            protocol: (Endpoint(protocol, "localhost", port, "implicit", sources=("netease-table",)),)
            for protocol, port in ports.items()
        },
    )


def without(provider: Provider, what: str) -> Provider:
    """Return a provider without a quirk, or without all of a protocol."""
    kept = {name: one for name, one in provider.quirks.items() if what not in (name, one.concerns)}
    return replace(provider, quirks=kept)


def made(target: str, protocol: str, version: str, home: Path, provider: Provider, ca: Path) -> Result:
    """Return what mailgen makes of the account; raises MailgenError if it refuses."""
    (home / "code").write_text(RIGHT)
    (home / "code").chmod(0o600)
    manifest = CATALOGUE.manifest(target)
    by_command = "command" in CATALOGUE.target(target).secret
    wish = Wish(
        protocol=protocol if protocol != "smtp" else None,
        client_version=version,
        credential=Credential("command", Command(("cat", str(home / "code"))))
        if by_command
        else Credential("literal", secret=Secret(RIGHT)),
        options={"ca_file": FileName(str(ca))} if "ca_file" in manifest.get("options", {}) else {},
    )
    return generate(target, ADDRESS, wish, provider=provider, catalogue=CATALOGUE)


@pytest.mark.parametrize(("target", "protocol", "which"), runnable())
def test_who_is_called_ok_gets_in_and_who_is_refused_does_not(
    tmp_path: Path, papers: Papers, target: str, protocol: str, which: str
) -> None:
    client = program(target, which)
    with ExitStack() as stack:
        servers = {
            one: stack.enter_context(kind(papers, names=("localhost",))) for one, kind in KINDS.items()
        }
        provider = netease({one: server.port for one, server in servers.items()})
        if protocol == "smtp":  # what keeps a program from reading is no matter
            provider = without(provider, "imap")
        wanted = target, protocol, client.version, tmp_path
        try:
            files, ok = made(*wanted, provider, papers.file), True
        except MailgenError:
            # What it would get if of these servers no more were known than how to log in, or nothing.
            try:
                files = made(*wanted, without(provider, "imap-id-required"), papers.file)
            except MailgenError:
                files = made(*wanted, without(provider, "imap"), papers.file)
            ok = False
        server = servers[protocol]
        said = client.met(files, tmp_path, server, ok, {"SSL_CERT_FILE": str(papers.file)})
    assert set(server.attempts) == {(ADDRESS, RIGHT)} or not ok, said
    assert bool(server.let_in) == ok, said
    assert ok or server.turned_away, said
    assert all(secure for secure, _ in server.heard)
    assert ok or protocol == "imap", "only over IMAP anybody is refused"
