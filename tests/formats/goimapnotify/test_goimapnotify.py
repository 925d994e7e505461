"""What is written for goimapnotify is what it reads and starts, as its source says: it is not run here."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.formats.goimapnotify.encoder import shell_words_apart
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, Secret
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case
from tests.formats.goimapnotify import reader

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "goimapnotify"]
NASTY = [
    "a b", "it's", '"a"', "\\", "ü 中", "$HOME", "`id`", "%s", "%%s%d", "'%s'", "{{.Alias}}", "{{{%s", "# x",
    "no", "0o17", "1e3", "- a", ": x", "~/x",
]  # fmt: skip
CHAIN = ("mbsync", "offlineimap3", "getmail6", "mpop", "fdm")


def made(wish: Wish, address: str = "user@qq.com") -> reader.Watched:
    [account] = reader.read(generate("goimapnotify", address, wish, catalogue=CATALOGUE).files[0].text)
    return account


def household(**accounts: Any) -> dict[str, str]:
    """Return the files of accounts, by their paths."""
    given = {id: {"password_command": "echo x", **one} for id, one in accounts.items()}
    return {file.path: file.text for file in plan({"accounts": given}, catalogue=CATALOGUE)}


def watched(files: dict[str, str]) -> dict[str, reader.Watched]:
    accounts = reader.read(files["~/.config/goimapnotify/goimapnotify.yaml"])
    return {one.alias: one for one in accounts}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_golden_file_is_read(case: Case) -> None:
    [account] = reader.read(case.file.read_text(encoding="utf-8"))
    assert account.boxes == ["INBOX"]
    assert account.tls
    assert account.verified


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 3


@pytest.mark.parametrize("value", NASTY)
def test_values_come_back(value: str) -> None:
    """A login name, a password in the file, one that a command prints, and the words of what is run."""
    kept = made(Wish(username=value, credential=Credential("literal", secret=Secret(value))))
    assert (kept.username, kept.password) == (value, value)
    by_command = made(Wish(credential=Credential("command", Command(("printf", "%s\\nmore\\n", value)))))
    home = str(Path.home())  # a word that begins with ~/ is a path in it
    assert (reader.secret(by_command) or "").replace(f"{home}/x", "~/x") == value
    run = made(
        Wish(
            credential=by_command_of("true"), options={"on_new_mail": Command(("printf", "%s|", "x", value))}
        )
    )
    assert reader.started(run.on_new_mail).stdout.replace(f"{home}/x", "~/x") == f"x|{value}|"


def by_command_of(*argv: str) -> Credential:
    return Credential("command", Command(argv))


@given(st.lists(st.text("%s{a' \\\"$`", max_size=6), min_size=1, max_size=3))
def test_a_line_for_the_shell_holds_nothing_that_is_filled_in(words: list[str]) -> None:
    line = shell_words_apart(words)
    assert shlex.split(line) == words
    assert "%s" not in line
    assert "{{" not in line


@pytest.mark.parametrize("argv", [("false",), ("true",), ("echo",)])
def test_a_command_that_prints_no_secret_fails(argv: tuple[str, ...]) -> None:
    """Else it would log in with an empty password, again and again."""
    assert reader.secret(made(Wish(credential=by_command_of(*argv)))) is None


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(Unrepresentable, match="username"):
        made(Wish(username=value, credential=by_command_of("true")))


def test_each_form_of_tls_is_said_and_certificates_are_looked_at() -> None:
    """A program that is told nothing of them takes any."""
    secret = by_command_of("true")
    implicit = made(Wish(credential=secret))
    assert (implicit.port, implicit.tls, implicit.starttls, implicit.verified) == (993, True, False, True)
    servers = {"imap": {"host": "imap.lab.example", "port": 143, "tls": "starttls"}}
    starttls = made(Wish(credential=secret, servers=servers))
    assert (starttls.port, starttls.tls, starttls.starttls, starttls.verified) == (143, True, True, True)
    near = made(Wish(credential=secret, servers={"imap": {"host": "127.0.0.1", "port": 1143, "tls": "none"}}))
    assert (near.port, near.tls) == (1143, False)


def test_an_id_is_sent_where_it_is_wanted_and_a_token_is_shown() -> None:
    assert made(Wish(credential=by_command_of("true")), "user@163.com").id
    assert not made(Wish(credential=by_command_of("true"))).id
    token = made(Wish(credential=Credential("token", Command(("echo", "t")))), "user@outlook.com")
    assert token.token
    assert reader.secret(token) == "t"
    with pytest.raises(MailgenError, match="cannot ask"):
        made(Wish())


@pytest.mark.parametrize("keeper", CHAIN)
def test_new_mail_is_brought_here_by_what_keeps_it(keeper: str) -> None:
    """With the unit's own words, for one account; and what others want run comes after it."""
    address = "ada@qq.com"
    files = household(
        one={
            "address": address,
            "targets": ["goimapnotify", keeper],
            "options": {keeper: {"every": "10min"}},
        },
        two={
            "address": "b@qq.com",
            "targets": [keeper, "notmuch", "goimapnotify"],
            "options": {keeper: {"every": "10min"}},
        },
        three={"address": "c@sohu.com", "targets": ["goimapnotify"]},
    )
    found = watched(files)
    [unit] = [
        text
        for path, text in files.items()
        if path.startswith("~/.config/systemd/user/") and "ExecStart" in text
    ]
    [line] = [line.removeprefix("ExecStart=") for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert {id: bool(one.on_new_mail) for id, one in found.items()} == {
        "one": True,
        "two": True,
        "three": False,
    }
    words = shlex.split(found["one"].on_new_mail)
    if words[:2] == ["sh", "-c"]:  # for a path in the home
        words = shlex.split(words[2])
    assert words[0] == line.split()[0]
    assert any("one" in word for word in words)
    assert not any("two" in word for word in words)
    assert (found["one"].afterwards, found["two"].afterwards) == ("", "notmuch new --quiet")


def test_the_folder_of_an_account_is_named_where_that_tells_it_from_others() -> None:
    """The same folder that holds what the keeper is told of the account."""
    targets = ["goimapnotify", "lieer", "notmuch"]
    files = household(
        one={"address": "ada@gmail.com", "targets": targets},
        two={"address": "b@gmail.com", "targets": targets, "maildir": "~/Mail/my b"},
        three={"address": "c@gmail.com", "targets": targets, "options": {"lieer": {"maildir": "~/Mail/c"}}},
    )
    found = watched(files)
    for id, place in (("one", "~/Mail/one"), ("two", "~/Mail/my b"), ("three", "~/Mail/c")):
        assert f"{place}/.gmailieer.json" in files
        outer = shlex.split(found[id].on_new_mail)
        assert outer[:2] == ["sh", "-c"], "for a path in the home"
        assert " ~/" in outer[2], "the tilde is left to the shell"
        words = shlex.split(outer[2])
        assert words == ["gmi", "sync", "--quiet", "--path", place]
        assert found[id].afterwards == "notmuch new --quiet"


def test_ones_own_command_comes_first_and_only_what_keeps_mail_is_meant() -> None:
    own = {"options": {"goimapnotify": {"on_new_mail": "touch '/tmp/a b'"}}}
    files = household(
        one={"address": "ada@qq.com", "targets": ["goimapnotify", "mbsync"], **own},
        two={"address": "b@qq.com", "targets": ["goimapnotify", "mutt", "msmtp"]},
    )
    found = watched(files)
    assert shlex.split(found["one"].on_new_mail) == ["touch", "/tmp/a b"]
    assert found["two"].on_new_mail == ""


def test_a_unit_keeps_it_running_and_does_not_show_a_wrong_password_for_ever() -> None:
    asked = {"options": {"goimapnotify": {"again_after": "5min"}}}
    accounts = {"address": "ada@qq.com", "targets": ["goimapnotify"]}
    files = household(one={**accounts, **asked}, two={**accounts, "address": "b@qq.com"})
    unit = files["~/.config/systemd/user/mailgen-goimapnotify.service"].splitlines()
    assert {"ExecStart=goimapnotify", "Restart=on-failure", "RestartSec=5min", "StartLimitBurst=5"} <= set(
        unit
    )
    wanted = "~/.config/systemd/user/default.target.wants/mailgen-goimapnotify.service"
    assert files[wanted] == "../mailgen-goimapnotify.service"
    assert not any("systemd" in path for path in household(one=accounts))
