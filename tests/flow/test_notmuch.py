"""Mail comes to this machine through mbsync, and notmuch finds it: all of it run as the unit says."""

from __future__ import annotations

import shlex

import pytest

from tests.lab.agent import Result
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.programs import need

A, B = "user@sohu.com", "user@qq.com"

pytestmark = pytest.mark.timeout(150)


def household(lab: Lab, **more: object) -> Household:
    need("mbsync", "isync")
    need("notmuch", "notmuch")
    chain = {
        "targets": ["mbsync", "notmuch"],
        "folders": {"sent": "Sent", "drafts": "Drafts", "trash": "Trash", "junk": "Junk"},
        "options": {"mbsync": {"every": "10min"}},
    }
    second = {"address": B, **chain, "maildir": "~/Mail/a (2nd) one", **more}
    return Household(lab, "mbsync", {"one": {"address": A, **chain}, "two": second})


def run_unit(home: Household) -> list[Result]:
    """Run what the unit runs, in its order: commands until one fails, and in any case what stops it."""
    lines = (home.home / ".config/systemd/user/mailgen-mbsync.service").read_text().splitlines()
    commands = [line.partition("=") for line in lines if line.startswith(("ExecStart=", "ExecStopPost="))]
    done: list[Result] = []
    for name, _, command in commands:
        if name == "ExecStopPost" or all(one.rc == 0 for one in done):
            done.append(home.run(shlex.split(command)))
    return done


def found(home: Household, *query: str) -> list[str]:
    done = home.run(["notmuch", "search", "--output=files", *query])
    assert done.rc == 0, done.stderr
    return done.stdout.splitlines()


def test_what_comes_is_found(lab: Lab) -> None:
    home = household(lab)
    for address in (A, B):
        lab.deliver(address, f"indexed {address}", body="A word that nobody else writes: quixotic.\n")

    done = run_unit(home)

    assert [one.rc for one in done] == [0, 0], [one.stderr for one in done]
    assert len(found(home, "quixotic", "and", "tag:inbox", "and", "tag:unread")) == 2
    assert any("/a (2nd) one/INBOX/" in path for path in found(home, "to:user@qq.com"))
    lab.deliver(A, "indexed later", body="Another one: xylograph.\n")
    assert not found(home, "xylograph")
    run_unit(home)
    assert len(found(home, "xylograph")) == 1
    notes = {path.name for path in (home.home / "Mail").rglob(".*") if path.is_file()}
    assert ".mbsyncstate" in notes
    again = home.run(["notmuch", "new"])
    assert "non-mail" not in again.stdout + again.stderr, "what mbsync notes down is no mail"


def test_mail_of_one_account_is_found_though_another_cannot_log_in(lab: Lab) -> None:
    home = household(lab, credential="pass")  # which has nothing of it
    lab.deliver(A, "indexed all the same", body="A third one: zymurgy.\n")
    done = run_unit(home)
    assert [one.rc == 0 for one in done] == [False, True]
    assert len(found(home, "zymurgy")) == 1


def test_what_was_thrown_away_is_not_found(lab: Lab) -> None:
    home = household(lab)
    lab.deliver(A, "indexed and thrown away", body="A fourth one: quillwort.\n")
    run_unit(home)
    [path] = found(home, "quillwort")
    trash = home.home / "Mail/one/Trash"
    name = path.rpartition("/")[2]
    (trash / "cur").mkdir(parents=True, exist_ok=True)
    (home.home / path.removeprefix(str(home.home) + "/")).rename(trash / "cur" / name)
    assert home.run(["notmuch", "new"]).rc == 0
    assert found(home, "quillwort") == []


def test_a_message_that_was_read_here_is_read_for_the_others_too(lab: Lab) -> None:
    home = household(lab)
    lab.deliver(B, "indexed and read", body="A fifth one: jabberwock.\n")
    run_unit(home)
    assert home.run(["notmuch", "tag", "-unread", "--", "jabberwock"]).rc == 0
    [path] = found(home, "jabberwock")
    assert path.endswith("S")
