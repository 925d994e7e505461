"""What is written for meli is what meli reads behind m4: every golden file, hostile values, a household."""

from __future__ import annotations

import base64
import os
import subprocess
import tomllib
from email.policy import default as policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.formats.meli.encoder import meli_accounts, sasl_command, shown_name
from mailgen.model.account import Identity
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import asked
from tests.cases import RENDERED, Case, run
from tests.formats.meli import program
from tests.programs import Objected, need
from tests.templates import asks_for_tls

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "meli"]
PASS = Credential("command", Command(("pass", "show", "mail/x y")))
TOKEN = Credential("token", Command(("token", "my x")))
PATH = "~/.config/meli/config.toml"
#: Words of m4, its quotes, what it takes for a comment, and TOML's own marks.
M4 = [
    "dnl",
    "syscmd(touch canary)",
    "include",
    "`",
    "'",
    '"',
    "\\",
    "#",
    "$1",
    "(",
    ")",
    ",",
    "m4exit",
    "é",
    "1",
]
TEXTS = st.lists(st.sampled_from([*M4, " ", "x", "_", "divert", "changequote"]), min_size=1, max_size=6)


def text_of(address: str = "user@qq.com", **wish: Any) -> str:
    given = Wish(**{"credential": PASS, **wish})
    text = generate("meli", address, given, catalogue=CATALOGUE).files[0].text
    assert isinstance(text, str)
    assert asks_for_tls("meli", text)
    return text


def account(address: str = "user@qq.com", **wish: Any) -> dict[str, Any]:
    [found] = tomllib.loads(text_of(address, **wish))["accounts"].values()
    return dict(found)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_reads_every_golden_file(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    assert tomllib.loads(program.after_m4(text)) == tomllib.loads(text)
    check = CATALOGUE.manifest("meli")["check"]
    need(check["argv"][0], "meli")
    answer = asked(check, text.encode(), path=os.environ["PATH"])
    assert answer
    assert answer.taken, answer


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 4  # it asks for no password, so that most are refused


def test_the_program_objects_to_what_is_wrong() -> None:
    text = text_of()
    program.accept(text)
    for old, new in (
        ("server_port", "server_prot"),
        ("identity =", "#"),
        ('format = "imap"', 'format = "pop"'),
    ):
        assert old in text
        with pytest.raises(Objected):
            program.accept(text.replace(old, new, 1))


def test_m4_runs_what_stands_in_a_name_that_nobody_has_written_for_it(tmp_path: Path) -> None:
    """The danger is real, so that a quiet canary below means something."""
    canary = tmp_path / "canary"
    evil = f"x syscmd(touch {canary}) `syscmd(touch {canary})' \" syscmd(touch {canary})"
    text = text_of(name="x")
    program.accept(text.replace('"x"', "'''" + evil + "'''"))
    assert canary.exists()
    canary.unlink()
    program.accept(text_of(name=evil, credential=Credential("command", Command(("echo", evil)))))
    assert not canary.exists()


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_no_value_means_anything_to_m4(name: list[str], word: list[str]) -> None:
    username, argv = "".join(word), ("pass", "".join(name))
    text = text_of(name="".join(name), username=username, credential=Credential("command", Command(argv)))
    [found] = tomllib.loads(program.after_m4(text))["accounts"].values()
    assert found == next(iter(tomllib.loads(text)["accounts"].values()))
    assert found["server_username"] == found["send_mail"]["auth"]["username"] == username
    told = subprocess.run(
        ["/bin/sh", "-c", f'pass() {{ printf %s "$1"; }}; {found["server_password_command"]}'],
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == argv[1]


@pytest.mark.parametrize("id", ["dnl", "include", "a-dnl", "m4exit", "home"])
def test_an_account_may_be_called_like_a_word_of_m4(id: str) -> None:
    accounts = {id: {"address": "ada@qq.com", "targets": ["meli"], "credential": "pass"}}
    [file] = plan({"accounts": accounts}, catalogue=CATALOGUE)
    assert isinstance(file.text, str)
    assert list(tomllib.loads(program.after_m4(file.text))["accounts"]) == [id]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=8).map(str.strip))
@settings(max_examples=60, deadline=None)
def test_the_name_is_read_from_the_header_that_meli_writes(name: str) -> None:
    """Source of the rule: Display of Address in email/address.rs of 0.8.11, and what it sent."""
    if not name:
        return
    shown = shown_name(name)
    header = f'"{shown}" <a@qq.com>' if "." in shown or "," in shown else f"{shown} <a@qq.com>"
    [parsed] = policy.header_factory("From", header).addresses  # type: ignore[attr-defined]
    assert parsed.addr_spec == "a@qq.com"
    assert parsed.display_name.split() == name.split() or "=?" in name
    assert account(name=name)["display_name"] == shown


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    for wish in ({"name": value}, {"username": value}):
        with pytest.raises(Unrepresentable):
            text_of(**wish)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_is_never_left_to_the_port(tls: str) -> None:
    own = {"host": "h.example", "port": 1993, "tls": tls}
    found = account("u@own.example", servers={"imap": own, "smtp": {**own, "port": 1465}})
    assert (found["use_tls"], found["use_starttls"]) == (True, tls == "starttls")
    assert found["send_mail"]["security"]["type"] == {"implicit": "tls"}.get(tls, tls)


