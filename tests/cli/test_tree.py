"""A tree of dotfiles below `-o DIR`: cloned, it works on the next machine as on the one that made it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.apply_home import ACCOUNTS
from tests.support import assert_refused, cli

WORK = "  work:"


class Dotfiles:
    """A git repository with an accounts file and the tree `home`, on a machine with a home of its own."""

    def __init__(self, folder: Path, origin: Dotfiles | None = None) -> None:
        self.folder = folder
        self.env = {"HOME": str(folder / "me"), "GIT_CONFIG_GLOBAL": "/dev/null"}
        (folder / "me").mkdir(parents=True, mode=0o700)
        self.repo = folder / "dots"
        self.accounts = self.repo / "accounts.yaml"
        self.home = self.repo / "home"
        if origin is None:
            self.repo.mkdir()
            self.accounts.write_text(ACCOUNTS, encoding="utf-8")
            self.run("apply")
            self.git("init", "-q")
        else:
            self.git("clone", "-q", str(origin.repo), str(self.repo), cwd=folder)

    def git(self, *words: str, cwd: Path | None = None) -> str:
        argv = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@qq.com", *words]
        done = subprocess.run(
            argv, cwd=cwd or self.repo, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def keep(self) -> None:
        """Commit all."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "mail")

    def run(self, verb: str, *words: str, status: int = 0) -> str:
        done = cli(verb, *words, "--accounts", "accounts.yaml", "-o", "home", env=self.env, cwd=self.repo)
        assert done.status == status, done.stderr + done.stdout
        return done.stdout

    def say(self, old: str, new: str) -> None:
        """Change the accounts file."""
        text = self.accounts.read_text(encoding="utf-8")
        assert old in text
        self.accounts.write_text(text.replace(old, new), encoding="utf-8")

    def drop_work(self) -> None:
        lines = self.accounts.read_text(encoding="utf-8").splitlines(keepends=True)
        self.accounts.write_text("".join(one for one in lines if not one.startswith(WORK)), encoding="utf-8")


@pytest.fixture
def first(tmp_path: Path) -> Dotfiles:
    made = Dotfiles(tmp_path / "first")
    made.keep()
    return made


@pytest.fixture
def second(first: Dotfiles, tmp_path: Path) -> Dotfiles:
    return Dotfiles(tmp_path / "second", first)


def test_a_clone_is_as_it_should_be(second: Dotfiles) -> None:
    """Git keeps no mode but that of programs, so the mode says nothing of a change."""
    assert (second.home / ".msmtprc").stat().st_mode & 0o777 != 0o600
    assert second.run("diff") == ""
    assert "made private home/.fetchmailrc" in second.run("apply")
    assert (second.home / ".fetchmailrc").stat().st_mode & 0o777 == 0o600, "fetchmail asks for it"
    assert second.git("status", "--porcelain") == ""
    assert "files are as they should be" in second.run("apply")


def test_a_change_on_another_machine_needs_no_adoption(first: Dotfiles, second: Dotfiles) -> None:
    second.say("protocol: pop3", "protocol: imap")
    assert "--- home/.fetchmailrc\n+++ home/.fetchmailrc\n" in second.run("diff", status=3)
    assert "updated home/.fetchmailrc" in second.run("apply")
    assert not list(second.home.rglob("*backup*"))
    second.keep()
    first.git("pull", "-q", str(second.repo), "HEAD")
    assert first.run("diff") == "", "and the first machine knows it as well"
    first.say(", default: true", "")
    first.run("apply")


def test_a_dropped_account_is_noticed(second: Dotfiles) -> None:
    second.drop_work()
    shown = second.run("diff", status=3)
    assert "--- home/.fetchmailrc\n+++ /dev/null\n" in shown
    assert "user.js\n+++ /dev/null\n" in shown
    assert "removed home/.fetchmailrc" in second.run("apply")
    assert not (second.home / ".fetchmailrc").exists()
    assert "work" not in (second.home / ".mailgen.json").read_text(encoding="utf-8")
    second.run("remove", "--all")
    assert list(second.home.iterdir()) == []


def test_what_somebody_has_changed_by_hand_is_refused_there_too(second: Dotfiles) -> None:
    ours = second.home / ".config/mailgen/mutt/account"
    with ours.open("a", encoding="utf-8") as file:
        file.write("# by hand\n")
    done = cli("apply", "--accounts", "accounts.yaml", "-o", "home", env=second.env, cwd=second.repo)
    assert_refused(done, 1, "has been changed since", f"where: {ours.relative_to(second.repo)}")


