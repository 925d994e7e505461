"""`mailgen accounts` as its users meet it: options without a terminal, questions on one, lists, removal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import stat
import struct
import subprocess
import termios
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cases import Outcome
from tests.support import MAILGEN, assert_refused, cli, environment
from tests.terminal import CTRL_C, Terminal

MUTT = ("--target", "mutt")
#: Name: exit status, words after `accounts`, words of the message; the file stays as it is.
REFUSED: dict[str, tuple[int, list[str], list[str]]] = {
    "no action": (2, [], ["ACTION"]),
    "no address": (2, ["add", *MUTT], ["no address is given", "[ID] ADDRESS"]),
    "only an id": (2, ["add", "home", *MUTT], ["no address is given"]),
    "no target": (2, ["add", "b@qq.com"], ["where: --target", "mailgen targets"]),
    "no mail address": (2, ["add", "x", "qq.com", *MUTT], ["it has no @"]),
    "typo in a target": (
        2, ["add", "b@qq.com", "--target", "mut"], ["where: --target", "did you mean 'mutt'?"],
    ),
    "typo in a domain": (1, ["add", "b@gmial.com", *MUTT], ["did you mean 'gmail.com'?", "--provider"]),
    "unknown provider": (2, ["add", "b@qq.com", *MUTT, "--provider", "zzz"], ["where: --provider"]),
    "taken": (1, ["add", "home", "b@qq.com", *MUTT], ["already an account home"]),
    "taken but for case": (2, ["add", "HOME", "b@qq.com", *MUTT], ["upper and lower case", "where: ID"]),
    "no id": (2, ["add", "a/b", "b@qq.com", *MUTT], ["cannot be an id", "where: ID"]),
    "second default": (
        2, ["add", "b@qq.com", *MUTT, "--default"], ["two accounts are the default", "--default"],
    ),
    "no host name": (2, ["add", "b@x.example", *MUTT, "--imap-host", "a_b"], ["where: --imap-host"]),
    "no path": (2, ["add", "b@qq.com", *MUTT, "--signature", "x"], ["where: --signature", "/ or ~/"]),
    "no reply address": (2, ["add", "b@qq.com", *MUTT, "--reply-to", "x"], ["where: --reply-to"]),
    "empty name": (2, ["add", "b@qq.com", *MUTT, "--name", ""], ["the name is empty"]),
    "pipe": (2, ["add", "b@qq.com", *MUTT, "--password-command", "a|b"], ["only a shell"]),
    "two secrets": (2, ["add", "b@qq.com", *MUTT, "--pass", "--credential", "age"], ["not allowed with"]),
    "unknown kind": (2, ["add", "b@qq.com", *MUTT, "--credential", "paß"], ["--credential", "systemd-creds"]),
    "literal": (2, ["add", "b@qq.com", *MUTT, "--password", "Zyx"], ["--password"]),
    "refused by a client": (1, ["add", "b@outlook.com", *MUTT], ["only OAuth2", "--token-command"]),
    "protocol that cannot work": (1, ["add", "b@163.com", *MUTT, "--protocol", "imap"], ["--protocol pop3"]),
    "rm nothing": (2, ["rm"], ["ID"]),
    "rm unknown": (2, ["rm", "hmoe"], ["no account 'hmoe'", "did you mean 'home'?"]),
    "rm one of two": (2, ["rm", "home", "zz"], ["no account 'zz'", "there are no accounts"]),
    "empty file name": (2, ["list", "--accounts", ""], ["--accounts"]),
}  # fmt: skip
TEXT = """\
# mine
accounts:
  home:   # the one
    address: ada@sohu.com
    targets: [msmtp]
    default: true
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "mailgen").mkdir()
    (tmp_path / "mailgen/accounts.yaml").write_text(TEXT)
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}


def text_of(home: dict[str, str]) -> str:
    return (Path(home["XDG_CONFIG_HOME"]) / "mailgen/accounts.yaml").read_text()


