"""A login name and a secret for one direction only, at each door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailgen.accounts.fleet import plan_users
from mailgen.accounts.reader import check
from mailgen.accounts.requests import merged
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError
from tests.cases import run
from tests.formats.msmtp import program as msmtp
from tests.support import assert_refused

RELAY = {"host": "smtp.relay.example", "port": 465, "tls": "implicit", "username": "apikey"}
IMAP = {"host": "imap.lab.example", "port": 993, "tls": "implicit"}
SPLIT = {
    "address": "ada@lab.example",
    "imap": IMAP,
    "smtp": {**RELAY, "password_command": "pass show relay"},
    "password_command": "pass show mail",
}
#: Files that log in to read and to send, each with another name and another secret, and how each is written.
WORDS = ["ada@lab.example", "--imap-host", "imap.lab.example", "--smtp-host", "smtp.relay.example", "-q"]
APART = ["--smtp-username", "apikey", "--smtp-password-command", "pass show relay"]


def planned(target: str, account: dict[str, Any]) -> str:
    """Return all that an account gets for a target, as one text."""
    (plan,) = plan_users({"ada": {"accounts": {"a": {**account, "targets": [target]}}}})
    return "\n".join(file.text for file in plan.files)


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_one_account_reads_with_one_name_and_sends_with_another(target: str) -> None:
    done = run(target, *WORDS, "--password-command", "pass show mail", *APART)
    assert done.status == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "set imap_user = 'ada@lab.example'" in lines
    assert 'set imap_pass = "`pass show mail`"' in lines
    assert "set smtp_url = 'smtps://apikey@smtp.relay.example:465/'" in lines
    assert 'set smtp_pass = "`pass show relay`"' in lines


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_a_token_may_go_one_way_and_a_password_the_other(target: str) -> None:
    words = [target, "user@gmail.com", "-q", "--token-command", "token x"]
    done = run(*words, "--smtp-host", "smtp.relay.example", *APART)
    assert done.status == 0, done.stderr
    assert "set imap_oauth_refresh_command = 'token x'" in done.stdout
    assert 'set smtp_pass = "`pass show relay`"' in done.stdout
    assert "smtp_oauth" not in done.stdout
    assert "smtp_authenticators" not in done.stdout


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_in_a_household_each_secret_is_fetched_once(target: str) -> None:
    text = planned(target, SPLIT)
    assert 'set my_mailgen_secret_a = "`pass show mail`"' in text
    assert 'set my_mailgen_sending_a = "`pass show relay`"' in text
    assert 'set imap_pass = "$my_mailgen_secret_a"' in text
    assert 'set smtp_pass = "$my_mailgen_sending_a"' in text
    same = planned(target, {**SPLIT, "smtp": {**RELAY, "password_command": "pass show mail"}})
    assert "sending_a" not in same
    asked = planned(target, {key: value for key, value in SPLIT.items() if key != "password_command"})
    assert "my_mailgen_sending_a" in asked
    assert "set imap_pass = " not in asked.replace('set imap_pass = "$my_mailgen_imap_pass"', "")


def test_programs_of_one_direction_take_theirs() -> None:
    sends = run(
        "msmtp", *WORDS[:1], "--smtp-host", "smtp.relay.example", "--password-command", "echo mail", *APART
    )
    read = msmtp.read_back(sends.stdout.replace("pass show relay", "echo relay"))
    assert read["user"] == "apikey"
    assert 'passwordeval   "pass show relay"' in sends.stdout
    for target in ("fetchmail", "mbsync"):
        text = planned(target, {**SPLIT, "imap": {**IMAP, "username": "reader"}})
        assert "apikey" not in text
        assert "relay" not in text
        assert "reader" in text
    assert "pass show mail" in planned("mbsync", SPLIT)


def test_thunderbird_has_two_names() -> None:
    account = {key: value for key, value in SPLIT.items() if "password" not in key}
    text = planned("thunderbird", {**account, "smtp": RELAY})
    assert 'userName", "ada@lab.example"' in text
    assert 'username", "apikey"' in text


def test_literals_stand_each_in_its_place() -> None:
    account = {**SPLIT, "smtp": {**RELAY, "password": "sending-secret"}, "password": "reading-secret"}
    del account["password_command"]
    text = planned("mutt", account)
    assert "set imap_pass = 'reading-secret'" in text
    assert "set smtp_pass = 'sending-secret'" in text
    assert "reading-secret" not in planned("msmtp", account)
    text = planned("gnus", account)
    assert "machine smtp.relay.example port 465 login apikey password sending-secret" in text.replace('"', "")
    assert "login ada@lab.example password reading-secret" in text.replace('"', "")
    del account["password"]
    assert "sending-secret" in planned("gnus", account)


def both_ways() -> list[str]:
    """Return the programs that read and send, and are told of a secret."""
    found = []
    for name, record in open_catalogue().manifests():
        told = set(record["secret"]["delivery"]) & {"command", "literal", "file"}
        if {"incoming", "smtp"} <= set(record["needs"]) and told and "published" not in record:
            found.append(name)
    return found


@pytest.mark.parametrize("target", both_ways())
@pytest.mark.parametrize("reading", ["command", "password"])
@pytest.mark.parametrize("sending", ["command", "password"])
def test_no_program_sends_with_the_secret_for_reading(target: str, reading: str, sending: str) -> None:
    """Whatever a template says: each secret stands there as often as the other, or it is refused aloud."""
    words = {"command": {"password_command": "pass show {}-secret"}, "password": {"password": "{}-secret"}}
    own, other = (
        {key: value.format(name) for key, value in words[way].items()}
        for way, name in ((reading, "reading"), (sending, "sending"))
    )
    account = {"address": "ada@lab.example", "imap": IMAP, "smtp": {**RELAY, **other}, **own}
    delivery = open_catalogue().manifest(target)["secret"]["delivery"]
    if one_place(target) and "password" in (reading, sending):
        with pytest.raises(DataError, match="here are two"):
            planned(target, account)
        return
    text = planned(target, account)
    for secret, way in (("reading-secret", reading), ("sending-secret", sending)):
        taken = {"command": {"command"}, "password": {"literal", "file"}}[way] & set(delivery)
        assert text.count(secret) == bool(taken)


def one_place(target: str) -> bool:
    """Say whether a program's file for a secret holds nothing else."""
    files = open_catalogue().manifest(target)["files"]
    return any(file["path"] == "{secret_file}" and file.get("grammar") == "line" for file in files)


