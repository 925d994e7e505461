"""A canary: a random secret goes every road that takes one, and is found only where it was asked to be.

After each run all that was printed, every file below the home and the folder of temporary files, and
tracebacks are searched for the secret, however it might be written: plain, in hexadecimal, in
base64 at any offset, backwards. strace notes what each child is started with. The core of
the secret is letters and digits, so that no quoting of any grammar hides it.
"""

from __future__ import annotations

import base64
import errno
import html
import itertools
import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from mailgen.core.errors import MailgenError
from tests.cases import run
from tests.passwords import with_pass
from tests.programs import need
from tests.support import MAILGEN, environment, ran
from tests.tracing import Trace

ACCOUNTS = """accounts:
  home: {{address: ada@sohu.com, name: Ada, targets: {targets}, credential: literal}}
  work: {{address: ada@qq.com, targets: [msmtp, mutt]}}
"""
TARGETS = ["[msmtp]", "[fetchmail, mutt]", "[msmtp, fetchmail, mutt, neomutt, thunderbird]"]
FLAGS: list[list[str]] = [[], ["-v"], ["-q"], ["--json"], ["--lang", "zh"], ["--adopt", "-v"]]


def forms(secret: str) -> list[bytes]:
    """Return how the core of a secret might be written."""
    core = secret[1:-1].encode()
    found = [core, core[::-1], core.hex().encode(), core.hex().upper().encode()]
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + core)
        found.append(encoded[4 if offset else 0 : -4])
    return found


