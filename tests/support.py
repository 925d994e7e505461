"""Running mailgen as its users do: as a child process, on a terminal, from a copied checkout."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError
from mailgen.dataset.quirks import quirks as described_quirks
from mailgen.model.provider import Credentials, Endpoint, Provider, Quirk
from mailgen.model.target import Target, TargetFile
from tests.cases import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
MAILGEN = [sys.executable, "-m", "mailgen"]
TIMEOUT = 60
#: What the schema says of each quirk.
QUIRKS = described_quirks()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a plain environment with this checkout first on Python's path."""
    few = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/proc/nonexistent", "TERM": "xterm"}
    return {**few, "PYTHONPATH": str(ROOT / "generator"), "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}


def cli(*words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """Run mailgen as a child process; words that are not UTF-8 may be given with surrogates."""
    return ran([*MAILGEN, *words], env, cwd)


def ran(argv: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """Run a program in mailgen's plain environment."""
    done = subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(env),
        cwd=cwd,
        timeout=TIMEOUT,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))


def shell(script: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """Run a line of shell in which "$@" is mailgen."""
    return ran(["sh", "-c", script, "sh", *MAILGEN], env, cwd)


def unread(*words: str, env: Mapping[str, str] | None = None) -> Outcome:
    """Run mailgen with stdout to a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [*MAILGEN, *words], stdout=writer, stderr=subprocess.PIPE, env=environment(env)
    ) as process:
        os.close(writer)
        said = process.communicate(timeout=TIMEOUT)[1]
    return Outcome(process.returncode, "", said.decode())


def on_terminal(
    *words: str,
    columns: int = 80,
    env: Mapping[str, str] | None = None,
    stdout: bool = False,
    stdin: bool = False,
) -> Outcome:
    """Run mailgen with stderr on a terminal of `columns`; stdout too if wished, else it is a pipe.

    Nobody types: with `stdin` there could be somebody.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [*MAILGEN, *words],
        stdin=theirs if stdin else subprocess.DEVNULL,
        stdout=theirs if stdout else subprocess.PIPE,
        stderr=theirs,
        env=environment(env),
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # so Linux says that the other end of a terminal is gone
            while piece := os.read(ours, 65536):
                shown += piece
        os.close(ours)
        printed = process.stdout.read() if process.stdout else b""
    return Outcome(process.returncode, printed.decode(), shown.decode().replace("\r\n", "\n"))


#: Versions of Python whose results are compared.
VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")


def python_of(version: str) -> str | None:
    """Return a Python of this version that is on this machine and starts, or None.

    A shim of pyenv may be in the PATH and still refuse to start. The Python of the tests is always there.
    """
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    places = [shutil.which(f"python{version}"), *Path.home().glob(f".pyenv/versions/{version}.*/bin/python")]
    for place in filter(None, places):
        if subprocess.run([place, "-c", ""], check=False, capture_output=True).returncode == 0:
            return str(place)
    return None


def copied_checkout(folder: Path, *providers: str) -> Path:
    """Copy code, schemas, templates and some provider files (by id) to `folder`, to be changed there."""
    for name in ("generator", "templates", "schema"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "catalog.sqlite", ".catalog-*"),
        )
    (folder / "providers").mkdir()
    for id in providers or ("sohu.com",):
        shutil.copy(ROOT / "providers" / f"{id}.yaml", folder / "providers")
    return folder


def of(checkout: Path) -> dict[str, str]:
    """Return the environment in which `python -m mailgen` is that of a copied checkout."""
    return {"PYTHONPATH": str(checkout / "generator")}


def answer(call: Callable[..., Any], *words: Any) -> Any:
    """Return what a call returns, or the MailgenError that it raises."""
    try:
        return call(*words)
    except MailgenError as error:
        return error


def assert_refused(outcome: Outcome, status: int, *words: str) -> None:
    """A failure prints nothing to stdout, and to stderr what, where and how to mend it; no traceback."""
    assert outcome.status == status, outcome
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("mailgen: "), outcome.stderr
    assert any(f"\n  {label}" in outcome.stderr for label in ("where: ", "位置： "))
    assert any(f"\n  {label}" in outcome.stderr for label in ("mend:  ", "办法： "))
    assert "Traceback" not in outcome.stderr
    for word in words:
        assert word in outcome.stderr


def endpoint(protocol: Any = "imap", tls: Any = "implicit", port: int = 1, **more: Any) -> Endpoint:
    """Return a server at imap.x.example (pop3., smtp.), or as `more` says."""
    return Endpoint(protocol, **{"host": f"{protocol}.x.example", "port": port, "tls": tls, **more})


def provider(
    *servers: Endpoint,
    kind: str = "app-password",
    quirks: Mapping[str, Sequence[str]] | None = None,
    **more: Any,
) -> Provider:
    """Return a provider called X with these servers; without any, one for each protocol.

    `quirks` are names and their sources; what they are the schema says.
    """
    servers = servers or (endpoint("imap"), endpoint("pop3"), endpoint("smtp"))
    found = {
        server.protocol: tuple(one for one in servers if one.protocol == server.protocol)
        for server in servers
    }
    return Provider(
        **{
            "id": "x.example",
            "name": {"en": "X"},
            "endpoints": found,
            "credentials": Credentials(kind),
            "quirks": {
                name: Quirk(tuple(sources), **QUIRKS[name]) for name, sources in (quirks or {}).items()
            },
            **more,
        }
    )


def client(**more: Any) -> Target:
    """Return a client called Y that reads and sends, in every form that we know of, or as `more` says."""
    can = {"tls": ("implicit", "starttls"), "auth": ("password", "xoauth2", "oauthbearer")}
    facts = {
        "name": "y",
        "title": "Y",
        "kind": "reader",
        "grammar": "muttrc",
        "incoming": True,
        "outgoing": True,
        "protocols": {"imap": can, "pop3": can, "smtp": can},
        "secret": ("command", "token", "prompt"),
        "steps": {},
        "version": "2.0",
        "min_version": "1.0",
        "quirks": {},
        "files": (TargetFile("y/yrc.j2", "~/.yrc", 0o600),),
    }
    return Target(**{**facts, **more})
