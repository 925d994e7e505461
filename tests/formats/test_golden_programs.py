"""The real programs read every golden file, and find in it what the case meant. No network.

Hostile values are among the cases: a canary file, which any of their commands would make, must
never appear (each program runs in an empty folder of its own).
"""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

import pytest

from mailgen.api import generate
from mailgen.cli.commands import generate as command
from mailgen.model.account import Account
from tests.cases import ACCOUNTS, RENDERED, Case, run
from tests.formats.fetchmail import program as fetchmail
from tests.formats.msmtp import program as msmtp
from tests.formats.muttrc import program as muttrc
from tests.formats.prefs import program as thunderbird


def meant(case: Case, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return the account that the words of a case stand for."""
    seen: list[Account] = []

    def spy(*words: object, **named: object) -> object:
        result = generate(*words, **named)  # type: ignore[arg-type]
        seen.append(result.account)
        return result

    monkeypatch.setattr(command, "generate", spy)
    assert case.run().status == 0
    return seen[0]


def cases_of(*targets: str) -> list[Case]:
    found = [case for case in RENDERED if case.target in targets]
    assert len(found) > 8 * len(targets), "most cases can be rendered"
    return found


def without_commands(text: str) -> str:
    """Replace password commands by one that exists everywhere: the cases name programs nobody has."""
    text = re.sub(r"(?m)^(passwordeval ).*$", r"\1 echo secret", text)
    return re.sub(r'"`.*`"', '"`echo secret`"', text)


@pytest.mark.parametrize("case", cases_of("msmtp"), ids=str)
def test_msmtp(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    assert account.smtp
    text = case.file.read_text(encoding="utf-8")
    for name in ("default", account.label.name):
        found = msmtp.read_back(without_commands(text), name)
        assert found["host"] == account.smtp.host
        assert found["port"] == str(account.smtp.port)
        assert found["user"] == account.smtp.username
        assert found["from"] == account.address
        assert found["tls"] == "on"
        assert found["tls_starttls"] == ("on" if account.smtp.tls == "starttls" else "off")
        assert found["tls_certcheck"] == "on"
        assert found["tls_trust_file"] == "system"
        assert found["timeout"] == "60 seconds"
        if account.smtp.auth != "password":
            assert str(found["auth"]).lower() == account.smtp.auth
        assert (found["passwordeval"] is not None) == (account.credential.command is not None)


@pytest.mark.parametrize("case", cases_of("fetchmail"), ids=str)
def test_fetchmail(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    assert account.incoming
    [server] = fetchmail.read_back(case.file.read_text(encoding="utf-8"))["servers"]
    [user] = server["users"]
    assert server["pollname"] == account.incoming.host
    assert server["protocol"].lower() == account.incoming.protocol
    assert str(server["service"]) == str(account.incoming.port)
    assert fetchmail.visible(user["remote"]) == fetchmail.visible(account.incoming.username)
    assert user["ssl"] is (account.incoming.tls == "implicit")
    assert user["sslcertck"] is True
    assert user["sslproto"] == "tls1.2+"
    assert user["keep"] is True


@pytest.mark.parametrize("case", cases_of("mutt", "neomutt"), ids=str)
def test_mutt(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    text = without_commands(case.file.read_text(encoding="utf-8"))
    if "imap_send_id" in text:
        # The variable is newer than the neomutt at hand (see the manifest); all else must fit.
        assert case.account == "new-client"
        text = text.replace("set imap_send_id = yes\n", "")
    if account.maildir:
        found = muttrc.read_back(case.target, text, ["folder", "spoolfile", "record", "sendmail", "smtp_url"])
        assert account.sendmail
        assert found["folder"].endswith(account.maildir.path.removeprefix("~"))
        assert found["spoolfile"] in ("=INBOX", "+INBOX", f"{found['folder']}/INBOX")
        assert found["record"] in ("=Sent", "+Sent", f"{found['folder']}/Sent")
        assert (found["sendmail"], found["smtp_url"]) == (" ".join(account.sendmail.argv), "")
        return
    incoming, smtp = account.incoming, account.smtp
    assert incoming
    assert smtp
    names = ["realname", "ssl_force_tls", "use_envelope_from", "smtp_url", "smtp_pass", "from", "folder"]
    names += ["record", "postponed", "trash", "smtp_authenticators", "smtp_oauth_refresh_command"]
    names += ["imap_oauth_refresh_command", "imap_authenticators", "spoolfile"]
    names += ["imap_user", "imap_pass"] if account.imap else ["pop_user", "pop_pass", "pop_delete"]
    found = muttrc.read_back(case.target, text, names)
    assert found["from"] == account.address
    assert found["ssl_force_tls"] == "yes"
    assert found["use_envelope_from"] == "yes"
    assert found["imap_user" if account.imap else "pop_user"] == incoming.username
    if account.name:
        assert found["realname"] == account.name
    if account.password_command:
        assert found["imap_pass" if account.imap else "pop_pass"] == "secret"
        assert found["smtp_pass"] == "secret"
    if account.token_command:
        line = shlex.join(account.token_command.argv)
        assert found["imap_oauth_refresh_command"] == found["smtp_oauth_refresh_command"] == line
        assert found["imap_authenticators"] == found["smtp_authenticators"] == incoming.auth
    if account.imap:
        assert incoming.host in found["folder"]
        folders = {"record": account.folders.sent, "postponed": account.folders.drafts}
        for variable, folder in {**folders, "trash": account.folders.trash}.items():
            if folder and not (variable == "record" and "saves-sent-copy" in account.workarounds):
                assert found[variable].endswith(folder.name)
    else:
        assert found["spoolfile"].startswith("pops://" if incoming.tls == "implicit" else "pop://")
        assert found["spoolfile"].rstrip("/").endswith(f"{incoming.host}:{incoming.port}")
    if account.pop3:
        assert found["pop_delete"] == "no"
    scheme = "smtps" if smtp.tls == "implicit" else "smtp"
    assert found["smtp_url"].startswith(f"{scheme}://")
    assert found["smtp_url"].endswith(f"@{smtp.host}:{smtp.port}/")


@pytest.mark.parametrize("case", cases_of("thunderbird"), ids=str)
def test_thunderbird(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    assert account.incoming
    assert account.smtp
    found = thunderbird.read_back(case.file.read_text(encoding="utf-8"))
    kinds = {"implicit": 3, "starttls": 2}
    assert found["mail.server.server1.hostname"] == account.incoming.host
    assert found["mail.server.server1.userName"] == account.incoming.username
    assert found["mail.server.server1.socketType"] == kinds[account.incoming.tls]
    assert found["mail.server.server1.type"] == account.incoming.protocol
    # Thunderbird does not write down a value that is its own default (993, 110 ...).
    assert found.get("mail.server.server1.port", account.incoming.port) == account.incoming.port
    assert found.get("mail.smtpserver.smtp1.port", account.smtp.port) == account.smtp.port
    ways = {"password": 3, "xoauth2": 10}
    assert found.get("mail.server.server1.authMethod", 3) == ways[account.incoming.auth]
    assert found.get("mail.smtpserver.smtp1.authMethod", 3) == ways[account.smtp.auth]
    assert found["mail.smtpserver.smtp1.hostname"] == account.smtp.host
    assert found["mail.smtpserver.smtp1.username"] == account.smtp.username
    assert found["mail.smtpserver.smtp1.try_ssl"] == kinds[account.smtp.tls]
    assert found["mail.identity.id1.useremail"] == account.address
    assert found.get("mail.identity.id1.fullName", "") == account.name
    assert found["mail.accountmanager.localfoldersserver"] == "server2"


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_the_canary_can_sing(program: str, tmp_path: Path) -> None:
    """The danger is real: the same value in double quotes does run, so a quiet canary means something."""
    canary = tmp_path / "canary"
    muttrc.query(program, f'set realname = "x`touch {canary}`"\n', ["realname"])
    assert canary.exists()


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_no_value_of_an_account_runs(program: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="c"))  # short: a local part has room for 64 octets
    canary = folder / "c"
    touch = f"touch${{IFS}}{canary}"
    evil = f"x`{touch}`$({touch})' `{touch}` \" `{touch}` \\"
    words = [f"a`{touch}`@sohu.com", "--name", evil, "--username", evil]
    if program == "neomutt":
        assert run(program, *words, "--folder", f"sent={evil}").status == 1, (
            "it finds no mailbox of such a name"
        )
    folders = evil if program == "mutt" else f"x$(touch$IFS{canary})' x"
    outcome = run(program, *words, "--folder", f"sent={folders}", "--folder", f"trash={folders}")
    assert outcome.status == 0, outcome.stderr
    muttrc.read_back(program, outcome.stdout, ["from", "realname", "imap_user", "folder", "record", "trash"])
    assert not canary.exists()
    folder.rmdir()


def test_every_account_case_says_why_it_is_there() -> None:
    assert all(account["why"] for account in ACCOUNTS.values())


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_a_password_command_gets_its_arguments_as_they_are(program: str) -> None:
    """neomutt would put its own variables where the shell's quotes protect a dollar."""
    argument = 'it\'s "$from" ${from} $HOME ${x # ; | & > 中 $'
    outcome = run(program, "user@qq.com", "--password-command", shlex.join(["printf", "%s", argument]))
    assert outcome.status == 0, outcome.stderr
    found = muttrc.read_back(program, outcome.stdout, ["imap_pass", "smtp_pass"])
    assert found == {"imap_pass": argument, "smtp_pass": argument}
