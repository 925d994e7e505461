"""What is written for Alpine is what Alpine reads: every golden file, hostile values, several accounts."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.tokens import FileName, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.pinerc import program, reader

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "alpine"]
HOUSE = TESTS / "golden-households/menus/home"
GOLDEN = [case.file for case in CASES] + [HOUSE / "dot-pinercex", *HOUSE.glob("dot-config/mailgen/alpine/*")]


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("alpine", address, wish, catalogue=CATALOGUE).files[0].text


def found(text: str) -> dict[str, list[str]]:
    """Return what the program has read, which must be what the reader reads."""
    told, read = program.settings(text), reader.read(text)
    for name, values in read.items():
        if values and name != "signature-file":  # whose ~ is then a path
            assert told[name] == [value or '""' for value in values], name
    return read


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_the_program_and_the_reader_read_every_golden_file_alike(file: Any) -> None:
    read = found(file.read_text(encoding="utf-8"))
    assert reader.server(read["inbox-path"][0]).mailbox == "INBOX"
    assert read["smtp-server"]


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10
    assert len(GOLDEN) > len(CASES) + 1


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "O'Brien",
        'a "b" c',
        "a, b",
        'a "b", c',
        "$HOME $$ `id`",
        "#x",
        "ü 中",
        "a\\b",
        "{x}",
        "(a) <b>",
        "a;b",
    ],
)
def test_names_come_back(name: str) -> None:
    [sender] = found(made(Wish(name=name)))["customized-hdrs"]
    from email.utils import parseaddr

    assert parseaddr(sender.removeprefix("From: ")) == (name, "user@qq.com")


@pytest.mark.parametrize("username", ["a b", "o'brien/x", "$HOME", "a,b", "#x", "ü", "a=b;c", "%s"])
def test_login_names_come_back(username: str) -> None:
    read = found(made(Wish(username=username)))
    assert reader.server(read["inbox-path"][0]).user == username
    assert reader.server("{" + read["smtp-server"][0] + "}").user == username


@pytest.mark.parametrize("value", ["a\nb", "a\0b"])
def test_a_name_that_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(name=value))


@pytest.mark.parametrize("username", ['a"b', "a\\b", "a}b", "{", "a\nb"])
def test_a_login_name_that_would_end_the_server_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(Wish(username=username))


@pytest.mark.parametrize("folder", ['a"b', "a,b", "a{b", " a"])
def test_a_folder_that_cannot_be_written_is_refused(folder: str) -> None:
    with pytest.raises(MailgenError):
        made(Wish(folders={"sent": folder}))
    read = found(made(Wish(folders={"sent": "已发送 $x", "drafts": "O'Drafts & more"})))
    assert reader.server(read["default-fcc"][0]).mailbox == "已发送 $x"
    assert reader.server(read["postponed-folder"][0]).mailbox == "O'Drafts & more"


def test_a_copy_is_left_to_a_server_that_keeps_one() -> None:
    assert found(made(Wish(), "a@gmail.com"))["default-fcc"] == [""]
    assert found(made(Wish(), "a@sohu.com"))["default-fcc"] == []


def test_every_setting_stands_in_every_file() -> None:
    """Alpine adds what is missing further down, with nothing behind it, and the last of a name counts."""
    both = "customized-hdrs=From: a@x.example\ncustomized-hdrs=\n"
    assert program.settings(both).get("customized-hdrs") != ["From: a@x.example"]
    names = [
        set(reader.read(made(wish))) for wish in (Wish(), Wish(protocol="pop3"), Wish(folders={"sent": "S"}))
    ]
    assert names[0] == names[1] == names[2]
    assert len(names[0]) == 7


def test_every_account_has_a_file_of_its_own_beside_the_first() -> None:
    account = {"targets": ["alpine"]}
    data = {
        "accounts": {
            "home": {**account, "address": "a@qq.com", "default": True, "reply_to": "b@qq.com"},
            "work": {**account, "address": "a@sohu.com", "signature": "~/my sig"},
        }
    }
    files = {file.path: file.text for file in plan(data, catalogue=CATALOGUE)}
    assert set(files) == {"~/.pinercex", "~/.config/mailgen/alpine/home", "~/.config/mailgen/alpine/work"}
    assert files["~/.pinercex"] == files["~/.config/mailgen/alpine/home"]
    assert found(files["~/.pinercex"])["customized-hdrs"] == ["From: a@qq.com", "Reply-To: b@qq.com"]
    assert found(files["~/.config/mailgen/alpine/work"])["signature-file"] == ["~/my sig"]


def test_lines_of_the_users_own_are_settings() -> None:
    wish = Wish(extra=(Verbatim("sort-key=date"),), signature=FileName("~/my sig"))
    assert program.settings(made(wish))["sort-key"] == ["date"]
