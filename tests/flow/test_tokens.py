"""Programs log in with tokens, over all protocols and in all ways that their manifests name, at imitations.

The files are as mailgen writes them; the tokens are what `mailgen token` prints.
"""

from __future__ import annotations

import sys
from bisect import bisect
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.api import generate
from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.model.provider import Endpoint
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret
from mailgen.resolve.compat import at_version
from mailgen.resolve.token_length import too_long
from mailgen.resolve.wish import Wish
from tests.flow.trials import CATALOGUE, program, runnable
from tests.imitations.houses import ExchangePop
from tests.imitations.protocols import RIGHT, ImapServer, SmtpServer
from tests.oauth2.issuer import USER
from tests.support import environment

if TYPE_CHECKING:
    from pathlib import Path

    from mailgen.api import Result
    from mailgen.model.provider import Provider
    from tests.imitations.server import Imitation, Line, Papers

TOKEN = "ya29.token-of-the-run"
TOKENS = ("xoauth2", "oauthbearer")


class Imap(ImapServer):
    """Takes tokens, and no password."""

    takes_password = False
    can = "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER"
    count = 0

    def _authenticate(self, line: Line, words: list[str]) -> str:
        """To be signed in is enough here: some open a folder only when somebody presses a key."""
        answer = super()._authenticate(line, words)
        self.let_in += not answer
        return answer


class Pop(ExchangePop):
    """Takes words for AUTH in a line of their own, as Exchange does, or beside it, as the others."""

    count = 0
    can = ("TOP", "UIDL", "SASL PLAIN XOAUTH2 OAUTHBEARER", "USER")

    def __init__(self, papers: Papers, names: tuple[str, ...], way: str) -> None:
        super().__init__(papers, names)
        self.in_two_lines = way == "xoauth2"


class Smtp(SmtpServer):
    takes_password = False
    ways = "PLAIN LOGIN XOAUTH2 OAUTHBEARER"


def started(protocol: str, way: str, papers: Papers, token: str) -> Imitation:
    names = ("localhost",)
    if protocol == "pop3":
        server: Imitation = Pop(papers, names, way)
    else:
        server = {"imap": Imap, "smtp": Smtp}[protocol](papers, names)
    server.tokens = (token,)
    return server


def provider(servers: dict[str, Imitation], way: str) -> Provider:
    """Return one whose servers take tokens in one way only."""
    return replace(
        CATALOGUE.provider("outlook.com"),
        endpoints={
            protocol: (Endpoint(protocol, "localhost", one.port, "implicit", (way,), sources=("ispdb",)),)
            for protocol, one in servers.items()
        },
    )


def made(target: str, who: Provider, protocol: str, version: str, ca: Path, *argv: str) -> Result:
    options = CATALOGUE.manifest(target).get("options", {})
    wish = Wish(
        protocol=protocol if protocol != "smtp" else None,
        client_version=version,
        credential=Credential("token", Command(argv)),
        options={"ca_file": FileName(str(ca))} if "ca_file" in options else {},
    )
    return generate(target, USER, wish, provider=who, catalogue=CATALOGUE)


def takers() -> list[tuple[str, str, str]]:
    return [one for one in runnable() if "token" in CATALOGUE.target(one[0]).secret]


