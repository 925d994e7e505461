"""What is written for git send-email is what git reads: every golden file, hostile values, and the helper."""

from __future__ import annotations

import subprocess
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.model.account import Identity
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.gitconfig import program, reader
from tests.programs import Objected, need

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "git-send-email"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s \\\\"
NASTY = [HOSTILE, "a b", "#x", "a;b", "'a'", '"a"', '"', "\\", "a\\", "\\n", "ü 中", " a ", "=", "[x]"]
MAIN = "~/.gitconfig"


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, RenderedFile]:
    return {file.path: file for file in generate("git-send-email", address, wish, catalogue=CATALOGUE).files}


def one(wish: Wish, address: str = "user@qq.com") -> dict[str, str]:
    return reader.settings(made(wish, address)[MAIN].text)


def as_git_names_them(text: str) -> list[tuple[str, str]]:
    return [(f"{section}.{part}.{name}" if part else f"{section}.{name}", value)
            for section, part, name, value in reader.read(text)]  # fmt: skip


GOLDEN = [case.file for case in CASES] + [TESTS / "golden-households/git/home/dot-gitconfig"]


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_the_program_and_the_reader_read_every_golden_file_alike(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert program.settings(text) == as_git_names_them(text) != []


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


@pytest.mark.parametrize("wrong", ["[sendemail\n", '[a]\nb = "c\n', "[a]\nb = c\\d\n", "1 = x\n"])
def test_the_program_objects_to_what_is_wrong(wrong: str) -> None:
    text = CASES[0].file.read_text(encoding="utf-8")
    with pytest.raises(Objected):
        program.settings(text + wrong)


@pytest.mark.parametrize("value", NASTY)
def test_values_come_back(value: str) -> None:
    text = made(Wish(name=f"x{value}x", username=value))[MAIN].text
    found = dict(program.settings(text))
    assert found["sendemail.smtpuser"] == value
    assert parseaddr(found["sendemail.from"]) == (f"x{value}x", "user@qq.com")
    assert program.settings(text) == as_git_names_them(text)


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    for wish in (Wish(name=value), Wish(username=value)):
        with pytest.raises(Unrepresentable):
            made(wish)


def filled(text: str, home: Path, host: str, username: str) -> dict[str, str]:
    """Return what git's credentials say for a login, the user's own helper standing before ours."""
    own = "[credential]\n\thelper = store\n"
    (home / ".gitconfig").write_text(own + text)
    git = need("git", "git")
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", **quiet}
    asked = f"protocol=smtp\nhost={host}\nusername={username}\n\n"
    done = subprocess.run(
        [git, "credential", "fill"], input=asked, env=env, cwd=home, capture_output=True, text=True,
        timeout=20, check=False,
    )  # fmt: skip
    if done.returncode:
        return {}
    approve = [git, "credential", "approve"]
    subprocess.run(approve, input=done.stdout, env=env, cwd=home, text=True, check=True, timeout=20)
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if line)


@pytest.mark.parametrize("username", ["user@qq.com", HOSTILE, "a b", "ü 中", "a/b:c"])
def test_git_has_the_password_from_the_command_and_keeps_it_nowhere(username: str, tmp_path: Path) -> None:
    secret = "s\"ec 'r\\et$ #;%"
    (tmp_path / "my secret").write_text(secret + "\n")
    argv = ("sh", "-c", 'cat "$0"', str(tmp_path / "my secret"))
    wish = Wish(username=username, credential=Credential("command", Command(argv)))
    text = made(wish)[MAIN].text
    found = filled(text, tmp_path, "smtp.qq.com:465", username)
    assert found["password"] == secret
    assert not (tmp_path / ".git-credentials").exists(), "the user's own helper has kept it"
    others = (("smtp.qq.com:587", username), ("evil.example:465", username), ("smtp.qq.com:465", "x"))
    for host, user in others:
        assert filled(text, tmp_path, host, user) == {}, "it is told to nobody else"


