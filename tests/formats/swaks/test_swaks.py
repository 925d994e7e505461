"""What is written for Swaks is what it reads: every golden file, hostile values, a household."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case
from tests.formats.swaks import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "swaks"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s \\\\ \\n=@x"
STARTTLS = {"smtp": {"host": "smtp.lab.example", "port": 587, "tls": "starttls"}}


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("swaks", address, wish, catalogue=CATALOGUE).files[0].text


def found(text: str) -> dict[str, str]:
    """Return what Swaks shows, which must be what the reader reads."""
    shown, read = program.read_back(text), reader.read(text)
    assert (shown["server"], shown["port"], shown["from"]) == (read["server"], read["port"], read["from"])
    assert shown["username"] == f"'{read['auth-user']}'"
    assert shown["sni string"] == read["server"]
    assert shown["ca path"] == read.get("tls-ca-path", "")
    return shown


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_and_the_reader_read_every_golden_file_alike(case: Case) -> None:
    shown = found(case.file.read_text(encoding="utf-8"))
    assert shown["verify server cert"] == "CA, HOST"
    assert shown["tls"] in ("starttls on connect (required)", "starttls (required)")
    assert (shown["auth"], shown["allowed types"]) == ("required", "PLAIN, LOGIN")
    assert shown["hide password"] == "PROVIDED_BUT_REMOVED"


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = CASES[0].file.read_text(encoding="utf-8")
    for wrong in (text + "no-such-option\n", "\n" + text, text + " from x\n"):
        with pytest.raises(Objected):
            program.read_back(wrong)


def test_one_that_compares_no_name_does_not_take_the_file() -> None:
    """That of Debian 12 would show the password to whoever has a certificate for anything."""
    with pytest.raises(Objected, match="Unknown option: tls-verify-host"):
        program.read_back(CASES[0].file.read_text(encoding="utf-8"), "/usr/bin/swaks")


@pytest.mark.parametrize("value", [HOSTILE, "a b", "#x", " a ", '"a"', "ü 中", "@x", "@@x", "a=b", "a:b"])
def test_values_come_back(value: str) -> None:
    text = made(Wish(username=value, credential=Credential("literal", secret=Secret(value))))
    shown = found(text)
    assert shlex.split(shown["password"]) == [value]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("-x", "next option"),
        ("--from=x", "next option"),
        ("a\nb", "line break"),
        ("", "empty"),
        ("<>", "empty"),
    ],
)
def test_what_cannot_be_written_is_refused(value: str, why: str) -> None:
    with pytest.raises(Unrepresentable, match=rf"(?s)username.*{why}|{why}.*username"):
        made(Wish(username=value))


def test_a_path_is_whole(tmp_path: Path) -> None:
    (tmp_path / "my ca.pem").touch()
    trusted = FileName(str(tmp_path / "my ca.pem"))
    assert found(made(Wish(options={"ca_file": trusted})))["ca path"] == trusted.path
    with pytest.raises(Unrepresentable, match="whole path"):
        made(Wish(options={"ca_file": FileName("~/ca.pem")}))


def test_each_form_of_tls_has_its_word() -> None:
    assert found(made(Wish()))["tls"] == "starttls on connect (required)"
    assert found(made(Wish(servers=STARTTLS)))["tls"] == "starttls (required)"


def test_a_token_is_refused() -> None:
    with pytest.raises(MailgenError, match="OAuth2"):
        made(Wish(credential=Credential("token", Command(("token",)))))


def test_lines_of_the_users_own_stand_last() -> None:
    assert found(made(Wish(extra=(Verbatim("timeout 7"),))))["timeout"] == "7"


def test_each_account_has_a_file_and_the_first_is_the_usual_one() -> None:
    accounts = {"one": {"address": "a@qq.com"}, "two": {"address": "b@sohu.com"}}
    files = plan({"defaults": {"targets": ["swaks"]}, "accounts": accounts}, catalogue=CATALOGUE)
    servers = {file.path: reader.read(file.text)["server"] for file in files}
    folder = "~/.config/mailgen/swaks"
    assert servers == {
        "~/.swaksrc": "smtp.qq.com", f"{folder}/one": "smtp.qq.com", f"{folder}/two": "smtp.sohu.com"
    }  # fmt: skip
