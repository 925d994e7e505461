"""Parts of host names that only the user knows, in an accounts file and by option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mailgen.api import plan
from mailgen.core.errors import MailgenError
from tests.support import answer, assert_refused, cli

if TYPE_CHECKING:
    from pathlib import Path

ENTRY: dict[str, Any] = {"address": "ada@lab.example", "provider": "kasserver.com", "targets": ["msmtp"]}


def made(**more: Any) -> str:
    return "".join(file.text for file in plan({"accounts": {"work": {**ENTRY, **more}}}))


def test_an_accounts_file_fills_them() -> None:
    assert "host           w0123.kasserver.com\n" in made(slots={"customer": "w0123"})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "something that only you know"),
        ({"slots": {"customer": "a.evil.example"}}, "not written as it must be"),
        ({"slots": {"region": "eu"}}, "no server of ALL-INKL has a name with 'region'"),
        ({"provider": "sohu.com", "slots": {"customer": "w1"}}, "has a name with 'customer'"),
        ({"slots": "w1"}, "must be a mapping"),
    ],
)
def test_what_does_not_fill_them_is_told(more: dict[str, Any], words: str) -> None:
    refused = answer(lambda: made(**more))
    assert isinstance(refused, MailgenError)
    assert words in refused.what


def test_they_are_added_with_an_account(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    words = ["accounts", "add", "work", "ada@lab.example", "--provider", "kasserver.com", "--target", "msmtp"]
    home = {"HOME": str(tmp_path)}
    assert_refused(cli(*words, "--accounts", str(file), env=home), 1, "--slot customer=w0123456")
    added = cli(*words, "--slot", "customer=w0123", "--accounts", str(file), env=home)
    assert added.status == 0, added.stderr
    assert yaml.safe_load(file.read_text())["accounts"]["work"]["slots"] == {"customer": "w0123"}


@pytest.mark.parametrize("given", ["customer", "=w1", "customer="])
def test_a_slot_is_a_name_and_a_value(given: str, tmp_path: Path) -> None:
    done = cli(
        "msmtp",
        "ada@lab.example",
        "--provider",
        "kasserver.com",
        "--slot",
        given,
        env={"HOME": str(tmp_path)},
    )
    assert_refused(done, 2, "--slot takes NAME=VALUE")


def test_a_slot_is_given_once(tmp_path: Path) -> None:
    words = ["--slot", "customer=w1", "--slot", "customer=w2"]
    assert_refused(cli("msmtp", "ada@lab.example", *words, env={"HOME": str(tmp_path)}), 2, "given twice")