def run(home: dict[str, str], *words: str) -> Outcome:
    return cli("accounts", *words, env=home)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(home: dict[str, str], name: str) -> None:
    status, words, said = REFUSED[name]
    assert_refused(run(home, *words), status, *said)
    assert text_of(home) == TEXT
    assert os.listdir(Path(home["XDG_CONFIG_HOME"]) / "mailgen") == ["accounts.yaml"]


def test_add_takes_everything_as_options(home: dict[str, str]) -> None:
    done = run(
        home, "add", "lab", "ada@lab.example", "--name", "Ada O'Brien: 艾达",
        "--target", "mutt", "--target", "msmtp",
        "--imap-host", "imap.lab.example", "--imap-port", "993", "--imap-tls", "implicit",
        "--smtp-host", "smtp.lab.example", "--username", "ada", "--label", "Lab",
        "--reply-to", "x@lab.example",
        "--signature", "~/.signature", "--credential", "systemd-creds", "--protocol", "imap",
    )  # fmt: skip
    assert done.status == 0, done.stderr
    assert text_of(home).startswith(TEXT)
    assert yaml.safe_load(text_of(home))["accounts"]["lab"] == {
        "address": "ada@lab.example",
        "name": "Ada O'Brien: 艾达",
        "username": "ada",
        "label": "Lab",
        "protocol": "imap",
        "reply_to": "x@lab.example",
        "signature": "~/.signature",
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "smtp": {"host": "smtp.lab.example"},
        "credential": "systemd-creds",
        "targets": ["mutt", "msmtp"],
    }
    assert done.stdout == ""
    assert "mailgen secret set lab" in done.stderr


def test_add_takes_a_chain(home: dict[str, str]) -> None:
    """One keeps the mail here, one reads it, one sends; who does what is said, and who wants the secret."""
    done = run(
        home, "add", "new", "b@qq.com", "--chain", "mbsync,msmtp,neomutt", "--maildir", "~/m", "--pass"
    )
    assert done.status == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "mbsync keeps the mail in ~/m on this machine" in said
    assert "NeoMutt reads the mail that lies in ~/m" in said
    assert "NeoMutt sends through msmtp" in said
    assert "mailgen secret set new" in said
    shown = json.loads(run(home, "list", "--json").stdout)
    assert [one["targets"] for one in shown if one["id"] == "new"] == [["mbsync", "msmtp", "neomutt"]]
    found = run(home, "add", "d@sohu.com", "--chain", "mbsync,msmtp,neomutt,notmuch", "--pass")
    assert "notmuch reads the mail that lies in ~/Mail/" in " ".join(found.stderr.split())
    elsewhere = run(home, "add", "e@sohu.com", "--chain", "mbsync,notmuch", "--maildir", "~/other")
    assert_refused(elsewhere, 1, "looks for mail below ~/Mail")
    again = run(home, "add", "c@sohu.com", "--chain", "mbsync,mutt", "--maildir", "~/m/c")
    assert_refused(again, 2, "one folder", "where: --maildir")


