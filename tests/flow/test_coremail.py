"""At an imitation of NetEase who is called ok for 163.com gets in, and who is refused does not.

Every target that talks to servers is tried over each of its protocols, in the versions that are installed and
with the files as mailgen writes them: only the servers of 163.com are at other places.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.installed import version_in
from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.model.provider import Endpoint
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret
from mailgen.resolve.wish import Wish
from tests.cases import whose_files
from tests.formats.getmail.program import programs
from tests.imitations.houses import Coremail, CoremailSmtp
from tests.imitations.protocols import RIGHT, Pop3Server
from tests.programs import need
from tests.templates import Trial, trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailgen.api import Result
    from mailgen.model.provider import Provider
    from tests.imitations.server import Imitation, Papers

CATALOGUE = open_catalogue()
ADDRESS = "ada@163.com"
#: Seconds until a program must have met the server.
PATIENCE = 40


class Empty(Coremail):
    """With nothing in its folders."""

    count = 0


class EmptyPop(Pop3Server):
    """The same over POP3, which knows no ID."""

    count = 0


KINDS: Mapping[str, type[Imitation]] = {"imap": Empty, "pop3": EmptyPop, "smtp": CoremailSmtp}


def talking() -> dict[str, tuple[str, ...]]:
    """Return the targets whose programs talk to servers of mail, with the protocols."""
    found = {}
    for name in CATALOGUE.target_names():
        target = CATALOGUE.target(name)
        if not target.published and (spoken := tuple(one for one in KINDS if one in target.protocols)):
            found[name] = spoken
    return found


def tried() -> list[tuple[str, str, str]]:
    """Return what is tried: target, protocol, and which of two programs of its name."""
    cases = []
    for name, spoken in talking().items():
        how = trial(name)
        if isinstance(how, str) or whose_files(name) != name:
            continue
        lines = {"imap": how.receives, "pop3": how.receives, "smtp": how.sends}
        newer = ("", "newer")[: 1 + (name == "getmail6")]  # two of them are here
        cases += [(name, protocol, which) for protocol in spoken if lines[protocol] for which in newer]
    return cases


def test_nobody_is_forgotten() -> None:
    """Each program that talks to servers is run here, or it is said where else."""
    known = {name for name, *_ in tried()}
    elsewhere = {name for name in talking() if isinstance(trial(name), str) or whose_files(name) in known}
    assert known | elsewhere == talking().keys()
    assert {"imap", "pop3", "smtp"} == {protocol for _, protocol, _ in tried()}


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


def written(files: Result, home: Path) -> None:
    for file in files.files:
        path = home / file.path.removeprefix("~/")
        if file.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
        path.chmod(0o600)


def met(argv: list[str], home: Path, server: Imitation, ok: bool, ca: Path, terminal: bool) -> str:
    """Run a program until the server has let it in, or if it is not `ok`, has turned it away and it has had
    the time for another try; then end it. Returns what it said.
    """
    few = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm", "PATH": os.environ["PATH"]}
    if terminal:
        argv = ["script", "-qec", shlex.join(argv), "/dev/null"]
    with (home / "said").open("w+b") as said, subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=home, start_new_session=True,
        env={**few, "SSL_CERT_FILE": str(ca), "GIT_CONFIG_NOSYSTEM": "1", "EMAIL": ADDRESS},
    ) as process:  # fmt: skip
        ends = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < ends:
            if server.let_in or (server.turned_away and not ok):
                break
            time.sleep(0.05)
        if not ok:
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        said.seek(0)
        return said.read().decode(errors="replace")


@pytest.mark.parametrize(("target", "protocol", "which"), tried())
def test_who_is_called_ok_gets_in_and_who_is_refused_does_not(
    tmp_path: Path, papers: Papers, target: str, protocol: str, which: str
) -> None:
    how = trial(target)
    assert isinstance(how, Trial)
    need(how.program, how.package)
    probe = CATALOGUE.manifest(target)["version"]["probe"]
    line = how.sends if protocol == "smtp" else how.receives
    if which:
        probe, line = [programs()[1], *probe[1:]], programs()[1]
    asked = subprocess.run(probe, capture_output=True, timeout=PATIENCE, check=True)
    version = version_in(asked.stdout.decode(errors="replace"))
    (tmp_path / "mail").write_text("From: ada@163.com\nTo: ada@163.com\nSubject: x\n\nx\n")
    with ExitStack() as stack:
        servers = {
            one: stack.enter_context(kind(papers, names=("localhost",))) for one, kind in KINDS.items()
        }
        provider = netease({one: server.port for one, server in servers.items()})
        if protocol == "smtp":  # what keeps a program from reading is no matter
            provider = without(provider, "imap")
        try:
            files, ok = made(target, protocol, version, tmp_path, provider, papers.file), True
        except MailgenError:
            # What it would get if of these servers no more were known than how to log in, or nothing.
            try:
                less = without(provider, "imap-id-required")
                files = made(target, protocol, version, tmp_path, less, papers.file)
            except MailgenError:
                less = without(provider, "imap")
                files = made(target, protocol, version, tmp_path, less, papers.file)
            ok = False
        written(files, tmp_path)
        server = servers[protocol]
        argv = shlex.split(line.format(home=tmp_path))
        said = met(argv, tmp_path, server, ok, papers.file, how.terminal)
    assert set(server.attempts) == {(ADDRESS, RIGHT)} or not ok, said
    assert bool(server.let_in) == ok, said
    assert ok or server.turned_away, said
    assert all(secure for secure, _ in server.heard)
    assert ok or protocol == "imap", "only over IMAP anybody is refused"
