"""What is written for mblaze is what mblaze reads: every golden file, hostile values, several accounts."""

from __future__ import annotations

from email.utils import getaddresses, parseaddr
from typing import Any

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unrepresentable
from mailgen.model.account import Identity
from mailgen.model.tokens import Command, FileName, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.mblaze import program, reader

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "mblaze"]
HOUSE = TESTS / "golden-households/commands/home"
GOLDEN = [case.file for case in CASES] + [
    HOUSE / "dot-mblaze/profile",
    *sorted(HOUSE.glob("dot-config/mailgen/mblaze/*/profile")),
]


def found(text: str) -> dict[str, str]:
    """Return what the program has read, which must be what the reader reads."""
    read = reader.read(text)
    assert program.asked(text, *read) == list(read.values())
    return read


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, str]:
    return found(generate("mblaze", address, wish, catalogue=CATALOGUE).files[0].text)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_the_program_and_the_reader_read_every_golden_file_alike(file: Any) -> None:
    assert parseaddr(found(file.read_text(encoding="utf-8"))["local-mailbox"])[1]


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10
    assert len(GOLDEN) > len(CASES) + 2


@pytest.mark.parametrize(
    "name", ["Ada", "O'Brien", 'a, "b" c', "$HOME `id` $(x)", "#x", "#: x", "ü 中", "a\\b", "(a) <b>", "a: b"]
)
def test_names_come_back(name: str) -> None:
    assert parseaddr(made(Wish(name=name))["local-mailbox"]) == (name, "user@qq.com")


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(name=name))


@pytest.mark.parametrize("argv", [("a b",), ("send", ""), ("send", "*"), ("~/bin/send",), ("send", "x\\y")])
def test_a_program_that_the_shell_would_change_is_refused(argv: tuple[str, ...]) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(options={"sendmail": Command(argv)}))


def test_the_name_of_a_program_is_not_evaluated() -> None:
    argv = ("send", "$HOME", "`id`", "it's", ";x")
    assert made(Wish(options={"sendmail": Command(argv)}))["sendmail"].split(" ") == [*argv]


def test_an_answer_is_from_one_of_the_account_s_own_addresses() -> None:
    identities = (Identity("b@qq.com", "B, the second"), Identity("c@qq.com"), Identity("*@lab.example"))
    read = made(Wish(identities=identities))
    assert getaddresses([read["reply-from"]]) == [("B, the second", "b@qq.com"), ("", "c@qq.com")]
    assert read["alternate-mailboxes"] == read["reply-from"]


def test_every_account_sends_through_its_own_server() -> None:
    """Addresses of another account are none of the first one's, for they would leave through its server."""
    account = {"targets": ["mbsync", "msmtp", "mblaze"]}
    data = {
        "accounts": {
            "home": {**account, "address": "a@qq.com", "default": True},
            "work": {**account, "address": "a@sohu.com", "label": "my work", "maildir": "~/Mail/the work"},
        }
    }
    files = {file.path: file.text for file in plan(data, catalogue=CATALOGUE) if file.target == "mblaze"}
    folder = "~/.config/mailgen/mblaze"
    assert set(files) == {"~/.mblaze/profile", f"{folder}/home/profile", f"{folder}/work/profile"}
    first, work = found(files["~/.mblaze/profile"]), found(files[f"{folder}/work/profile"])
    assert "alternate-mailboxes" not in first
    assert (first["sendmail"], first["sendmail-args"]) == ("msmtp -a home", "-t")
    assert first["outbox"] == "~/Mail/home/Sent"
    assert (work["sendmail"], work["outbox"]) == ("msmtp", "~/Mail/the work/Sent")


def test_lines_of_the_users_own_are_settings() -> None:
    wish = Wish(
        extra=(Verbatim("FQDN: x.example"), Verbatim("Scan-Format: %i")),
        options={"maildir": FileName("~/Mail/x")},
    )
    read = made(wish)
    assert (read["fqdn"], read["scan-format"], read["outbox"]) == ("x.example", "%i", "~/Mail/x/Sent")