def test_a_token_is_sent_with_the_login_name(tmp_path: Path) -> None:
    found = account("u@gmail.com", username="it's@me", credential=TOKEN)
    assert found["use_oauth2"] is True
    assert found["send_mail"]["auth"].keys() == {"type", "token_command"}
    assert found["composing"] == {"store_sent_mail": False}
    token = "y" * 3000
    lines = {found["server_password_command"], found["send_mail"]["auth"]["token_command"]}
    for line in lines:
        shell = f'token() {{ [ "$1" = "my x" ] && echo {token}; }}; {line}'
        told = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=True).stdout
        assert b"\n" not in told
        assert base64.b64decode(told).decode() == f"user=it's@me\1auth=Bearer {token}\1\1"
    failed = subprocess.run(["/bin/sh", "-c", sasl_command("u", "false")], capture_output=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, b"")


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own() -> None:
    wish = Wish(credential=Credential("literal", secret=Secret("s\"ec 'r\\et$")))
    files = {file.path: file for file in generate("meli", "user@qq.com", wish, catalogue=CATALOGUE).files}
    kept = files["~/.config/mailgen/meli/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == ("s\"ec 'r\\et$\n", 0o600, True)
    assert "cat ~/.config/mailgen/meli/secret.user-qq.com" in files[PATH].text
    assert "ec 'r" not in files[PATH].text


def chained(**more: Any) -> dict[str, Any]:
    entry = {"address": "a@sohu.com", "credential": "pass", "targets": ["mbsync", "msmtp", "meli"], **more}
    files = plan({"accounts": {"home": entry}}, catalogue=CATALOGUE)
    text = next(file.text for file in files if file.path == PATH)
    return dict(tomllib.loads(text)["accounts"]["home"])


def test_mail_that_lies_here_is_read_here_and_another_program_sends() -> None:
    found = chained()
    assert (found["format"], found["root_mailbox"]) == ("maildir", "~/Mail/home")
    assert found["send_mail"] == "msmtp -a home -t"
    assert not any(name.startswith("server_") for name in found)
    itself = chained(options={"meli": {"online": True, "own_smtp": True}})
    assert (itself["format"], itself["send_mail"]["hostname"]) == ("imap", "smtp.sohu.com")


@pytest.mark.parametrize("place", ["~/$MAIL", "~/x/$"])
def test_a_folder_that_would_become_another_is_refused(place: str) -> None:
    with pytest.raises(Unrepresentable, match="dollar"):
        text_of(options={"maildir": FileName(place)})
    assert account(options={"maildir": FileName("~/a$B/$x")})["root_mailbox"] == "~/a$B/$x"


def test_further_senders_are_told_by_address() -> None:
    identities = (Identity("b@qq.com", "B"), Identity("c@qq.com"), Identity("*@lab.example"))
    assert account(identities=identities)["extra_identities"] == ["b@qq.com", "c@qq.com"]


def test_coremail_is_refused() -> None:
    """It says nothing of itself in ID, and shortens the login."""
    for address in ("u@163.com", "u@vip.126.com"):
        with pytest.raises(MailgenError):
            text_of(address)


def test_own_accounts_stay_beside_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    file = tmp_path / ".config/meli/config.toml"
    file.parent.mkdir(parents=True)
    own = '[accounts.mine]\nroot_mailbox = "/"\nformat = "maildir"\nidentity = "m@x.example"\n'
    own += 'send_mail = "false"\n'
    own += "\n[terminal]\ntheme = 'light'\n"
    file.write_text(own)
    accounts = tmp_path / "accounts.yaml"
    entry = "{address: a@sohu.com, password_command: pass x, targets: [meli], name: 'A \"x\"'}"
    accounts.write_text(f"accounts:\n  dnl: {entry}\n")
    accounts.chmod(0o600)
    words = ("--accounts", str(accounts))
    assert run("apply", *words, "--adopt").status == 0
    text = file.read_text()
    assert text.startswith(own)
    assert list(tomllib.loads(program.after_m4(text))["accounts"]) == ["mine", "dnl"]
    program.accept(text)
    accounts.write_text("accounts: {}\n")
    assert run("apply", *words).status == 0
    assert file.read_text() == own


def test_lint_and_import_do_not_take_it_for_another_s(tmp_path: Path) -> None:
    for name in ("meli/config.toml", "mail"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_of())
        for verb in ("lint", "import"):
            outcome = run(verb, str(path))
            assert outcome.status == 2
            assert "mailgen writes files of meli, and does not read them" in outcome.stderr


def test_the_document_is_read_as_before() -> None:
    name = 'a "`dnl`" \\ include'
    document = meli_accounts({"accounts": {"dnl": {"display_name": name}}})
    assert tomllib.loads(document) == {"accounts": {"dnl": {"display_name": shown_name(name)}}}