def test_a_chain_has_another_where_one_cannot(home: dict[str, str]) -> None:
    """It is said who keeps the mail instead, and why; who is named as a target, or over IMAP, is refused."""
    done = run(home, "add", "new", "b@163.com", "--chain", "mbsync,msmtp", "--chain", "neomutt", "--pass")
    assert done.status == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "getmail takes the place of mbsync in the chain, and fetches over POP3: " in said
    assert "Unsafe Login" in said
    assert "NeoMutt reads the mail that lies in ~/Mail/new" in said
    assert "NeoMutt sends through msmtp" in said
    shown = json.loads(run(home, "list", "--json").stdout)
    assert [one["targets"] for one in shown if one["id"] == "new"] == [["getmail6", "msmtp", "neomutt"]]
    chinese = run(home, "add", "c@126.com", "--chain", "mbsync,msmtp,neomutt", "--pass", "--lang", "zh")
    assert "链中由 getmail 代替 mbsync，通过 POP3 收取邮件：" in chinese.stderr.replace("\n", "")
    imap = run(home, "add", "d@163.com", "--chain", "mbsync,msmtp,mutt", "--protocol", "imap", "--pass")
    assert "OfflineIMAP takes the place of mbsync in the chain, and fetches over IMAP: " in " ".join(
        imap.stderr.split()
    )
    named = run(home, "add", "d@163.com", "--target", "mbsync", "msmtp", "mutt")
    assert_refused(named, 1, "Unsafe Login")
    for other, title in (("getmail6", "getmail"), ("mpop", "mpop"), ("offlineimap3", "OfflineIMAP")):
        twice = run(home, "add", "d@qq.com", "--chain", f"mbsync,{other},mutt")
        assert_refused(twice, 1, f"mbsync and {title} would both keep the mail")


def test_a_chain_may_fetch_over_pop3(home: dict[str, str]) -> None:
    done = run(home, "add", "new", "b@163.com", "--chain", "mpop,msmtp,neomutt", "--pass")
    assert done.status == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "takes the place" not in said
    assert "NeoMutt reads the mail that lies in ~/Mail/new" in said
    shown = json.loads(run(home, "list", "--json").stdout)
    assert [one["targets"] for one in shown if one["id"] == "new"] == [["mpop", "msmtp", "neomutt"]]
    imap = run(home, "add", "c@163.com", "--chain", "mpop,msmtp,neomutt", "--protocol", "imap", "--pass")
    assert "takes the place of mpop in the chain, and fetches over IMAP: " in " ".join(imap.stderr.split())
    pair = run(home, "add", "d@163.com", "--chain", "mpop,getmail6,neomutt", "--pass")
    assert_refused(pair, 1, "would both keep the mail")


def test_a_chain_is_one_where_a_folder_is_named(home: dict[str, str]) -> None:
    """fetchmail hands mail on to the mail server of the machine, unless it is told where to keep it."""
    done = run(home, "add", "new", "b@163.com", "--chain", "fetchmail,msmtp,mutt", "--maildir", "~/Mail/b")
    assert done.status == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "fetchmail keeps the mail in ~/Mail/b on this machine" in said
    assert "Mutt reads the mail that lies in ~/Mail/b" in said
    without = run(home, "add", "c@sohu.com", "--chain", "fetchmail,msmtp,mutt")
    said = " ".join(without.stderr.split())
    assert "fetchmail keeps mail on this machine only where a folder is named for it: --maildir DIR" in said
    assert "Mutt reads the mail" not in said
    other = run(home, "add", "d@sohu.com", "--chain", "mbsync,fetchmail,mutt", "--maildir", "~/Mail/d")
    said = " ".join(other.stderr.split())
    assert "mbsync keeps the mail in ~/Mail/d on this machine" in said
    assert "fetchmail keeps" not in said


def test_add_tells_what_secret_is_wanted(home: dict[str, str]) -> None:
    english = run(home, "add", "b@qq.com", *MUTT, "--pass")
    assert "authorisation code" in english.stderr
    assert "added the account qq" in english.stderr
    chinese = run(home, "add", "c@qq.com", *MUTT, "--lang", "zh")
    assert "授权码" in chinese.stderr
    assert "已将账户 c-qq 添加到" in chinese.stderr
    assert "secret set" not in chinese.stderr


def test_add_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    done = run({"XDG_CONFIG_HOME": str(tmp_path / "c")}, "add", "a@sohu.com", *MUTT)
    assert done.status == 0, done.stderr
    path = tmp_path / "c/mailgen/accounts.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert yaml.safe_load(path.read_text()) == {
        "accounts": {"sohu": {"address": "a@sohu.com", "targets": ["mutt"]}}
    }