def test_what_holds_for_all_may_be_the_relay() -> None:
    defaults = {"smtp": {**RELAY, "password_command": "pass show relay"}}
    whole = merged(defaults, {"address": "a@lab.example", "password_command": "pass show a"})
    assert whole["smtp"]["password_command"] == "pass show relay"
    own = merged(defaults, {"smtp": {"credential": "prompt"}})["smtp"]
    assert "password_command" not in own
    assert (own["host"], own["credential"]) == (RELAY["host"], "prompt")


@pytest.mark.parametrize(
    ("smtp", "field", "says"),
    [
        ({"password_command": "x | y"}, ("smtp", "password_command"), "shell"),
        ({"credential": "pass", "password_command": "x"}, ("smtp",), "side by side"),
        ({"credential": "nowhere"}, ("smtp", "credential"), ""),
        ({"credential": {"kind": "age", "path": "relative"}}, ("smtp", "credential", "path"), ""),
        ({"username": ""}, ("smtp", "username"), "empty"),
    ],
)
def test_what_cannot_be_is_told_at_its_place(smtp: dict[str, Any], field: tuple[str, ...], says: str) -> None:
    data = {"accounts": {"a": {**SPLIT, "smtp": {**RELAY, **smtp}, "targets": ["mutt"]}}}
    with pytest.raises(DataError) as caught:
        check(data, ["mutt"])
    assert caught.value.field[2 : 2 + len(field)] == field
    assert says in str(caught.value)


def test_a_place_that_both_would_share_is_refused() -> None:
    account = {**SPLIT, "smtp": {**RELAY, "credential": "pass"}, "credential": "pass"}
    del account["password_command"]
    with pytest.raises(DataError, match="would be kept where") as caught:
        planned("mutt", account)
    assert caught.value.field[-2:] == ("smtp", "credential")
    account["smtp"]["credential"] = {"kind": "pass", "entry": "mail/relay"}  # type: ignore[index]
    assert "pass show mail/relay" in planned("mutt", account)


def test_a_password_belongs_into_no_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    path.write_text(
        json.dumps({"accounts": {"a": {**SPLIT, "smtp": {"password": "hunter2"}, "targets": ["mutt"]}}})
    )
    path.chmod(0o600)
    done = run("apply", "--accounts", str(path), "-o", str(tmp_path / "tree"))
    assert_refused(done, 1, "accounts.a.smtp.password", "does not belong")
    assert "hunter2" not in done.stderr
    path.write_text(json.dumps({"accounts": {"a": {**SPLIT, "targets": ["mutt"]}}}))
    for words in ("smtp.password=hunter2", "smtp={password: hunter2}"):
        refused = run("apply", "--accounts", str(path), "--set", words, "-o", str(tmp_path / "t"))
        assert refused.status == 2
        assert "can be seen by everybody" in refused.stderr
        assert "hunter2" not in refused.stderr


def test_who_keeps_secrets_apart_keeps_each_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    account = {**SPLIT, "smtp": {**RELAY, "password_command": "echo relay"}, "targets": ["mutt"]}
    path.write_text(json.dumps({"accounts": {"a": account}}))
    path.chmod(0o600)
    assert run("secret", "check", "a", "--for", "smtp", "--accounts", str(path)).status == 0
    assert_refused(
        run("secret", "check", "a", "--for", "imap", "--accounts", str(path)),
        1,
        "imap has no secret of its own",
    )


def test_a_muttrc_with_a_relay_is_kept_whole(tmp_path: Path) -> None:
    (tmp_path / "muttrc").write_text(
        run("mutt", *WORDS, "--password-command", "pass show mail", *APART).stdout
    )
    done = run("import", str(tmp_path / "muttrc"))
    assert done.status == 0
    assert "one secret" not in done.stderr
    import yaml

    (account,) = yaml.safe_load(done.stdout)["accounts"].values()
    assert account["password_command"] == ["pass", "show", "mail"]
    assert account["smtp"]["username"] == "apikey"
    assert account["smtp"]["password_command"] == ["pass", "show", "relay"]
    again = planned("mutt", account)
    assert "smtps://apikey@smtp.relay.example:465/" in again


def test_the_reasons_name_the_words_that_were_given() -> None:
    done = run("explain", "mutt", *WORDS[:-1], "--pass", *APART)
    assert done.status == 0, done.stderr
    assert "--smtp-username" in done.stdout
    assert "--smtp-password-command" in done.stdout
