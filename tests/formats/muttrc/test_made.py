"""What the reader knows of our own variables and files is what templates and manifests call them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
import yaml

from mailgen.formats.muttrc import made
from tests.support import ROOT

FOLDERS = [ROOT / "templates" / target for target in ("mutt", "neomutt")]
TEMPLATES = {path: path.read_text(encoding="utf-8") for folder in FOLDERS for path in folder.glob("*.j2")}
WHOLE = "\n".join(TEMPLATES.values())


def found(pattern: str) -> set[str]:
    return set(re.findall(pattern, WHOLE))


def test_variables_are_called_so_in_the_templates() -> None:
    assert found(r"\bmy_[a-z]+_") == {made.VARIABLES}
    assert found(r"set (my_\w+_)\{\{ account\.variable \| id \}\} = \{\{ account\.password_command \}\}") == {
        made.SECRET
    }
    assert found(
        r"set (my_\w+_)\{\{ account\.variable \| id \}\} = \{\{ account\.smtp\.password_command \}\}"
    ) == {made.SENDING}
    assert found(r"\b(my_\w+_)\{\{") == {made.SECRET, made.FETCH, made.SENDING, made.RECORD, made.COPY}
    assert found(r'source "[^"\n$]*\$(my_\w+)') == {made.FETCH, made.ACCOUNT, made.SENDER}


def test_files_are_called_so_in_the_manifests() -> None:
    for folder in FOLDERS:
        manifest = yaml.safe_load((folder / "target.yaml").read_text(encoding="utf-8"))
        for file in manifest["files"]:
            path = file["path"].replace("{id}", "home.2")
            one = made.ACCOUNT_FILE.search(path)
            several = made.SENDER_FILE.search(path)
            name = PurePosixPath(path).name.partition(".")[0]
            assert (one and one[1]) == (
                "home.2" if file.get("each") and name in ("account", "login") else None
            )
            assert (several and several[1]) == ("home" if file.get("each") == "sender" else None)


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name in ("accounts.j2", "start.j2")])
def test_files_that_are_ours_as_a_whole_begin_so(path: Path) -> None:
    text = TEMPLATES[path]
    while include := re.match(r'\{% include "(.+?)" %\}', text):
        text = (ROOT / "templates" / include[1]).read_text(encoding="utf-8")
    assert text.startswith(made.FIRST_LINE)
