"""`mailgen secret`: the secret reaches the real stores, comes out as it was, and is shown nowhere."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import pty
import stat
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.credentials import keeping
from mailgen.credentials.stores import STORES, credential_from, stored
from mailgen.formats.quoting import in_the_home, shell_line
from mailgen.model.tokens import Secret
from mailgen.resolve.address import parse_address
from tests.cases import TESTS, Outcome
from tests.programs import need, unavailable
from tests.support import MAILGEN, TIMEOUT, assert_refused, cli, environment

CANARY = "Zyx \"q' $(id) `x` \\ é 授权码 #"
ADDRESS = parse_address("ada@sohu.com")
#: One line of anything, quotes and blanks at both ends too, and a hyphen in front.
SECRETS = st.one_of(
    st.just(CANARY), st.just("-n"), st.just("--help"), st.just(" x "), st.just("\\n"),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40),
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A home of its own, as environment."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}


def household(home: Mapping[str, str], credential: str, id: str = "home") -> None:
    folder = Path(home["XDG_CONFIG_HOME"]) / "mailgen"
    folder.mkdir(parents=True, exist_ok=True)
    text = f"accounts:\n  {id}:\n    address: ada@sohu.com\n    targets: [mutt]\n    {credential}\n"
    (folder / "accounts.yaml").write_text(text)


def mailgen(home: Mapping[str, str], *words: str, given: bytes = b"") -> Outcome:
    done = subprocess.run(
        [*MAILGEN, "secret", *words], input=given, capture_output=True, env=environment(home), timeout=TIMEOUT
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def kept_and_tried(home: Mapping[str, str], secret: str = CANARY) -> None:
    """Keep a secret, try it, and see that nothing of this shows it."""
    kept = mailgen(home, "set", "home", "--from-stdin", given=f"{secret}\n".encode())
    assert kept.status == 0, kept.stderr
    assert "mailgen secret check home" in kept.stderr
    tried = mailgen(home, "check", "home")
    assert (tried.status, tried.stdout, tried.stderr) == (0, "home: works\n", "")
    assert secret not in kept.stdout + kept.stderr


def printed(kind: str, env: Mapping[str, str], **parts: str) -> str:
    """Return what the command that stands in a client's file prints, without a line break."""
    argv = stored(kind, ADDRESS, "home", parts).show
    argv = tuple(word.replace("~", env["HOME"], 1) if in_the_home(word) else word for word in argv)
    out = subprocess.run(argv, capture_output=True, env=environment(env), timeout=TIMEOUT, check=True).stdout
    return out.decode().removesuffix("\n")


@pytest.mark.parametrize("kind", [kind for kind, store in STORES.items() if kind != "environment"])
def test_an_address_is_no_path_in_the_home(tmp_path: Path, kind: str) -> None:
    """An address may begin with ~/ (RFC 5321). A shell hands it over as it is; only our paths move."""
    address = parse_address("~/x@qq.com")
    own = {name: "{address}" for name in STORES[kind].parts if name not in ("identity", "path")}
    for store in (stored(kind, address), stored(kind, address, "home", own)):
        for argv in (store.show, store.keep):
            line = f"set -- {shell_line(argv)}; printf '%s\\0' \"$@\""
            told = subprocess.run(
                ["sh", "-c", line], env={"HOME": str(tmp_path)}, stdout=subprocess.PIPE, check=True
            )
            words = told.stdout.decode().split("\0")[:-1] if argv else []
            assert words == [
                word.replace("~", str(tmp_path), 1) if word.startswith("~/.config/") else word
                for word in argv
            ]
            assert keeping._at_home(argv) == [
                os.path.expanduser(word) if word.startswith("~/.config/") else word for word in argv
            ]


def test_an_address_in_ones_own_command_is_no_path_in_the_home() -> None:
    address = parse_address("~/x@qq.com")
    for command in ("look {address} ~/file", ["look", "{address}", "~/file"]):
        made = credential_from({"password_command": command}, address, "home", "here")
        assert made.command
        assert shell_line(made.command.argv) == "look '~/x@qq.com' ~/file"


