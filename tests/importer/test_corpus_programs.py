"""What is read from the corpus is what the programs read: msmtp -P, fetchmail --configdump, mutt -Q."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mailgen.formats.fetchmail.reader import read as read_fetchmailrc
from mailgen.formats.msmtp.lint import FORMAT
from mailgen.formats.msmtp.reader import read as read_msmtprc
from mailgen.formats.muttrc.hooks import group_of
from mailgen.formats.muttrc.reader import read as read_muttrc
from mailgen.formats.muttrc.settings import Settings
from mailgen.formats.muttrc.variables import filled_in
from tests.formats.fetchmail import program as fetchmail
from tests.formats.msmtp import program as msmtp
from tests.formats.muttrc import program as mutt
from tests.importer.test_corpus import CORPUS
from tests.programs import Objected

if TYPE_CHECKING:
    from pathlib import Path


def corpus(pattern: str) -> list[Path]:
    """Return the files of that name, but for templates: no program reads them as they are."""
    found = sorted(CORPUS.glob(pattern))
    assert len(found) > 10
    return [path for path in found if "{{" not in path.read_text(encoding="utf-8")]


def name(path: Path) -> str:
    return path.parent.name


@pytest.mark.parametrize("path", corpus("msmtp/*/msmtprc"), ids=name)
def test_msmtp(path: Path) -> None:
    text = path.read_bytes().decode().replace("\r\n", "\n")
    # Nothing that the file names is run or read.
    quiet = re.sub(r"(?m)^(\s*passwordeval\s).*$", r'\1"echo x"', text)
    quiet = re.sub(r"(?m)^(?:eval|include) .*$", "", quiet)
    # Younger than msmtp 1.8.23, which would stop there.
    quiet = re.sub(r"(?m)^from_full_name .*$", "", quiet).replace("scram-sha-1-plus", "scram-sha-1")
    reading = read_msmtprc(quiet)
    refused = any(one.rule == "program-refuses" for one in FORMAT.problems(reading))
    accounts = read_msmtprc(text).accounts
    if not accounts:
        # Without a host, or without what a command prints, there is none for the program either.
        with pytest.raises(Objected):
            msmtp.read_back(quiet, "default")
        return
    for account in accounts:
        try:
            said = msmtp.read_back(quiet, account.label or "default")
        except Objected:
            assert refused or reading.unread
            continue
        assert not refused
        server = account.smtp
        assert server
        assert (said["host"], said["port"]) == (server.host, str(server.port))
        assert said["tls"] == ("off" if server.tls == "none" else "on")
        if server.tls != "none":
            assert said["tls_starttls"] == ("on" if server.tls == "starttls" else "off")
            assert (said["tls_certcheck"] == "on") == server.verified
        assert (said["auth"] != "none") == server.login
        assert said["user"] == server.username
        if not re.search(r"(?m)^\s*from\s", quiet):
            # Then msmtp puts in the user and the machine that it runs on, which say nothing of the file.
            assert account.address == "" or account.address == server.username
            continue
        if account.address == said["from"]:
            continue
        # A sender of many is none of an account.
        assert "%" in text
        assert any(one.name == "from" for one in account.others)


@pytest.mark.parametrize("path", corpus("fetchmail/*/.fetchmailrc"), ids=name)
def test_fetchmail(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    dumped = fetchmail.read_back(text)["servers"]
    users = [(server, user) for server in dumped for user in server["users"]]
    accounts = read_fetchmailrc(text).accounts
    assert len(accounts) == len(users)
    for account, (poll, user) in zip(accounts, users, strict=True):
        server = account.incoming
        assert server
        assert (poll["via"] or poll["pollname"]) == server.host
        assert str(poll["protocol"]).lower() == server.protocol
        assert user["remote"] == server.username
        assert user["ssl"] == (server.tls == "implicit")
        assert user["sslcertck"] == server.verified
        assert user["mda"] == account.options.get("mda")
        deletes = any(one.name == "keep" and one.off for one in account.others)
        assert user["keep"] == (not deletes)
        kept = {one.name for one in account.others if not one.off}
        assert user["fetchall"] == ("fetchall" in kept or (deletes and "fetchall" in text))
        assert user["rewrite"] == (not any(one.name == "rewrite" and one.off for one in account.others))
        assert poll["active"] == ("skip" not in kept)


#: Settings that both programs show as they are written.
PLAIN = ("from", "imap_user", "smtp_url", "pop_host", "signature", "imap_oauth_refresh_command", "sendmail")


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
@pytest.mark.parametrize("path", corpus("*mutt/*/*muttrc"), ids=name)
def test_mutt(program: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text.startswith("\N{BYTE ORDER MARK}"):
        # The programs pass over the first line; the reader says so, and reads what it was meant to be.
        assert any(one.refused and one.mark.line == 1 for one in read_muttrc(text).unread)
        text = text[1:]
    # No command is run, no other file read, and no server asked for its mailboxes.
    quiet = re.sub(r"`[^`]*`", "`echo x`", re.sub(r"(?m)^(?:source|mailboxes|startup-hook)\b.*$", "", text))
    settings = Settings([one for one in filled_in(read_muttrc(quiet).statements, group_of) if not one.scope])
    ours = {name: settings.get(name) for name in (*PLAIN, *(["record"] if program == "neomutt" else []))}
    known = {name: one.text for name, one in ours.items() if one and not (one.expands or one.runs)}
    if not known:
        return
    shown, _ = mutt.query(program, quiet, list(known))
    assert {key: value for key, value in shown.items() if key in known} == {
        key: as_shown(key, value, settings) for key, value in known.items()
    }


def as_shown(name: str, value: str, settings: Settings) -> str:
    """Return a value as the programs show it: folders as whole paths."""
    if name != "record":
        return value
    below = value[0] in "+="
    return f"{settings.text('folder').rstrip('/')}/{value[1:]}" if below else value
