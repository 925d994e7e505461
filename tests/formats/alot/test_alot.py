"""What is written for alot is what alot reads: every golden file, hostile values, several accounts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from mailgen.api import generate
from mailgen.core.errors import Unrepresentable
from mailgen.model.account import Identity
from mailgen.model.tokens import Command, FileName
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.alot import program, reader
from tests.programs import Objected

if TYPE_CHECKING:
    from pathlib import Path

HOUSE = TESTS / "golden-households/alot/home/dot-config/alot/config"
GOLDEN = [*[case.file for case in RENDERED if case.target == "alot"], HOUSE]
NAMES = [
    "Ada", "O'Brien", 'a, "b" c', "it's \"so\", x", "100% %s", "#x", "a = b", "ü 中", "a\\b\\", "[[x]]", "'",
    '"', "$ 1",
]  # fmt: skip


def text(wish: Wish) -> str:
    return generate("alot", "user@qq.com", wish).files[0].text


def home_of_a_mirror(home: Path) -> Path:
    """Return a home in which the folders lie that a mirror makes; alot makes those below them."""
    for name in ("home", "it's work"):
        (home / "Mail" / name).mkdir(parents=True)
    return home


def test_the_program_and_the_reader_read_every_golden_file_alike(tmp_path: Path) -> None:
    assert len(GOLDEN) > 10
    for file, found in zip(GOLDEN, program.accounts(GOLDEN, home_of_a_mirror(tmp_path)), strict=True):
        told = reader.read(file.read_text(encoding="utf-8")).values()
        for (name, address, aliases, command, *_), account in zip(found, told, strict=True):
            assert (name, address) == (account["realname"], account["address"])
            assert aliases == account.get("aliases", [])
            assert command == account.get("sendmail_command", "sendmail -t")


def test_the_household_says_where_copies_go_and_who_sends(tmp_path: Path) -> None:
    [[home, work]] = program.accounts([HOUSE], home_of_a_mirror(tmp_path))
    assert home[:4] == ['Ada, "the A."', "ada@qq.com", ["second@qq.com"], "msmtp -a home -t"]
    assert home[4:] == [
        f"{tmp_path}/Mail/home/Sent", f"{tmp_path}/Mail/home/Drafts", f"{tmp_path}/.my signature",
    ]  # fmt: skip
    assert (work[2], work[4]) == (["a@sohu.com", "b@sohu.com"], f"{tmp_path}/Mail/it's work/Sent")


def test_names_and_programs_come_back(tmp_path: Path) -> None:
    files = []
    for number, name in enumerate(NAMES):
        file = tmp_path / str(number)
        command = Command(("/opt/my send", name, "`id`"))
        identities = (Identity("b@qq.com", name), Identity("*@lab.example"))
        try:
            written = text(Wish(name=name, identities=identities, options={"sendmail": command}))
        except Unrepresentable:
            written = text(Wish(name=name, identities=identities))
        file.write_text(written, encoding="utf-8")
        files.append(file)
    for name, [account] in zip(NAMES, program.accounts(files, tmp_path), strict=True):
        assert account[:3] == [name, "user@qq.com", ["b@qq.com"]]
        assert shlex.split(account[3]) in (["/opt/my send", name, "`id`", "-t"], ["sendmail", "-t"])


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "%(address)s", "~root", "$WHO", "${WHO}", "'a\""])
def test_what_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable):
        text(Wish(name=name))


def test_what_is_refused_would_come_out_as_something_else(tmp_path: Path) -> None:
    """The program shows why: it puts the variable in."""
    file = tmp_path / "config"
    file.write_text(text(Wish(name="xx")).replace('"xx"', '"$WHO"'), encoding="utf-8")
    [[account]] = program.accounts([file], tmp_path)
    assert account[0] == "somebody"


def test_paths_and_programs_that_alot_would_change_are_refused() -> None:
    for argv in (("send", "~/x"), ("send", "$HOME")):
        with pytest.raises(Unrepresentable):
            text(Wish(options={"sendmail": Command(argv)}))
    with pytest.raises(Unrepresentable, match="end of a path"):
        text(Wish(options={"maildir": FileName("~/Mail/a#b")}))


def test_the_program_objects_to_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(text(Wish(name="Ada")).replace("realname", "name"), encoding="utf-8")
    with pytest.raises(Objected, match="realname"):
        program.accounts([file], tmp_path)