def test_a_command_that_fails_logs_in_with_nothing(tmp_path: Path) -> None:
    wish = Wish(credential=Credential("command", Command(("sh", "-c", "echo no >&2; exit 1"))))
    assert filled(made(wish)[MAIN].text, tmp_path, "smtp.qq.com:465", "user@qq.com") == {}


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = "s\"ec 'r\\et$"
    files = made(Wish(credential=Credential("literal", secret=Secret(secret))))
    kept = files["~/.config/mailgen/git-send-email/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == (f"{secret}\n", 0o600, True)
    path = tmp_path / kept.path.removeprefix("~/")
    path.parent.mkdir(parents=True)
    path.write_text(kept.text)
    found = filled(files[MAIN].text, tmp_path, "smtp.qq.com:465", "user@qq.com")
    assert found["password"] == secret


def test_without_a_command_the_users_own_helpers_are_asked() -> None:
    assert "helper" not in made(Wish())[MAIN].text


@pytest.mark.parametrize(("tls", "port", "word"), [("implicit", 465, "ssl"), ("starttls", 587, "tls")])
def test_each_form_of_tls_has_its_word(tls: str, port: int, word: str) -> None:
    found = one(Wish(servers={"smtp": {"host": "smtp.lab.example", "port": port, "tls": tls}}))
    assert (found["smtpencryption"], found["smtpserverport"]) == (word, str(port))


def household(**accounts: dict[str, Any]) -> str:
    usual = {"targets": ["git-send-email"], "credential": "pass"}
    given = {id: {**usual, **one} for id, one in accounts.items()}
    files = plan({"accounts": given}, catalogue=CATALOGUE)
    return next(file.text for file in files if file.path == MAIN)


def test_each_account_and_sender_is_an_identity() -> None:
    text = household(
        home={"address": "a@qq.com", "name": "Ada", "identities": [{"address": "b@qq.com", "name": "B"}]},
        work={"address": "c@qq.com", "default": True, "extra": {"git-send-email": "confirm = always"}},
    )
    assert dict(program.settings(text))["sendemail.identity"] == "work"
    parts = [reader.settings(text, part) for part in ("home", "home.2", "work")]
    assert [one["from"] for one in parts] == ["Ada <a@qq.com>", "B <b@qq.com>", "c@qq.com"]
    assert [one["smtpuser"] for one in parts] == ["a@qq.com", "a@qq.com", "c@qq.com"]
    assert [one.get("confirm") for one in parts] == [None, None, "always"]
    logins = {part for section, part, *_ in reader.read(text) if section == "credential"}
    assert logins == {"smtp://a%40qq.com@smtp.qq.com:465", "smtp://c%40qq.com@smtp.qq.com:465"}


def test_another_program_sends_where_it_can() -> None:
    account = {"address": "a@qq.com", "targets": ["msmtp", "git-send-email"]}
    found = reader.settings(household(home=account), "home")
    assert found == {"from": "a@qq.com", "sendmailcmd": "msmtp -a home"}
    named = reader.settings(household(home={**account, "label": "my home"}), "my home")
    assert named["sendmailcmd"] == "msmtp -a 'my home'", "by another account it would not be sent at all"
    itself = {**account, "options": {"git-send-email": {"own_smtp": True}}}
    assert reader.settings(household(home=itself), "home")["smtpserver"] == "smtp.qq.com"
    argv = ("/opt/my msmtp", "-a", "it's $x")
    wish = Wish(options={"sendmail": Command(argv)})
    line = one(wish)["sendmailcmd"]
    assert subprocess.run(
        ["sh", "-c", f"printf '%s|' {line}"], capture_output=True, text=True, check=True
    ).stdout.split("|")[:-1] == list(argv)


def test_a_line_that_switches_the_certificate_off_is_a_clash() -> None:
    import re

    [clash] = CATALOGUE.target("git-send-email").clashes
    for line in ("smtpSSLCertPath =", '\tsmtpsslcertpath = ""', "smtpSSLCertPath", 'smtpSSLCertPath="" # x'):
        assert re.search(clash.pattern, line), line
    for line in ("smtpSSLCertPath = /etc/ssl/certs", "smtpServer =", "# smtpSSLCertPath ="):
        assert not re.search(clash.pattern, line), line
    assert one(Wish(options={"ca_file": FileName("~/my ca.pem")}))["smtpsslcertpath"] == "~/my ca.pem"


def test_a_token_and_an_ipv6_server_are_refused() -> None:
    with pytest.raises(MailgenError, match="OAuth2"):
        made(Wish(credential=Credential("token", Command(("token",)))))
    with pytest.raises(MailgenError, match="IPv6"):
        made(Wish(servers={"smtp": {"host": "2001:db8::1", "port": 465, "tls": "implicit"}}))


def test_lines_of_the_users_own_belong_to_the_account() -> None:
    assert one(Wish(extra=(Verbatim("confirm = always"),)))["confirm"] == "always"
    assert one(Wish(identities=(Identity("b@qq.com"),)))["from"] == "user@qq.com"
