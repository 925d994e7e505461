"""At an imitation of NetEase who is called ok over IMAP gets in, and who is refused would not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Verbatim
from mailgen.resolve.wish import Wish
from tests.formats.getmail.program import programs
from tests.imitations.houses import Coremail
from tests.imitations.protocols import RIGHT
from tests.imitations.server import Papers
from tests.programs import need, run

CATALOGUE = open_catalogue()
ADDRESS = "ada@163.com"


class Empty(Coremail):
    """With nothing in its folders."""

    count = 0


def set_up(target: str, version: str, home: Path, server: Empty, papers: Papers) -> bool:
    """Write a target's files for the imitation into a home; return whether it is called ok.

    What is refused gets what it would have for a provider that asks for no ID, but for the way to log in.
    """
    (home / "code").write_text(RIGHT)
    wish = Wish(
        protocol="imap",
        username=ADDRESS,
        client_version=version,
        credential=Credential("command", Command(("cat", str(home / "code")))),
        options={"ca_file": FileName(str(papers.file))},
        extra=(Verbatim("AuthMechs LOGIN"),) if target == "mbsync" else (),
    )
    try:
        made, ok = generate(target, ADDRESS, wish, catalogue=CATALOGUE), True
    except MailgenError:
        made, ok = generate(target, "ada@qq.com", wish, catalogue=CATALOGUE), False
    for file in made.files:
        path = home / file.path.removeprefix("~/")
        if file.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = file.text.replace("imap.163.com", "localhost").replace("imap.qq.com", "localhost")
        path.write_text(text.replace("993", str(server.port)))
    return ok


@pytest.mark.parametrize(
    ("target", "version", "which", "fine"),
    [
        ("mbsync", "1.4.4", "mbsync", False),
        ("getmail6", "6.18.11", "debian", False),
        ("getmail6", "6.20", "newer", True),
    ],
)
def test_gets_in_or_is_refused(
    tmp_path: Path, papers: Papers, target: str, version: str, which: str, fine: bool
) -> None:
    if target == "mbsync":
        argv = [need("mbsync", "isync"), "-a"]
    else:
        argv = [dict(zip(("debian", "newer"), programs(), strict=True))[which]]
    with Empty(papers, names=("localhost",)) as server:
        ok = set_up(target, version, tmp_path, server, papers)
        done = run(argv, tmp_path)
    assert ok == fine
    assert server.attempts == [(ADDRESS, RIGHT)], done.stderr
    assert all(secure for secure, _ in server.heard)
    verbs = [line.partition(" ")[2].partition(" ")[0].upper() for _, line in server.heard]
    assert "SELECT" in verbs or "EXAMINE" in verbs
    assert ("ID" in verbs) == fine
    assert (done.returncode == 0) == fine, done.stdout + done.stderr
