"""The command line as its users meet it: words, exit codes, streams, files, languages, terminals."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen import __version__
from mailgen.cli.parser import form_parser, full_parser
from mailgen.cli.verbs import RESERVED, VERBS
from mailgen.credentials.stores import command_from
from mailgen.model.vocabulary import PROTOCOLS
from tests.cases import Outcome, run, targets
from tests.programs import need, unavailable
from tests.support import answer, assert_refused, cli, copied_checkout, of, on_terminal, ran, shell, unread

PLAIN = ("msmtp", "user@sohu.com")
BOOKS = "'bücher.example (xn--bcher-kva.example)'"
#: Words of which a part comes from somebody who means no good, or from another character set.
HOSTILE = """{} u@qq.com; msmtp {}@qq.com; msmtp u@{}; msmtp u@qq.com --{}; msmtp u@qq.com --lang {};
    msmtp u@qq.com --provider {}; msmtp u@qq.com --smtp-host {}; msmtp u@qq.com --smtp-port {};
    mutt u@qq.com --set {}=x; mutt u@qq.com --folder {}=x; msmtp u@qq.com --client-version {};
    msmtp u@qq.com {}; show {}; show u@{}; providers {}; completion {}; msmtp u@qq.com --password-command '{}"
    """.split(";")

#: Name: exit status, words of the command line, words of the message.
REFUSED: dict[str, tuple[int, list[str], list[str]]] = {
    "typo in a target": (2, ["msmpt", "u@qq.com"], ["no target 'msmpt'", "did you mean 'msmtp'?"]),
    "unknown target": (2, ["zzz", "u@qq.com"], ["the targets are ", ", fetchmail, ", ", msmtp, "]),
    "empty target": (2, ["", "u@qq.com"], ["no target ''"]),
    "no address": (2, ["msmtp"], ["required: ADDRESS", "'mailgen msmtp --help'"]),
    "no mail address": (2, ["msmtp", "qq.com"], ["this is not a mail address: it has no @"]),
    "typo in a domain": (1, ["msmtp", "u@gmial.com"], ["domain 'gmial.com'", "did you mean 'gmail.com'?"]),
    "unknown domain": (1, ["mutt", "u@x.example"], ["--provider ID", "--imap-host", "--smtp-host"]),
    "unknown IDN": (1, ["mutt", "u@bücher.example"], [BOOKS]),
    "unknown A-label": (1, ["mutt", "u@xn--bcher-kva.example"], [BOOKS]),
    "unknown provider": (2, [*PLAIN, "--provider", "zzz"], ["is called 'zzz'", "mailgen providers"]),
    "port too high": (2, [*PLAIN, "--smtp-port", "65536"], ["from 1 to 65535", "where: --smtp-port"]),
    "port is a word": (2, [*PLAIN, "--smtp-port", "smtps"], ["--smtp-port"]),
    "port without a host": (2, ["fetchmail", "u@x.example", "--imap-port", "993"], ["add --imap-host"]),
    "only one of two hosts": (1, ["mutt", "u@x.example", "--imap-host", "i.example"], ["--smtp-host"]),
    "no host name": (2, [*PLAIN, "--smtp-host", "a_b"], ["'a_b' cannot be a part", "where: --smtp-host"]),
    "no TLS": (2, [*PLAIN, "--smtp-tls", "none"], ["--smtp-tls", "implicit", "starttls"]),
    "no setting here": (2, ["thunderbird", "u@sohu.com", "--set", "mda=x"], ["no setting 'mda'", "profile"]),
    "unknown setting": (2, ["mutt", "u@qq.com", "--set", "x=y"], ["no setting 'x'", "ca_file"]),
    "setting without value": (2, ["mutt", "u@qq.com", "--set", "ca_file"], ["--set takes NAME=VALUE"]),
    "setting as a pipe": (2, ["fetchmail", "u@qq.com", "--set", "mda=a|b"], ["only a shell", "--set mda="]),
    "unknown role": (2, ["mutt", "u@qq.com", "--folder", "spam=J"], ["role 'spam'", "sent, drafts"]),
    "role without name": (2, ["mutt", "u@qq.com", "--folder", "sent"], ["--folder takes NAME=VALUE"]),
    "pipe": (2, [*PLAIN, "--password-command", "pass x|head -1"], ["only a shell", "sh -c"]),
    "pipe with blanks": (2, [*PLAIN, "--password-command", "pass x | head -1"], ["only a shell", "sh -c"]),
    "two commands": (2, [*PLAIN, "--password-command", "cd x && cat y"], ["only a shell"]),
    "open quote": (2, [*PLAIN, "--password-command", "pass 'x"], ["close the quotes", "--password-command"]),
    "empty command": (2, [*PLAIN, "--password-command", ""], ["the command is empty"]),
    "blank command": (2, [*PLAIN, "--password-command", "  "], ["the command is empty"]),
    "empty token command": (2, [*PLAIN, "--token-command", ""], ["the command is empty"]),
    "two secrets": (2, [*PLAIN, "--pass", "--keychain"], ["--keychain", "not allowed with", "--pass"]),
    "quoted local part": (1, ["mutt", '"a b"@qq.com'], ["drops the quotes", "another client"]),
    "no version": (2, [*PLAIN, "--client-version", "new"], ["not a version number", "--client-version"]),
    "no such file": (2, [*PLAIN, "--file", "x"], ["--file", ".msmtprc"]),
    "empty folder": (2, [*PLAIN, "-o", ""], ["-o"]),
    "IMAP that cannot work": (1, ["mutt", "u@163.com", "--protocol", "imap"], ["--protocol pop3", "neomutt"]),
    "OAuth2 only": (1, ["msmtp", "u@outlook.com", "--pass"], ["only OAuth2", "--token-command"]),
    "OAuth2, not possible": (1, ["fetchmail", "u@outlook.com"], ["OAuth2", "or mutt or neomutt"]),
    "a verb with a slip": (2, ["aply"], ["no verb 'aply'", "did you mean 'mailgen apply'?"]),
    "a verb in the plural": (2, ["account", "list"], ["did you mean 'mailgen accounts'?"]),
    "help as a verb": (2, ["help"], ["'mailgen --help'"]),
    "an address alone": (2, ["u@qq.com"], ["is an address", "mailgen ", " u@qq.com"]),
    "unknown option": (2, [*PLAIN, "--nmae", "x"], ["--nmae", "did you mean '--name'?"]),
    "one word more": (2, [*PLAIN, "me@sohu.com"], ["me@sohu.com"]),
    "options first": (2, ["--lang", "zh", *PLAIN], ["--help"]),
    "show nothing": (2, ["show"], ["DOMAIN|ADDRESS|ID"]),
    "show unknown": (1, ["show", "gmial.com"], ["did you mean 'gmail.com'?"]),
    "no such provider": (1, ["providers", "zzzz"], ["no provider matches"]),
    "unknown shell": (2, ["completion", "tcsh"], ["bash", "zsh", "fish"]),
    "name on two lines": (1, ["mutt", "u@qq.com", "--name", "Zyx\nw"], ["the name cannot", "a line break"]),
    "label on two lines": (1, [*PLAIN, "--label", "Zyx\u2028w"], ["the label cannot", "a line break"]),
    "login on two lines": (1, [*PLAIN, "--username", "Zyx\nw"], ["the username cannot", "a line break"]),
    "folder on two lines": (1, ["mutt", "u@qq.com", "--folder", "sent=Zyx\nw"], ["sent", "a line break"]),
    "backtick": (1, ["mutt", "u@qq.com", "--password-command", "Zyx '`'"], ["password command", "backtick"]),
    "NUL": (1, ["thunderbird", "u@qq.com", "--name", "Zyx\x00w"], ["the name cannot", "U+0000"]),
    "too long": (1, [*PLAIN, "--password-command", "Zyx" * 200], ["passwordeval", "longer than a line"]),
    "name not UTF-8": (2, ["mutt", "u@qq.com", "--name", "Zyx\udcff"], ["not text in UTF-8"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_where_and_how_to_mend_it(name: str) -> None:
    status, words, told = REFUSED[name]
    done = run(*words)
    assert_refused(done, status, *told)
    assert "Zyx" not in done.stderr, "a value that cannot be written is not repeated"


@pytest.mark.parametrize("form", HOSTILE, ids=str.strip)
def test_a_message_does_nothing_to_a_terminal(form: str) -> None:
    for hostile in ("\x1b[31mred", "\x07", "\u202e", "\udcff"):
        done = run(*(word.replace("{}", hostile) for word in form.split()))
        assert_refused(done, 1 if "providers" in form and hostile != "\udcff" else 2)
        assert hostile not in done.stderr


def test_a_provider_by_id_and_by_domain() -> None:
    for named, host in (("exmail.qq.com", "smtp.exmail.qq.com"), ("FOXMAIL.com.", "smtp.qq.com")):
        done = run("msmtp", "ada@own.example", "--provider", named)
        assert done.status == 0, done.stderr
        assert re.search(rf"^host +{host}$", done.stdout, re.M)
        assert re.search(r"^user +ada@own.example$", done.stdout, re.M)


def test_placeholders_in_an_address_stay_what_they_are() -> None:
    made = run("msmtp", "{domain}@qq.com", "--pass").stdout
    assert "passwordeval   \"pass show 'mail/{domain}@qq.com'\"\n" in made


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=9)


@given(st.lists(st.one_of(words, st.sampled_from(["|", "a;b", "'", "-x", ""])), min_size=1))
@settings(deadline=None)
def test_a_command_that_is_quoted_for_a_shell_is_read_as_one_reads_it(argv: list[str]) -> None:
    assert answer(command_from, shlex.join(argv), "x").argv == tuple(argv)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_checkout(tmp_path_factory.mktemp("checkout"))


MISTYPED = {
    "{{ account.smtp.host }}": ("{{ account.smtp.hots }}", "msmtp/_account.j2"),
    "{{ account.label }}": ("{{ acount.label }}", "msmtp/_account.j2"),
    "{% if account.credential.command %}": ("{% if hots.command %}", "msmtp/_account.j2"),
    "{{ account.imap.url }}": ("{{ account.imap.hots }}", "mutt/_online.j2"),
}


@pytest.mark.parametrize("old", MISTYPED)
def test_an_undefined_name_in_a_template(checkout: Path, old: str) -> None:
    new, file = MISTYPED[old]
    target, path = file.split("/")[0], checkout / "templates" / file
    whole = path.read_text()
    path.write_text(whole.replace(old, new, 1))
    done = cli(target, "u@sohu.com", env=of(checkout))
    path.write_text(whole)
    line = whole[: whole.index(old)].count("\n") + 1
    assert_refused(done, 1, "which nothing defines", f"where: templates/{file}:{line}\n")


def test_a_broken_provider_file(checkout: Path) -> None:
    path = checkout / "providers" / "sohu.com.yaml"
    whole = path.read_text()
    path.write_text(whole.replace("port: 465", "port: 99999"))
    done = cli(*PLAIN, env=of(checkout))
    path.write_text(whole)
    line = whole[: whole.index("port: 465")].count("\n") + 1
    assert_refused(done, 1, f"where: {path}:{line}: services.smtp.0.port\n", "99999")


@pytest.mark.parametrize(
    "words", ["msmtp u@sohu.com -q", "providers", "--help", "show qq.com", "completion bash"]
)
@pytest.mark.parametrize("buffered", ["", "1"])
def test_an_output_that_cannot_be_written(words: str, buffered: str) -> None:
    env = {"PYTHONUNBUFFERED": buffered}
    assert_refused(shell(f'"$@" {words} >&-', env), 1, "standard output is closed")
    assert_refused(shell(f'"$@" {words} >/dev/full', env), 1, "cannot be written", "No space left")
    assert unread(*words.split(), env=env) == Outcome(1, "", "")


def test_a_reader_that_wants_little_and_an_error_stream_that_is_closed() -> None:
    assert shell('"$@" providers | head -c1').stderr == ""
    closed = shell('"$@" msmtp u@sohu.com 2>&-')
    assert (closed.status, closed.stderr) == (0, "")
    assert "account        u@sohu.com" in closed.stdout
    assert shell('"$@" msmtp u@soh.com 2>&-') == Outcome(1, "", "")


@pytest.mark.parametrize("words", ["show qq.com", "targets --json", "providers qq --json --lang zh"])
def test_a_terminal_of_another_character_set(words: str) -> None:
    done = cli(*words.split(), env={"PYTHONIOENCODING": "latin-1"})
    assert (done.status, done.stderr) == (0, "")


def test_files_are_private_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    write = f'umask 000; "$@" fetchmail u@sohu.com -q -o {tmp_path}/new/deep'
    done = shell(write)
    path = tmp_path / "new" / "deep" / ".fetchmailrc"
    assert (done.status, done.stdout, done.stderr) == (0, "", f"mailgen: wrote {path}\n")
    assert path.read_text() == run("fetchmail", "u@sohu.com").stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    before = path.stat()
    assert shell(write).stderr == f"mailgen: unchanged {path}\n"
    assert path.stat() == before
    assert os.listdir(path.parent) == [".fetchmailrc"]


def test_a_closed_stdout_does_not_matter_when_files_are_written(tmp_path: Path) -> None:
    assert shell(f'"$@" msmtp u@sohu.com -q -o {tmp_path} >&-').status == 0
    assert (tmp_path / ".msmtprc").exists()


def test_what_is_in_the_way_stays_as_it_is(tmp_path: Path) -> None:
    foreign, link, folder = (tmp_path / name / ".msmtprc" for name in ("foreign", "link", "folder"))
    for place in (foreign, link, folder):
        place.parent.mkdir()
    foreign.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    folder.mkdir()
    for place, why in (
        (foreign, "overwrites nothing"), (link, "mailgen follows none unasked"), (folder, "something else"),
    ):  # fmt: skip
        assert_refused(run(*PLAIN, "-q", "-o", str(place.parent)), 1, why, str(place))
    assert foreign.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
    assert_refused(run(*PLAIN, "-q", "-o", str(foreign)), 1, str(foreign))


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    private = f"unshare --mount --propagation=private {'--map-root-user' * bool(os.geteuid())}"
    full = f"mount -t tmpfs -o size=4k,mode=0700 tmpfs {tmp_path} && head -c 4096 /dev/zero > {tmp_path}/full"
    if shell(f"{private} sh -c '{full}'").status:
        unavailable("no private mounts here, so no full disk")
    write = f'"$@" msmtp u@sohu.com -q -o {tmp_path}; status=$?; ls -A {tmp_path} >&2; exit $status'
    done = shell(f"{private} sh -c '{full}; {write}' sh \"$@\"")
    assert_refused(done, 1, "No space left on device", f"{tmp_path}/.msmtprc")
    assert done.stderr.endswith("\nfull\n"), "only what was there before"


LOCALES: list[tuple[dict[str, str], list[str], str]] = [
    ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, [], "zh"),
    ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, [], "en"),
    ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, [], "zh"),
    ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "de_DE.UTF-8"}, [], "zh"),
    ({"LANG": "de_DE.UTF-8"}, [], "en"),
    ({"LANG": "zh_CN.UTF-8"}, ["--lang", "en"], "en"),
    ({"LANG": "C"}, ["--lang", "zh"], "zh"),
]


@pytest.mark.parametrize(("env", "words", "lang"), LOCALES)
def test_hints_are_in_the_language_of_the_locale(
    env: dict[str, str], words: list[str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for form in ([*PLAIN, *words], ["show", "sohu.com", *words]):
        done = run(*form)
        assert ("登录 mail.sohu.com" in done.stdout + done.stderr) == (lang == "zh")
        assert ("Sign in at" in done.stdout + done.stderr) == (lang == "en")


def test_what_is_unconfirmed_is_said_in_chinese_too() -> None:
    assert "未见网易官方说明" in run("msmtp", "u@netease.com", "--lang", "zh").stderr


def columns(line: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "words", ["mutt u@163.com", "neomutt u@netease.com", "msmtp u@gmial.com", "thunderbird u@qq.com"]
)
def test_messages_fit_the_terminal(words: str, lang: str) -> None:
    shown = on_terminal(*words.split(), "--lang", lang).stderr
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    for line in plain.splitlines():
        assert columns(line) <= 80 or re.match(r"    \S|  https://\S+$", line), line
    assert any(columns(line) > 60 for line in plain.splitlines()), "the width is used"
    joined = run(*words.split(), "--lang", lang).stderr
    assert re.sub(r"\s", "", plain) == re.sub(r"\s", "", joined), "nothing is lost but line breaks"


def test_colours_are_for_terminals_only() -> None:
    assert "\x1b[" in on_terminal("msmtp", "u@gmial.com").stderr
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("msmtp", "u@gmial.com", env=env).stderr
    for done in (cli("msmtp", "u@gmial.com"), on_terminal(*PLAIN)):
        assert "\x1b" not in done.stdout
    assert "\x1b" not in cli("msmtp", "u@gmial.com").stderr


@pytest.mark.parametrize(
    ("words", "env", "painted"),
    [
        ("--color always", {}, True), ("--color always", {"NO_COLOR": "1"}, True),
        ("", {"CLICOLOR_FORCE": "1"}, True), ("", {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ("", {"CLICOLOR_FORCE": "0"}, False), ("--color never", {"CLICOLOR_FORCE": "1"}, False),
        ("", {}, False),
    ],
)  # fmt: skip
def test_colours_go_down_a_pipe_if_they_are_wanted(words: str, env: dict[str, str], painted: bool) -> None:
    done = cli("explain", "msmtp", "u@sohu.com", *words.split(), env=env)
    assert ("\x1b[" in done.stdout) == painted
    assert re.sub(r"\x1b\[\d*m", "", done.stdout) == cli("explain", "msmtp", "u@sohu.com").stdout


@pytest.mark.parametrize(
    "words", [[], *([name] for name in VERBS), ["msmtp"], ["fetchmail"], ["mutt"]], ids=str
)
def test_help_fits_the_terminal(words: list[str]) -> None:
    shown = on_terminal(*words, "--help", stdout=True, env={"NO_COLOR": "1"})
    for text in (shown.stderr, cli(*words, "--help").stdout):
        assert f"usage: mailgen {' '.join(words)}".rstrip() in text
        assert max(map(columns, text.splitlines())) <= 80


def test_help_is_made_however_argparse_asks_for_a_formatter() -> None:
    """From Python 3.15 on it says which file the text is for."""
    parser = full_parser()
    for formatter in (parser._get_formatter(), parser._get_formatter(file=sys.stdout)):  # type: ignore[call-arg]
        formatter.add_usage("mailgen WORD", [], [])
        assert formatter.format_help() == "usage: mailgen WORD\n"


def test_a_terminal_that_does_not_tell_its_width_has_80_columns() -> None:
    for words in (["msmtp", "--help"], [*PLAIN]):
        assert on_terminal(*words, columns=0, stdout=True) == on_terminal(*words, stdout=True)


def test_help_has_examples_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"^  mailgen (.*)$", cli("--help").stdout, re.M)
    assert len(examples) >= 5
    for example in examples:
        done = run(*shlex.split(example.partition(" > ")[0]))
        assert done.status == 0, (example, done.stderr)
    assert cli("--version").stdout == f"mailgen {__version__}\n"


WATCHED = """
import sys
before = set(sys.modules)
from mailgen.cli.main import main
status = main({words})
print(*sorted(set(sys.modules) - before), file=open({out!r}, "w"))
done = []
sys.addaudithook(lambda event, given: done.append((event, given)))
main({words})
import os
reading = "os.walk", "os.scandir", "os.listdir"
bad = [one for one in done if one[0] not in reading and one[0].startswith(("socket.", "subprocess.", "os."))
       or one[0] == "open" and one[1][2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)]
