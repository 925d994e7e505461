"""Lines of the user's own stand where the client takes them, or are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgen.core.errors import DataError
from tests.formats.fetchmail import program as fetchmail
from tests.formats.muttrc.program import query_file
from tests.homes import settle

READERS = ["mutt", "neomutt"]


def home(path: Path, target: str, *lines: str) -> Path:
    one = {"address": "ada@sohu.com", "protocol": "imap", "extra": {target: list(lines)}}
    two = {"address": "eve@sohu.com", "protocol": "imap"}
    settle({"defaults": {"targets": [target]}, "accounts": {"one": one, "two": two}}, path)
    return path


SERVER = {
    "plugin 'socat - SOCKS4A:localhost:%h:%p'": ("plugin", "socat - SOCKS4A:localhost:%h:%p"),
    "interval 3": ("interval", 3),
    "auth password": ("auth", "password"),
    "no dns": ("dns", False),
    "uidl": ("uidl", True),
    "envelope X-Envelope-To": ("envelope", "X-Envelope-To"),
    "tracepolls": ("tracepolls", True),
}


@pytest.mark.parametrize("line", SERVER)
def test_options_of_a_server_stand_before_those_of_its_user(tmp_path: Path, line: str) -> None:
    where = home(tmp_path, "fetchmail", line, "fetchlimit 50")
    servers = fetchmail.read_back((where / ".fetchmailrc").read_text())["servers"]
    name, value = SERVER[line]
    assert (servers[0][name], servers[0]["users"][0]["fetchlimit"]) == (value, 50)
    assert servers[1][name] != value


@pytest.mark.parametrize("program", READERS)
@pytest.mark.parametrize("name", ["smtp_authenticators", "imap_authenticators"])
def test_settings_of_a_login_act_at_it_and_at_no_other(tmp_path: Path, program: str, name: str) -> None:
    rc = home(tmp_path, program, f"set {name} = login", "set sort = threads") / f".{program}rc"
    login = [f"source ~/.config/mailgen/{program}/login.{id}" for id in ("one", "two", "one")]
    for commands, value in ((login[:1], "login"), (login[:2], ""), (login, "login")):
        found, said = query_file(program, rc, tmp_path, [name], commands)
        assert (found[name], said) == (value, "")


@pytest.mark.parametrize("program", READERS)
def test_what_is_set_anew_for_each_message_is_refused(tmp_path: Path, program: str) -> None:
    with pytest.raises(DataError) as caught:
        home(tmp_path, program, "set smtp_url = 'smtps://ada:secret@smtp.example.org/'")
    assert "set smtp_url is set anew" in caught.value.what
    assert "secret" not in str(caught.value)
