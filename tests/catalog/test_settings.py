"""A setting that a target has not is told with the targets that have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import run


@pytest.mark.parametrize(
    ("target", "given", "said"),
    [
        ("mutt", "mda=x", "'mda' is a setting of fetchmail"),
        ("pacc", "root_mail=a@b.example", "'root_mail' is a setting of other targets"),
    ],
)
def test_a_setting_of_another_target_is_named_as_such(target: str, given: str, said: str) -> None:
    done = run(target, "you@qq.com", "--set", given)
    assert done.status == 2
    assert said in done.stderr


def test_an_accounts_file_is_told_the_same(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text("accounts:\n  a: {address: a@qq.com, targets: [mutt], options: {mutt: {mda: x}}}\n")
    done = run("diff", "--accounts", str(file), "-o", str(tmp_path / "out"))
    assert done.status == 1
    assert "'mda' is a setting of fetchmail" in done.stderr


def test_what_nobody_has_is_no_setting_of_another() -> None:
    done = run("mutt", "you@qq.com", "--set", "nosuch=x")
    assert "is a setting of" not in done.stderr
    assert "its settings are: maildir" in done.stderr
