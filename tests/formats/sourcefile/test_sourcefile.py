"""What is written for Evolution is what its libraries read; and what they write anew is still mailgen's."""

from __future__ import annotations

from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unrepresentable
from mailgen.model.account import Identity
from mailgen.model.tokens import Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.sourcefile import program, reader
from tests.readers import Rejected
from tests.support import cli

CATALOGUE = open_catalogue()
HOUSE = TESTS / "golden-households/windows/home/dot-config/evolution/sources"
GOLDEN = [case.file for case in RENDERED if case.target == "evolution"]
FOLDER = ".config/evolution/sources"
NAMES = [
    "Ada", "O'Brien", 'a, "b" c', "a\\b\\", "\\s \\n", "#x", "[x]", "a = b", "a;b;", "$HOME ${USER}",
    "`id`", "100% %s", "ü 中 😀", "\N{NO-BREAK SPACE}x", "\\", "x  y",
]  # fmt: skip


def written(home: Path, files: list[Any]) -> None:
    for file in files:
        path = home / file.path.removeprefix("~/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")


def of_reader(file: Path) -> dict[str, dict[str, str]]:
    """Return what the reader finds, its keys called as the library calls them."""
    found = reader.read(file.read_text(encoding="utf-8"))
    return {
        group: {
            "".join(f"-{char.lower()}" if char.isupper() else char for char in key)[1:]: value
            for key, value in settings.items()
        }
        for group, settings in found.items()
    }


def test_the_library_and_the_reader_read_everything_alike(tmp_path: Path) -> None:
    """Every golden file, the household, and names that could mean something, in one session."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for file in HOUSE.iterdir():
        copy(file, folder)
    for number, file in enumerate(GOLDEN):
        copy(file, folder / f"mailgen-golden-{number}.source")
    for number, name in enumerate(NAMES):
        identities = (Identity("b@qq.com", name), Identity("c@qq.com"))
        wish = Wish(
            name=name, label=f"x{name}", reply_to="r@qq.com", identities=identities, username=f"u{name}"
        )
        written(tmp_path, generate("evolution", f"u{number}@qq.com", wish, catalogue=CATALOGUE).files)
    files = sorted(folder.iterdir())
    assert len(files) > 9 + 10 + 3 * len(NAMES)

    found = program.sources(tmp_path)

    assert sorted(found) == [file.stem for file in files]
    for file in files:
        source = found[file.stem]
        for group, settings in of_reader(file).items():
            if group == "Data Source":
                assert source["name"] == settings["display-name"], file.name
                assert source["parent"] == settings.get("parent", "")
                continue
            for key, value in settings.items():
                told = source[group][key]
                shown = str(told).lower() if isinstance(told, bool) else str(told)
                assert shown == value, (file.name, group, key)
    for number, name in enumerate(NAMES):
        identity = found[f"mailgen-identity-u{number}-qq.com"]["Mail Identity"]
        assert (identity["name"], identity["reply-to"]) == (name, "r@qq.com")
        first, second = identity["aliases"].split("\n")
        assert first.endswith("<b@qq.com>")
        assert second == "c@qq.com"
        assert found[f"mailgen-transport-u{number}-qq.com"]["Authentication"]["user"] == f"u{name}"
        assert found[f"mailgen-account-u{number}-qq.com"]["name"] == f"x{name}"


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\x1bb", "a\u2028b", " a", "a "])
def test_what_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable):
        generate("evolution", "user@qq.com", Wish(name=name), catalogue=CATALOGUE)


def test_lines_of_the_user_s_own_are_in_the_file(tmp_path: Path) -> None:
    own = (Verbatim("[Imapx Backend]"), Verbatim("UseIdle=false"))
    made = generate("evolution", "user@qq.com", Wish(protocol="imap", extra=own), catalogue=CATALOGUE)
    [account, *_rest] = made.files
    assert reader.read(account.text)["Imapx Backend"]["UseIdle"] == "false"
    with pytest.raises(Rejected):
        reader.read("Host=x\n" + account.text)


def test_what_evolution_writes_anew_is_still_ours(tmp_path: Path) -> None:
    """It adds settings to ours: then nothing is to be done, and all of it goes at the end."""
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text("accounts: {one: {address: a@qq.com, targets: [evolution], protocol: imap}}\n")
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    argv = ("--accounts", str(accounts))
    assert cli("apply", *argv, env=env).status == 0
    file = tmp_path / FOLDER / "mailgen-account-one.source"
    before = file.read_text()

    assert program.ask(tmp_path, [["set offline", "mailgen-account-one"]]) == [True]

    after = file.read_text()
    assert "[Offline]" in after
    assert before not in after, "it was written anew"
    again = cli("apply", *argv, env=env)
    assert again.status == 0, again.stderr
    assert file.read_text() == after

    accounts.write_text(accounts.read_text().replace("imap", "imap, label: other"))
    assert cli("apply", *argv, env=env).status == 0
    assert file.read_text() == after.replace("DisplayName=one", "DisplayName=other")

    gone = cli("remove", "one", *argv, env=env)
    assert gone.status == 0, gone.stderr
    assert not file.exists()