class Nest:
    """A home with a canary in it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = folder / "home"
        self.temporary = folder / "tmp"
        self.handed = folder / "handed" / "secret"
        for one in (self.home, self.temporary, self.handed.parent):
            one.mkdir()
        self.secret = self.fresh()
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.setenv("TMPDIR", str(self.temporary))
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            monkeypatch.delenv(name, raising=False)
        self.accounts(TARGETS[-1])

    def fresh(self) -> str:
        """Hand over another secret; returns it."""
        self.secret = (
            f"'{secrets.token_hex(12)}Q{secrets.token_urlsafe(6).replace('-', 'a').replace('_', 'b')} "[:-1]
            + '"'
        )
        self.handed.write_text(self.secret + "\n")
        self.handed.chmod(0o600)
        return self.secret

    def accounts(self, targets: str = TARGETS[-1], text: str | None = None) -> None:
        file = self.home / ".config" / "mailgen" / "accounts.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or ACCOUNTS.format(targets=targets))

    @property
    def hand_over(self) -> list[str]:
        return ["--secret-from-file", f"home={self.handed}"]

    def run(self, *words: str) -> tuple[int | None, str]:
        """Run mailgen in this process; returns its status (None: it crashed) and all it printed."""
        try:
            outcome = run(*words)
        except BaseException:
            return None, traceback.format_exc()
        return outcome.status, outcome.stdout + outcome.stderr

    def files(self) -> Iterator[Path]:
        for folder in (self.home, self.temporary):
            yield from (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())

    def found(self, *more: str) -> set[str]:
        """Return where the secret is found: files by their paths beside the home, `printed` for the rest."""
        places = {
            str(path.relative_to(self.home.parent))
            for path in self.files()
            if any(form in path.read_bytes() or form in str(path).encode() for form in forms(self.secret))
        }
        seen = "\n".join(more).encode(errors="surrogateescape")
        return places | ({"printed"} if any(form in seen for form in forms(self.secret)) else set())


#: Where a literal is written on request.
ASKED = {
    "home/.msmtprc", "home/.fetchmailrc",
    *(f"home/.config/mailgen/{name}/login.home" for name in ("mutt", "neomutt")),
}  # fmt: skip


@pytest.fixture
def nest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nest:
    return Nest(tmp_path, monkeypatch)


def test_the_search_can_find(nest: Nest) -> None:
    for form in forms(nest.secret):
        assert nest.found(f"x {form.decode()} y") == {"printed"}
    quoted = (json.dumps, urllib.parse.quote, urllib.parse.quote_plus, shlex.quote, html.escape, repr)
    for quote in quoted:
        assert nest.found(f"x {quote(nest.secret)} y") == {"printed"}, "no way to quote hides it"
    (nest.temporary / "x").write_text(base64.b64encode(("xy" + nest.secret).encode()).decode())
    assert nest.found() == {"tmp/x"}


@pytest.mark.parametrize("targets", TARGETS)
def test_it_is_written_where_it_was_asked_to_be(nest: Nest, targets: str) -> None:
    for flags in FLAGS:
        nest.fresh()
        nest.accounts(targets)
        for dry in (["--dry-run"], []):
            old = nest.found()
            status, printed = nest.run("apply", *nest.hand_over, *flags, *dry)
            assert status == 0, printed
            assert nest.found(printed) <= ASKED
            assert bool(nest.found()) == (not dry or bool(old))
        for path in ASKED & nest.found():
            assert (nest.home.parent / path).stat().st_mode & 0o077 == 0
        for words in (["explain", "msmtp"], ["explain", "msmtp", "--json"], ["accounts", "list", "--json"]):
            assert "printed" not in nest.found(nest.run(*words)[1]), words
        for path in ASKED & nest.found():
            for words in (["lint", "--format", "json"], ["lint"], ["import"]):
                shown = nest.run(*words, str(nest.home.parent / path))
                assert "printed" not in nest.found(shown[1]), (words, path)
        before, nest.secret = nest.secret, nest.fresh()
        shown = nest.run("diff", *nest.hand_over)
        assert shown[0] == 3
        assert nest.found(shown[1]) == set(), "the new one is not shown"
        nest.secret = before
        assert "printed" not in nest.found(shown[1]), "nor the old one"
        assert nest.run("remove", "--all")[0] == 0
        assert nest.found() == set()


def failing(monkeypatch: pytest.MonkeyPatch, place: int, raised: Callable[[], BaseException]) -> None:
    """Let the call number `place` of those that write fail."""
    count = itertools.count()

    def patched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **named: Any) -> Any:
            if next(count) == place:
                raise raised()
            return real(*words, **named)

        return call

    for name in ("write", "fsync", "rename", "fchmod", "mkdir"):
        monkeypatch.setattr(os, name, patched(getattr(os, name)))


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1),
        (KeyboardInterrupt, 130),
        (lambda: RuntimeError("a bug"), None),
    ],
    ids=["disk full", "interrupt", "crash"],
)
@pytest.mark.parametrize("flags", [[], ["-v"], ["--json"]], ids=" ".join)
def test_whatever_goes_wrong(
    nest: Nest, flags: list[str], raised: Callable[[], BaseException], status: int | None
) -> None:
    for place in range(0, 60, 3):
        with pytest.MonkeyPatch.context() as patch:
            failing(patch, place, raised)
            got, printed = nest.run("apply", *nest.hand_over, *flags)
        assert got in (status, 0), printed
        assert nest.found(printed) <= ASKED | {
            path for path in nest.found() if path.rpartition("/")[2].startswith(".mailgen-")
        }, "only in its own file, or in one on its way there"
        got, printed = nest.run("apply", *nest.hand_over)
        assert got == 0, printed
        assert nest.found(printed) <= ASKED, "the next run has cleared up"
        assert nest.run("remove", "--all")[0] == 0
        assert nest.found() == set()


def test_refusals_name_no_secret(nest: Nest) -> None:
    bad = nest.home / "bad.yaml"
    bad.write_text(
        ACCOUNTS.format(targets="[msmtp]") + "  bad: {address: ada@nowhere.example, targets: [msmtp]}\n"
    )
    refused: list[list[str]] = [
        ["apply", "--secret-from-file", f"work={nest.handed}"],
        ["apply", "--secret-from-file", f"nobody={nest.handed}"],
        ["apply", "--secret-from-file", str(nest.handed)],
        ["apply", "--secret-fd", "home=999"],
        ["apply", *nest.hand_over, "--format", "tar"],
        ["apply", *nest.hand_over, "--accounts", str(bad)],
        ["apply", *nest.hand_over, "--set", "nonsense=1"],
        ["apply", "--set", f"home.password={nest.secret}"],
        ["apply", "--set", f"home.pasword={nest.secret}"],
        ["apply", "--set", f"home.credential={nest.secret}"],
        ["secret", "set", "home"],
        ["secret", "check", "home"],
    ]
    for words, flags in itertools.product(refused, [[], ["-v"], ["-q"]]):
        given = [*words, *(flags if words[0] == "apply" else [])]
        status, printed = nest.run(*given)
        assert status in (1, 2), (given, printed)
        assert nest.found(printed) == set(), given


def test_a_file_in_the_way(nest: Nest) -> None:
    """The user's own files hold the secret; a copy is where it is told, and no message repeats it."""
    own = nest.home / ".msmtprc"
    plain, quoted = f"account x\npassword {nest.secret}\n", f'defaults\npassword "{nest.secret}"\n'
    for text in (plain, quoted, f"# {nest.secret}\n"):
        own.write_text(text)
        own.chmod(0o644)
        there = {"home/.msmtprc"}
        nest.accounts("[mutt]")
        for words in (["apply"], ["apply", "-v"], ["apply", "--json"], ["apply", "--adopt", "-n"]):
            other = nest.home.parent / "handed" / "other"
            other.write_text("another\n")
            status, printed = nest.run(*words, "--secret-from-file", f"home={other}")
            assert status == (0 if "-n" in words else 1)
            assert nest.found(printed) == there
        if not text.startswith("#"):
            status, printed = nest.run("diff", "--secret-from-file", f"home={other}")
            assert (status, nest.found(printed)) == (3, there)
        status, printed = nest.run("apply", "--adopt", "--secret-from-file", f"home={other}")
        assert status == 0
        copies = {f"home/{path.name}" for path in nest.home.glob(".msmtprc.mailgen-backup*")}
        assert nest.found(printed) == there | copies
        assert all((nest.home.parent / path).stat().st_mode & 0o777 == 0o600 for path in copies)
        assert nest.run("remove", "--all")[0] == 0
        for path in copies:
            (nest.home.parent / path).unlink()


