"""The user's own lines around ours, as the real programs read them: neither changes what the other means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mailgen.core.files import RenderedFile
from tests.formats.fetchmail import program as fetchmail
from tests.formats.msmtp import program as msmtp
from tests.homes import settle
from tests.programs import Objected

DEFAULTS = """\
defaults
protocol lmtp
port 24
tls off
tls_certcheck off
tls_fingerprint 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33
auth cram-md5
user somebody
password mine
syslog on

"""
OWN = "account {name}\nhost {name}.example\nfrom me@{name}.example\n\n"


def ours(tmp_path: Path, target: str, **account: Any) -> RenderedFile:
    """Return our part of a file, for two accounts of one server: one asks for its password."""
    accounts = {
        "one": {"address": "ada@sohu.com", "protocol": "imap", "credential": "prompt", **account},
        "two": {"address": "bob@sohu.com", "protocol": "imap", "password": "literal"},
    }
    plan = settle({"defaults": {"targets": [target]}, "accounts": accounts}, tmp_path)
    [file] = plan.files
    return file


def clashes(file: RenderedFile, own: str) -> list[str]:
    """Return the lines of the user's own that a file must not stand beside."""
    lines = own.splitlines()
    return [
        line
        for line in lines
        if any(
            re.search(clash.pattern, line) for clash in file.clashes if line == lines[0] or not clash.first
        )
    ]


def test_msmtp_takes_nothing_of_importance_from_the_users_defaults(tmp_path: Path) -> None:
    file = ours(tmp_path, "msmtp", identities=["nick@sohu.com"])
    above = DEFAULTS + OWN.format(name="above")
    below = OWN.format(name="below")
    text = above + file.text + below
    for label in ("one", "one.2", "two", "default"):
        alone = msmtp.read_back(file.text, label)
        beside = msmtp.read_back(text, label)
        assert beside.pop("syslog") == "LOG_USER", "what does no harm is the user's affair"
        assert alone.pop("syslog") is None
        assert beside == alone
        assert beside["protocol"] == "smtp"
        assert beside["password"] == (None if label != "two" else "*")


def test_msmtp_leaves_the_users_accounts_as_they_are(tmp_path: Path) -> None:
    file = ours(tmp_path, "msmtp")
    above, below = DEFAULTS + OWN.format(name="above"), OWN.format(name="below")
    for label in ("above", "below"):
        alone = msmtp.read_back(above + below, label)
        assert alone["tls"] == "off"
        assert msmtp.read_back(above + file.text + below, label) == alone
    assert clashes(file, above + below) == []


@pytest.mark.parametrize("own", ["account default\nhost h\nfrom f\n", "account default : above\n"])
def test_msmtp_takes_one_default_account_only(tmp_path: Path, own: str) -> None:
    file = ours(tmp_path, "msmtp")
    above = OWN.format(name="above")
    assert clashes(file, above + own) == own.splitlines()[:1]
    for text in (above + own + file.text, above + file.text + own):
        with pytest.raises(Objected, match="default was already defined"):
            msmtp.read_back(text, "one")


def test_msmtp_takes_each_name_once(tmp_path: Path) -> None:
    file = ours(tmp_path, "msmtp", identities=["nick@sohu.com"], label="o.n+e")
    for name in ("o.n+e", "o.n+e.2", "two"):
        for own in (
            OWN.format(name="x").replace("account x", f"account {name}"),
            f"account {name} : above\n",
        ):
            assert clashes(file, OWN.format(name="above") + own) == own.splitlines()[:1]
            with pytest.raises(Objected, match="was already defined"):
                msmtp.read_back(OWN.format(name="above") + own + file.text, "two")
    harmless = "".join(OWN.format(name=name) for name in ("oxn+e", "tw", "two-more", "one"))
    assert clashes(file, harmless) == []
    assert msmtp.read_back(harmless + file.text, "two")["host"] == "smtp.sohu.com"


POLL = 'poll own.example protocol imap\n  user "me" password "mine" nokeep\n\n'
SETTINGS = "set spambounce\nset postmaster me\n"


def test_fetchmail_leaves_the_users_polls_as_they_are(tmp_path: Path) -> None:
    file = ours(tmp_path, "fetchmail")
    own, behind = SETTINGS + POLL, POLL.replace("own.example", "behind.example")
    dump = fetchmail.read_back(own + file.text + behind)
    alone, mine = fetchmail.read_back(own + behind), fetchmail.read_back(file.text)
    assert dump["servers"] == [alone["servers"][0], *mine["servers"], alone["servers"][1]]
    for settings in (dump, alone):
        del settings["servers"], settings["idfile"]  # the latter is a scratch file of the test
    assert dump == alone
    assert clashes(file, own + behind) == []


def test_fetchmail_with_defaults_would_offer_their_password_to_our_servers(tmp_path: Path) -> None:
    file = ours(tmp_path, "fetchmail")
    defaults = 'defaults protocol imap password "mine"\n'
    first = fetchmail.read_back(defaults + file.text)["servers"][0]["users"][0]
    assert first["password"] == "mine"
    with pytest.raises(Objected):
        fetchmail.read_back(file.text + defaults)
    assert clashes(file, defaults) == defaults.splitlines()