def test_add_takes_targets_from_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("defaults: {targets: [mutt], credential: age}\n")
    done = run({}, "add", "a@sohu.com", "--accounts", str(path))
    assert done.status == 0, done.stderr
    assert yaml.safe_load(path.read_text())["accounts"] == {"sohu": {"address": "a@sohu.com"}}
    assert f"mailgen secret set sohu --accounts {path}" in done.stderr


def test_a_file_with_problems_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("accounts:\n  a: {address: a@sohu.com, targets: [mutt], nmae: x}\n")
    refused = run({}, "add", "b@sohu.com", *MUTT, "--accounts", str(path))
    assert_refused(refused, 1, f"{path}:2: accounts.a.nmae", "did you mean 'name'?")


def test_several_problems_are_told_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("accounts:\n  a: {address: a@sohu.com, targets: [mut]}\n  b: {targets: [mutt]}\n")
    refused = run({}, "list", "--accounts", str(path))
    assert_refused(refused, 1, f"{path}:2: accounts.a.targets.0", f"{path}:3: accounts.b")
    assert refused.stderr.count("mailgen: ") == 2


def test_list(home: dict[str, str]) -> None:
    run(home, "add", "ada@lab.example", *MUTT, "--imap-host", "i.lab.example", "--smtp-host", "s.lab.example",
        "--password-command", "cat x")  # fmt: skip
    assert run(home, "list").stdout == (
        "home (default)  ada@sohu.com, sohu.com, secret: prompt, for: msmtp\n"
        "lab             ada@lab.example, own servers, secret: password, for: mutt\n"
    )
    assert json.loads(run(home, "list", "--json").stdout)[1] == {
        "id": "lab",
        "address": "ada@lab.example",
        "provider": None,
        "targets": ["mutt"],
        "default": False,
        "credential": "password",
        "signed_in": None,
    }


def test_list_of_nothing(home: dict[str, str]) -> None:
    run(home, "rm", "home")
    done = run(home, "list")
    assert (done.status, done.stdout) == (0, "")
    assert "mailgen accounts add" in done.stderr
    assert run(home, "list", "--json").stdout == "[]\n"
    missing = run({"XDG_CONFIG_HOME": "/nonexistent"}, "list")
    assert_refused(missing, 1, "/nonexistent/mailgen/accounts.yaml", "mailgen accounts add")


def test_rm_takes_only_what_was_named(home: dict[str, str]) -> None:
    run(home, "add", "b@qq.com", *MUTT)
    run(home, "add", "c@163.com", *MUTT)
    assert run(home, "rm", "qq", "163", "qq").status == 0
    assert text_of(home) == TEXT


def test_rm_mends_a_file_that_has_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("accounts:\n  a: {nmae: x}\n  b: {address: a@sohu.com, targets: [mutt]}\n")
    assert run({}, "rm", "a", "--accounts", str(path)).status == 0
    assert run({}, "list", "--accounts", str(path)).status == 0