print(bad, file=open({out!r}, "a"))
sys.exit(status)
"""


@pytest.mark.parametrize("words", [PLAIN, ("mutt", "user@163.com", "--pass"), ("thunderbird", "user@qq.com")])
def test_a_run_imports_little_and_touches_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    assert cli(*words).status == 0, "so that the catalogue is made"
    out = tmp_path / "seen"
    done = ran([sys.executable, "-c", WATCHED.format(words=list(words), out=str(out))])
    assert done.status == 0, done.stderr
    imported, touched = out.read_text().splitlines()
    heavy = {"yaml", "jinja2", "jsonschema", "shtab", "idna", "pathlib", "dataclasses", "typing", "socket"}
    asked_for = {"explanation", "tracing", "outline", "case", "reasons", "server_reasons"}
    heavy |= {f"mailgen.{name}" for name in asked_for}
    assert not heavy & set(imported.split())
    assert touched == "[]"
    log = tmp_path / "calls"
    strace = need("strace", "strace")
    assert shell(f'{strace} -f -e trace=%file,%network -o {log} "$@" {" ".join(words)}').status == 0
    calls = r"socket\(|connect\(|O_WRONLY|O_RDWR|O_CREAT|mkdir|rename|unlink|chmod"
    assert re.findall(rf"^.*(?:{calls}).*$", log.read_text(), re.M) == []


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_shells_accept_their_completion_script(name: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(run("completion", name).stdout)
    done = ran([need(name, name), "-n", str(script)])
    assert (done.status, done.stderr) == (0, "")
    assert all(target in script.read_text() for target in targets())


COMPLETED = {
    "ms": "msmtp msmtp-system",
    "comp": "completion",
    "mutt u@qq.com --proto": "--protocol",
    "mutt u@qq.com --protocol ": "imap pop3",
    "completion ": "bash zsh fish",
    "accounts add a@b.example --target neo": "neomutt",
    "explain mut": "mutt",
    "msmtp u@b.example --provider exmail": "exmail.qq.com",
    "show sohu.c": "sohu.com",
    "secret set h": "home",
    "accounts rm ": "home work",
    "remove home w": "work",
    "msmtp u@qq.com --folder sent": "sent=",
    "apply --set reply": "reply_to=",
    "lint .ms": ".msmtprc",
    "import .m": ".msmtprc",
    "apply --accounts .config/ma": ".config/mailgen",
    "apply -o .c": ".config",
    "msmtp u@qq.com --providers .c": ".config",
}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "gmail"], "gmail.com"),
        (["show", "163"], "163.com"),
        (["msmtp", "a@own.example", "--provider", "gmail"], "smtp.gmail.com"),
    ],
)
def test_a_provider_may_be_called_by_the_beginning_of_its_name(words: list[str], says: str) -> None:
    done = run(*words)
    assert done.status == 0, done.stderr
    assert says in done.stdout


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["show", "yahoo"], "'yahoo.co.jp' or 'yahoo.com'"),
        (["show", "outlok"], "'outlook.com'"),
        (["msmtp", "a@own.example", "--provider", "gmial"], "'gmail.com'"),
        (["providers", "outlok"], "'outlook.com'"),
    ],
)
def test_a_name_that_is_no_providers_is_told_the_nearest(words: list[str], near: str) -> None:
    done = run(*words)
    assert done.status in (1, 2)
    assert f"did you mean {near}?" in " ".join(done.stderr.split())


@pytest.mark.parametrize("typed", COMPLETED)
def test_bash_completes_words(typed: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(run("completion", "bash").stdout)
    line = ["mailgen", *typed.split(" ")]
    ask = f'source {script}; set -- $(complete -p mailgen); for w; do [ "$p" = -F ] && f=$w; p=$w; done; '
    ask += f'COMP_WORDS=({shlex.join(line)}); COMP_CWORD={len(line) - 1}; $f; echo "${{COMPREPLY[@]}}"'
    accounts = tmp_path / "home/.config/mailgen/accounts.yaml"
    accounts.parent.mkdir(parents=True)
    accounts.write_text("accounts: {home: {}, work: {}}", encoding="utf-8")
    (tmp_path / "home/.msmtprc").touch()
    env = {"HOME": str(tmp_path / "home"), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = ran([need("bash", "bash"), "-c", ask], env, tmp_path / "home")
    assert (done.stdout, done.stderr) == (f"{COMPLETED[typed]}\n", "")


def test_the_manual_page_is_clean_and_readable(tmp_path: Path) -> None:
    page = tmp_path / "mailgen.1"
    page.write_text(run("manpage").stdout)
    done = ran([need("groff", "groff"), "-man", "-ww", "-Tutf8", "-P-c", str(page)])
    assert (done.status, done.stderr) == (0, "")
    shown = ran([need("man", "man-db"), "--warnings", "-l", str(page)], {"MANWIDTH": "80", "MANPAGER": "cat"})
    assert (shown.status, shown.stderr) == (0, "")
    text = " ".join(re.sub(".\b", "", shown.stdout).split())
    assert "mailgen - mail client configuration from a mail address" in text
    headings = re.findall(r"^[A-Z][A-Z ]+$", re.sub(".\b", "", shown.stdout), re.M)
    assert {"FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"} <= set(headings)
    assert "COMMENTS" not in headings
    for said in ("~/.config/mailgen/accounts.yaml", "XDG_STATE_HOME", "PAGER", "130 Interrupted"):
        assert said in text
    assert "--password-command CMD program and arguments" in text
    assert "WORD [options] TARGET" not in text, "the usage of one form is not glued to that of another"
    assert "mailgen msmtp you@sohu.com > ~/.msmtprc" in text, "the examples are in the manual too"


def test_no_target_has_the_name_of_a_verb() -> None:
    assert not set(targets()) & {*VERBS, *RESERVED}
    assert not VERBS.keys() & RESERVED


def test_no_option_takes_a_secret() -> None:
    """A password on a command line can be read by everybody on the machine."""
    parser = form_parser("msmtp")
    options = {word for action in parser._actions for word in action.option_strings if action.nargs != 0}
    hinting = {word for word in options if re.search("pass|secret|token|key|auth", word)}
    ways = ("password-command", "token-command")
    parts = ("", *(f"{protocol}-" for protocol in PROTOCOLS))
    assert hinting == {f"--{part}{way}" for part in parts for way in ways}