@pytest.fixture(scope="module")
def keyed() -> Iterator[dict[str, str]]:
    """A home with a throw-away key of GnuPG and a store of pass."""
    need("pass", "pass")
    need("gpg", "gnupg")
    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:  # short: the agent's socket lies in it
        home = {"HOME": folder, "XDG_CONFIG_HOME": f"{folder}/.config", "GNUPGHOME": f"{folder}/gpg"}
        os.mkdir(home["GNUPGHOME"], 0o700)
        calm: dict[str, Any] = {
            "env": environment(home),
            "check": True,
            "capture_output": True,
            "timeout": TIMEOUT,
        }
        key = ["--quick-generate-key", "T <t@x.example>", "default", "default", "never"]
        subprocess.run(["gpg", "--batch", "--passphrase", "", *key], **calm)
        subprocess.run(["pass", "init", "t@x.example"], **calm)
        yield home
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], **calm)


def test_pass(keyed: dict[str, str]) -> None:
    household(keyed, "credential: pass")
    kept_and_tried(keyed)
    assert printed("pass", keyed) == CANARY
    kept_and_tried(keyed, "another")
    assert printed("pass", keyed) == "another"


def test_pass_with_an_entry_of_ones_own(keyed: dict[str, str]) -> None:
    household(keyed, 'credential: {kind: pass, entry: "x/{id} y"}')
    kept_and_tried(keyed)
    assert printed("pass", keyed, entry="x/{id} y") == CANARY


def through(monkeypatch: pytest.MonkeyPatch, kind: str, home: Mapping[str, str], secret: str) -> str:
    """Keep a secret in this process, and return what the client's command prints."""
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    keeping.keep(kind, stored(kind, ADDRESS, "home"), Secret(secret), "ada@sohu.com")
    return printed(kind, home)


