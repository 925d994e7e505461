"""`mailgen apply`, `diff` and `remove`, as people run them: child processes, a home, an accounts file."""

from __future__ import annotations

import fcntl
import io
import itertools
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from mailgen.terminal import cells
from tests.cases import Outcome, run
from tests.programs import need, unavailable
from tests.support import MAILGEN, assert_refused, cli, environment, on_terminal, ran, shell

ACCOUNTS = """# Accounts of the tests.
defaults: {password_command: "pass show mail/{address}"}
accounts:
  home: {address: ada@sohu.com, name: "Ada O'Brien", targets: [msmtp, mutt], default: true}
  work: {address: ada@qq.com, name: 艾达, targets: [msmtp, fetchmail, thunderbird], protocol: pop3}
"""
OWN = b"# my own\nset sort = threads\n"


class Home:
    """A home directory with an accounts file and a muttrc of the user's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700)
        self.accounts = path / ".config" / "mailgen" / "accounts.yaml"
        self.accounts.parent.mkdir(parents=True)
        self.accounts.write_text(ACCOUNTS, encoding="utf-8")
        (path / ".muttrc").write_bytes(OWN)

    @property
    def env(self) -> dict[str, str]:
        return {"HOME": str(self.path)}

    def run(self, *words: str, **env: str) -> Outcome:
        return cli(*words, env={**self.env, **env})

    def done(self, *words: str, **env: str) -> str:
        """Run what must work; returns what it printed."""
        outcome = self.run(*words, **env)
        assert outcome.status == 0, outcome.stderr
        return outcome.stdout

    def state(self, without: str = ".local") -> dict[str, tuple[int, int, bytes]]:
        """Return all that can be seen of every file and folder: inode and time of change, and contents."""
        seen = {}
        for path in sorted(self.path.rglob("*")):
            if without and without in path.parts:
                continue
            status = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            seen[str(path.relative_to(self.path))] = (status.st_ino, status.st_mtime_ns, content)
        return seen

    def texts(self) -> dict[str, bytes]:
        return {name: seen[2] for name, seen in self.state().items() if (self.path / name).is_file()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def refused(home: Home, *words: str, says: tuple[str, ...], status: int = 1, **env: str) -> Outcome:
    """Run what must be refused; nothing in the home has changed."""
    before = home.state(without="")
    outcome = home.run(*words, **env)
    assert_refused(outcome, status, *says)
    assert home.state() == {name: seen for name, seen in before.items() if not name.startswith(".local")}
    return outcome


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
    assert (gone.status, gone.stderr) == (0, ""), "it is no longer in the file, so nothing brings it back"
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


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("  bad: {address: ada@exmaple.invalid, targets: [msmtp]}\n", ("accounts.yaml:6", "provider")),
        ("  bad: {address: ada@qq.com, targets: [msmpt]}\n", ("accounts.yaml:6", "msmtp")),
        ("  bad: {address: ada@qq.com, targets: [msmtp], default: true}\n", ("yaml:6", "default")),
        ("  bad: {address: ada@qq.com, targets: [msmtp], protocoll: imap}\n", ("yaml:6", "'protocol'")),
        ("  work: {address: ada@qq.com, targets: [msmtp]}\n", ("accounts.yaml:6", "twice")),
        ("  Work: {address: ada@qq.com, targets: [msmtp]}\n", ("accounts.yaml:6", "case")),
        ("  bad: {address: ada@163.com, targets: [mutt], protocol: imap}\n", ("thunderbird", "pop3")),
        ("  bad: {address: ada@qq.com, targets: [msmtp], name: \"a\\nb\"}\n", ()),
        ("  bad: {address: ada@qq.com, targets: [mutt], name: \"a\\nb\"}\n", ("yaml:6", "line break")),
        ("  bad: {address: ada@qq.com, targets: [msmtp], label: \"a:b\"}\n", ("yaml:6", "msmtp")),
        ("  bad: {address: ada@qq.com, targets: [msmtp], credential: literal}\n", ("yaml:6",)),
    ],
)  # fmt: skip
def test_one_bad_account_and_nothing_is_written(home: Home, bad: str, says: tuple[str, ...]) -> None:
    home.accounts.write_text(ACCOUNTS + bad, encoding="utf-8")
    if says:
        refused(home, "apply", "--adopt", says=says)
        assert not (home.path / ".msmtprc").exists()
    else:  # msmtp writes no names, so this one does no harm
        home.done("apply", "--adopt")


def test_nothing_of_a_bad_household_reaches_a_good_one(home: Home) -> None:
    home.done("apply", "--adopt")
    home.accounts.write_text(ACCOUNTS.replace("ada@qq.com", "ada@qq.con"), encoding="utf-8")
    refused(home, "apply", says=("accounts.yaml:5", "qq.con", "did you mean"))
    refused(home, "diff", says=("qq.con",))


def test_diff_is_for_people_and_for_scripts(home: Home) -> None:
    need("patch", "patch")
    outcome = home.run("diff")
    assert outcome.status == 3
    assert "\x1b" not in outcome.stdout
    assert "+++ ~/.msmtprc" in outcome.stdout
    assert home.run("diff", "--quiet").status == 2, "there is no such option"
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
    assert " password ***" in shown
    assert "hunter2" not in shown


def test_a_tree_below_another_folder(home: Home, tmp_path: Path) -> None:
    tree = tmp_path / "a tree"
    done = cli("apply", "-o", "a tree", env=home.env, cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert "created a tree/.msmtprc" in done.stdout
    assert not (home.path / ".msmtprc").exists()
    assert not (tree / ".local").exists(), "the record is the user's, not the tree's"
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
    for more in (["-n"], ["-o", "x"], ["--json"]):
        assert_refused(home.run("apply", "--format", "tar", *more), 2, "--format tar")


def test_what_is_said_on_the_command_line_wins(home: Home) -> None:
    home.done("apply", "--adopt", "--set", "work.smtp.port=587", "--set", "name=Countess")
    text = (home.path / ".msmtprc").read_text()
    assert "port           587" in text
    assert "port           465" in text
    assert "'Countess'" in (home.path / ".config/mailgen/mutt/sender.home.1").read_text()
    assert_refused(home.run("apply", "--set", "work.smpt.port=587"), 2, "--set", "smtp")


def test_a_literal_secret(home: Home, tmp_path: Path) -> None:
    home.accounts.write_text(
        "accounts:\n  home: {address: ada@sohu.com, targets: [msmtp, thunderbird], credential: literal}\n"
        "  work: {address: ada@qq.com, targets: [msmtp]}\n"
    )
    secret = tmp_path / "secret"
    for content in (b"", b"\n", b"two\nlines\n", b"\xff\xfe\n", b"x" * 70000, b"nul\0\n"):
        secret.write_bytes(content)
        refused(home, "apply", "--secret-from-file", f"home={secret}", says=(), status=1)
    secret.write_bytes(b'  it\'s "quoted" \n')
    refused(home, "apply", "--secret-from-file", f"work={secret}", says=("credential: literal",), status=2)
    refused(home, "apply", "--secret-from-file", f"gone={secret}", says=("no account gone",), status=2)
    twice = ["--secret-from-file", f"home={secret}"] * 2
    refused(home, "apply", *twice, says=("two secrets", "home"), status=2)
    refused(home, "apply", "--secret-from-file", "home=/nonexistent/x", says=("No such file",))
    refused(home, "apply", "--secret-fd", "home=77", says=("not open",), status=2)
    refused(home, "apply", "--secret-fd", "home=x", says=("a number",), status=2)
    refused(home, "apply", says=("accounts.yaml:2", "--secret-from-file home=FILE"))
    tar = ["apply", "--format", "tar", "--secret-from-file", f"home={secret}"]
    refused(home, *tar, says=("standard output",))

    outcome = home.run("apply", "--secret-from-file", f"home={secret}")
    assert outcome.status == 0, outcome.stderr
    assert "takes no password from its configuration" in outcome.stderr, "Thunderbird is told of"
    assert 'password       "  it\'s "quoted" "\n' in (home.path / ".msmtprc").read_text()
    assert (home.path / ".msmtprc").stat().st_mode & 0o777 == 0o600
    given = ["sh", "-c", 'exec 5<"$0"; exec "$@" apply --secret-fd home=5', str(secret), *MAILGEN]
    again = ran(given, env=home.env)
    assert (again.status, "as they should be" in again.stdout) == (0, True), again.stderr


def test_links_of_a_dotfile_manager(home: Home, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles"
    kept.mkdir(mode=0o700)
    (kept / "muttrc").write_bytes(OWN)
    (home.path / ".muttrc").unlink()
    (home.path / ".muttrc").symlink_to(kept / "muttrc")
    refused(home, "apply", "--adopt", says=("~/.muttrc", "link", "--follow-links"))
    home.done("apply", "--adopt", "--follow-links")
    assert (home.path / ".muttrc").is_symlink()
    assert b"source" in (kept / "muttrc").read_bytes()
    home.done("remove", "--all", "--follow-links")
    assert (kept / "muttrc").read_bytes() == OWN


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


def test_another_run_at_the_same_time_is_kept_out(home: Home) -> None:
    home.done("apply", "--adopt")
    lock = os.open(home.path / ".local" / "state" / "mailgen" / "lock", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        assert_refused(home.run("apply"), 1, "another run of mailgen is at work")
        assert home.run("diff").status == 0, "to look is allowed"
    finally:
        os.close(lock)
    home.done("apply")


#: Runs mailgen, and at one of the calls that reach the disk gives the process some signals.
SIGNALLED = """
import itertools, os, sys
place, signals = int(sys.argv[1]), [int(number) for number in sys.argv[2].split(",")]
count = itertools.count()
def watched(real):
    def call(*words, **named):
        if next(count) == place:
            for number in signals:
                os.kill(os.getpid(), number)
        return real(*words, **named)
    return call