def on_a_terminal(home: dict[str, str], answers: list[str], *words: str, ci: bool = False) -> Outcome:
    """Run `accounts add` with its streams on a terminal and answer its questions."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = environment({**home, **({"CI": "true"} if ci else {})})
    with subprocess.Popen(
        [*MAILGEN, "accounts", "add", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        shown, waiting = b"", list(answers)
        with suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
                if waiting and shown.endswith((b": ", "： ".encode())):
                    os.write(ours, waiting.pop(0).encode() + b"\n")
        os.close(ours)
    return Outcome(process.returncode, "", shown.decode().replace("\r\n", "\n"))


def test_a_terminal_is_asked_for_what_is_missing(home: dict[str, str]) -> None:
    answers = ["qq.com", "ada@qq.com", "艾达", "msmpt", "msmtp, mutt", "pas", "pass"]
    done = on_a_terminal(home, answers)
    assert done.status == 0, done.stderr
    assert "it has no @" in done.stderr
    assert "did you mean 'msmtp'?" in done.stderr
    assert yaml.safe_load(text_of(home))["accounts"]["qq"] == {
        "address": "ada@qq.com",
        "name": "艾达",
        "targets": ["msmtp", "mutt"],
        "credential": "pass",
    }


def test_empty_answers_take_what_is_proposed(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/msmtp").symlink_to("/bin/true")
    done = on_a_terminal(
        {**home, "PATH": str(tmp_path / "bin"), "LC_ALL": "zh_CN.UTF-8"}, ["", "", ""], "b@qq.com"
    )
    assert done.status == 0, done.stderr
    assert "要配置的邮件程序" in done.stderr
    found: dict[str, Any] = yaml.safe_load(text_of(home))["accounts"]["qq"]
    assert found == {"address": "b@qq.com", "targets": ["msmtp"], "credential": "prompt"}


def test_one_program_of_each_use_is_proposed(home: dict[str, str], tmp_path: Path) -> None:
    """Not mutt and neomutt and fetchmail at once, nor what sends patches, or reads what nobody keeps here."""
    (tmp_path / "bin").mkdir()
    for name in ("git", "mhdr", "msmtp", "mutt", "neomutt", "fetchmail", "thunderbird"):
        (tmp_path / "bin" / name).symlink_to("/bin/true")
    done = on_a_terminal({**home, "PATH": str(tmp_path / "bin")}, ["", "", ""], "b@qq.com")
    assert yaml.safe_load(text_of(home))["accounts"]["qq"]["targets"] == ["mutt", "msmtp"], done.stderr


def test_a_mistyped_domain_is_asked_about_before_anything_else(home: dict[str, str]) -> None:
    with Terminal("accounts", "add", "ada@gmial.com", env=environment(home)) as terminal:
        terminal.asked("did you mean ada@gmail.com? [Y/n] ").type("")
        terminal.asked("your name").type("Ada").asked("mail programs").type("msmtp")
        terminal.asked("secret is kept").type("pass")
        assert terminal.ended() == 0, terminal.shown
    assert yaml.safe_load(text_of(home))["accounts"]["gmail"]["address"] == "ada@gmail.com"


def test_an_unknown_domain_is_offered_to_be_asked_for(home: dict[str, str]) -> None:
    """Who does not want that is told what else there is; an address that was asked for may be typed anew."""
    with Terminal("accounts", "add", "ada@nobody-lists-it.example", env=environment(home)) as terminal:
        terminal.asked("ask the Internet for its servers? Only the domain is told [Y/n] ").type("n")
        assert terminal.ended() == 1
        assert "--imap-host" in terminal.shown
        assert "your name" not in terminal.shown
    with Terminal("accounts", "add", env=environment(home)) as terminal:
        terminal.asked("mail address").type("ada@gmial.com").asked("did you mean").type("n")
        terminal.asked("ask the Internet").type("n").asked("no provider is known")
        terminal.asked("mail address").type("ada@qq.com").asked("your name").type(CTRL_C, enter=False)
        assert terminal.ended() == 130
    assert text_of(home) == TEXT


def test_tokens_of_mailgen_are_proposed_where_nothing_else_works(home: dict[str, str]) -> None:
    with Terminal("accounts", "add", "ada@outlook.com", env=environment(home)) as terminal:
        terminal.asked("your name").type("Ada").asked("mail programs").type("msmtp")
        terminal.asked("[mailgen]: ").type("")
        assert terminal.ended() == 0, terminal.shown
    listed = run(home, "list").stdout
    assert "secret: mailgen, for: msmtp; not signed in: run 'mailgen login outlook'" in listed
    rows = {row["id"]: row for row in json.loads(run(home, "list", "--json").stdout)}
    assert rows["outlook"]["signed_in"] is False
    assert rows["home"]["signed_in"] is None


def test_without_a_terminal_a_mistyped_domain_is_refused(home: dict[str, str]) -> None:
    assert_refused(run(home, "add", "ada@gmial.com", *MUTT), 1, "did you mean 'gmail.com'")


def test_answers_are_kept_when_one_of_them_will_not_do(home: dict[str, str]) -> None:
    done = on_a_terminal(home, ["Ada", "msmtp", "prompt", "", "thunderbird", ""], "ada@outlook.com")
    assert done.status == 0, done.stderr
    assert "accepts no password" in done.stderr
    assert "[Ada]:" in done.stderr
    assert "[msmtp]:" in done.stderr
    found = yaml.safe_load(text_of(home))["accounts"]["outlook"]
    assert (found["name"], found["targets"]) == ("Ada", ["thunderbird"])


def test_questions_are_broken_at_blanks(home: dict[str, str]) -> None:
    done = on_a_terminal(home, ["", "msmtp", "pass"], "b@qq.com")
    for line in done.stderr.split("mailgen:")[0].split("\n"):
        assert len(line) <= 80, line


@pytest.mark.parametrize(
    "words",
    [
        ["--target", "msmtp", "mutt", "--pass", "c@qq.com"],
        ["c@qq.com", "--target", "msmtp,mutt"],
        ["c@qq.com", "--target", "msmtp", "mutt"],
        ["c@qq.com", "--target", "msmtp", "--target", "mutt"],
        ["--target", "msmtp", "mutt", "c@qq.com"],
        ["--target", "msmtp", "mutt", "qq", "c@qq.com"],
        ["qq", "c@qq.com", "--target", "msmtp", "mutt"],
        ["qq", "--target", "msmtp", "mutt", "c@qq.com"],
    ],
)
def test_several_clients_may_stand_behind_one_option(home: dict[str, str], words: list[str]) -> None:
    done = run(home, "add", *words)
    assert done.status == 0, done.stderr
    found = yaml.safe_load(text_of(home))["accounts"]["qq"]
    assert (found["address"], found["targets"]) == ("c@qq.com", ["msmtp", "mutt"])


SHAPES = {
    "lines": "# top\naccounts:\n  # of it\n  home:  # one\n    address: a@qq.com   # its\n"
    "    imap:\n      host: a.example # h\n      port: 993\n    targets: [mutt]\n\n  # next\n  work: {}\n",
    "one line": "accounts: {home: {address: a@qq.com, imap: {host: a.example, port: 993}, targets: [mutt]}, "
    "work: {}}\n",
    "crlf": "accounts:\r\n  home:\r\n    address: a@qq.com\r\n    imap: {host: a.example, port: 993}\r\n"
    "    targets:\r\n      - mutt\r\n  work: {}\r\n",
    "quoted": "'accounts':\n  'home':\n    'address': \"a@qq.com\"\n    imap:\n      'host': a.example\n"
    "      'port': 993\n    'targets': ['mutt']\n  work: {}",
}
HOME_SET = ["name='Ada: O'", "imap.tls=implicit", "targets=[mutt, msmtp]", "imap.port=", "protocol=imap"]


@pytest.mark.parametrize("shape", SHAPES)
def test_an_account_is_changed_and_every_other_line_stays(tmp_path: Path, shape: str) -> None:
    file = tmp_path / "accounts.yaml"
    work = "{address: b@qq.com, targets: [msmtp]}"
    file.write_bytes(SHAPES[shape].replace("work: {}", f"work: {work}").encode())
    before = file.read_bytes().decode().splitlines()
    done = cli("accounts", "set", "home", *HOME_SET, "--accounts", str(file))
    assert done.status == 0, done.stderr
    assert "mailgen apply --accounts" in done.stderr
    found = yaml.safe_load(file.read_text(encoding="utf-8"))["accounts"]
    assert found["home"] == {
        "address": "a@qq.com",
        "imap": {"host": "a.example", "tls": "implicit"},
        "targets": ["mutt", "msmtp"],
        "name": "Ada: O",
        "protocol": "imap",
    }
    assert found["work"] == {"address": "b@qq.com", "targets": ["msmtp"]}
    if shape != "one line":
        kept = [
            line for line in before if "port" not in line and "targets" not in line and "mutt" not in line
        ]
        kept = [line for line in kept if "imap: {" not in line]
        after = file.read_bytes().decode().splitlines()
        assert [line for line in after if line in kept] == kept
    again = cli("accounts", "set", "home", "protocol=imap", "--accounts", str(file))
    assert "is so already" in again.stderr


#: Words after `accounts set`, and what the refusal says; the file stays as it is.
NOT_SET: dict[str, tuple[list[str], list[str]]] = {
    "unknown account": (["hmoe", "name=x"], ["did you mean 'home'?"]),
    "unknown key": (["home", "targts=x"], ["did you mean 'targets'?"]),
    "wrong value": (["home", "protocol=imp"], ["only imap, pop3 or none"]),
    "a key that is not there": (["home", "name="], ["has no name", "accounts show home"]),
    "what must be there": (["home", "address="], ["address"]),
    "a secret": (["home", "password=Zyx"], ["seen by everybody"]),
}


@pytest.mark.parametrize("name", NOT_SET)
def test_what_cannot_be_set_is_refused(home: dict[str, str], name: str) -> None:
    words, says = NOT_SET[name]
    before = text_of(home)
    done = run(home, "set", *words)
    assert_refused(done, done.status, *says)
    assert done.status in (1, 2)
    assert "Zyx" not in done.stderr
    assert text_of(home) == before


def test_show_says_what_an_account_is(home: dict[str, str]) -> None:
    done = run(home, "show", "home")
    assert done.status == 0, done.stderr
    assert "address" in done.stdout
    assert "ada@sohu.com" in done.stdout
    assert "smtp smtp.sohu.com:465 (implicit, ada@sohu.com): msmtp" in done.stdout
    assert json.loads(run(home, "show", "home", "--json").stdout)["address"] == "ada@sohu.com"
    assert_refused(run(home, "show", "hmoe"), 2, "did you mean 'home'?")


def test_edit_opens_the_editor_at_the_account_and_judges_the_file(
    home: dict[str, str], tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.words"; exec sed -i "$EDIT" "$2"\n')
    editor.chmod(0o700)
    env = {**home, "EDITOR": str(editor)}
    done = run({**env, "EDIT": "s/msmtp/mutt/"}, "edit", "home")
    assert done.status == 0, done.stderr
    assert "mailgen apply" in done.stderr
    assert (tmp_path / "editor.words").read_text().splitlines()[0] == "+3"
    assert "mutt" in text_of(home)
    assert_refused(
        run({**env, "EDIT": "s/mutt/mutty/"}, "edit", "home"), 1, "did you mean 'mutt'?", "accounts.home"
    )
    assert_refused(run({**home, "EDITOR": "false"}, "edit"), 1, "ended with status 1")
    assert_refused(run({**home, "EDITOR": "/nowhere/vi"}, "edit"), 1, "cannot be run", "EDITOR")


def test_an_id_that_is_taken_says_how_to_change_it(home: dict[str, str]) -> None:
    assert "mailgen accounts set home KEY=VALUE" in run(home, "add", "home", "b@qq.com", *MUTT).stderr


def test_ci_is_never_asked(home: dict[str, str]) -> None:
    done = on_a_terminal(home, [], "b@qq.com", ci=True)
    assert done.status == 2
    assert "no target is given" in done.stderr


def test_the_end_of_the_terminal_changes_nothing(home: dict[str, str]) -> None:
    done = on_a_terminal(home, ["\x04"], "b@qq.com")
    assert done.status == 1
    assert "no answer came" in done.stderr
    assert text_of(home) == TEXT
