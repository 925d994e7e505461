"""What is written for getmail is what both getmails read: every golden file, hostile values, units."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import asked
from tests.cases import RENDERED, Case
from tests.formats.getmail import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "getmail6"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s %(x)s {x} \\\\"
OLD, NEW = "6.18.11", "6.20.2"
RC = "~/.config/getmail/getmailrc"


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, RenderedFile]:
    return {file.path: file for file in generate("getmail6", address, wish, catalogue=CATALOGUE).files}


def text_of(wish: Wish, address: str = "user@qq.com") -> str:
    text = made(wish, address)[RC].text
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_programs_read_every_golden_file(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    meant = reader.read(text)
    newer_alone = "imap_id_extension" in meant["retriever"]
    for one in program.programs()[newer_alone:]:
        found = program.read_back(text, one)
        assert found["retriever"] == meant["retriever"]["type"]
        assert found["destination"] == "Maildir"
        for name in ("server", "port", "username", "ca_certs"):
            assert found[name] == meant["retriever"][name]


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = CASES[0].file.read_text(encoding="utf-8")
    for wrong in (
        text.replace("server =", "sever ="),
        text + "read_all = true\n",
        text.replace("ca_certs = /", "ca_certs = /nowhere/"),
        text.replace("[destination]", "[retriever]"),
    ):
        for one in program.programs():
            with pytest.raises((Objected, reader.Rejected)):
                program.read_back(wrong, one)


@pytest.mark.parametrize(
    "username", [HOSTILE, "a b", "#x", "a#b", '"', "\\", "ü 中", "+x", ":x", "=", "a = b"]
)
def test_values_come_back(username: str) -> None:
    argv = ("pass", "show", username, "it's", "~/x")
    wish = Wish(username=username, protocol="pop3", credential=Credential("command", Command(argv[:-1])))
    text = text_of(wish)
    fetches = reader.read(text)["retriever"]
    assert fetches["username"] == username
    assert reader.argv(fetches["password_command"]) == argv[:-1]
    for one in program.programs():
        found = program.read_back(text, one)
        assert found["username"] == username
        assert reader.argv(found["password_command"]) == argv[:-1]


def test_a_path_of_the_home_in_a_command_needs_a_shell(tmp_path: Path) -> None:
    (tmp_path / "my secret").write_text("s3\n")
    text = text_of(Wish(credential=Credential("command", Command(("cat", "~/my secret")))))
    words = reader.argv(reader.read(text)["retriever"]["password_command"])
    done = subprocess.run(
        words, env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, capture_output=True, check=True
    )
    assert done.stdout == b"s3\n"


@pytest.mark.parametrize("username", ["a b", 'a"b', "a\\b", "a(b", "a)b", "a{b", "a%b", "a*b", "ü"])
def test_over_imap_the_login_name_has_to_be_an_atom(username: str) -> None:
    """getmail sends it without quotes; over POP3, and with a token, it goes whole."""
    with pytest.raises(Unrepresentable, match=r"username.*without quotes"):
        made(Wish(username=username, protocol="imap"))
    made(Wish(username=username, protocol="pop3"))
    token = Credential("token", Command(("token",)))
    made(Wish(username=username, protocol="imap", credential=token), "user@gmail.com")


@pytest.mark.parametrize("username", ["a\nserver = evil.example", "a\0b", "a\x1bb", " a", "a\u00a0", ""])
def test_what_cannot_be_written_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(username=username, protocol="pop3"))


@pytest.mark.parametrize(
    ("place", "fits"), [("~/it's 50$/#;%", True), ("~/$x", False), ("/srv/${HOME}", False)]
)
def test_getmail_fills_variables_into_paths(place: str, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = Wish(options={"maildir": FileName(place)})
    if not fits:
        with pytest.raises(Unrepresentable, match="variable"):
            made(wish)
        return
    for one in program.programs():
        assert program.read_back(text_of(wish), one)["path"] == f"{place}/INBOX/"


def test_a_line_of_the_users_own_stands_by_itself() -> None:
    text = text_of(
        Wish(extra=(Verbatim("delete_after = 30"), Verbatim("[filter-1]"), Verbatim("type = Filter_TMDA")))
    )
    assert reader.read(text)["options"] == {"read_all": "false", "delete_after": "30"}
    assert reader.read(text)["filter-1"] == {"type": "Filter_TMDA"}


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own() -> None:
    secret = "s\"ec 'r\\et$"
    files = made(Wish(credential=Credential("literal", secret=Secret(secret))))
    kept = files["~/.config/mailgen/getmail/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == (f"{secret}\n", 0o600, True)
    assert all("ec 'r" not in file.text for path, file in files.items() if path != kept.path)
    words = reader.argv(reader.read(files[RC].text)["retriever"]["password_command"])
    assert words == ("sh", "-c", "cat ~/.config/mailgen/getmail/secret.user-qq.com")


def test_an_id_is_sent_by_those_that_can() -> None:
    old, new = (reader.read(text_of(Wish(client_version=one), "user@163.com")) for one in (OLD, NEW))
    assert old["retriever"]["type"] == "SimplePOP3SSLRetriever"
    assert "imap_id_extension" not in old["retriever"]
    assert new["retriever"]["type"] == "SimpleIMAPSSLRetriever"
    assert new["retriever"]["imap_id_extension"] == "true"
    text = text_of(Wish(client_version=NEW), "user@163.com")
    debian, newer = program.programs()
    assert program.read_back(text, newer)["imap_id_extension"] == "True"
    with pytest.raises(Objected, match="imap_id_extension"):
        program.read_back(text, debian)


def test_a_token_is_named_one() -> None:
    wish = Wish(credential=Credential("token", Command(("mailgen", "token", "user@gmail.com"))))
    text = text_of(wish, "user@gmail.com")
    fetches = reader.read(text)["retriever"]
    assert fetches["use_xoauth2"] == "true"
    assert reader.argv(fetches["password_command"]) == ("mailgen", "token", "user@gmail.com")
    for one in program.programs():
        assert program.read_back(text, one)["use_xoauth2"] == "True"
    with pytest.raises(MailgenError):
        made(Wish(protocol="pop3", credential=wish.credential), "user@gmail.com")


HOUSEHOLD = {
    "defaults": {"targets": ["getmail6"], "credential": "pass"},
    "accounts": {
        "home": {"address": "ada@qq.com", "options": {"getmail6": {"every": "1h"}}},
        "work": {
            "address": "ada@163.com",
            "maildir": "~/mail/it's work",
            "options": {"getmail6": {"every": "10min"}},
        },
        "rare": {"address": "ada@sohu.com"},
    },
}


def test_a_household_has_a_file_for_each_and_one_run_for_all() -> None:
    files = {file.path: file for file in plan(HOUSEHOLD, catalogue=CATALOGUE)}
    assert {path for path in files if "/getmail/" in path} == {
        f"~/.config/getmail/mailgen-{id}" for id in ("home", "work", "rare")
    }
    assert "path = ~/mail/it's work/INBOX/\n" in files["~/.config/getmail/mailgen-work"].text
    assert files["~/mail/it's work/INBOX/new"].kind == "folder"
    units = "~/.config/systemd/user/"
    runs = "getmail --rcfile mailgen-home --rcfile mailgen-work --quiet --getmaildir ~/.config/getmail"
    assert f"ExecStart={runs}\n" in files[f"{units}mailgen-getmail.service"].text
    assert files[f"{units}timers.target.wants/mailgen-getmail.timer"].text == "../mailgen-getmail.timer"


def test_two_do_not_keep_the_mail_of_one_account_in_one_folder() -> None:
    def household(**more: object) -> dict[str, object]:
        return {
            "accounts": {"one": {"address": "a@qq.com", "targets": ["mbsync", "getmail6", "mutt"], **more}}
        }

    for wrong in ({}, {"maildir": "~/m"}, {"options": {"getmail6": {"maildir": "~/Mail/one/below"}}}):
        with pytest.raises(DataError, match=r"mbsync and getmail|getmail and mbsync"):
            plan(household(**wrong), catalogue=CATALOGUE)
    plan(household(options={"getmail6": {"maildir": "~/fetched"}}), catalogue=CATALOGUE)


CHECK = CATALOGUE.manifest("getmail6")["check"]


def test_the_check_needs_no_folder_and_runs_nothing(tmp_path: Path) -> None:
    """What is no text is given to Python's eval by getmail, so nothing of that comes into the copy."""
    text = CASES[0].file.read_text(encoding="utf-8")
    answer = asked(CHECK, text.encode(), "getmail", path=os.environ["PATH"])
    assert answer is not None
    assert answer.taken, answer
    canary = tmp_path / "canary"
    evil = f"__import__('pathlib').Path({str(canary)!r}).touch()"
    for name in ("port", "timeout", "mailboxes", "password_command", "ssl_fingerprints"):
        lines = [line for line in text.split("\n") if not line.startswith(f"{name} =")]
        for value in (evil, f"(\n  {evil},\n  )"):
            wrong = "\n".join(lines).replace("[retriever]\n", f"[retriever]\n{name} = {value}\n")
            asked(CHECK, wrong.encode(), "getmail", path=os.environ["PATH"])
    assert not canary.exists()
    bare = {key: value for key, value in CHECK.items() if key != "replace"}
    asked(bare, text.replace("port = 993", f"port = {evil}").encode(), "getmail", path=os.environ["PATH"])
    assert canary.exists(), "getmail itself would have run it"
    canary.unlink()
    log = text.replace("[options]", f"[options]\nmessage_log = {canary}")
    asked(CHECK, log.encode(), "getmail", path=os.environ["PATH"])
    assert not canary.exists()
    refused = asked(CHECK, (text + "read_all = false\n").encode(), "getmail", path=os.environ["PATH"])
    assert refused is not None
    assert not refused.taken