from mailgen.cli import main
from mailgen import writer
from mailgen.commands import household_options
commit = household_options.Wanted.commit
def begun(*words):
    for name in ("open", "write", "fsync", "fchmod", "rename", "unlink", "mkdir", "rmdir", "stat"):
        setattr(os, name, watched(getattr(os, name)))
    return commit(*words)
household_options.Wanted.commit = begun
raise SystemExit(main(sys.argv[3:]))
"""
BOTH = (signal.SIGTERM, signal.SIGINT)


@pytest.mark.parametrize(
    ("signals", "every"),
    [((signal.SIGINT,), 11), ((signal.SIGTERM,), 31), ((signal.SIGHUP,), 47), (BOTH, 31)],
)
def test_an_interrupt_leaves_old_files_or_new_ones(
    home: Home, signals: tuple[signal.Signals, ...], every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever call it comes; one line is said, nothing is left behind, and the next run completes."""
    monkeypatch.setenv("HOME", str(home.path))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def files() -> dict[str, bytes]:
        return {name: text for name, text in home.texts().items() if name != ".config/mailgen/accounts.yaml"}

    texts = [
        ACCOUNTS.replace("[msmtp, fetchmail, thunderbird]", "[fetchmail]").replace("ada@", who)
        for who in ("ada@", "eve@")
    ]
    wanted = []
    for text in texts:
        home.accounts.write_text(text, encoding="utf-8")
        assert run("apply", "--adopt").status == 0
        wanted.append(files())
    said, numbers = set(), ",".join(str(int(one)) for one in signals)
    for turn, place in enumerate(itertools.count(0, every)):
        text, old, new = texts[turn % 2], wanted[(turn + 1) % 2], wanted[turn % 2]
        home.accounts.write_text(text, encoding="utf-8")
        done = ran([sys.executable, "-c", SIGNALLED, str(place), numbers, "apply", "-q"], home.env)
        now = files()
        if done.status == 0:  # so many calls are not made
            break
        assert done.status == 130, done
        assert re.fullmatch("mailgen: interrupted.*\n", done.stderr), done.stderr
        said.add(done.stderr)
        assert now.keys() == old.keys(), "no temporary file"
        assert all(content in (old[name], new[name]) for name, content in now.items())
        if "nothing has changed" in done.stderr:
            assert now == old
        assert run("apply").status == 0
        assert files() == new
    assert now == new
    assert len(said) >= 2, "before and after the first file got its name"