@pytest.fixture
def signed_in(tmp_path: Path) -> dict[str, str]:
    """A home whose user has a token that is good for a while, and `mailgen` in the PATH."""
    kept = tmp_path / "run" / "mailgen" / "tokens"
    kept.mkdir(parents=True, mode=0o700)
    (tmp_path / "run").chmod(0o700)
    (kept / USER).write_text(f"9999999999\n{TOKEN}")
    (kept / USER).chmod(0o600)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mailgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgen "$@"\n')
    (programs / "mailgen").chmod(0o755)
    plain = environment({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")})
    return {**plain, "PATH": f"{programs}:{plain['PATH']}"}


@pytest.mark.parametrize("way", TOKENS)
@pytest.mark.parametrize(("target", "protocol", "which"), takers())
def test_who_takes_tokens_gets_in_with_one(
    tmp_path: Path,
    papers: Papers,
    signed_in: dict[str, str],
    target: str,
    protocol: str,
    which: str,
    way: str,
) -> None:
    """Who cannot is refused before anything is written."""
    client = program(target, which)
    can = at_version(CATALOGUE.target(target), client.version).protocols[protocol]["auth"]
    every = {one: started(one, way, papers, TOKEN) for one in ("imap", "pop3", "smtp")}
    server = every[protocol]
    with server:
        words = target, provider(every, way), protocol, client.version, papers.file
        if way not in can:
            with pytest.raises(MailgenError):
                made(*words, "mailgen", "token", USER)
            return
        files = made(*words, "mailgen", "token", USER)
        said = client.met(files, tmp_path, server, env={**signed_in, "SSL_CERT_FILE": str(papers.file)})
    assert set(server.attempts) == {(USER, TOKEN)}, said
    assert server.let_in, said
    assert TOKEN not in "".join(file.text or "" for file in files.files) + said


class ImapOfBoth(Imap):
    takes_password = True


class PopOfBoth(Pop):
    takes_password = True


class SmtpOfBoth(Smtp):
    takes_password = True


@pytest.mark.parametrize(("target", "protocol", "which"), takers())
def test_a_password_is_shown_as_no_token(
    tmp_path: Path, papers: Papers, target: str, protocol: str, which: str
) -> None:
    """A program that can do both, with all its plug-ins, at a server that takes both."""
    client = program(target, which)
    server: Imitation = (
        PopOfBoth(papers, ("localhost",), "xoauth2")
        if protocol == "pop3"
        else {"imap": ImapOfBoth, "smtp": SmtpOfBoth}[protocol](papers, ("localhost",))
    )
    (tmp_path / "code").write_text(f"{RIGHT}\n")
    with server:
        both = replace(
            CATALOGUE.provider("gmail.com"),
            endpoints={
                one: (
                    Endpoint(
                        one, "localhost", server.port, "implicit", ("password", "xoauth2"), sources=("ispdb",)
                    ),
                )
                for one in ("imap", "pop3", "smtp")
            },
        )
        options = CATALOGUE.manifest(target).get("options", {})
        wish = Wish(
            protocol=protocol if protocol != "smtp" else None,
            client_version=client.version,
            credential=Credential("command", Command(("cat", str(tmp_path / "code")))),
            options={"ca_file": FileName(str(papers.file))} if "ca_file" in options else {},
        )
        if "command" not in CATALOGUE.target(target).secret:
            wish = replace(wish, credential=Credential("literal", secret=Secret(RIGHT)))
        files = generate(target, USER, wish, provider=both, catalogue=CATALOGUE)
        said = client.met(files, tmp_path, server, env={"SSL_CERT_FILE": str(papers.file)})
    assert set(server.attempts) == {(USER, RIGHT)}, said
    assert server.let_in, said
    assert not [line for _tls, line in server.heard if "OAUTH" in line.upper()], said


def limited() -> list[tuple[str, str, str]]:
    """Return the targets that name a limit, with one protocol of each and all ways that have one."""
    cases = []
    for target, protocol, which in takers():
        known = CATALOGUE.target(target)
        if not which and protocol == next(iter(known.protocols)):
            cases += [(target, protocol, way) for way in sorted({one["auth"] for one in known.token_length})]
    return cases


@pytest.mark.parametrize(("target", "protocol", "way"), limited())
def test_a_token_may_be_as_long_as_the_manifest_says_and_no_longer(
    tmp_path: Path, papers: Papers, target: str, protocol: str, way: str
) -> None:
    client = program(target)
    found: dict[int, bool] = {}
    for more in (0, 1):
        every = {one: started(one, way, papers, "") for one in ("imap", "pop3", "smtp")}
        server = every[protocol]
        home = tmp_path / str(more)
        home.mkdir()
        with server:
            files = made(
                target,
                provider(every, way),
                protocol,
                client.version,
                papers.file,
                "cat",
                str(home / "token"),
            )
            used: Any = files.account.smtp if protocol == "smtp" else files.account.incoming
            known = CATALOGUE.target(target)
            longest = bisect(
                range(9000), False, key=lambda n: too_long(known, client.version, used, n) is not None
            )
            longest -= 1
            token = "t" * (longest + more)
            server.tokens = (token,)
            (home / "token").write_text(f"{token}\n")
            client.met(files, home, server, ok=not more)
            found[more] = bool(server.let_in)
    assert found == {0: True, 1: False}