WRONG = [
    "accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], password: {}}}\n",
    "accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], pasword: {}}}\n",
    "accounts:\n  home: {{address: {}, targets: [msmtp]}}\n",
    "accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], credential: {{kind: {}}}}}\n",
    "accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], username: [{}]}}\n",
    "accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], smtp: {{port: {}}}}}\n",
    "accounts: {}\n",
    "defaults: {{password: {}}}\naccounts: {{}}\n",
]


@pytest.mark.parametrize("text", WRONG)
def test_a_secret_where_none_belongs(nest: Nest, text: str) -> None:
    """In the accounts file by mistake: every verb refuses the file, and none repeats what stands there."""
    secret = nest.secret[1:-1]
    nest.accounts(text=text.format(secret))
    there = {"home/.config/mailgen/accounts.yaml"}
    for words in (
        ["apply"], ["apply", "-v"], ["diff"], ["remove", "home"],
        ["accounts", "list"], ["accounts", "list", "--json"], ["secret", "set", "home"],
        ["accounts", "add", "x", "x@qq.com", "--target", "msmtp"],
        ["secret", "check", "home"], ["explain", "msmtp"], ["explain", "msmtp", "--json"],
    ):  # fmt: skip
        status, printed = nest.run(*words)
        if "address: {}" in text and words[0] in ("accounts",):
            continue  # an address is named in messages: it is no secret field
        assert status in (1, 2), (words, printed)
        shown = nest.found(printed)
        assert shown - {"printed"} == there
        assert "printed" not in shown or "address: {}" in text, (words, printed)


FOUND = {
    ".msmtprc": "account default\nhost smtp.sohu.com\nfrom a@sohu.com\nuser a\npassword {}\ntls off\n",
    ".fetchmailrc": 'poll imap.sohu.com proto imap user "a" password "{}" no sslcertck\n',
    ".muttrc": "set from=a@sohu.com\nset imap_pass='{}'\n"
    'set smtp_pass="{}" smtp_url=smtp://a:{}@smtp.sohu.com\n',
    "user.js": 'user_pref("mail.server.server1.hostname", "imap.sohu.com");\n'
    'user_pref("x.password", "{}");\n',
}


