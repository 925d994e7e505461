"""What is written for mpop is what mpop reads: every golden file, hostile values, a household."""

from __future__ import annotations

import os

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import asked
from tests.cases import RENDERED, Case
from tests.formats.mpop import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "mpop"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %U %s \\\\"
CHECK = CATALOGUE.manifest("mpop")["check"]


def text_of(wish: Wish, address: str = "user@qq.com") -> str:
    text = generate("mpop", address, wish, catalogue=CATALOGUE).files[0].text
    assert isinstance(text, str)
    return text


def only(text: str) -> tuple[str, dict[str, str]]:
    """Return the name and the settings of the one account of a file."""
    [(name, account)] = reader.accounts(text).items()
    return name, account


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_reads_every_golden_file(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    name, meant = only(text)
    found = program.read_back(text.replace("passwordeval", "# "), name)
    for setting in (
        "host",
        "port",
        "tls",
        "tls_starttls",
        "tls_certcheck",
        "tls_trust_file",
        "keep",
        "only_new",
    ):
        assert found[setting] == meant.get(setting, found[setting])
    assert (found["user"], found["delivery"], found["keep"]) == (meant["user"], meant["delivery"], "on")
    assert found["uidls_file"] == meant["uidls_file"]


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = CASES[0].file.read_text(encoding="utf-8").replace("passwordeval", "# ")
    name, _ = only(text)
    for wrong in (
        text.replace("host ", "hots "),
        text + f"account {name}\nhost h\n",
        text.replace("delivery ", "#"),
        "host h\n" + text,
        text + "#" + "x" * 499 + "\n",
    ):
        with pytest.raises(Objected):
            program.read_back(wrong, name)


@pytest.mark.parametrize(
    "value", [HOSTILE, "a b", "#x", '"', '"a"', "\\", "ü 中", "=", "a:b,c", "%U%H", "~/x"]
)
def test_values_come_back(value: str) -> None:
    argv = ("echo", value, "it's")
    text = text_of(Wish(username=value, credential=Credential("command", Command(argv))))
    name, account = only(text)
    found = program.read_back(text, name)
    assert (found["user"], account["user"]) == (value, value)
    assert found["passwordeval"] == account["passwordeval"]


@pytest.mark.parametrize("value", ["a\nhost evil.example", "a\0b", "a\x1bb", "", "x" * 600])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(MailgenError):
        text_of(Wish(username=value))


@pytest.mark.parametrize("place", ["~/it's 50$/#;%F", '/srv/"a" b"', "~/$HOME `x`", "/x/ü"])
def test_a_folder_comes_back(place: str) -> None:
    text = text_of(Wish(options={"maildir": FileName(place)}))
    name, account = only(text)
    assert program.read_back(text, name)["delivery"] == account["delivery"] == f"maildir {place}/INBOX"


def test_a_secret_in_the_file_is_whole_and_the_file_is_for_nobody_else() -> None:
    secret = 's"ec \'r\\et$ # "'
    wish = Wish(credential=Credential("literal", secret=Secret(secret)))
    [file, *folders] = generate("mpop", "user@qq.com", wish, catalogue=CATALOGUE).files
    assert only(file.text)[1]["password"] == secret
    assert (file.mode, file.holds_secret) == (0o600, True)
    assert {one.kind for one in folders} == {"folder"}


def test_it_speaks_pop3_alone() -> None:
    with pytest.raises(MailgenError):
        text_of(Wish(protocol="imap"))
    assert only(text_of(Wish(), "user@163.com"))[1]["host"] == "pop.163.com"


def test_a_token_is_named_one() -> None:
    wish = Wish(credential=Credential("token", Command(("echo", "x"))))
    for address, way in (("user@gmail.com", "xoauth2"), ("user@outlook.com", "xoauth2")):
        name, account = only(text := text_of(wish, address))
        assert account["auth"] == way
        assert str(program.read_back(text, name)["auth"]).lower() == way


def test_a_household_takes_nothing_over_from_defaults_of_the_users_own() -> None:
    accounts = {
        "home": {"address": "ada@qq.com", "password_command": "echo x"},
        "default": {"address": "ada@163.com", "credential": "netrc"},
    }
    [file, *_] = plan({"defaults": {"targets": ["mpop"]}, "accounts": accounts}, catalogue=CATALOGUE)
    own = """defaults
tls off
keep off
only_new off
killsize 1
skipsize 1
filter rm -rf x
socket /tmp/x
proxy_host evil.example
tls_host_override evil.example
tls_fingerprint 01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10
passwordeval echo of another
"""
    for name in accounts:
        alone, behind = program.read_back(file.text, name), program.read_back(own + file.text, name)
        assert alone == behind
    assert program.read_back(file.text, "default")["passwordeval"] is None


def test_two_do_not_keep_the_mail_of_one_account_in_one_folder() -> None:
    for other in ("getmail6", "mbsync"):
        account = {"address": "a@qq.com", "targets": [other, "mpop", "mutt"]}
        with pytest.raises(DataError, match="would both keep the mail"):
            plan({"accounts": {"one": account}}, catalogue=CATALOGUE)


def test_the_check_runs_nothing(tmp_path: os.PathLike[str]) -> None:
    canary = os.path.join(tmp_path, "canary")
    text = text_of(Wish(credential=Credential("command", Command(("touch", canary)))))
    answer = asked(CHECK, text.encode(), "mpop", path=os.environ["PATH"])
    assert answer is not None
    assert answer.taken, answer
    refused = asked(CHECK, text.replace("keep ", "kepe ").encode(), "mpop", path=os.environ["PATH"])
    assert refused is not None
    assert not refused.taken
    assert not os.path.exists(canary)


def test_refusals_name_the_value() -> None:
    with pytest.raises(Unrepresentable, match="line break"):
        text_of(Wish(username="a\nb"))