def test_a_disk_that_takes_nothing(home: Home, tmp_path: Path) -> None:
    """A home that can only be read, and one that is full: nothing has changed, and the reason is told."""
    private = f"unshare --mount --propagation=private {'--map-root-user' * bool(os.geteuid())}"
    bare = f"mount --bind {home.path} {home.path} && mount -o remount,ro,bind {home.path}"
    if shell(f"{private} sh -c '{bare}'").status:
        unavailable("no private mounts here")
    state = {**home.env, "XDG_STATE_HOME": str(tmp_path / "state")}
    before = home.state()
    run = f'{private} sh -c \'{bare} && exec "$@" apply --adopt\' sh "$@"'
    assert_refused(shell(run, env=state), 1, "Read-only file system", "nothing has changed")
    assert_refused(shell(run, env=home.env), 1, "Read-only file system", "XDG_STATE_HOME")
    full = f"mount -t tmpfs -o size=8k,mode=700 tmpfs {tmp_path}/full"
    (tmp_path / "full").mkdir()
    see = f"status=$?; find {tmp_path}/full -mindepth 1 >&2; exit $status"
    write = f'{private} sh -c \'{full} && "$@" apply -q -o {tmp_path}/full; {see}\' sh "$@"'
    outcome = shell(write, env=state)
    assert_refused(outcome, 1, "No space left on device", "nothing has changed")
    assert outcome.stderr.endswith("nothing has changed\n"), "and no file or folder is left there"
    assert home.state() == before


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


