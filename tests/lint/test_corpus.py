"""What lint says of files in the shapes that people have: tests/corpus/, and whether the programs agree.

In `expected.yaml` of each folder CLIENT/IDIOM `lint` has all findings: their code, line and severity, and the
file where the folder has several. A folder without `lint` is not judged.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.formats.problems import RULES
from tests.cases import run
from tests.formats.fetchmail import program as fetchmail
from tests.formats.mbsync import program as mbsync
from tests.formats.msmtp import program as msmtp
from tests.formats.muttrc import program as mutt
from tests.importer.test_corpus import FOLDERS, expected, files
from tests.programs import Objected

if TYPE_CHECKING:
    from pathlib import Path

JUDGED = [folder for folder in FOLDERS if "lint" in expected(folder)]
#: What no program is asked: it would run a command of the file, or fill in nothing.
UNASKED = ("template", "value-runs-command")
#: Variables that the NeoMutt of Debian is too old for.
NEWER = ("imap_send_id", "account_command")


@pytest.fixture(autouse=True)
def _private_files() -> None:
    """Git keeps no mode that tells whose the files are, and lint speaks of those that are open to others."""
    for folder in JUDGED:
        for name in files(folder):
            os.chmod(folder / name, 0o600)


def found(folder: Path) -> list[dict[str, Any]]:
    names = files(folder)
    outcome = run("lint", "--format", "json", *names)
    assert outcome.stderr == ""
    assert "geheim" not in outcome.stdout, "the corpus calls its secrets so, and none is shown"
    return [
        {
            **({"file": one["file"]} if len(names) > 1 else {}),
            "code": one["rule"],
            "line": one["line"],
            "severity": one["severity"],
        }
        for one in json.loads(outcome.stdout)
    ]


def test_a_chinese_screen_holds_no_english_sentence() -> None:
    """Each finding and each mend is Chinese; what is to be written, and names, are as they are."""
    findings, english = 0, []
    for folder in FOLDERS:
        outcome = run("lint", "--lang", "zh", *(str(folder / name) for name in files(folder)))
        for line in (outcome.stdout + outcome.stderr).splitlines():
            if line.startswith(("  +", "  位置：")):
                continue
            finding = re.fullmatch(r".*:\d+: (?:错误|警告|提示)：(?P<what>.+) \[[a-z0-9-]+\]", line)
            mend = re.fullmatch(r"  办法： ?(?P<what>.+)", line)
            findings += finding is not None
            said = (finding or mend or re.fullmatch("(?P<what>.*)", line))["what"]  # type: ignore[index]
            said = re.sub("请(写|添加)：.*", "请写", said)
            if not re.search("[\u4e00-\u9fff]", said) or re.search(
                r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", said
            ):
                english.append((folder.name, line))
    assert english == []
    assert findings > 300


@pytest.mark.parametrize("folder", JUDGED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_lint(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    def place(one: dict[str, Any]) -> tuple[str, int, str, str]:
        return one.get("file", ""), one["line"], one["code"], one["severity"]

    assert sorted(map(place, found(folder))) == sorted(map(place, expected(folder)["lint"]))


def test_each_idiom_is_judged() -> None:
    assert len(JUDGED) >= 150
    codes = {one["code"] for folder in JUDGED for one in expected(folder)["lint"]}
    assert codes <= RULES.keys()
    assert {"program-refuses", "template", "sent-twice", "no-effect", "old-tls", "remark-in-value"} <= codes


def asked(client: str) -> list[Path]:
    """Return the folders of a client with one file, of which its program can be asked."""
    return [
        folder
        for folder in JUDGED
        if folder.parent.name == client
        and len(files(folder)) == 1
        and not any(one["code"] in UNASKED for one in expected(folder)["lint"])
    ]


def refused(folder: Path) -> bool:
    """Say whether lint expects the program to refuse the file now, and not only what a hook does later."""
    return ("program-refuses", "error") in [
        (one["code"], one["severity"]) for one in expected(folder)["lint"]
    ]


def text_of(folder: Path) -> str:
    (name,) = files(folder)
    return (folder / name).read_bytes().decode()


@pytest.mark.parametrize("folder", asked("msmtp"), ids=lambda path: path.name)
def test_msmtp_agrees(folder: Path) -> None:
    """msmtp -P of each account: it refuses what is an error here, and nothing else."""
    text = text_of(folder)
    if "eval" in text:
        return
    accounts, bases = ["default"], set[str]()
    for line in text.splitlines():
        verb, _, rest = line.strip().partition(" ")
        if verb == "account":
            name, _, heirs = rest.partition(":")
            accounts.append(name.strip())
            bases |= {base.strip() for base in heirs.split(",")} - {""}
    if len(accounts) > 1:
        accounts = [name for name in accounts[1:] if name not in bases]
    objections = []
    for account in accounts:
        try:
            # What commands print is not what is asked for here.
            msmtp.read_back(text.replace("passwordeval", "#"), account)
        except Objected as objection:
            objections.append(objection.said)
    assert bool(objections) == refused(folder), objections


@pytest.mark.parametrize("folder", asked("fetchmail"), ids=lambda path: path.name)
def test_fetchmail_agrees(folder: Path) -> None:
    try:
        fetchmail.read_back(text_of(folder))
        said = ""
    except Objected as objection:
        said = objection.said
    assert bool(said) == refused(folder), said


@pytest.mark.parametrize(
    "folder", [*asked("mutt"), *asked("neomutt")], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_mutt_and_neomutt_agree(folder: Path) -> None:
    """They exit with 0 whatever they find, so that what they say counts; notes are of the other program."""
    text = text_of(folder)
    if (
        "`" in text
        or "source" in text
        or any(name in text for name in NEWER)
        or mutt.OPENS_CONNECTIONS.search(text)
    ):
        return
    _, said = mutt.query(folder.parent.name, text, ["from"])
    noted = any(one["code"] == "program-refuses" for one in expected(folder)["lint"])
    if refused(folder) or not noted:
        assert ("errors in" in said or "warning in" in said) == refused(folder), said


#: What mbsync 1.4 of Debian does not know: the words of 1.5, and the keychain of macOS.
NOT_HERE = ("TLSType", "UseKeychain")


@pytest.mark.parametrize("folder", asked("mbsync"), ids=lambda path: path.name)
def test_mbsync_agrees(folder: Path) -> None:
    """It stops at what is an error here, and at nothing else; files of certificates have to be there."""
    text = text_of(folder).replace("~/lab-ca.pem", "/etc/ssl/certs/ca-certificates.crt")
    if any(word in text for word in NOT_HERE):
        return
    try:
        mbsync.accept(text)
        said = ""
    except Objected as objection:
        said = objection.said
    assert bool(said) == refused(folder), said
