"""What is written for mbsync is what mbsync reads: every golden file, both generations, hostile values."""

from __future__ import annotations

import subprocess

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.formats.mbsync.grammar import GRAMMAR
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.target import Version
from mailgen.model.tokens import Command, Secret, Verbatim
from mailgen.resolve.places import read_of
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS, Case
from tests.formats.mbsync import program, reader
from tests.programs import Objected
from tests.programs.versions import version_of

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "mbsync"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s \\\\"
OLD, NEW = "1.4.4", "1.5.1"


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, RenderedFile]:
    return {file.path: file for file in generate("mbsync", address, wish, catalogue=CATALOGUE).files}


def of_kind(text: str, kind: str) -> list[reader.Section]:
    return [one for one in reader.read(text) if one.kind == kind]


def is_new(version: str) -> bool:
    return Version(version) >= "1.5"


def as_here(text: str) -> str:
    """Return a file with the one word that differs in the form that the mbsync of this machine has."""
    theirs, ours = ("SSLType ", "TLSType ") if is_new(version_of("mbsync")) else ("TLSType ", "SSLType ")
    return text.replace(theirs, ours)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_reads_every_golden_file(case: Case) -> None:
    assert program.accept(case.text_for(version_of("mbsync"))) == []


def test_the_program_reads_the_golden_household() -> None:
    folder = TESTS / "golden-households" / "mirror" / "home"
    program.accept(as_here((folder / "dot-mbsyncrc").read_text(encoding="utf-8")))


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = CASES[0].file.read_text(encoding="utf-8")
    with pytest.raises(Objected):
        program.accept(as_here(text) + "\nnonsense there is no such command\n")


@pytest.mark.parametrize("version", [OLD, NEW])
def test_the_other_generation_is_told_by_the_program(version: str) -> None:
    """1.4 refuses the new word, and 1.5 gives notice of the old one."""
    text = made(Wish(client_version=version))["~/.mbsyncrc"].text
    try:
        told = program.accept(text)
    except Objected as error:
        told = [error.said]
    assert (told == []) == (is_new(version) == is_new(version_of("mbsync"))), told


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("username", [HOSTILE, "a b", "#x", "a#b", '"', "\\", "ü 中", "+x", ":x"])
def test_values_come_back(version: str, username: str) -> None:
    argv = ("pass", "show", username)
    credential = Credential("command", Command(argv))
    wish = Wish(username=username, credential=credential, client_version=version)
    text = made(wish)["~/.mbsyncrc"].text
    [account] = of_kind(text, "imapaccount")
    assert account.all("user") == [[username]]
    [[line]] = account.all("passcmd")
    said = subprocess.run(
        ["/bin/sh", "-c", f"pass() {{ printf '%s' \"$2\"; }}; {line}"], capture_output=True, check=True
    )
    assert said.stdout.decode() == username
    assert program.accept(as_here(text)) == []


@pytest.mark.parametrize("username", ["a\nHost evil.example", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(username=username))


def test_each_generation_has_its_word() -> None:
    old, new = (made(Wish(client_version=version))["~/.mbsyncrc"].text for version in (OLD, NEW))
    assert of_kind(old, "imapaccount")[0].all("ssltype") == [["IMAPS"]]
    assert of_kind(new, "imapaccount")[0].all("tlstype") == [["IMAPS"]]
    assert new.replace("TLSType ", "SSLType ") == old


def test_names_beyond_ascii_go_as_each_generation_wants_them() -> None:
    wish = {"sent": "已发送"}
    old, new = (
        made(Wish(client_version=version, folders=wish))["~/.mbsyncrc"].text for version in (OLD, NEW)
    )
    assert of_kind(old, "channel")[0].all("far") == [[":user-qq.com-far:&XfJT0ZAB-"]]
    assert of_kind(new, "channel")[0].all("far") == [[":user-qq.com-far:已发送"]]


@pytest.mark.parametrize("name", ["a*", "50%"])
def test_a_name_that_is_a_pattern_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable, match=r"\* and %"):
        made(Wish(folders={"sent": name}))


def test_an_empty_line_of_the_users_own_would_end_the_section() -> None:
    assert quote(Verbatim("Timeout 60"), GRAMMAR) == "Timeout 60"
    with pytest.raises(Unrepresentable):
        made(Wish(extra=(Verbatim("Timeout 60"), Verbatim(" "))))


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own() -> None:
    secret = "s\"ec 'r\\et$"
    files = made(Wish(credential=Credential("literal", secret=Secret(secret))))
    kept = files["~/.config/mailgen/mbsync/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == (f"{secret}\n", 0o600, True)
    assert all("ec 'r" not in file.text for path, file in files.items() if path != kept.path)
    [account] = of_kind(files["~/.mbsyncrc"].text, "imapaccount")
    assert account.all("passcmd") == [["cat ~/.config/mailgen/mbsync/secret.user-qq.com"]]


HOUSEHOLD = {
    "defaults": {"targets": ["mbsync"], "credential": "pass"},
    "accounts": {
        "home": {"address": "ada@qq.com", "folders": {"sent": "Sent Messages"}},
        "work": {
            "address": "o'brien@sohu.com",
            "maildir": "~/mail/it's work",
            "options": {"mbsync": {"every": "10min"}},
            "extra": {"mbsync": "Timeout 60"},
        },
    },
}


def test_a_household_is_one_file_with_a_place_for_each_and_units() -> None:
    files = {file.path: file for file in plan(HOUSEHOLD, catalogue=CATALOGUE)}
    text = files["~/.mbsyncrc"].text
    program.accept(as_here(text))
    assert [one.name for one in of_kind(text, "group")] == ["home", "work"]
    assert {path for path, file in files.items() if file.kind == "folder"} == {
        f"{place}{below}"
        for place in ("~/Mail/home", "~/mail/it's work")
        for below in ("", "/INBOX", "/INBOX/cur", "/INBOX/new", "/INBOX/tmp")
    }
    paths = [one.all("path")[0][0] for one in of_kind(text, "maildirstore")]
    assert paths == ["~/Mail/home/", "~/mail/it's work/"]
    units = "~/.config/systemd/user/"
    assert "ExecStart=mbsync -q work\n" in files[f"{units}mailgen-mbsync.service"].text
    assert files[f"{units}timers.target.wants/mailgen-mbsync.timer"].text == "../mailgen-mbsync.timer"
    assert ("systemctl", "--user", "daemon-reload") in files[f"{units}mailgen-mbsync.timer"].after


def test_over_pop3_there_is_nothing_to_mirror() -> None:
    with pytest.raises(MailgenError, match="does not speak POP3"):
        made(Wish(protocol="pop3"))


def test_a_version_may_look_elsewhere() -> None:
    chosen = CATALOGUE.target("mbsync")
    both = {"~/.config/isyncrc", "~/.mbsyncrc"}
    assert read_of(chosen, both, {}, "1.4.4") == "~/.mbsyncrc"
    assert read_of(chosen, both, {}, "1.5") == "~/.config/isyncrc"
    assert read_of(chosen, {"~/.mbsyncrc"}, {}, "1.5") == "~/.mbsyncrc"
    assert read_of(chosen, set(), {}) is None
