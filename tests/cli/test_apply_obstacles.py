"""What stands in the way of apply and remove: bad accounts, secrets, links, locks, signals, full disks."""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases import run
from tests.cli.apply_home import ACCOUNTS, OWN, Home, refused
from tests.programs import unavailable
from tests.support import MAILGEN, assert_refused, environment, ran, shell


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


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
from mailgen.cli.main import main
from mailgen import writer
from mailgen.cli import household_options
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
