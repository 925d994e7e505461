"""What is written for lieer is what it reads, and nothing beside it reads that mail in another way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.accounts.planner import Planner
from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.formats.lieer.encoder import gmailieer_settings
from mailgen.model.tokens import FileName, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import run
from tests.formats.notmuch import reader as notmuch
from tests.programs import need
from tests.programs import run as run_program
from tests.support import assert_refused

CATALOGUE = open_catalogue()
NAMES = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)


def planned(**accounts: dict[str, Any]) -> dict[str, RenderedFile]:
    files = plan({"accounts": accounts}, catalogue=CATALOGUE)
    return {file.path: file for file in files if file.kind == "file"}


@given(st.dictionaries(NAMES, st.one_of(NAMES, st.integers(), st.booleans(), st.lists(NAMES)), max_size=4))
def test_settings_come_back(structure: dict[str, Any]) -> None:
    assert json.loads(gmailieer_settings(structure)) == structure


def test_the_program_reads_what_is_written(tmp_path: Path) -> None:
    """It says its settings only where notmuch has an index, and of a folder that is whole."""
    need("gmi", "lieer")
    index = need("notmuch", "notmuch")
    given: dict[str, Any] = {"address": "a'b$c{d}@gmail.com", "targets": ["lieer", "notmuch"]}
    given["options"] = {"lieer": {"maildir": "~/Mail/my $HOME's"}}
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text(json.dumps({"accounts": {"ada": given}}))
    accounts.chmod(0o600)
    home = tmp_path / "home"
    done = run("apply", "--accounts", str(accounts), "-o", str(home), "-q")
    assert done.status == 0, done.stderr
    folder = home / "Mail/my $HOME's"
    (folder / "mail/cur/x:2,S").write_text(
        "From: b@x.example\nSubject: Hi\nMessage-ID: <1@x.example>\n\nHi.\n"
    )
    assert run_program([index, "new", "--quiet"], home).returncode == 0
    said = run_program(["gmi", "set", "--path", str(folder)], home).stdout.decode()
    told = dict(re.findall(r"^(.*?) *\.*: (.*)$", said, re.MULTILINE))
    assert told["Account"] == given["address"]
    assert told["Ignore tags (local)"] == "{'new'}"
    tags = run_program([index, "search", "--output=tags", "*"], home).stdout.decode().split()
    assert tags == ["new"], "whatever else stands here would be put on the server"


def test_whoever_is_elsewhere_is_refused() -> None:
    for address in ("user@qq.com", "user@outlook.com"):
        assert_refused(run("lieer", address), 1, "lieer is for accounts at imap.gmail.com", "is elsewhere")
    own = Wish(servers={"imap": {"host": "imap.x.example", "port": 993, "tls": "implicit"}})
    with pytest.raises(MailgenError, match="is elsewhere"):
        generate("lieer", "user@x.example", own, catalogue=CATALOGUE)


def test_a_domain_of_ones_own_is_taken_where_its_mail_is_there() -> None:
    done = run("lieer", "ada@school.example", "--provider", "gmail.com", "-q")
    assert (done.status, json.loads(done.stdout)["account"]) == (0, "ada@school.example")


def test_who_reads_by_tags_reads_here_and_who_reads_folders_does_not() -> None:
    account: dict[str, Any] = {"address": "ada@gmail.com", "credential": "pass"}
    account["targets"] = ["lieer", "notmuch", "alot", "mutt", "neomutt", "aerc"]
    made = {
        one.target.name: one.account for one in Planner(CATALOGUE).plan({"accounts": {"ada": account}}).made
    }
    here = {name for name, one in made.items() if one.maildir == FileName("~/Mail/ada")}
    assert here == {"lieer", "notmuch", "alot"}
    assert all(made[name].incoming for name in ("mutt", "neomutt", "aerc"))


@pytest.mark.parametrize("others", [["lieer", "notmuch"], ["lieer", "notmuch", "alot"]])
def test_notmuch_gives_no_tag_that_would_be_put_on_the_server(others: list[str]) -> None:
    """Also beside accounts whose mail comes in another way: there is one index for all."""
    mirror = {"address": "bob@sohu.com", "targets": ["mbsync", "notmuch"]}
    for accounts in ({"a": {"address": "ada@gmail.com", "targets": others}}, {"b": mirror}):
        text = planned(**accounts)["~/.notmuch-config"].text
        assert notmuch.read(text)["new.tags"] == (["new"] if "a" in accounts else ["unread", "inbox"])
    both = planned(b=mirror, a={"address": "ada@gmail.com", "targets": others})
    assert notmuch.read(both["~/.notmuch-config"].text)["new.tags"] == ["new"]


def test_each_account_is_run_and_then_indexed() -> None:
    often = {"targets": ["lieer", "notmuch"], "options": {"lieer": {"every": "10min"}}}
    files = planned(
        one={"address": "a@gmail.com", **often},
        two={
            "address": "b@gmail.com",
            **often,
            "options": {"lieer": {"every": "1h", "maildir": "~/Mail/my b"}},
        },
        three={"address": "c@gmail.com", "targets": ["lieer"]},
    )
    lines = files["~/.config/systemd/user/mailgen-lieer.service"].text.splitlines()
    assert [line for line in lines if line.startswith("Exec")] == [
        'ExecStart=-gmi sync --quiet --path "~/Mail/one"',
        'ExecStart=-gmi sync --quiet --path "~/Mail/my b"',
        'ExecStopPost="notmuch" "new" "--quiet"',
    ]


def test_settings_of_the_owners_own_are_written_too() -> None:
    wish = Wish(extra=(Verbatim("timeout = 60"), Verbatim('local_trash_tag = "bin"')))
    (text,) = (
        file.text
        for file in generate("lieer", "ada@gmail.com", wish, catalogue=CATALOGUE).files
        if file.path.endswith(".json")
    )
    assert json.loads(text) == {
        "account": "ada@gmail.com",
        "ignore_tags": ["new"],
        "timeout": 60,
        "local_trash_tag": "bin",
    }