def test_the_record_is_of_no_machine(first: Dotfiles, second: Dotfiles, tmp_path: Path) -> None:
    text = (first.home / ".mailgen.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert not list((tmp_path / "first" / "me").rglob("manifest.json")), "nothing of it lies in a home"
    shutil.rmtree(second.home)
    second.run("apply")
    assert (second.home / ".mailgen.json").read_text(encoding="utf-8") == text
    assert text.count("\n") > 10, "one line for each thing, so that git can merge it"


def test_a_record_of_an_earlier_version_goes_into_the_tree(first: Dotfiles) -> None:
    record = json.loads((first.home / ".mailgen.json").read_text(encoding="utf-8"))
    (first.home / ".mailgen.json").unlink()
    kept = {name: record[name] for name in ("files", "folders")}
    manifest = {"version": 1, "roots": {str(first.home.resolve()): kept}}
    state = Path(first.env["HOME"]) / ".local/state/mailgen/manifest.json"
    state.write_text(json.dumps(manifest), encoding="utf-8")
    first.drop_work()
    assert "removed home/.fetchmailrc" in first.run("apply")
    assert json.loads(state.read_text(encoding="utf-8"))["roots"] == {}
    assert (first.home / ".mailgen.json").exists()


@pytest.mark.parametrize(
    "text",
    ["<<<<<<< HEAD\n", "[]", '{"version": 2}', '{"version": 1, "folders": [], "files": {"~/x": {}}}'],
)
def test_a_record_that_makes_no_sense_is_told(first: Dotfiles, text: str) -> None:
    (first.home / ".mailgen.json").write_text(text, encoding="utf-8")
    for verb in ("diff", "apply"):
        done = cli(verb, "--accounts", "accounts.yaml", "-o", "home", env=first.env, cwd=first.repo)
        assert_refused(done, 1, "record of what it wrote is damaged", ".mailgen.json", "adopt")


def test_a_record_of_somebody_elses_making_leads_nowhere(first: Dotfiles, tmp_path: Path) -> None:
    """It comes with a repository: it may name files below the tree only, and is no link."""
    (tmp_path / "precious").write_text("mine\n", encoding="utf-8")
    path = first.home / ".mailgen.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    digest = "fcbc800db3f1867000b852f1ce0044b8f1584f76ade1ed6e65189824f95c3cda"
    record["files"]["~/../../../precious"] = {"digest": digest, "mode": "0600", "merge": "replace"}
    path.write_text(json.dumps(record), encoding="utf-8")
    done = cli("apply", "--accounts", "accounts.yaml", "-o", "home", env=first.env, cwd=first.repo)
    assert_refused(done, 1, "does not lie in the home directory")
    path.unlink()
    path.symlink_to(tmp_path / "precious")
    done = cli("apply", "--accounts", "accounts.yaml", "-o", "home", env=first.env, cwd=first.repo)
    assert_refused(done, 1, ".mailgen.json")
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "mine\n"


def test_ones_own_home_by_its_name_is_ones_own_home(first: Dotfiles) -> None:
    home = Path(first.env["HOME"])
    words = ("--accounts", "accounts.yaml")
    assert cli("apply", *words, "-o", str(home), env=first.env, cwd=first.repo).status == 0
    assert not (home / ".mailgen.json").exists()
    assert "files are as they should be" in cli("apply", *words, env=first.env, cwd=first.repo).stdout


def test_a_diff_of_a_tree_may_be_given_to_patch(second: Dotfiles) -> None:
    second.say("protocol: pop3", "protocol: imap")
    shown = second.run("diff", status=3)
    subprocess.run(
        ["patch", "-p0", "--quiet"], cwd=second.repo, input=shown, text=True, check=True, timeout=60
    )
    assert second.run("diff") == ""


def test_a_tree_that_holds_a_secret_is_not_for_others_to_read(second: Dotfiles) -> None:
    """A mode is of no account but there."""
    literal = "accounts: {home: {address: ada@sohu.com, targets: [msmtp], credential: literal}}\n"
    second.accounts.write_text(literal, encoding="utf-8")
    (second.folder / "secret").write_text("hunter2\n", encoding="utf-8")
    secret = ("--secret-from-file", f"home={second.folder / 'secret'}")
    second.run("apply", *secret)
    (second.home / ".msmtprc").chmod(0o644)
    assert "mode 0644 becomes 0600" in second.run("diff", *secret, status=3)
