"""`mailgen setup` as people meet it: on a real terminal, from the address to the mail program."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.cli.setup_world import Machine, netease
from tests.imitations.protocols import RIGHT
from tests.passwords import with_pass
from tests.support import MAILGEN, TIMEOUT, assert_refused, cli, environment, ran
from tests.terminal import CTRL_C, CTRL_D
from tests.tracing import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.imitations.server import Papers
    from tests.terminal import Terminal

ADDRESS = "ada@163.com"
WRONG = "Wrong-canary-secret-90ab"
#: All that `setup` would ask, as options.
OPTIONS = ["--client", "neomutt", "msmtp", "--name", "Ada", "--store", "file", "--yes"]
#: Without a mail server: for the test that nothing talks to the Internet.
OFFLINE = [["setup", "third@qq.com", *OPTIONS, "--no-check"]]


@pytest.fixture
def machine(papers: Papers) -> Iterator[Machine]:
    with netease(papers) as made:
        yield made


def typed(terminal: Terminal, secret: str) -> None:
    terminal.asked("the secret of ada@163.com").type(secret)
    terminal.asked("once more").type(secret)


def test_from_an_address_to_a_mail_program(machine: Machine, tmp_path: Path) -> None:
    """All of it, while strace looks whether any program is given the secret when it starts."""
    trace = Trace(tmp_path / "started")
    with with_pass(machine.env), machine.setup(before=trace.before) as terminal:
        terminal.asked("mail address: ").type(ADDRESS)
        terminal.asked("how they get on with NetEase 163 Mail").asked("neomutt").asked("installed")
        terminal.asked("mail programs to set up").type("neomutt, msmtp")
        terminal.asked("your name").type("Ada")
        terminal.asked("where to keep the secret (pass").asked("[pass]: ").type("")
        terminal.asked("授权码")
        typed(terminal, RIGHT)
        terminal.asked("+++ ~/.neomuttrc").asked("+++ ~/.msmtprc").asked("write this? [Y/n] ").type("")
        terminal.asked("created ~/.msmtprc").asked("pop3 127.0.0.1").asked("login").asked("recipient")
        terminal.asked("open NeoMutt with:\n    neomutt\n")
        assert terminal.ended() == 0, terminal.shown
        assert RIGHT not in terminal.shown
        kept = ran(["pass", "show", f"mail/{ADDRESS}"], machine.env)
        assert kept.stdout == f"{RIGHT}\n"
    assert set(machine.attempts) == {(ADDRESS, RIGHT)}
    assert yaml.safe_load((machine.config / "accounts.yaml").read_text())["accounts"] == {
        "163": {"address": ADDRESS, "name": "Ada", "targets": ["neomutt", "msmtp"], "credential": "pass"}
    }
    assert "pass show" in (machine.home / ".msmtprc").read_text()
    diff = cli("diff", env=machine.env)
    assert (diff.status, diff.stdout) == (0, ""), "setup writes what apply writes"
    assert not any(RIGHT.encode() in content for content in machine.files().values())
    assert '"pass", "insert"' in trace.shown
    assert RIGHT not in trace.shown


def test_a_wrong_code_may_be_typed_again(machine: Machine) -> None:
    with machine.setup(ADDRESS, *OPTIONS[:-1]) as terminal:
        typed(terminal, WRONG)
        terminal.asked("write this?").type("")
        terminal.asked("NO  login").asked("most likely the password of the web site was used")
        terminal.asked("type it again? [Y/n]")
        assert machine.attempts == [(ADDRESS, WRONG)], "one wrong attempt, at one server"
        terminal.type("")
        typed(terminal, RIGHT)
        terminal.asked("open NeoMutt with:")
        assert terminal.ended() == 0
        assert WRONG not in terminal.shown
    assert (machine.config / "secrets/163").read_text() == f"{RIGHT}\n"


def test_who_does_not_type_it_again_is_told_how_to_go_on(machine: Machine) -> None:
    with machine.setup(ADDRESS, *OPTIONS[:-1]) as terminal:
        typed(terminal, WRONG)
        terminal.asked("write this?").type("y")
        terminal.asked("type it again?").type("n")
        terminal.asked("does not work yet").asked("mailgen check 163")
        assert terminal.ended() == 1
    assert len(machine.attempts) == 1


#: Question -> what is typed there if it is not the one at which somebody stops. Each question once.
QUESTIONS = {
    "mail address": "ada@163.con",
    "did you mean ada@163.com?": "",
    "mail programs to set up": "neomutt, msmtp",
    "your name": "Ada",
    "where to keep the secret": "file",
    "the secret of ada@163.com": RIGHT,
    "once more": RIGHT,
}
ORDER = [*list(QUESTIONS)[:5], "was not made by mailgen; take it over?", *list(QUESTIONS)[5:7], "write this?"]


@pytest.mark.parametrize("stop", ORDER)
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_who_stops_before_the_end_leaves_all_as_it_was(machine: Machine, stop: str, key: str) -> None:
    (machine.home / ".config/neomutt").mkdir()
    (machine.home / ".config/neomutt/neomuttrc").write_text("set sort = date\n")
    (machine.home / ".config/mailgen/neomutt").mkdir()
    (machine.home / ".config/mailgen/neomutt/accounts").write_text("# mine\n")
    before = machine.files()
    with machine.setup() as terminal:
        for question in ORDER:
            terminal.asked(question)
            if question == stop:
                break
            terminal.type(QUESTIONS.get(question, "y"))
        terminal.type(key, enter=False)
        if key == CTRL_D:
            for _ in range(5):  # another question may be the answer to none
                terminal.type(CTRL_D, enter=False)
        status = terminal.ended()
        assert status == (130 if key == CTRL_C else 1), terminal.shown
        if key == CTRL_C:
            assert "interrupted; nothing has changed" in terminal.shown
        assert "Traceback" not in terminal.shown
    assert machine.files() == before
    assert machine.attempts == []


#: Questions that only some are asked -> the address, what is kept already, and what was asked before.
SOMETIMES = {
    "use it? [Y/n]": ("ada@163.com", "secrets/163", ()),
    "keep it all the same? [y/N]": (
        "ada@qq.com",
        "",
        (("the secret of", "too short"), ("once more", "too short")),
    ),
    "no such store": ("ada@163.com", "", ()),
}


@pytest.mark.parametrize("stop", SOMETIMES)
def test_so_do_those_who_stop_at_a_question_that_only_some_are_asked(machine: Machine, stop: str) -> None:
    address, kept, before = SOMETIMES[stop]
    words = [*OPTIONS[:-1], "--no-check"]
    if kept:
        (machine.config / kept).parent.mkdir()
        (machine.config / kept).write_text(f"{RIGHT}\n")
    if stop == "no such store":
        words, before = [*OPTIONS[:-3], "--no-check"], (("where to keep the secret", "paper"),)
    files = machine.files()
    with machine.setup(address, *words) as terminal:
        for question, answer in before:
            terminal.asked(question).type(answer)
        terminal.asked(stop).type(CTRL_C, enter=False)
        assert terminal.ended() == 130, terminal.shown
        assert "nothing has changed" in terminal.shown
    assert machine.files() == files


def test_who_stops_after_the_writing_knows_how_far_it_came(machine: Machine) -> None:
    with machine.setup(ADDRESS, *OPTIONS[:-1]) as terminal:
        typed(terminal, WRONG)
        terminal.asked("write this?").type("")
        terminal.asked("type it again?").type(CTRL_C, enter=False)
        assert terminal.ended() == 130
        assert "the account is set up; try it with 'mailgen check 163'" in terminal.shown
    assert cli("diff", env=machine.env).status == 0


def test_an_interruption_while_it_writes_takes_all_back(machine: Machine) -> None:
    """A store that never comes to an end, as one does whose keyring waits for a passphrase."""
    programs = machine.home.parent / "bin"
    programs.mkdir()
    (programs / "pass").write_text(
        "#!/bin/sh\ncase $1 in insert) echo waits >&2; exec sleep 100;; esac\nexit 1\n"
    )
    (programs / "pass").chmod(0o755)
    path = f"{programs}:{machine.env['PATH']}"
    before = machine.files()
    with machine.setup(ADDRESS, *OPTIONS[:-2], "pass", PATH=path) as terminal:
        typed(terminal, RIGHT)
        terminal.asked("write this?").type("")
        for _ in range(100):
            if (machine.config / "accounts.yaml").exists():
                break
            terminal.wait(0.1)
        terminal.type(CTRL_C, enter=False)
        assert terminal.ended() == 130, terminal.shown
    after = machine.files()
    assert {name: one for name, one in after.items() if ".local" not in name} == before
    assert cli("diff", "--accounts", "/dev/null", env=machine.env).stdout == ""


def test_a_store_that_refuses_takes_all_back(machine: Machine) -> None:
    before = machine.files()
    done = given(machine, ADDRESS, *OPTIONS[:-2], "pass", "--yes", "--from-stdin")
    assert done.returncode == 1
    assert "pass did not keep the secret" in done.stderr
    assert "pass init" in done.stderr
    after = machine.files()
    assert not any(content for name, content in after.items() if name.startswith(".password-store"))
    assert {n: one for n, one in after.items() if not n.startswith((".local", ".password-store"))} == before


def given(machine: Machine, *words: str, secret: str = RIGHT) -> subprocess.CompletedProcess[str]:
    """Run `setup` without a terminal, with a secret on standard input."""
    return subprocess.run(
        [*MAILGEN, "setup", *words],
        input=f"{secret}\n",
        capture_output=True,
        text=True,
        env=machine.env,
        timeout=TIMEOUT,
        check=False,
    )


def test_every_answer_can_be_an_option(machine: Machine) -> None:
    done = given(machine, ADDRESS, *OPTIONS, "--from-stdin")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "?" not in done.stderr.replace("mailgen: ", "")
    again = machine.files()
    with machine.setup(ADDRESS, "--yes") as terminal:  # the secret lies in the store by now
        assert terminal.ended() == 0, terminal.shown
        assert "? [" not in terminal.shown
        assert "it stays as it is" in terminal.shown
    assert machine.files() == again


def test_an_account_may_only_send(machine: Machine) -> None:
    words = [ADDRESS, "--client", "msmtp", "--store", "file", "--protocol", "none", "--from-stdin", "--yes"]
    done = given(machine, *words)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "protocol: none" in (machine.config / "accounts.yaml").read_text()
    tried = {server.protocol for server in machine.servers if server.attempts}
    assert tried == {"smtp"}
    assert "create" in done.stdout


def test_without_a_secret_nothing_is_asked_and_it_is_said_what_is_left(machine: Machine) -> None:
    with machine.setup(ADDRESS, *OPTIONS) as terminal:
        assert terminal.ended() == 1, terminal.shown
        assert "? [" not in terminal.shown
        assert "mailgen secret set 163" in terminal.shown
        assert "mailgen check 163" in terminal.shown
    assert machine.attempts == []
    assert (machine.home / ".msmtprc").exists()


def test_the_shortest_line_asks_nothing(machine: Machine) -> None:
    """On a terminal, with a store that is there and holds nothing yet."""
    with with_pass(machine.env):
        with machine.setup("you@qq.com", "--client", "neomutt", "--store", "pass", "--yes") as terminal:
            assert terminal.ended() == 1, terminal.shown
        for asked in (
            "? [",
            "(nothing is shown)",
            "your name",
            "mail programs to set up",
            "to keep the secret",
        ):
            assert asked not in terminal.shown
        assert "mailgen secret set qq" in terminal.shown
        assert "created ~/.neomuttrc" in terminal.shown
    account = {"address": "you@qq.com", "targets": ["neomutt"], "credential": "pass"}
    assert yaml.safe_load((machine.config / "accounts.yaml").read_text())["accounts"] == {"qq": account}


def test_a_secret_that_lies_in_the_store_is_offered(machine: Machine) -> None:
    (machine.config / "secrets").mkdir()
    (machine.config / "secrets/163").write_text(f"{RIGHT}\n")
    with machine.setup(ADDRESS, *OPTIONS[:-1]) as terminal:
        terminal.asked("file holds a secret of ada@163.com already; use it? [Y/n] ").type("")
        terminal.asked("write this?").type("")
        assert terminal.ended() == 0, terminal.shown


def test_a_secret_of_the_wrong_shape_is_warned_of(machine: Machine) -> None:
    with machine.setup("ada@qq.com", *OPTIONS[:-1], "--no-check") as terminal:
        terminal.asked("the secret of ada@qq.com").type("abcd efgh ijkl mnop")
        terminal.asked("once more").type("abcd efgh ijkl mnop")
        terminal.asked("has blanks between them").asked("keep it all the same? [y/N] ").type("")
        terminal.asked("the secret was not kept").asked("the secret of ada@qq.com").type("abcdefghijklmnop")
        terminal.asked("write this?").type("")  # one that looks right is not asked for twice
        assert terminal.ended() == 0, terminal.shown
    assert (machine.config / "secrets/qq").read_text() == "abcdefghijklmnop\n"


def test_a_client_that_cannot_is_refused_and_asked_for_again(machine: Machine) -> None:
    with machine.setup(ADDRESS, "--name", "Ada", "--store", "file") as terminal:
        terminal.asked("mail programs to set up").type("mbsync")
        terminal.asked("Unsafe Login").asked("mail programs to set up").type("msmpt")
        terminal.asked("did you mean 'msmtp'?").asked("mail programs to set up").type(CTRL_C, enter=False)
        assert terminal.ended() == 130


def test_a_program_that_asks_itself_has_nothing_kept(machine: Machine) -> None:
    with machine.setup(ADDRESS, "--client", "thunderbird", "--name", "Ada") as terminal:
        terminal.asked("write this?").type("")
        terminal.asked("Thunderbird asks for the password").asked("the secret of ada@163.com").type(RIGHT)
        terminal.asked("open Thunderbird with:").asked(
            f"thunderbird --profile {machine.home}/.thunderbird/mailgen"
        )
        assert terminal.ended() == 0, terminal.shown
    account = yaml.safe_load((machine.config / "accounts.yaml").read_text())["accounts"]["163"]
    assert account["credential"] == "prompt"


def test_files_of_others_are_taken_over_only_if_that_is_agreed_to(machine: Machine) -> None:
    foreign = machine.home / ".config/mailgen/neomutt"
    foreign.mkdir()
    (foreign / "accounts").write_text("# mine\n")
    refused = given(machine, ADDRESS, *OPTIONS, "--from-stdin")
    assert refused.returncode == 1
    assert "a file that mailgen did not write is there" in refused.stderr
    with machine.setup(ADDRESS, *OPTIONS[:-1]) as terminal:
        terminal.asked("was not made by mailgen; take it over? A copy is kept [y/N] ").type("")
        terminal.asked("a file that mailgen did not write is there")
        assert terminal.ended() == 1
    assert given(machine, ADDRESS, *OPTIONS, "--from-stdin", "--adopt").returncode == 0
    assert (foreign / "accounts.mailgen-backup").read_text() == "# mine\n"


def test_the_version_that_is_installed_decides(machine: Machine) -> None:
    """A NeoMutt that tells its ID reads 163.com over IMAP, also when apply runs next."""
    programs = machine.home.parent / "bin"
    programs.mkdir()
    (programs / "neomutt").write_text("#!/bin/sh\necho NeoMutt 20250510\n")
    (programs / "neomutt").chmod(0o755)
    path = f"{programs}:{machine.env['PATH']}"
    done = subprocess.run(
        [*MAILGEN, "setup", ADDRESS, *OPTIONS, "--from-stdin"],
        input=f"{RIGHT}\n", capture_output=True, text=True, env={**machine.env, "PATH": path},
        timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "imap 127.0.0.1" in done.stdout
    assert cli("diff", env={**machine.env, "PATH": path}).status == 0
    checked = subprocess.run(
        [*MAILGEN, "check", "163"],
        capture_output=True, text=True, env={**machine.env, "PATH": path}, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert "imap 127.0.0.1" in checked.stdout, "what is tested is what is written"


#: Words, and what is said where nobody is there to be asked.
UNASKED = {
    "address": ([], 2, ["no address is given", "mailgen setup ADDRESS"]),
    "client": ([ADDRESS], 2, ["no mail program is named", "--client"]),
    "domain": (["ada@gmial.com", *OPTIONS], 1, ["did you mean 'gmail.com'?", "mailgen discover"]),
    "secret": ([ADDRESS, *OPTIONS[:-1]], 2, ["nobody is there to agree", "--yes"]),
    "unknown client": ([ADDRESS, "--client", "mut", "--yes"], 2, ["where: --client", "did you mean 'mutt'?"]),
    "store": ([ADDRESS, "--client", "mutt", "--store", "paß"], 2, ["--store", "secret-tool"]),
    "no address at all": (["163.com", *OPTIONS], 2, ["it has no @"]),
}


@pytest.mark.parametrize("name", UNASKED)
def test_without_a_terminal_it_says_what_is_missing(machine: Machine, name: str) -> None:
    words, status, says = UNASKED[name]
    before = machine.files()
    done = cli("setup", *words, env=machine.env)
    assert done.status == status, done
    for word in says:
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert machine.files() == before


def test_an_account_that_is_there_is_not_changed_by_options(machine: Machine) -> None:
    assert given(machine, ADDRESS, *OPTIONS, "--from-stdin").returncode == 0
    refused = cli("setup", ADDRESS, *OPTIONS, env=machine.env)
    assert_refused(refused, 2, "the account 163 is there already", "mailgen accounts set 163")


def test_the_address_may_stand_behind_the_clients(machine: Machine) -> None:
    done = cli("setup", "--client", "msmtp", "ada@qq.com", "--yes", "--no-check", env=machine.env)
    assert done.status == 0, done.stderr
    assert "mailgen secret set qq" in done.stderr


def test_it_is_said_in_chinese(machine: Machine) -> None:
    with machine.setup("ada@163.con", LANG="zh_CN.UTF-8") as terminal:
        terminal.asked("您是指 ada@163.com 吗？ [Y/n] ").type("是")
        terminal.asked("本机的邮件程序").asked("要配置的邮件程序").type("msmtp")
        terminal.asked("发件人姓名").type("艾达")
        terminal.asked("密码存放在哪里").type("file")
        terminal.asked("的密码（不会显示）").type(RIGHT)
        terminal.asked("再输入一次").type(RIGHT)
        terminal.asked("写入这些内容吗？").type("好")
        assert terminal.ended() == 0, terminal.shown


def test_environment_is_plain() -> None:
    """These tests must not meet the keyring of whoever runs them."""
    assert "DBUS_SESSION_BUS_ADDRESS" not in environment()
