"""Accounts of an administrator's become the users' own, change with their files, and go with them."""

from __future__ import annotations

import os
import pwd
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unrepresentable
from mailgen.model.account import Identity
from mailgen.resolve.wish import Wish
from tests.formats.sourcefile import program, reader
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
TARGET = "evolution-autoconfig"
NAME = "a$b {c} \\ $HOME $USER ü"


def placed(home: Path, *words: str) -> None:
    """Write the files, as an administrator would put them in place, below a folder of the home."""
    rmtree(home / "tree", ignore_errors=True)
    argv = (TARGET, "user@sohu.com", "--protocol", "imap", *words, "-o", str(home / "tree"))
    done = cli(*argv, env={"XDG_STATE_HOME": str(home / "state")})
    assert done.status == 0, done.stderr


def users(home: Path) -> dict[str, dict[str, Any]]:
    """Return what a user of that machine has, whose home is the same."""
    return program.sources(home, XDG_CONFIG_DIRS=str(home / "tree/etc/xdg"))


def test_each_user_has_a_copy_that_follows_and_goes(tmp_path: Path) -> None:
    placed(tmp_path, "--name", NAME, "--set", "per_user=yes")
    found = users(tmp_path)
    who = pwd.getpwuid(os.geteuid()).pw_name
    address = f"{who}@sohu.com"
    assert found["mailgen-account-user-sohu.com"]["Authentication"]["user"] == address
    assert found["mailgen-transport-user-sohu.com"]["Authentication"]["user"] == address
    identity = found["mailgen-identity-user-sohu.com"]
    assert identity["name"] == identity["Mail Identity"]["address"] == address
    assert identity["Mail Identity"]["name"] == NAME
    first = identity["Autoconfig"]["revision"]

    placed(tmp_path)
    found = users(tmp_path)
    identity = found["mailgen-identity-user-sohu.com"]
    assert identity["Mail Identity"]["address"] == "user@sohu.com"
    assert identity["Autoconfig"]["revision"] != first
    copy = tmp_path / ".config/evolution/sources/mailgen-identity-user-sohu.com.source"
    assert reader.read(copy.read_text())["Mail Identity"]["Address"] == "user@sohu.com"

    for file in (tmp_path / "tree/etc/xdg/evolution-data-server/autoconfig").iterdir():
        file.unlink()
    assert users(tmp_path) == {}
    assert not copy.exists()


def test_a_login_name_without_the_domain_is_the_user_s_too() -> None:
    def logins(username: str) -> list[str]:
        wish = Wish(username=username, options={"per_user": True})
        files = generate(TARGET, "user@sohu.com", wish, catalogue=CATALOGUE).files
        parts = [reader.read(file.text).get("Authentication", {}) for file in files]
        return [part["User"] for part in parts if part]

    assert logins("user") == ["${USER}", "${USER}"]
    assert logins("shared") == ["shared", "shared"]


@pytest.mark.parametrize("text", ["${HOME}", "a${USER}b", "${"])
def test_what_would_be_taken_for_a_variable_is_refused(text: str) -> None:
    for wish in (
        Wish(name=text),
        Wish(username=text),
        Wish(label=text),
        Wish(identities=(Identity("b@sohu.com", text),)),
    ):
        with pytest.raises(Unrepresentable, match="variable"):
            generate(TARGET, "user@sohu.com", wish, catalogue=CATALOGUE)
    assert generate("evolution", "user@sohu.com", Wish(name=text), catalogue=CATALOGUE).files