@pytest.mark.parametrize("name", FOUND)
def test_a_file_that_people_have(nest: Nest, name: str) -> None:
    file = nest.home / name
    for mode in (0o600, 0o644):
        secret = nest.secret[1:-1]
        file.write_text(FOUND[name].replace("{}", secret))
        file.chmod(mode)
        roads = [
            ["lint"],
            ["lint", "-q"],
            *(["lint", "--format", form] for form in ("text", "json", "sarif")),
        ]
        for words in [*roads, ["import"], ["import", "--lang", "zh"]]:
            _, printed = nest.run(*words, str(file))
            assert nest.found(printed) == {f"home/{name}"}, (words, printed)
        nest.run("import", str(file), "-o", str(nest.home / "imported.yaml"))
        assert nest.found() == {f"home/{name}"}
        (nest.home / "imported.yaml").unlink(missing_ok=True)


def watched(
    argv: Sequence[str], given: bytes, env: dict[str, str], fd: Path | None = None
) -> tuple[int, bytes]:
    """Run a child; returns its status, and all that it printed and that it and its own were started with."""
    handle = os.open(fd, os.O_RDONLY) if fd else None
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        trace = Trace(Path(folder, "started"))
        done = subprocess.run(
            [*trace.before, *argv],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            pass_fds=[handle] if handle is not None else [],
            timeout=60,
            check=False,
        )
        assert trace.started, "the child was seen"
        seen = trace.shown.encode()
    if handle is not None:
        os.close(handle)
    return done.returncode, done.stdout + seen


@pytest.mark.parametrize("call", ["['true', given]", "['true'], env={'A': given}"])
def test_what_a_child_is_started_with_is_seen(nest: Nest, call: str) -> None:
    script = f"import subprocess, sys\ngiven = sys.stdin.read()\nsubprocess.run({call})"
    argv = [sys.executable, "-c", script]
    status, seen = watched(argv, nest.secret.encode(), environment({"HOME": str(nest.home)}))
    assert status == 0
    assert nest.found(seen.decode(errors="replace")) == {"printed"}