SLOW = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOW
@given(secret=SECRETS)
def test_pass_gives_back_any_secret(
    keyed: dict[str, str], monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    assert through(monkeypatch, "pass", keyed, secret) == secret


def test_pass_without_a_store_says_so(home: dict[str, str]) -> None:
    need("pass", "pass")
    household(home, "credential: pass")
    refused = mailgen(home, "set", "home", "--from-stdin", given=CANARY.encode())
    assert_refused(refused, 1, "pass did not keep the secret", "pass init")
    assert CANARY not in refused.stderr


@pytest.fixture
def aged(home: dict[str, str]) -> dict[str, str]:
    """A home with a key of age."""
    need("age", "age")
    key = Path(home["HOME"]) / ".config" / "age" / "key.txt"
    key.parent.mkdir(parents=True)
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    return home


def test_age(aged: dict[str, str]) -> None:
    household(aged, "credential: age")
    for secret in (CANARY, "another"):
        kept_and_tried(aged, secret)
        assert printed("age", aged) == secret
    folder = Path(aged["HOME"]) / ".config/mailgen/secrets"
    assert [file.name for file in folder.iterdir()] == ["home.age"]
    assert stat.S_IMODE((folder / "home.age").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@SLOW
@given(secret=SECRETS)
def test_age_gives_back_any_secret(
    aged: dict[str, str], monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    assert through(monkeypatch, "age", aged, secret) == secret


def test_age_without_a_key_keeps_the_old_secret(aged: dict[str, str]) -> None:
    household(aged, "credential: age")
    kept_and_tried(aged)
    key = Path(aged["HOME"]) / ".config/age/key.txt"
    whole = key.read_text()
    key.write_text("")
    assert_refused(mailgen(aged, "set", "home", "--from-stdin", given=b"new"), 1, "age-keygen", "age: error")
    key.write_text(whole)
    assert printed("age", aged) == CANARY


def test_file(home: dict[str, str]) -> None:
    household(home, "credential: file")
    kept_and_tried(home)
    path = Path(home["HOME"]) / ".config/mailgen/secrets/home"
    assert path.read_text() == CANARY + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert printed("file", home) == CANARY


@SLOW
@given(secret=SECRETS)
def test_a_file_gives_back_any_secret(
    home: dict[str, str], monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    assert through(monkeypatch, "file", home, secret) == secret


def test_systemd_creds(home: dict[str, str]) -> None:
    need("systemd-creds", "systemd")
    probe = ["systemd-creds", "encrypt", "--name=x", "-", "-"]
    if subprocess.run(probe, input=b"x", capture_output=True).returncode:
        unavailable("systemd-creds works for root only (before systemd 256), and here not at all")
    household(home, "credential: systemd-creds")
    for secret in (CANARY, "another"):
        kept_and_tried(home, secret)
        assert printed("systemd-creds", home) == secret


KEYRING = """
printf x | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1
exec "$@"
"""


def test_secret_tool(tmp_path: Path) -> None:
    """The real keyring of GNOME, on a bus of its own."""
    for program, package in (
        ("secret-tool", "libsecret-tools"),
        ("dbus-run-session", "dbus-daemon"),
        ("gnome-keyring-daemon", "gnome-keyring"),
    ):  # fmt: skip
        need(program, package)
    home = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    household(home, "credential: secret-tool")
    script = (
        'set -e; printf "%s\\n" "$SECRET" | "$@" secret set home --from-stdin; "$@" secret check home; '
        "secret-tool lookup service mail user ada@sohu.com"
    )
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", KEYRING, "sh", "sh", "-c", script, "sh", *MAILGEN],
        capture_output=True, env=environment({**home, "SECRET": CANARY}),
        timeout=TIMEOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stdout.decode() == f"home: works\n{CANARY}", done.stderr.decode()
    assert CANARY not in done.stderr.decode()


STAND_IN = """\
#!{python}
import json, os, sys
record = {{"argv": sys.argv[1:], "stdin": "" if sys.stdin.isatty() else sys.stdin.read()}}
record["environment"] = list(os.environ.values())
with open({log!r}, "a") as log:
    print(json.dumps(record), file=log)
verb = sys.argv[1:2]
kept = {log!r} + ".kept"
if verb in (["show"], ["read"], ["get"], ["find-generic-password"]):
    if not os.path.exists(kept):
        sys.exit("nothing here")
    print(open(kept).read(), end="")
else:
    print("created", record["stdin"])
    open(kept, "w").write("x")
"""


@pytest.fixture
def stand_in(home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Programs called gopass, op, bw and security that note what they were called with."""
    folder = tmp_path / "bin"
    folder.mkdir()
    text = STAND_IN.format(python=sys.executable, log=str(tmp_path / "log"))
    for name in ("gopass", "op", "bw", "security"):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {**home, "PATH": f"{folder}:{os.environ['PATH']}"}


def calls(home: Mapping[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(home["HOME"]) / "log").read_text().splitlines()]


@pytest.mark.parametrize("kind", ["gopass", "1password", "bitwarden"])
def test_programs_that_cannot_be_had_here_are_called_rightly(stand_in: dict[str, str], kind: str) -> None:
    """Stand-ins: the real ones are in no distribution, or need an account with their makers.

    So this shows that the calls are those of the manuals, not that the programs take them.
    """
    household(stand_in, f"credential: {kind}")
    kept_and_tried(stand_in)
    last = next(call for call in calls(stand_in) if call["stdin"])
    assert last["argv"] == list(stored(kind, ADDRESS, "home").keep[1:])
    if kind == "gopass":
        assert last["stdin"] == CANARY + "\n"
    elif kind == "1password":
        item = json.loads(last["stdin"])
        values = {field["purpose"]: field["value"] for field in item["fields"]}
        assert (item["title"], item["category"]) == ("mail ada@sohu.com", "LOGIN")
        assert values == {"USERNAME": "ada@sohu.com", "PASSWORD": CANARY}
    else:
        item = json.loads(base64.b64decode(last["stdin"]))
        assert (item["type"], item["name"]) == (1, "mail ada@sohu.com")
        assert item["login"] == {"username": "ada@sohu.com", "password": CANARY}
    for call in calls(stand_in):
        assert CANARY not in "\0".join([*call["argv"], *call["environment"]])
    again = mailgen(stand_in, "set", "home", "--from-stdin", given=b"new\n")
    if kind == "gopass":
        assert again.status == 0
    else:
        assert_refused(again, 1, "holds a secret for this account already")


def test_the_keychain_asks_by_itself(stand_in: dict[str, str]) -> None:
    """A stand-in for security(1) of macOS, which reads the secret from the terminal itself."""
    household(stand_in, "credential: keychain")
    refused = mailgen(stand_in, "set", "home", "--from-stdin", given=CANARY.encode())
    assert_refused(refused, 2, "asks on a terminal itself")
    done = typed(stand_in, [])
    assert done.status == 0, done.stdout
    assert calls(stand_in)[-1]["argv"] == list(stored("keychain", ADDRESS, "home").keep[1:])


def typed(
    home: Mapping[str, str], lines: list[str], interrupt: bool = False, words: Sequence[str] = ()
) -> Outcome:
    """Run `secret set home` on a terminal, type lines when it asks, and return what the terminal showed."""
    ours, theirs = pty.openpty()

    def controlling() -> None:
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    with subprocess.Popen(
        [*MAILGEN, "secret", "set", "home", *words], stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(home), preexec_fn=controlling,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown, waiting = b"", list(lines)
        with suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
                if waiting and shown.endswith((b": ", "：".encode(), b"[y/N] ")):
                    time.sleep(0.1)  # until the echo is off
                    os.write(ours, waiting.pop(0).encode() + (b"\x03" if interrupt else b"\n"))
        os.close(ours)
    return Outcome(process.returncode, shown.decode().replace("\r\n", "\n"), "")


def test_a_terminal_shows_nothing_of_the_secret(home: dict[str, str]) -> None:
    household(home, "credential: file")
    done = typed(home, [CANARY, CANARY])
    assert done.status == 0, done.stdout
    assert "the secret of ada@sohu.com (nothing is shown): \nonce more: \n" in done.stdout
    assert "Zyx" not in done.stdout
    assert printed("file", home) == CANARY


def test_a_terminal_speaks_chinese(home: dict[str, str]) -> None:
    household(home, "credential: file")
    done = typed({**home, "LC_ALL": "zh_CN.UTF-8"}, ["a", "b"])
    assert "ada@sohu.com 的密码" in done.stdout
    assert "两次输入不一致" in done.stdout
    assert done.status == 1


def test_an_interrupt_keeps_nothing(home: dict[str, str]) -> None:
    household(home, "credential: file")
    done = typed(home, [CANARY], interrupt=True)
    assert done.status == 130
    assert "Zyx" not in done.stdout
    assert "Traceback" not in done.stdout
    assert not (Path(home["HOME"]) / ".config/mailgen/secrets").exists()


def of_qq(home: Mapping[str, str]) -> None:
    household(home, "credential: file")
    path = Path(home["XDG_CONFIG_HOME"]) / "mailgen/accounts.yaml"
    path.write_text(path.read_text().replace("sohu.com", "qq.com"))


@pytest.mark.parametrize(("answer", "status"), [("n", 1), ("", 1), ("y", 0)])
def test_what_looks_like_another_secret_is_asked_about(
    home: dict[str, str], answer: str, status: int
) -> None:
    """The code of this service has 16 letters; whoever types something else is asked."""
    of_qq(home)
    done = typed(home, [CANARY, CANARY, answer])
    assert done.status == status, done.stdout
    assert "has 16 letters; this looks like the password of your account" in " ".join(done.stdout.split())
    assert "keep it all the same? [y/N]" in done.stdout
    assert ("the secret was not kept" in done.stdout) == bool(status)
    assert "Zyx" not in done.stdout
    kept = (Path(home["HOME"]) / ".config/mailgen/secrets").exists()
    assert kept == (not status)


def test_a_secret_of_the_right_form_is_kept_without_a_question(home: dict[str, str]) -> None:
    of_qq(home)
    once = typed(home, ["abcdefghijklmnop"])  # people paste these, and need not type them twice
    assert once.status == 0
    assert "[y/N]" not in once.stdout
    assert "once more" not in once.stdout
    done = mailgen(home, "set", "home", "--from-stdin", given=CANARY.encode())
    assert done.status == 0, done.stderr
    assert "warning: what QQ Mail hands out has 16 letters" in done.stderr
    assert "Zyx" not in done.stderr


def test_where_nothing_is_known_of_its_form_nothing_is_said(home: dict[str, str]) -> None:
    household(home, "credential: file")
    assert "hands out" not in mailgen(home, "set", "home", "--from-stdin", given=CANARY.encode()).stderr


#: Bytes on standard input: what is wrong with them.
NO_SECRETS = {
    b"": "empty", b"\n": "empty", b"a\nb\n": "several lines",
    b"a\n\n": "several lines", b"a\rb": "several lines",
    b"a\0b": "several lines", "a\u2028b".encode(): "several lines",
    b"\xff\xfe": "no text", b"x" * 9000: "longer",
}  # fmt: skip


@pytest.mark.parametrize("given", NO_SECRETS, ids=lambda given: repr(given[:8]))
def test_what_is_no_secret_is_refused(home: dict[str, str], given: bytes) -> None:
    household(home, "credential: file")
    refused = mailgen(home, "set", "home", "--from-stdin", given=given)
    assert_refused(refused, 1, NO_SECRETS[given])
    assert not (Path(home["HOME"]) / ".config/mailgen/secrets").exists()


def test_a_pipe_needs_to_be_asked_for(home: dict[str, str]) -> None:
    household(home, "credential: file")
    assert_refused(mailgen(home, "set", "home", given=b"x\n"), 2, "--from-stdin")


#: What stands in the account: what is said.
NOT_KEPT = {
    "credential: prompt": "its clients ask for it",
    "name: x": "its clients ask for it",
    "credential: oauth2": "sign in by themselves",
    "credential: literal": "clients' own files",
    "credential: environment": "MAIL_PASSWORD_HOME",
    "password_command: cat x": "a command of yours",
    "token_command: cat x": "a command of yours",
}


@pytest.mark.parametrize("credential", NOT_KEPT)
def test_what_mailgen_does_not_keep_is_explained(home: dict[str, str], credential: str) -> None:
    household(home, credential)
    assert_refused(mailgen(home, "set", "home", "--from-stdin", given=b"x"), 1, NOT_KEPT[credential])


def test_netrc_prints_the_lines_without_the_secret(home: dict[str, str]) -> None:
    household(home, "credential: netrc")
    done = mailgen(home, "set", "home")
    assert done.status == 0
    assert "    machine imap.sohu.com login ada@sohu.com password\n" in done.stderr
    assert "    machine smtp.sohu.com login ada@sohu.com password\n" in done.stderr


def test_an_unknown_account_gets_a_suggestion(home: dict[str, str]) -> None:
    household(home, "credential: file")
    assert_refused(mailgen(home, "check", "hmoe"), 2, "did you mean 'home'?")


#: A command of one's own: what `check` says; none of it is what came out.
TRIED = {
    "sh -c 'echo Zyx; exit 3'": "status 3",
    "sh -c 'echo oops >&2; exit 3'": "status 3: oops",
    "sh -c 'echo Zyx; echo no Zyx >&2; exit 3'": "status 3\n",
    "sh -c 'echo Zyx; echo Zyx'": "several lines",
    "'true'": "nothing comes out",
    "no-such-program-here": "not installed",
}


@pytest.mark.parametrize("command", TRIED)
def test_check_says_what_is_wrong_and_nothing_more(home: dict[str, str], command: str) -> None:
    household(home, f"password_command: {json.dumps(command)}")
    tried = mailgen(home, "check", "home")
    assert_refused(tried, 1, TRIED[command])
    assert "Zyx" not in tried.stderr


def test_a_program_that_repeats_the_secret_is_not_repeated(home: dict[str, str], tmp_path: Path) -> None:
    """Errors of a program are shown, unless the secret or a word of it is in there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pass").write_text('#!/bin/sh\nread -r line\necho "cannot keep $line" >&2\nexit 1\n')
    (folder / "pass").chmod(0o755)
    household(home, "credential: pass")
    refused = mailgen(
        {**home, "PATH": f"{folder}:{os.environ['PATH']}"}, "set", "home", "--from-stdin", given=b"Zyx Qqq\n"
    )
    assert_refused(refused, 1, "pass did not keep the secret")
    assert "Zyx" not in refused.stderr
    assert "Qqq" not in refused.stderr


def test_no_process_has_the_secret_among_its_words(home: dict[str, str], tmp_path: Path) -> None:
    """A slow program: meanwhile neither its command line nor ours, nor its environment, holds the secret."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pass").write_text('#!/bin/sh\ncat > /dev/null\ntouch "$HOME/there"\nsleep 1\n')
    (folder / "pass").chmod(0o755)
    household(home, "credential: pass")
    env = environment({**home, "PATH": f"{folder}:{os.environ['PATH']}"})
    with subprocess.Popen(
        [*MAILGEN, "secret", "set", "home", "--from-stdin"],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
    ) as process:  # fmt: skip
        assert process.stdin
        process.stdin.write(b"ZyxCanaryQ\n")
        process.stdin.close()
        for _ in range(200):
            if (tmp_path / "there").exists():
                break
            time.sleep(0.05)
        seen = 0
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (path / "cmdline").read_bytes()
                seen += b"pass\0insert" in words
                assert b"ZyxCanaryQ" not in words + (path / "environ").read_bytes()
    assert seen
    assert process.returncode == 0


def test_a_failing_disk_leaves_no_temporary_file(
    aged: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", aged["HOME"])

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mailgen.credentials.keeping.os.replace", fail)
    with pytest.raises(MailgenError, match="No space left"):
        keeping.keep("age", stored("age", ADDRESS, "home"), Secret("Zyx"), "u")
    assert list((Path(aged["HOME"]) / ".config/mailgen/secrets").iterdir()) == []


def test_what_a_killed_process_left_is_gone_after_the_next_run(home: dict[str, str]) -> None:
    household(home, "credential: file")
    folder = Path(home["HOME"]) / ".config/mailgen/secrets"
    script = (
        "import os; os.replace = lambda *_, **__: os._exit(9)\n"
        "from mailgen.cli.main import main; main(['secret', 'set', 'home', '--from-stdin'])"
    )
    killed = subprocess.run([sys.executable, "-c", script], input=b"Zyx\n", env=environment(home))
    assert killed.returncode == 9
    (left,) = folder.iterdir()
    assert left.read_text() == "Zyx\n"
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    kept_and_tried(home, "new")
    assert [(file.name, file.read_text()) for file in folder.iterdir()] == [("home", "new\n")]


def test_a_terminal_is_no_pipe(home: dict[str, str]) -> None:
    household(home, "credential: file")
    done = typed(home, [], words=["--from-stdin"])
    assert (done.status, "would show the secret" in done.stdout) == (2, True)


def test_every_kind_of_store_is_tested() -> None:
    """Here, or in a module of its own beside the stores' tests."""
    files = [Path(__file__), *(TESTS / "credentials").glob("test_*.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert all(f'"{kind}"' in text or f"credential: {kind}" in text for kind in STORES)


def test_what_was_kept_is_not_asked_for_again(home: dict[str, str]) -> None:
    """apply says to keep a secret until mailgen has kept it, or has seen it come out."""
    household(home, "credential: file")
    assert "mailgen secret set home" in cli("apply", env=home).stderr
    assert "mailgen secret set home" in cli("apply", "--verbose", env=home).stderr
    kept_and_tried(home)
    assert "mailgen secret set home" not in cli("apply", "--verbose", env=home).stderr
    (Path(home["HOME"]) / ".config/mailgen/secrets/home").unlink()
    assert mailgen(home, "check", "home").status == 1
    assert "mailgen secret set home" in cli("apply", "--verbose", env=home).stderr
