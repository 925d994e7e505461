"""What is written for Python is what it reads: every golden file, hostile values, a household."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Verbatim
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import asked
from tests.cases import RENDERED, Case
from tests.formats.python import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "python"]
NASTY = 'a b #x "a" it\'s \\ \\n \\x41 %s {x} {{x}} $HOME ${x} $(id) `id` ü 中 \U0001f600 ~x ;'
CHECK = CATALOGUE.manifest("python")["check"]


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("python", address, wish, catalogue=CATALOGUE).files[0].text


def by_command(*argv: str) -> Credential:
    return Credential("command", Command(argv))


def found(text: str) -> dict[str, object]:
    """Return the settings that the program has, which must be those that its parser finds."""
    told, read = program.read_back(text), reader.settings(text)
    assert {**read, "SENDING_COMMAND": told["SENDING_COMMAND"]} == told
    assert text.isascii()
    return told


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_golden_file_is_read(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    read, called = reader.settings(text), reader.calls(text)
    assert called["ssl.create_default_context"] == "CA_FILE"
    assert read["SMTP_HOST"]
    assert read["SMTP_PORT"] in (465, 587)


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_values_come_back() -> None:
    told = found(made(Wish(username=NASTY, name=NASTY, credential=by_command("cat", "~/my x", NASTY))))
    assert (told["IMAP_USER"], told["SMTP_USER"]) == (NASTY, NASTY)
    assert told["SECRET_COMMAND"] == ["cat", "~/my x", NASTY]
    assert told["SENDING_COMMAND"] == told["SECRET_COMMAND"]
    assert found(made(Wish(options={"ca_file": FileName("~/my ca.pem")})))["CA_FILE"] == "~/my ca.pem"


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb", "a\u2028b"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(Unrepresentable, match="username"):
        made(Wish(username=value))


def test_a_client_tells_who_it_is_where_a_server_wants_to_know() -> None:
    assert reader.calls(made(Wish(), "user@163.com"))["server.xatom"] == "'ID', '(\"name\" \"Python\")'"
    assert "server.xatom" not in reader.calls(made(Wish()))


def test_each_form_of_tls_has_its_call() -> None:
    implicit, pop = reader.calls(made(Wish())), reader.calls(made(Wish(protocol="pop3")))
    assert implicit["imaplib.IMAP4_SSL"] == "IMAP_HOST, IMAP_PORT, trusted(), 60"
    assert implicit["smtplib.SMTP_SSL"] == "SMTP_HOST, SMTP_PORT, trusted(), 60"
    assert pop["poplib.POP3_SSL"] == "POP3_HOST, POP3_PORT, trusted(), 60"
    servers = {
        one: {"host": f"{one}.lab.example", "port": port, "tls": "starttls"}
        for one, port in (("imap", 143), ("smtp", 587))
    }
    calls = reader.calls(made(Wish(servers=servers)))
    assert "imaplib.IMAP4_SSL" not in calls
    assert (calls["server.starttls"], calls["imaplib.IMAP4"]) == ("trusted()", "IMAP_HOST, IMAP_PORT, 60")


def test_a_secret_for_sending_alone_is_fetched_by_its_own_command() -> None:
    own = {"address": "a@qq.com", "password_command": "echo one", "smtp": {"password_command": "echo two"}}
    [file] = plan({"defaults": {"targets": ["python"]}, "accounts": {"one": own}}, catalogue=CATALOGUE)
    told = found(file.text)
    assert (told["SECRET_COMMAND"], told["SENDING_COMMAND"]) == (["echo", "one"], ["echo", "two"])


def test_each_account_is_a_module() -> None:
    own = {"address": "a@qq.com", "extra": {"python": "X = 1"}}
    accounts = {"one": own, "two": {"address": "b@sohu.com"}}
    files = plan({"defaults": {"targets": ["python"]}, "accounts": accounts}, catalogue=CATALOGUE)
    assert [file.path for file in files] == [f"~/.config/mailgen/python/{id}.py" for id in accounts]
    assert found(files[0].text)["X"] == 1


def test_lines_of_the_users_own_are_read() -> None:
    assert found(made(Wish(extra=(Verbatim("X = 'y'"),))))["X"] == "y"


def test_the_check_reads_and_runs_nothing(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    text = made(Wish(extra=(Verbatim(f"open({str(canary)!r}, 'w')"),)))
    for written, taken in ((text, True), (text + "def x(:\n", False)):
        answer = asked(CHECK, written.encode(), "python", path=os.environ["PATH"])
        assert answer is not None
        assert answer.taken == taken, answer
    assert not canary.exists()
    with pytest.raises(Objected):
        program.read_back(text + "def x(:\n")


def test_tokens_are_for_imap_and_smtp() -> None:
    token = Credential("token", Command(("token",)))
    assert "XOAUTH2" in made(Wish(credential=token), "user@outlook.com")
    with pytest.raises(MailgenError):
        made(Wish(credential=token, protocol="pop3"), "user@outlook.com")


def test_what_may_be_secret_is_not_shown_and_all_that_mailgen_writes_is() -> None:
    for address, wish in (
        ("user@163.com", Wish(name="Ada", credential=by_command("pass", "show", "mail/qq"))),
        ("user@outlook.com", Wish(credential=Credential("token", Command(("token",))))),
        ("user@qq.com", Wish(protocol="pop3", reply_to="b@qq.com")),
    ):
        assert "***" not in "\n".join(redacted(made(wish, address), "python"))
    for line in (
        "PASSWORD = 's3cret'",
        "    return 's3cret'",
        "server.login('ada', \"s3cret\")",
        "SECRET_COMMAND = ['echo', 's3cret']",
        "X = '''\ns3cret\n'''",
        'X = "\\\ns3cret"',
        "X = (\n  's3cret')",
        "SMTP_USER = 'ada'; x = 's3cret'",
        "x = 123456",
    ):
        shown = "\n".join(redacted(line, "python"))
        assert "s3cret" not in shown, line
        assert "123456" not in shown
