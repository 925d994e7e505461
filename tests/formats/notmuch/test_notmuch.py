"""What is written for notmuch is what notmuch reads: every golden file, hostile values, several accounts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unquotable, Unrepresentable
from mailgen.formats.notmuch.grammar import GRAMMAR, mailbox
from mailgen.formats.quoting import quote
from mailgen.model.tokens import FileName, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.notmuch import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "notmuch"]
GOLDEN = [case.file for case in CASES] + [
    TESTS / "golden-households" / "indexed" / "home" / "dot-notmuch-config",
]


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("notmuch", address, wish, catalogue=CATALOGUE).files[0].text


def planned(**accounts: dict[str, Any]) -> str:
    """Return what is written for accounts, each of whose mail some program keeps here."""
    given = {id: {"targets": ["mbsync", "notmuch"], **account} for id, account in accounts.items()}
    files = plan({"accounts": given}, catalogue=CATALOGUE)
    return next(file.text for file in files if file.target == "notmuch" and file.kind == "file")


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_the_program_and_the_reader_read_every_golden_file_alike(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    found = reader.read(text)
    assert found["user.primary_email"]
    for setting, values in found.items():
        if setting != "database.path":  # which notmuch says from the root on
            assert program.asked(text, setting) == values, setting


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


@pytest.mark.parametrize("wrong", ["[user\nname=x\n", "[user]\nname=x\nnonsense\n", "nonsense\n"])
def test_the_program_objects_to_what_is_wrong(wrong: str) -> None:
    with pytest.raises(Objected):
        program.asked(f"{wrong}{CASES[0].file.read_text(encoding='utf-8')}", "user.primary_email")


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", 'a"b\\c', "a\\sb", "\\n", "$HOME `id` %s #x", "ü 中", "[user]", "a=b", "#x", "x\\"],
)
def test_names_come_back(name: str) -> None:
    text = made(Wish(name=name))
    assert program.asked(text, "user.name") == [name] == reader.read(text)["user.name"]


@pytest.mark.parametrize("name", ["a;b", "a\nb", " a", "a ", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(name: str) -> None:
    """The program shows why: of an escaped semicolon it keeps the backslash, and blanks it strips."""
    with pytest.raises(Unrepresentable):
        made(Wish(name=name))


def test_the_program_has_no_way_to_write_these() -> None:
    assert program.asked("[user]\nname=a\\;b\n", "user.name") != ["a;b"]
    assert program.asked("[user]\nname=\\sa\\s\n", "user.name") == ["a"]


def test_one_file_knows_all_that_somebody_is_called() -> None:
    text = planned(
        one={"address": "o'brien+tag@qq.com", "name": "Ada", "identities": ["a2@qq.com", "*@lab.example"]},
        two={"address": "b@sohu.com", "name": "Other", "default": True, "maildir": "~/Mail/the second"},
    )
    found = reader.read(text)
    assert found["user.name"] == ["Other"]
    assert found["user.primary_email"] == ["b@sohu.com"]
    assert found["user.other_email"] == ["o'brien+tag@qq.com", "a2@qq.com"]
    assert found["new.ignore"][1:] == [
        "/^the[ ]second/Trash$/",
        "/^the[ ]second/Junk$/",
        "/^one/Trash$/",
        "/^one/Junk$/",
    ]
    for setting in ("user.other_email", "new.ignore"):
        assert program.asked(text, setting) == found[setting]


@pytest.mark.parametrize("path", ["a.b/Trash", "x y/J\\unk", "[1]/T^", "(a)|b+?*{1}$/T", "中/Junk"])
def test_a_mailbox_is_left_out_by_its_own_path_and_no_other(path: str) -> None:
    [pattern] = reader.read(f"[new]\nignore={mailbox(path)}\n")["new.ignore"]
    assert pattern[0] == pattern[-1] == "/"
    expression = re.compile(pattern[1:-1])
    assert expression.search(path)
    assert not any(expression.search(other) for other in (f"x{path}", f"{path}x", path[:-1], f"x/{path}"))


@pytest.mark.parametrize(("path", "written"), [("~/Mail", "Mail"), ("~/a b", "a b"), ("/srv/m", "/srv/m")])
def test_the_home_is_where_paths_begin(path: str, written: str) -> None:
    text = made(Wish(options={"root": FileName(path)}))
    assert reader.read(text)["database.path"] == [written]
    [said] = program.asked(text, "database.path")
    assert said.endswith(f"/{written.lstrip('/')}")
    assert said.startswith("/srv") == path.startswith("/srv")


def test_a_folder_of_mail_that_would_be_no_path_is_refused() -> None:
    for path in ("~/", "~/a;b"):
        with pytest.raises(Unquotable):
            quote(FileName(path), GRAMMAR)


@pytest.mark.parametrize("maildir", ["~/mail/one", "/srv/mail", "~/Mailbox", "~"])
def test_mail_that_lies_elsewhere_is_refused(maildir: str) -> None:
    """notmuch would find none of it, and say nothing."""
    if maildir != "~":
        with pytest.raises(DataError, match=r"below ~/Mail") as error:
            planned(one={"address": "a@qq.com", "maildir": maildir})
        assert error.value.field == ("accounts", "one", "options", "notmuch", "root")
    with pytest.raises(MailgenError, match=r"below ~/Mail"):
        made(Wish(options={"root": FileName("~/Mail"), "maildir": FileName(maildir)}))


def test_all_of_it_may_lie_in_another_place() -> None:
    text = planned(
        one={"address": "a@qq.com", "maildir": "~/mail/one", "options": {"notmuch": {"root": "~/mail/"}}},
        two={"address": "b@qq.com", "maildir": "~/mail/two"},
    )
    assert reader.read(text)["database.path"] == ["mail/"]
    assert "/^two/Junk$/" in reader.read(text)["new.ignore"]


def test_where_nobody_keeps_the_mail_it_is_said() -> None:
    codes = {one.code for one in generate("notmuch", "a@qq.com", Wish(), catalogue=CATALOGUE).findings}
    assert "no-mail-here" in codes
    wish = Wish(options={"maildir": FileName("~/Mail/a")})
    assert "no-mail-here" not in {
        one.code for one in generate("notmuch", "a@qq.com", wish, catalogue=CATALOGUE).findings
    }


def test_no_secret_and_no_server_is_asked_for() -> None:
    """Also of a provider that takes no password, and of a domain that nobody knows."""
    for address in ("a@outlook.com", "a@nobody-knows.example"):
        result = generate("notmuch", address, Wish(), catalogue=CATALOGUE)
        assert result.step is None
        assert (result.account.incoming, result.account.smtp) == (None, None)


def test_lines_of_the_users_own_may_open_a_group() -> None:
    wish = Wish(extra=(Verbatim("[index]"), Verbatim("decrypt=false")))
    assert program.asked(made(wish), "index.decrypt") == ["false"]
