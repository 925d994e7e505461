"""What is written for OfflineIMAP is what it reads: every golden file, hostile values, a household."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Folder, Secret, Verbatim
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import asked
from tests.cases import RENDERED, Case
from tests.formats.offlineimap import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "offlineimap3"]
RC = "~/.offlineimaprc"
CHECK = CATALOGUE.manifest("offlineimap3")["check"]


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, RenderedFile]:
    return {file.path: file for file in generate("offlineimap3", address, wish, catalogue=CATALOGUE).files}


def text_of(wish: Wish, address: str = "user@qq.com") -> str:
    text = made(wish, address)[RC].text
    assert isinstance(text, str)
    return text


def silent(text: str) -> str:
    """Return a file without its command, which is of a program that nobody here has."""
    lines = (line for line in text.split("\n") if not line.startswith(("remotepasseval", "oauth2_access")))
    return "\n".join(lines)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_reads_every_golden_file(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    [(name, found)] = program.read_back(silent(text)).items()
    meant = reader.server_of(text, name)
    assert found["host"] == meant["remotehost"]
    assert (str(found["port"]), found["user"]) == (meant["remoteport"], meant["remoteuser"])
    assert (found["ssl"], found["trust"]) == (True, "/etc/ssl/certs/ca-certificates.crt")
    assert (found["expunge"], found["deletes"], found["sep"]) == (False, [False, False], "/")
    assert found["root"] == reader.here_of(text, name)["localfolders"]
    assert len(found["ways"]) == 1


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = silent(CASES[0].file.read_text(encoding="utf-8"))
    for wrong in (
        text.replace("remotehost = ", "remotehost "),
        text + "[general]\n",
        text.replace("-far]", "-away]"),
        text.replace("type = IMAP", "type = imap"),
        text.replace("= LOGIN", "= LOGON"),
    ):
        with pytest.raises(Objected):
            program.read_back(wrong)


@pytest.mark.parametrize("name", ["it's 50%", '"a" b', "[x]/é 中", "%(x)s", "a\\b", "#x; y", "{x}"])
def test_folders_come_back(name: str) -> None:
    [found] = program.read_back(
        silent(text_of(Wish(folders={"sent": name}))), "Sent", "Other", _utf7(name)
    ).values()
    assert found["here"] == {_utf7(name): "Sent", "Other": "Other"}, "the server's own Sent has no place here"
    assert found["there"]["Sent"] == _utf7(name)
    assert found["there"]["Other"] == "Other"


def _utf7(name: str) -> str:
    return Folder(name).utf7.name


@pytest.mark.parametrize("word", ["it's", '50% "x"', "%(home)s", "\\", "ü 中", "$HOME `x`", "'''", "#;="])
def test_a_command_gets_its_arguments_as_they_are(word: str) -> None:
    argv = ("printf", "%s\\nmore", word)
    text = text_of(Wish(credential=Credential("command", Command(argv))))
    assert reader.argv(reader.server_of(text, "user-qq.com")["remotepasseval"]) == argv
    assert program.read_back(text)["user-qq.com"]["password"] == word


@pytest.mark.parametrize("username", ["a b", 'a"b', "a\\b", "a(b", "a)b", "a{b", "a%b", "a*b", "ü"])
def test_a_login_name_has_to_be_an_atom(username: str) -> None:
    """With LOGIN it is sent without quotes; with a token it goes whole."""
    with pytest.raises(Unrepresentable, match=r"username.*without quotes"):
        made(Wish(username=username))
    wish = Wish(username=username, credential=Credential("token", Command(("echo", "t%1"))))
    [found] = program.read_back(text_of(wish, "user@gmail.com")).values()
    assert (found["user"], found["token"], found["ways"]) == (username, "t%1", ["XOAUTH2"])


@pytest.mark.parametrize("username", ["a\nremotehost = evil.example", "a\0b", " a", "a\u00a0", ""])
def test_what_cannot_be_written_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(username=username, credential=Credential("token", Command(("x",)))), "user@gmail.com")


@pytest.mark.parametrize(
    ("place", "fits"),
    [("~/it's 50%$/#;", True), ("/srv/%(x)s", True), ("~/$x", False), ("/x/${HOME}", False)],
)
def test_variables_are_filled_into_paths(place: str, fits: bool, tmp_path: Path) -> None:
    wish = Wish(options={"maildir": FileName(place)})
    if not fits:
        with pytest.raises(Unrepresentable, match="variable"):
            made(wish)
        return
    if place.startswith("~/"):
        assert program.read_back(text_of(wish))["user-qq.com"]["root"] == place
    assert reader.here_of(text_of(wish), "user-qq.com")["localfolders"] == place


def test_a_line_of_the_users_own_stands_by_itself() -> None:
    text = text_of(Wish(extra=(Verbatim("maxconnections = 2"), Verbatim("  ipv6 = False"))))
    server = reader.server_of(text, "user-qq.com")
    assert (server["maxconnections"], server["ipv6"]) == ("2", "False")


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own() -> None:
    secret = "s\"ec 'r\\et$"
    files = made(Wish(credential=Credential("literal", secret=Secret(secret))))
    kept = files["~/.config/mailgen/offlineimap/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == (f"{secret}\n", 0o600, True)
    assert all("ec 'r" not in file.text for path, file in files.items() if path != kept.path)
    words = reader.argv(reader.server_of(files[RC].text, "user-qq.com")["remotepasseval"])
    assert words == ("sh", "-c", "cat ~/.config/mailgen/offlineimap/secret.user-qq.com")


def test_there_is_no_starttls_that_it_would_insist_on() -> None:
    assert "starttls" not in {case.account for case in CASES}
    with pytest.raises(MailgenError):
        made(Wish(protocol="pop3"))


def test_a_household_is_one_file_with_all_accounts() -> None:
    accounts = {
        "home": {"address": "ada@qq.com", "password_command": "echo one"},
        "work": {"address": "ada@163.com", "password_command": "echo two", "maildir": "~/mail/it's work"},
    }
    household = {"defaults": {"targets": ["offlineimap3"]}, "accounts": accounts}
    files = {file.path: file for file in plan(household, catalogue=CATALOGUE)}
    found = program.read_back(files[RC].text)
    assert {name: one["password"] for name, one in found.items()} == {"home": "one", "work": "two"}
    assert found["work"]["root"] == "~/mail/it's work"
    assert files["~/mail/it's work/INBOX/new"].kind == "folder"
    assert files[RC].merge == "block"


def test_two_do_not_keep_the_mail_of_one_account_in_one_folder() -> None:
    for other in ("getmail6", "mbsync", "mpop"):
        account = {"address": "a@qq.com", "targets": [other, "offlineimap3", "mutt"]}
        with pytest.raises(DataError, match="would both keep the mail"):
            plan({"accounts": {"one": account}}, catalogue=CATALOGUE)


def test_the_check_runs_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    text = text_of(Wish(credential=Credential("command", Command(("touch", str(canary))))))
    answer = asked(CHECK, text.encode(), "offlineimap", path=os.environ["PATH"])
    assert answer is not None
    assert answer.taken, answer
    refused = asked(CHECK, (text + "[general]\n").encode(), "offlineimap", path=os.environ["PATH"])
    assert refused is not None
    assert not refused.taken
    assert not canary.exists()
