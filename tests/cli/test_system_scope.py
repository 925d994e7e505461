"""Files of the whole system: what a manifest says of them, and what the command line does with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailgen import paths
from mailgen.accounts.fleet import plan_users
from mailgen.api import generate
from mailgen.core.errors import DataError, MailgenError
from mailgen.dataset import targets
from mailgen.model.account import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import GOLDEN, run
from tests.support import assert_refused

ADDRESS = "user@sohu.com"
COMMAND = Wish(credential=Credential("command", Command(("pass", "x"))))
ACCOUNT = {"address": ADDRESS, "password_command": "pass x", "targets": ["msmtp-system"]}


@pytest.fixture
def household(tmp_path: Path) -> str:
    path = tmp_path / "accounts.yaml"
    path.write_text(f"accounts:\n  relay: {ACCOUNT}\n".replace("'", ""))
    path.chmod(0o600)
    return str(path)


def test_it_is_for_root_and_a_group() -> None:
    (file,) = generate("msmtp-system", ADDRESS, COMMAND).files
    assert (file.path, file.mode, file.scope, file.group) == ("/etc/msmtprc", 0o640, "system", "msmtp")
    assert generate("msmtp", ADDRESS, COMMAND).files[0].group is None
    wish = Wish(credential=COMMAND.credential, options={"group": "mail"})
    assert generate("msmtp-system", ADDRESS, wish).files[0].group == "mail"


def test_it_says_the_same_as_the_users_own() -> None:
    compared = 0
    for file in (GOLDEN / "msmtp-system").glob("*/msmtprc"):
        assert file.read_bytes() == (GOLDEN / "msmtp" / file.parent.name / file.name).read_bytes()
        compared += 1
    assert compared > 2


@pytest.mark.parametrize("kind", ["prompt", "netrc"])
def test_nobody_is_there_to_type_a_password(kind: str) -> None:
    with pytest.raises(MailgenError, match="cannot ask for a password") as caught:
        generate("msmtp-system", ADDRESS, Wish(credential=Credential(kind)))  # type: ignore[arg-type]
    assert "password_command" in caught.value.mend


def test_a_folder_stands_for_the_root(tmp_path: Path) -> None:
    done = run("msmtp-system", ADDRESS, "--pass", "-q", "-o", str(tmp_path))
    assert done.status == 0, done.stderr
    assert (tmp_path / "etc/msmtprc").stat().st_mode & 0o777 == 0o640


def test_apply_leaves_the_system_alone(household: str, tmp_path: Path) -> None:
    for verb in ("apply", "diff"):
        assert_refused(run(verb, "--accounts", household), 1, "whole system", "/etc/msmtprc", "-o")
    tree = tmp_path / "tree"
    assert run("apply", "--accounts", household, "-o", str(tree), "-q").status == 0
    assert {path.name for path in tree.rglob("*") if path.is_file()} == {"msmtprc", ".mailgen.json"}
    assert run("diff", "--accounts", household, "-o", str(tree)).status == 0
    done = run("remove", "--accounts", household, "-o", str(tree), "--all")
    assert done.status == 0, done.stderr
    assert list(tree.iterdir()) == []


def test_only_root_has_the_system() -> None:
    assert [file.path for file in plan_users({"root": {"accounts": {"relay": ACCOUNT}}})[0].files] == [
        "/etc/msmtprc"
    ]
    with pytest.raises(DataError, match="whole system") as caught:
        plan_users({"ada": {"accounts": {"relay": ACCOUNT}}})
    assert caught.value.field == ("users", "ada", "accounts", "relay", "targets")
    assert "users/root" in caught.value.mend


@pytest.mark.parametrize("other", ["nobody", "twin", "msmtp"])
def test_a_manifest_is_like_one_that_is_whole(other: str, tmp_path: Path) -> None:
    """Neither like one that is not there, nor like one that is itself like another."""
    for name in ("msmtp", "msmtp-system"):
        shutil.copytree(Path(paths.data_folder("templates")) / name, tmp_path / name)
    shutil.copytree(tmp_path / "msmtp-system", tmp_path / "twin")
    folder = tmp_path / "msmtp-system"
    manifest = folder / "target.yaml"
    manifest.write_text(manifest.read_text().replace("like: msmtp", f"like: {other}"))
    record, problems = targets.load_target(folder)
    if other == "msmtp":
        assert problems == []
        assert (record["grammar"], record["title"]) == ("msmtp", "msmtp of the whole system")
    else:
        assert [(problem.field, "whole by itself" in problem.what) for problem in problems] == [
            (("like",), True)
        ]
