"""Two targets that would both be the sendmail of one machine: refused, or told, by whoever plans them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from mailgen.accounts.fleet import plan_users
from mailgen.accounts.planner import Planner
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError
from tests.cases import run
from tests.support import assert_refused

CATALOGUE = open_catalogue()
SOLE = sorted(target.name for target in CATALOGUE.targets() if target.sendmail == "always")
PAIRS = list(itertools.permutations(SOLE, 2))


def account(*targets: str, address: str = "user@qq.com") -> dict[str, Any]:
    return {"address": address, "password": "s3cret", "targets": list(targets)}


def test_every_mail_server_of_a_machine_is_its_sendmail() -> None:
    assert {target.name for target in CATALOGUE.targets() if target.kind == "mta"} == set(SOLE)
    assert len(SOLE) > 1


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_one_is_refused(first: str, second: str) -> None:
    for accounts in (
        {"a": account(first, second)},
        {"a": account(first), "b": account(second, address="other@sohu.com")},
    ):
        with pytest.raises(DataError, match=f"one program .*{first} and {second}") as caught:
            Planner(CATALOGUE).plan({"accounts": accounts})
        assert caught.value.field == ("accounts", list(accounts)[-1], "targets")


def test_one_alone_is_not() -> None:
    for name in SOLE:
        made = Planner(CATALOGUE).plan({"accounts": {"a": account(name, "msmtp")}}).made
        assert "two-sendmails" not in {finding.code for one in made for finding in one.findings}


def test_what_may_be_it_is_told_beside_one_that_is() -> None:
    for names in (("postfix", "msmtp-system"), ("msmtp-system", "postfix")):
        made = Planner(CATALOGUE).plan({"accounts": {"a": account(*names)}}).made
        (said,) = [finding for one in made for finding in one.findings if finding.code == "two-sendmails"]
        assert said.what.startswith("postfix takes the mail")
        assert "msmtp-system" in said.mend


def test_a_fleet_is_told_at_the_machine() -> None:
    accounts = {"root": {"accounts": {"relay": account("postfix", "nullmailer")}}}
    with pytest.raises(DataError, match="postfix and nullmailer") as caught:
        plan_users(accounts, catalogue=CATALOGUE)
    assert caught.value.field == ("users", "root", "accounts", "relay", "targets")


@pytest.mark.parametrize("words", [["apply", "-o", "OUT"], ["diff", "-o", "OUT"], ["explain", "postfix"]])
def test_the_command_line_makes_neither(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    path.write_text("accounts:\n  relay:\n    address: user@qq.com\n    targets: [postfix, nullmailer]\n")
    path.chmod(0o600)
    words = [str(tmp_path / "out") if word == "OUT" else word for word in words]
    assert_refused(run(*words, "--accounts", str(path)), 1, "accounts.relay.targets", "one program")
    assert not (tmp_path / "out").exists()


def test_an_account_is_not_added_beside_another(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    add = ["accounts", "add", "--accounts", str(path)]
    assert_refused(
        run(*add, "u@qq.com", "--target", "postfix", "--target", "nullmailer"), 2, "--target", "one program"
    )
    assert run(*add, "u@qq.com", "--target", "postfix").status == 0
    before = path.read_text()
    assert_refused(run(*add, "u@sohu.com", "--target", "nullmailer"), 2, "--target", "one program")
    assert_refused(run(*add, "u@sohu.com", "--target", "postfix"), 2, "--target", "one account")
    assert path.read_text() == before


@pytest.fixture
def household(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.yaml"
    path.write_text(
        "accounts:\n  relay:\n    address: user@qq.com\n    targets: [postfix]\n"
        "  work:\n    address: user@sohu.com\n    targets: [mutt]\n"
    )
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("targets", "why"),
    [("nullmailer", "one program"), ("postfix", "one account"), ("mutt, dma", "one program")],
)
def test_an_account_is_not_changed_beside_another(household: Path, targets: str, why: str) -> None:
    before = household.read_text()
    words = ["accounts", "set", "work", f"targets=[{targets}]", "--accounts", str(household)]
    assert_refused(run(*words), 1, "accounts.yaml:7: accounts.work.targets", why)
    assert household.read_text() == before
    assert run("accounts", "set", "work", "name=Ada", "--accounts", str(household)).status == 0


def test_what_is_edited_by_hand_is_judged_as_well(household: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "sed -i s/mutt/exim/")
    done = run("accounts", "edit", "--accounts", str(household))
    assert_refused(done, 1, "accounts.yaml:7: accounts.work.targets", "postfix and exim")


def test_a_folder_holds_the_files_of_one(tmp_path: Path) -> None:
    """One command line after the other: nothing of the second is written."""
    for first, second in zip(SOLE, [*SOLE[1:], SOLE[0]], strict=True):
        folder = tmp_path / first / second
        folder.parent.mkdir(exist_ok=True)
        assert run(first, "user@qq.com", "-o", str(folder)).status == 0
        files = sorted(folder.rglob("*"))
        assert_refused(run(second, "user@qq.com", "-o", str(folder)), 2, "-o", "one program")
        assert sorted(folder.rglob("*")) == files
        assert run(first, "user@qq.com", "-o", str(folder)).status == 0, "its own are in nobody's way"
    said = run("msmtp-system", "user@qq.com", "--password-command", "cat /x", "-o", str(folder))
    assert said.status == 0
    assert "takes the mail of this machine" in said.stderr