def test_a_household_is_told_of_the_accounts_file_not_of_options(home: Home) -> None:
    """Options such as --protocol belong to the form with an address; apply has none of them."""
    own = {"--adopt", "--follow-links", "--set", "--secret-from-file", "--secret-fd", "--accounts"}
    said = ""
    for account in (
        "a@outlook.com, targets: [msmtp]",
        "a@outlook.com, targets: [msmtp], credential: oauth2",
        "a@outlook.com, targets: [mutt], token_command: x",
        "a@foo.example, targets: [mutt]",
        "a@foo.example, targets: [msmtp]",
        "a@163.com, targets: [mutt, fetchmail, neomutt]",
        "a@163.com, targets: [mutt], protocol: imap",
        "a@qq.com, targets: [fetchmail], mailbox: x",
        "a@foo.example, targets: [mutt], imap: {host: h.example}, smtp: {host: h.example}",
        "a@gmail.com, targets: [neomutt, thunderbird]",
        "a@company.example, targets: [mutt], provider: exmail.qq.com",
    ):
        home.accounts.write_text(f"accounts:\n  x: {{address: {account}}}\n")
        for lang in ("en", "zh"):
            said += home.run("apply", "-n", "-v", "--adopt", "--lang", lang).stderr
    words = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", said.replace("thunderbird --profile", "")))
    assert words <= own, words
    assert "token_command: PROGRAM ..." in said
    assert "provider: ID" in said
    assert "credential: pass" in said


@pytest.mark.parametrize(
    "words", [["apply", "--adopt", "-n"], ["apply"], ["remove"], ["apply", "--help"], ["remove", "--help"]]
)
def test_what_is_said_fits_the_terminal(home: Home, words: list[str]) -> None:
    shown = on_terminal(*words, env=home.env, stdout=True).stderr
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert lines
    to_copy = ("machine ", "https://")
    assert [one for one in lines if cells(one) > 80 and not any(word in one for word in to_copy)] == []


@pytest.mark.parametrize("more", [{}, {"CI": "true"}])
def test_nobody_is_asked_anything(home: Home, more: dict[str, str]) -> None:
    """Standard input is closed, as under cron, or a terminal at which nobody sits; nothing is asked."""
    ours, theirs = pty.openpty()
    try:
        for words in (["apply", "--adopt"], ["diff"], ["remove", "--all"]):
            for script in ('exec "$0" "$@" <&-', 'exec "$0" "$@"'):
                done = subprocess.run(
                    ["sh", "-c", script, *MAILGEN, *words],
                    env=environment({**home.env, **more}),
                    stdin=theirs,
                    capture_output=True,
                    timeout=60,
                    check=False,
                )
                assert done.returncode == 0, done.stderr
    finally:
        os.close(ours)
        os.close(theirs)
    home.accounts.write_text("accounts: {x: {address: a@qq.com, targets: [msmtp], credential: literal}}\n")
    refused(home, "apply", "--adopt", says=("--secret-from-file x=FILE",), **more)


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
