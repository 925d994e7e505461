"""What is written for imapfilter is what its Lua reads: every golden file, hostile values, a household."""

from __future__ import annotations

import base64

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, Secret, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case
from tests.formats.lua import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "imapfilter"]
CHECKED = {"hostnames": True, "certificates": True}
#: Values, and how they go over the wire between quotes.
NASTY = {
    "a b": "a b",
    "it's": "it's",
    "--x": "--x",
    "]]": "]]",
    "ü 中1": "ü 中1",
    "\\n%d\\065": "\\\\n%d\\\\065",
    '"a"': '\\"a\\"',
    '\\"': '\\\\\\"',
    "$HOME `id`": "$HOME `id`",
}


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("imapfilter", address, wish, catalogue=CATALOGUE).files[0].text


def found(text: str) -> list[dict[str, str]]:
    """Return what the program reads, which must be what the reader reads."""
    accounts, options = program.read_back(text)
    read = reader.read(text)
    assert options == read.options == CHECKED
    assert len(accounts) == len(read.accounts)
    for shown, meant in zip(accounts, read.accounts.values(), strict=True):
        for name, value in meant.items():
            if isinstance(value, str):
                assert shown[name] == value
            else:
                assert shown["command"] == value[-1]
    return accounts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_and_the_reader_read_every_golden_file_alike(case: Case) -> None:
    [account] = found(case.file.read_text(encoding="utf-8"))
    assert (account["port"], account["ssl"]) == ("993", "auto")


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = made(Wish())
    for wrong in (text.replace("IMAP {", "IMAP {{"), text + "x = 'a\n", text + "nobody.knows()\n"):
        with pytest.raises(Objected):
            program.read_back(wrong)


@pytest.mark.parametrize("value", NASTY)
def test_values_come_back(value: str) -> None:
    """A login name and a password as they go between quotes: the quotes of a password the program escapes."""
    text = made(Wish(username=value, credential=Credential("literal", secret=Secret(value))))
    [account] = found(text)
    assert account["username"] == NASTY[value]
    assert account["password"].replace('"', '\\"') == NASTY[value]
    [account] = found(made(Wish(credential=Credential("command", Command(("printf", "%s", value))))))
    assert account["command"].startswith("printf %s ")
    token = Credential("token", Command(("token", value)))
    [account] = found(made(Wish(username=value, credential=token), "user@outlook.com"))
    assert base64.b64decode(account["oauth2"]).decode() == f"user={value}\1auth=Bearer x\1\1"


@pytest.mark.parametrize("length", range(4))
def test_a_token_is_written_in_base64(length: int) -> None:
    text = made(
        Wish(username="u" * length or "中", credential=Credential("token", Command(("t",)))), "u@outlook.com"
    )
    [account] = found(text)
    assert base64.b64decode(account["oauth2"], validate=True).startswith(b"user=")


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(Unrepresentable, match="username"):
        made(Wish(username=value))


def test_who_has_to_send_an_id_or_begins_in_the_clear_is_refused() -> None:
    with pytest.raises(MailgenError, match="Unsafe Login"):
        made(Wish(), "user@163.com")
    servers = {"imap": {"host": "imap.lab.example", "port": 143, "tls": "starttls"}}
    with pytest.raises(MailgenError, match="no IMAP server"):
        made(Wish(servers=servers))


def test_rules_stand_behind_all_accounts_of_a_household() -> None:
    rule = "accounts['work'].INBOX:is_older(365):delete_messages()"
    accounts = {
        "home": {"address": "ada@qq.com", "extra": {"imapfilter": [rule]}},
        "work": {"address": "ada@sohu.com"},
    }
    given = {id: {**one, "password_command": f"echo {id}"} for id, one in accounts.items()}
    data = {"defaults": {"targets": ["imapfilter"]}, "accounts": given}
    [text] = [file.text for file in plan(data) if file.path == "~/.imapfilter/config.lua"]
    assert text.endswith(f"}}\n-- Your own line:\n{rule}\n")
    read = found(text.removesuffix(rule + "\n"))
    assert [one["command"] for one in read] == ["echo home", "echo work"]
    assert list(reader.read(text.removesuffix(rule + "\n")).accounts) == ["home", "work"]


def test_a_line_of_ones_own_is_as_it_is() -> None:
    assert made(Wish(extra=(Verbatim("x = '\\z'"),))).endswith("-- Your own line:\nx = '\\z'\n")


@pytest.mark.parametrize("argv", [("false",), ("true",), ("sh", "-c", "echo x; exit 3")])
def test_a_command_that_brings_no_secret_ends_the_run(argv: tuple[str, ...]) -> None:
    """Nothing is sent then: an empty password would count as a wrong one."""
    text = made(Wish(credential=Credential("command", Command(argv))))
    with pytest.raises(Objected, match=r"config.lua:\d+: the command for a secret has failed"):
        program.read_back(text, runs=True)
