"""`mailgen apply`, `diff` and `remove`, as people run them: child processes, a home, an accounts file."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from mailgen.cli.terminal import cells
from tests.cases import Outcome
from tests.cli.apply_home import ACCOUNTS, OWN, Home, refused
from tests.programs import need
from tests.support import MAILGEN, assert_refused, cli, environment, on_terminal, ran, shell


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_household_goes_in_and_out_again(home: Home) -> None:
    before, folders = home.texts(), set(home.state())
    says = ("~/.muttrc", "--adopt", "the file is yours")
    refused(home, "apply", says=says)

    printed = home.done("apply", "--adopt").splitlines()
    assert "created ~/.msmtprc" in printed
    assert "took over ~/.muttrc (a copy is at ~/.muttrc.mailgen-backup)" in printed
    assert (home.path / ".muttrc.mailgen-backup").read_bytes() == OWN
    assert (home.path / ".muttrc").read_bytes().startswith(OWN)
    for name in (".msmtprc", ".muttrc", ".fetchmailrc", ".muttrc.mailgen-backup"):
        assert (home.path / name).stat().st_mode & 0o777 == 0o600
    assert (home.path / ".config" / "mailgen" / "mutt").stat().st_mode & 0o777 == 0o700

    said = home.done("remove", "--all", "-n").splitlines()
    assert {"would remove ~/.msmtprc", "would remove mailgen's part from ~/.muttrc"} <= set(said)
    said = home.done("remove", "--all").splitlines()
    assert {"removed ~/.msmtprc", "removed mailgen's part from ~/.muttrc"} <= set(said)
    assert set(home.state()) == {*folders, ".muttrc.mailgen-backup"}, "no folder of ours is left"
    after = home.texts()
    assert after.pop(".muttrc.mailgen-backup") == OWN
    assert after == before
    assert home.done("remove", "--all") == "there is nothing to do\n"


def test_the_second_run_writes_nothing_at_all(home: Home) -> None:
    home.done("apply", "--adopt")
    before = home.state(without="")
    outcome = home.run("apply")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout.endswith("files are as they should be\n")
    assert home.run("diff").status == 0
    assert home.done("apply", "-n") == outcome.stdout
    assert home.state(without="") == before


def test_a_dry_run_says_what_then_happens_and_writes_nothing(home: Home) -> None:
    before = home.state(without="")
    said = home.done("apply", "--adopt", "--dry-run")
    assert home.state(without="") == before, "no lock, no folder"
    planned = json.loads(home.done("apply", "--adopt", "-n", "--json"))
    done = home.done("apply", "--adopt")
    assert said.replace("would create", "created").replace("would take over", "took over") == done
    created = {line.split()[-1] for line in done.splitlines() if line.startswith("created ")}
    assert {one["path"] for one in planned} == created | {"~/.muttrc"}
    assert {one["change"] for one in planned} == {"create", "adopt"}
    assert {one["change"] for one in json.loads(home.done("apply", "--json"))} == {"unchanged"}


def test_an_account_that_has_gone_is_taken_away_everywhere(home: Home) -> None:
    home.done("apply", "--adopt")
    home.accounts.write_text(ACCOUNTS.replace("[msmtp, fetchmail, thunderbird]", "[fetchmail]"))
    changed = home.done("apply")
    assert "removed ~/.thunderbird/mailgen/user.js" in changed
    assert "updated ~/.msmtprc" in changed
    assert not (home.path / ".thunderbird").exists()
    assert b"qq.com" not in (home.path / ".msmtprc").read_bytes()

    home.accounts.write_text(ACCOUNTS.replace("  home:", "  house:"))
    changed = home.done("apply")
    assert "created ~/.config/mailgen/mutt/account.house" in changed
    assert "removed ~/.config/mailgen/mutt/account.home" in changed
    assert b"home" not in (home.path / ".msmtprc").read_bytes()


def test_one_account_is_removed_and_the_others_stay(home: Home) -> None:
    home.done("apply", "--adopt")
    outcome = home.run("remove", "work")
    assert outcome.status == 0
    assert "mailgen accounts rm work" in outcome.stderr
    assert not [name for name, text in home.texts().items() if b"qq.com" in text and "yaml" not in name]
    assert b"sohu.com" in (home.path / ".msmtprc").read_bytes()
    assert_refused(home.run("remove", "work"), 1, "nothing was written for an account work", "home")
    home.done("apply")
    home.accounts.write_text(ACCOUNTS.partition("  work:")[0], encoding="utf-8")
    gone = home.run("remove", "work")
    assert gone.status == 0
    assert "accounts rm" not in gone.stderr, "it is no longer in the file, so nothing brings it back"
    assert_refused(home.run("remove"), 2, "--all")
    assert_refused(home.run("remove", "home", "--all"), 2, "--all")


def test_our_part_is_not_changed_behind_the_users_back(home: Home) -> None:
    home.done("apply", "--adopt")
    file = home.path / ".msmtprc"
    file.write_bytes(file.read_bytes().replace(b"port           465", b"port           25", 1))
    edited = file.read_bytes()
    refused(home, "apply", says=("~/.msmtprc", "has been changed since"))
    refused(home, "remove", "--all", says=("~/.msmtprc", "has been changed since"))
    assert home.run("diff").status == 3
    home.done("apply", "--adopt")
    assert b"port           25" not in file.read_bytes()
    assert (home.path / ".msmtprc.mailgen-backup").read_bytes() == edited


def test_a_line_of_the_users_that_would_break_ours(home: Home) -> None:
    (home.path / ".msmtprc").write_text("# mine\naccount x\nhost h\naccount default : x\n")
    refused(home, "apply", "--adopt", says=("~/.msmtprc, line 4", "account default"))


def test_diff_is_for_people_and_for_scripts(home: Home) -> None:
    need("patch", "patch")
    outcome = home.run("diff")
    assert outcome.status == 3
    assert "\x1b" not in outcome.stdout
    assert "+++ ~/.msmtprc" in outcome.stdout
    assert home.run("diff", "--qiet").status == 2, "there is no such option"
    coloured = on_terminal("diff", env=home.env, stdout=True)
    assert (coloured.status, "\x1b[32m+" in coloured.stderr) == (3, True)
    assert "\x1b[3" not in on_terminal("diff", env={**home.env, "NO_COLOR": "1"}, stdout=True).stderr
    assert not (home.path / ".local").exists(), "to look changes nothing"
    patched = home.path.with_name("patched")
    shutil.copytree(home.path, patched)
    patch = ["patch", "--silent", "-p1", "-d", str(patched)]
    subprocess.run(patch, input=outcome.stdout.encode(), check=True)
    home.done("apply", "--adopt")
    wanted = {name: text for name, text in home.texts().items() if not name.endswith("-backup")}
    assert {name: (patched / name).read_bytes() for name in wanted} == wanted, "patch does what apply does"


def test_a_password_of_the_users_own_is_not_shown(home: Home) -> None:
    (home.path / ".msmtprc").write_text("account mine\nhost h\npassword hunter2 and more\n")
    home.accounts.write_text(ACCOUNTS.replace("[msmtp, mutt]", "[msmtp]"))
    shown = home.run("diff").stdout
    assert "+host           smtp.sohu.com" in shown, "what is mailgen's is shown"
    assert "hunter2" not in shown
    assert "account mine" not in shown, "lines of one's own that do not change need not be shown"


def test_a_tree_below_another_folder(home: Home, tmp_path: Path) -> None:
    tree = tmp_path / "a tree"
    done = cli("apply", "-o", "a tree", env=home.env, cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert "created a tree/.msmtprc" in done.stdout
    assert not (home.path / ".msmtprc").exists()
    assert not (tree / ".local").exists(), "the journal is the user's, not the tree's"
    assert (tree / ".msmtprc").stat().st_mode & 0o777 == 0o600
    assert "files are as they should be" in home.done("apply", "-o", str(tree))
    (tree / ".msmtprc").write_text("# another's\n")
    other = cli("apply", "-o", "a tree", env=home.env, cwd=tmp_path)
    assert_refused(other, 1, "where: a tree/.msmtprc\n")
    done = cli("apply", "-o", "a tree", "--adopt", "--json", env=home.env, cwd=tmp_path)
    copies = {one["path"]: one["backup"] for one in json.loads(done.stdout) if one["backup"]}
    assert copies == {"a tree/.msmtprc": "a tree/.msmtprc.mailgen-backup"}
    (tree / ".msmtprc.mailgen-backup").unlink()
    assert home.run("diff", "-o", str(tree)).status == 0
    home.done("remove", "--all", "-o", str(tree))
    assert [path for path in tree.rglob("*") if path.name != ".msmtprc"] == []
    assert (tree / ".msmtprc").read_bytes() == b"# another's\n"


def test_a_tar_archive(home: Home, tmp_path: Path) -> None:
    words = [*MAILGEN, "apply", "--format", "tar"]
    made = [
        subprocess.run(words, env=environment({**home.env, **more}), capture_output=True, check=True).stdout
        for more in ({}, {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7"})
    ]
    assert made[0] == made[1]
    with tarfile.open(fileobj=io.BytesIO(made[0])) as archive:
        for entry in archive:
            assert (entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, 0, "", "")
            assert entry.mode == (0o700 if entry.isdir() else 0o600)
    tree, other = tmp_path / "tree", tmp_path / "other"
    tree.mkdir()
    subprocess.run(["tar", "-x", "-C", tree], input=made[0], check=True)
    home.done("apply", "-o", str(other))
    assert ran(["diff", "-r", str(tree), str(other)]) == Outcome(0, "", "")
    assert not (home.path / ".msmtprc").exists()
    on_screen = on_terminal("apply", "--format", "tar", env=home.env, stdout=True)
    assert on_screen.status == 2
    assert "terminal" in on_screen.stderr
    for more in (["-n"], ["-o", "x"]):
        assert_refused(home.run("apply", "--format", "tar", *more), 2, "--format tar")
    refused = home.run("apply", "--format", "tar", "--json")
    assert (refused.status, refused.stdout) == (2, "")
    assert json.loads(refused.stderr)["error"]["where"] == {"en": "--format tar"}


def test_what_is_said_on_the_command_line_wins(home: Home) -> None:
    home.done("apply", "--adopt", "--set", "work.smtp.port=587", "--set", "name=Countess")
    text = (home.path / ".msmtprc").read_text()
    assert "port           587" in text
    assert "port           465" in text
    assert "'Countess'" in (home.path / ".config/mailgen/mutt/sender.home.1").read_text()
    assert_refused(home.run("apply", "--set", "work.smpt.port=587"), 2, "--set", "smtp")


def test_where_the_files_of_mailgen_lie(home: Home, tmp_path: Path) -> None:
    config, state = tmp_path / "config", tmp_path / "state"
    (config / "mailgen").mkdir(parents=True)
    shutil.copy(home.accounts, config / "mailgen" / "accounts.yaml")
    home.accounts.unlink()
    home.done("apply", "--adopt", XDG_CONFIG_HOME=str(config), XDG_STATE_HOME=str(state))
    assert (state / "mailgen" / "manifest.json").stat().st_mode & 0o777 == 0o600
    assert not (home.path / ".local").exists()
    assert_refused(home.run("apply"), 1, "there is no accounts file", "mailgen accounts add")
    assert_refused(home.run("apply", "--accounts", str(tmp_path)), 1, str(tmp_path))
    accounts = ["--accounts", str(config / "mailgen" / "accounts.yaml")]
    for nowhere in (str(tmp_path / "gone"), "", "relative"):
        # Only a dry run: what is not refused would be written into the root of the file system.
        for verb in (["apply", "-n", *accounts], ["diff", *accounts], ["remove", "--all", "-n"]):
            assert_refused(cli(*verb, env={"HOME": nowhere}), 1, "there is no home directory", "HOME", "-o")
    tree = [*accounts, "-o", str(tmp_path / "tree")]
    assert_refused(cli("apply", "-n", *tree, env={"HOME": ""}), 1, "record", "XDG_STATE_HOME")
    done = cli("apply", *tree, env={"HOME": "", "XDG_STATE_HOME": str(tmp_path / "other")})
    assert done.status == 0, done.stderr
    unset = shell(f'unset HOME; "$@" apply -n --accounts {accounts[1]}', env={"XDG_STATE_HOME": str(state)})
    assert "Traceback" not in unset.stderr, "the home is that of the system's list of users, if it is there"
    assert_refused(home.run("apply", "-o", ""), 2, "-o")


def test_how_much_is_said(home: Home) -> None:
    quiet = home.run("apply", "--adopt", "-q").stderr
    assert "warning: " in quiet
    assert "note: " not in quiet
    assert "next:" not in quiet
    assert home.run("apply").stderr == "", "what has been said is not said again"
    loud = home.run("apply", "-v")
    assert {"unchanged ~/.msmtprc", "unchanged ~/.muttrc"} <= set(loud.stdout.splitlines())
    assert "note: " in loud.stderr
    assert "Sign in at" in loud.stderr
    assert "登录" in home.run("apply", "-v", "--lang", "zh").stderr


@pytest.mark.parametrize(
    "words", [["apply", "--adopt", "-n"], ["apply"], ["remove"], ["apply", "--help"], ["remove", "--help"]]
)
def test_what_is_said_fits_the_terminal(home: Home, words: list[str]) -> None:
    shown = on_terminal(*words, env=home.env, stdout=True).stderr
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert lines
    to_copy = ("machine ", "https://")
    assert [one for one in lines if cells(one) > 80 and not any(word in one for word in to_copy)] == []


def test_hints_are_for_those_who_need_them(home: Home, tmp_path: Path) -> None:
    """A token asks for no password; a line to copy names the accounts file if it is another."""
    file = tmp_path / "my accounts.yaml"
    file.write_text(
        "accounts:\n"
        "  tok: {address: ada@gmail.com, targets: [msmtp], token_command: token}\n"
        "  kept: {address: ada@qq.com, targets: [msmtp], credential: pass}\n"
    )
    said = home.run("apply", "--accounts", str(file)).stderr
    assert "kept: QQ Mail wants an authorisation code" in said
    assert "tok: " not in said
    assert f"mailgen secret set kept --accounts '{file}'\n" in said
    assert home.run("apply", "--accounts", str(file)).stderr == "", "told once"


_OF_ONE = """accounts:
  lab:
    address: ada@lab.example
    targets: [msmtp]
    smtp: {%s}
"""


def test_port_and_tls_of_own_servers_are_judged(home: Home) -> None:
    """What contradicts itself is told, what is a guess too; a port that tells nothing is asked about."""

    def apply(server: str) -> Outcome:
        home.accounts.write_text(_OF_ONE % server, encoding="utf-8")
        return home.run("apply", "-q")

    told = apply("host: s.lab.example, port: 465, tls: starttls")
    assert told.status == 0
    assert "port 465 of smtp does not go with tls: starttls" in told.stderr
    assert "say smtp: {tls: implicit}" in told.stderr
    guessed = apply("host: s.lab.example, port: 2525")
    assert guessed.status == 0
    assert "smtp: {tls: starttls} is a guess" in guessed.stderr
    assert "tls_starttls   on" in (home.path / ".msmtprc").read_text()
    words = "host: s.lab.example, port: 1465"
    home.accounts.write_text(_OF_ONE % words, encoding="utf-8")
    says = ("accounts.yaml:2", "does not tell which form of TLS", "say smtp: {tls: implicit}")
    refused(home, "apply", says=says)