def test_no_process_shows_it(nest: Nest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed over by a descriptor or by standard input, for a file and for age, while strace watches."""
    need("age", "age")
    env = environment({"HOME": str(nest.home), "TMPDIR": str(nest.temporary)})
    for flags in ([], ["-v"]):
        handle = os.open(nest.handed, os.O_RDONLY)
        os.close(handle)  # the number that the child will get: the lowest free one
        status, seen = watched(
            [*MAILGEN, "apply", "--secret-fd", f"home={handle}", *flags], b"", env, nest.handed
        )
        assert status == 0, seen
        assert nest.found(seen.decode(errors="replace")) <= ASKED
    key = nest.home / ".config" / "age" / "key.txt"
    key.parent.mkdir()
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    shutil.rmtree(nest.home / ".local")
    for kind, place in (("file", "home/.config/mailgen/secrets/home"), ("age", None)):
        nest.fresh()
        nest.accounts(
            text=f"accounts:\n  home: {{address: ada@sohu.com, targets: [msmtp], credential: {kind}}}\n"
        )
        for _ in range(2):
            status, seen = watched(
                [*MAILGEN, "secret", "set", "home", "--from-stdin"], nest.secret.encode() + b"\n", env
            )
            assert status == 0, seen
            status, more = watched([*MAILGEN, "secret", "check", "home"], b"", env)
            assert status == 0, more
            assert nest.found((seen + more).decode(errors="replace")) == ({place} if place else set())
        for path in (nest.home / ".config" / "mailgen" / "secrets").iterdir():
            assert path.stat().st_mode & 0o777 == 0o600
            path.unlink()


def test_pass_is_told_in_silence(nest: Nest) -> None:
    """pass, gpg and its agent are watched too while they keep the secret, and when they refuse to."""
    with tempfile.TemporaryDirectory(prefix="mailgen-") as keys:
        env = environment({"HOME": str(nest.home), "TMPDIR": str(nest.temporary), "GNUPGHOME": keys})
        nest.accounts(text="accounts:\n  home: {address: ada@sohu.com, targets: [msmtp], credential: pass}\n")
        set_it = [*MAILGEN, "secret", "set", "home", "--from-stdin"]
        status, seen = watched(set_it, nest.secret.encode() + b"\n", env)
        assert status == 1, "there is no store yet"
        assert nest.found(seen.decode(errors="replace")) == set()
        with with_pass(env):
            for given in (nest.secret.encode() + b"\n", nest.secret.encode() + b"\nmore\n"):
                status, seen = watched(set_it, given, env)
                assert status == (1 if b"more" in given else 0), seen
                assert nest.found(seen.decode(errors="replace")) == set()
            status, seen = watched([*MAILGEN, "secret", "check", "home"], b"", env)
            assert status == 0, seen
            assert nest.found(seen.decode(errors="replace")) == set()
            kept = ran(["pass", "show", "mail/ada@sohu.com"], env).stdout
            assert kept.removesuffix("\n") == nest.secret, "it is there, so there was something to find"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_process_shows_nothing(nest: Nest, number: signal.Signals) -> None:
    """A signal at any moment of a real run: no secret is shown, and the next run clears up."""
    env = environment({"HOME": str(nest.home), "TMPDIR": str(nest.temporary)})
    for wait in range(0, 200, 20):
        argv = [*MAILGEN, "apply", *nest.hand_over]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env) as process:
            try:
                printed = process.communicate(timeout=0.001 * wait + 0.05)[0]
            except subprocess.TimeoutExpired:
                process.send_signal(number)
                printed = process.communicate(timeout=30)[0]
        left = {path for path in nest.found() if path.rpartition("/")[2].startswith(".mailgen-")}
        assert nest.found(printed.decode(errors="replace")) <= ASKED | left
        assert nest.run("apply", *nest.hand_over)[0] == 0
        assert nest.found() <= ASKED
        assert nest.run("remove", "--all")[0] == 0


def test_no_value_repeats_it(nest: Nest) -> None:
    """What a debugger, a log or a failing assertion would print of the values on the way."""
    from mailgen import api, writer
    from mailgen.accounts.planner import Planner
    from mailgen.accounts.requests import requests
    from mailgen.catalog.opening import open_catalogue
    from mailgen.writer import disk, outcomes

    account = {"address": "ada@sohu.com", "targets": ["msmtp", "mutt", "fetchmail"], "password": nest.secret}
    data = {"accounts": {"home": account}}
    plan = Planner(open_catalogue()).plan(data)
    values: list[object] = [
        plan,
        *plan.files,
        *plan.made,
        plan.made[0].account,
        *requests(data),
        *api.plan(data),
    ]
    with writer.locked(str(nest.home / "state")) as state:
        values += writer.survey(str(nest.home), plan.files, state)
    text = next(file.text for file in plan.files if nest.secret[1:-1] in file.text).encode()
    values += [disk.FoundFile(text, 0o600, 0), outcomes.Outcome(text, True, "it is ours")]
    assert nest.found(*map(repr, values), *map(str, values)) == set()
    assert any(nest.secret[1:-1] in file.text for file in plan.files)


def test_an_exception_repeats_none(nest: Nest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a secret that a grammar cannot write, nor a bug anywhere between it and the disk."""
    from mailgen import api
    from mailgen.accounts import planner
    from mailgen.writer import comparison, transaction

    for target, bad in itertools.product(("msmtp", "fetchmail", "mutt", "neomutt"), ("\a", "\n", "\0")):
        account = {"address": "ada@sohu.com", "targets": [target], "password": bad + nest.secret}
        with pytest.raises(MailgenError) as caught:
            api.plan({"accounts": {"home": account}})
        told = "".join(traceback.format_exception(caught.value))
        assert nest.found(told, str(caught.value), repr(caught.value)) == set(), (target, bad)

    def bug(*words: object, **named: object) -> object:
        raise RuntimeError(f"a bug, met with {words!r} {named!r}")

    nest.accounts("[msmtp, mutt]")
    assert nest.run("apply", *nest.hand_over)[0] == 0
    nest.accounts(text=ACCOUNTS.format(targets="[msmtp, mutt], username: another"))
    places: list[tuple[object, str]] = [
        *((planner, name) for name in ("render", "resolved")),
        (comparison, "_change"),
        (transaction, "_step"),
        *((transaction._Run, name) for name in ("_stage", "_put_in_place", "_as_surveyed")),
    ]
    for module, name in places:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, bug)
            status, printed = nest.run("apply", *nest.hand_over)
        assert status is None, "it crashed"
        assert "RuntimeError: a bug, met with" in printed
        assert "printed" not in nest.found(printed), name
