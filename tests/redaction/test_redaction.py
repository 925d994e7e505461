"""No secret is shown: what is read as one, in any quoting, is hidden by all who show.

The letters of SECRET stand nowhere but in secrets, so that one of them is enough to know a leak, and so is
the beginning of how one is escaped.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.cli.commands.import_ import as_yaml
from mailgen.core.files import RenderedFile
from mailgen.credentials.stores import STORES
from mailgen.dataset.targets import grammars
from mailgen.formats import load
from mailgen.importer.convert import accounts_file
from mailgen.redaction import KNOWN, is_known, redacted
from mailgen.redaction.secrecy import command_holds_secret, command_may_hold_secret
from mailgen.writer.changes import FileChange
from mailgen.writer.diff import unified
from tests.cases import TESTS, run
from tests.formats.elisp import reader as elisp
from tests.formats.fetchmail import reader as fetchmail
from tests.formats.msmtp import reader as msmtp
from tests.formats.muttrc import reader as muttrc
from tests.formats.prefs import reader as prefs
from tests.importer.test_import import SHELF, TARGETS
from tests.readers import Doubtful, Rejected
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRET = "ЖЩЮ"
#: The letters, and what they may be escaped as.
TRACES = (*SECRET, "\\xd0", "\\320", "\\208", "\\u04", "%D0", "0JbQ")
GRAMMARS = {
    "msmtp": "msmtp",
    "fetchmail": "fetchmail",
    "mutt": "muttrc",
    "neomutt": "muttrc",
    "thunderbird": "prefs",
    "gnus": "elisp",
    "imapfilter": "lua",
}


def shows(text: str) -> bool:
    return any(trace in text for trace in TRACES)


def muttrc_secrets(commands: list[muttrc.Command]) -> Iterator[str]:
    for command in commands:
        for one in command.assignments:
            if one.name.endswith("_pass") and one.value is not None:
                yield "".join(part for part in one.value.parts if isinstance(part, str))
        yield from muttrc_secrets(list(command.body))


def fetchmail_secrets(text: str) -> Iterator[str]:
    for poll in fetchmail.read(text):
        for options in (poll.options, *(user.options for user in poll.users)):
            yield from (str(options[name]) for name in ("password", "esmtppassword") if name in options)


def elisp_secrets(text: str) -> Iterator[str]:
    for form in elisp.read(text):
        if isinstance(form, list) and form[:2] == ["setq", "my-pw"]:
            yield "".join(
                one for one in form[2:] if isinstance(one, str) and not isinstance(one, elisp.Symbol)
            )


#: Grammar -> what its files are made of, and what its independent reader finds of secrets in one.
SOUP: dict[str, tuple[list[str], Callable[[str], Iterator[str]]]] = {
    "msmtp": (
        [
            "password ",
            "password\t",
            "account a\n",
            "user x\n",
            "#",
            '"',
            "\r",
            "host h\n",
            "passwordeval pass x\n",
        ],
        lambda text: (value for name, value in msmtp.read(text) if name == "password"),
    ),
    "fetchmail": (
        [
            "poll h ",
            "user ",
            "user a ",
            "password ",
            "pass ",
            "esmtppassword ",
            "ssl ",
            "keep ",
            "is ",
            "here ",
            "to ",
            "and ",
            "no ",
            "auth ",
            "protocol imap ",
            "=",
            ",",
            ";",
            "\\\n",
            "'",
            '"',
            "\\",
            "#",
            "folder ",
        ],
        fetchmail_secrets,
    ),
    "muttrc": (
        [
            "set ",
            "imap_pass",
            "smtp_pass=",
            " = ",
            "from=",
            "record = =",
            "folder",
            "unset ",
            "account-hook . ",
            "send-hook ~A ",
            "source ",
            "set imap_pass=",
            "'",
            '"',
            "\\",
            "\\\n",
            ";",
            "#",
            "$x",
            "`x`",
            "no",
            "=",
        ],
        lambda text: muttrc_secrets(muttrc.read(text)),
    ),
    "prefs": (
        [
            'user_pref("x", "',
            'user_pref("mail.server.server1.hostname", "h");',
            "pref('x', '",
            '");',
            "');",
            "user_pref(",
            "true",
            "//",
            "/*",
            "*/",
            "'",
            '"',
            "\\",
            "#",
            ",",
            "(",
            ")",
            ";",
        ],
        lambda text: (str(value) for name, value in prefs.read(text).items() if not name.startswith("mail.")),
    ),
    "elisp": (
        [
            '(setq user-mail-address "a@b.c")',
            "(setq my-pw ",
            "(setq my-pw '(",
            "(nnimap-user ",
            "my-pw ",
            "'",
            '"',
            "\\",
            '\\"',
            ";",
            "?",
            "#'",
            "`",
            "(",
            ")",
            "[",
            "t ",
            "7 ",
        ],
        elisp_secrets,
    ),
}
BEGIN = {
    "msmtp": "account a\npassword ",
    "fetchmail": "poll h user a password ",
    "muttrc": "set imap_pass=",
    "prefs": 'user_pref("x", "',
    "elisp": '(setq my-pw "',
}
#: What ends what these begin.
END = {"prefs": '");', "elisp": '")'}


@st.composite
def soups(draw: st.DrawFn, grammar: str) -> str:
    pieces = st.sampled_from([*SOUP[grammar][0], *SECRET, " ", "\n", "\t", "x"])
    before = draw(st.lists(pieces, max_size=8))
    begin = draw(st.sampled_from(["", BEGIN[grammar]]))
    return "".join(before) + begin + "".join(draw(st.lists(pieces, max_size=12)))


@pytest.mark.parametrize("grammar", SOUP)
@settings(max_examples=1500, deadline=None)
@given(data=st.data())
def test_what_is_read_as_a_secret_is_hidden(grammar: str, data: st.DataObject) -> None:
    text = data.draw(soups(grammar))
    try:
        secrets = "".join(SOUP[grammar][1](text))
    except (Doubtful, Rejected):
        return
    letters = [letter for letter in text if letter in SECRET]
    if letters and sorted(letter for letter in secrets if letter in SECRET) == sorted(letters):
        assert not shows("\n".join(redacted(text, grammar))), text


def test_every_grammar_can_be_shown() -> None:
    """One that redaction does not know is hidden whole: safe, and of no use."""
    assert all(is_known(load(name).redaction) for name in grammars())
    assert {load(name).redaction for name in grammars() if load(name).shown is None} <= KNOWN
    assert redacted("a b\n\nc", "unheard-of") == ["***", "", "***"]


def test_the_soups_do_hold_secrets() -> None:
    """Else the law above would be about nothing."""
    for grammar, (_, secrets) in SOUP.items():
        assert "".join(secrets(f"{BEGIN[grammar]}{SECRET}{END.get(grammar, '')}\n")) == SECRET


#: Lines as people write them, with a secret in each; `{}` is where it stands.
LINES: dict[str, list[str]] = {
    "msmtp": [
        "password {}",
        'password "{} x"',
        "  password\t{}",
        "# password {}",
        "passwordeval echo {}",
        'passwordeval "printf %s {}"',
        "passwordeval e''cho {}",
        "passwordeval sh -c 'echo {}'",
        "passwordeval cat <<< {}",
        "passwordeval curl -u ada:{} https://h.example",
        "eval echo password {}",
        "passwordeval PW={} get",
        "passwordeval FOO={} get",
        "passwordeval sshpass -p{} get",
        "passwordeval curl https://{}@h.example/",
        "passwordeval get --password {}",
        "# my password: {}",
        "pasword {}",
        "passwordeval curl -H 'Authorization: Bearer {}' https://h.example",
        "proxy_host http://a:{}@h.example",
    ],
    "fetchmail": [
        'user "ada" password "{}"',
        "user ada pass {} ssl",
        "user ada password\n  '{}' keep",
        "user ada password\n# a remark\n{}",
        "user ada pass a{} user b pass b{}",
        'user ada password "a\\"b_{}" idle',
        "user ada password = {}",
        "user ada esmtppassword zz pass 'a{}' password 'b{}'",
        "user ada pasword {}",
        'user ada mda "curl -u ada:{} smtp://h"',
        'user ada preconnect "echo {}"',
        "user ada {} ssl",
        "user ada password 'a\nb{}' keep",
        "# user ada password {}",
    ],
    "mutt": [
        "set imap_pass = {}",
        'set imap_pass="a{}"\'b{}\'"c"',
        'set imap_pass = "a\\"{}"',
        "set imap_pass=a\\ {}",
        "set imap_pass = \\\n  {}",
        "set imap_pass = 'a \\\n{}'",
        "set imap_pass={} smtp_pass=b{}",
        'set smtp_url = "smtps://me:{}@smtp.example.org"',
        "set folder = imaps://me:{}@imap.example.org",
        'set folder = "imaps://me:a {}/x@h.example"',
        "set pop_host=pops://a:{}@pop.example.org",
        "set pop_host='pop'\\s://a:{}@pop.example.org",
        "mailboxes imaps://me:{}@h.example/INBOX",
        "set my_pw = {}\nset imap_pass = $my_pw",
        'set my_pw = "{}" imap_pass="$my_pw"',
        "set my_x={}",
        "set imap_pass = `echo {}`",
        'set imap_pass = "`printf %s {}`"',
        "set imap_pass = \"`sh -c 'echo {}'`\"",
        "set imap_oauth_refresh_command = 'echo {}'",
        "account-hook . 'set imap_pass = {}'",
        "account-hook . set imap_pass={}",
        "folder-hook . 'account-hook . \"set imap_pass={}\"'",
        "macro index x '<enter-command>set imap_pass={}<enter>'",
        "my_hdr Authorization: Bearer {}",
        "my_hdr X-Token: {}",
        "setenv PW {}",
        "source 'echo set imap_pass={}|'",
        "# set imap_pass = {}",
        "set imap_pass {}",
        "push '<enter>{}'",
        "set status_format = 'echo {}|'",
        "set editor = 'sh -c \"PW={} vim\"'",
        "ifdef x 'set imap_pass={}'",
        "set imap_pass # {}\n{}",
        "# password \\\n{}",
    ],
    "thunderbird": [
        'user_pref("mail.password", "{}");',
        "user_pref('extensions.x.token' , '{}');",
        'user_pref("network.proxy.http", "http://a:{}@proxy.example");',
        'user_pref("x", "a\\"{}");',
        '// user_pref("x", "{}");',
        'user_pref("x",\n  "{}");',
        'user_pref("mail.server.server1.hostname", "{}"',
        'user_pref("mail.server.server1.directory", "imap://a:{}@h.example/"); user_pref("y", "{}");',
        'user_pref(/* x */"x", "{}");',
    ],
    "gnus": [
        '(setq smtpmail-password "{}")',
        '(setq user-mail-address "a@b.c" my-word "{}")',
        "(setq my-word '{})",
        "(setq my-word ?{})",
        '(setq my-word (concat "a" "{}"))',
        '(defvar my-word "{}" "What user-mail-address is for.")',
        '(add-to-list \'my-words "{}")',
        '(setq message-default-headers "Authorization: Bearer {}")',
        '(setq user-full-name "https://ada:{}@h.example/")',
        '(setq my-words \'(("user" . "{}")))',
        '(setq x "a\\"{}")',
        '(my-login user-mail-address "{}")',
        '(setq gnus-select-method \'(nnimap "a" (nnimap-password "{}")))',
        '; (setq pw "{}")',
        ';; (setq x "{}")',
        "(setq x 5) ; the password is {}",
        "{}",
        '(setq user-full-name "a\n{}")',
    ],
}
LINES["imapfilter"] = [
    "  password = '{}',",
    '  password = "{}",',
    "  password = [[{}]],",
    "  password = [==[\n{}]==],",
    "  password = {},",
    "  password = 'a\\'{}',",
    "  oauth2 = '{}',",
    "  password = password_of('echo {}'),",
    "  oauth2 = token_of('u', 'echo {}'),",
    "  username = 'imaps://a:{}@h.example',",
    "  server = 'h' .. '{}',",
    "account.INBOX:contain_subject('{}')",
    "-- password = '{}'",
    "--[[ {} ]]",
    "--[[\n{}\n]]",
    "x = 'a\\\n{}'",
    "x = 'never closed {}",
    "get_password('{}')",
]
LINES["neomutt"] = LINES["mutt"]
CASES = [(target, line) for target, lines in LINES.items() for line in lines]
ACCOUNT = {
    "msmtp": "account a\nhost smtp.sohu.com\nfrom ada@sohu.com\nauth on\n",
    "fetchmail": "poll imap.sohu.com protocol imap\n",
    "mutt": "set from = ada@sohu.com\nset folder = imaps://ada%40sohu.com@imap.sohu.com\n",
    "thunderbird": 'user_pref("mail.accountmanager.accounts", "account1");\n',
    "gnus": '(setq user-mail-address "ada@sohu.com")\n',
    "imapfilter": "account = IMAP {\n  server = 'h',\n",
}
ACCOUNT["neomutt"] = ACCOUNT["mutt"]
NAMES = {
    "msmtp": ".msmtprc", "fetchmail": ".fetchmailrc", "mutt": ".muttrc", "neomutt": ".neomuttrc",
    "thunderbird": "user.js",
}  # fmt: skip


def diffs(grammar: str, text: str) -> Iterator[str]:
    """Yield what is shown of a file wherever a text may stand: as all of it, around a part of ours, in it."""
    new = "# nothing\n"
    for kind in ("adopt", "update"):
        file = RenderedFile("~/x", 0o600, new, grammar=grammar, target="x", comment="#")
        yield unified([FileChange("~/x", kind, text.encode(), new.encode(), 0o600, 0o600, "", file)])
        yield unified([FileChange("~/x", kind, new.encode(), text.encode(), 0o600, 0o600, "", file)])
        yield unified(
            [FileChange("~/x", kind, text.encode(), (text + "\n" + new).encode(), 0o600, 0o600, "", file)]
        )
    part = RenderedFile("~/x", 0o600, new, grammar=grammar, target="x", comment="#", merge="block")
    ours = "\n# >>> mailgen x >>>\n# nothing\n# <<< mailgen x <<<\n"
    for before, after in (
        (text, text + ours),
        (text + ours, text),
        (text + ours + text, text + ours.upper() + text),
    ):
        yield unified([FileChange("~/x", "update", before.encode(), after.encode(), 0o600, 0o600, "", part)])


@pytest.mark.parametrize(("target", "line"), CASES)
def test_lines_as_people_write_them(target: str, line: str, tmp_path: Path) -> None:
    """Neither redaction, diff, lint nor import shows the secret, nor does the accounts file hold it.

    What is written only is read by neither lint nor import.
    """
    text = ACCOUNT[target] + line.replace("{}", SECRET) + "\n"
    assert shows(text)
    assert not shows("\n".join(redacted(text, GRAMMARS[target])))
    assert not any(map(shows, diffs(GRAMMARS[target], text)))
    if target not in NAMES:
        return
    file = tmp_path / NAMES[target]
    file.write_text(text)
    for words in (["lint"], ["lint", "--format", "json"], ["lint", "--format", "sarif"], ["import"]):
        shown = run(*words, str(file))
        assert not shows(shown.stdout + shown.stderr), words
    data, losses = accounts_file(
        [("x", SHELF.formats[target].read(text, target))], SHELF, TARGETS, SHELF.formats
    )
    assert not shows(as_yaml(data, ["x"]) + repr(losses))


@pytest.mark.parametrize(("target", "line"), [case for case in CASES if "\n" not in case[1]])
def test_explain_hides_what_diff_hides(target: str, line: str, tmp_path: Path) -> None:
    extra = line.replace("{}", SECRET)
    accounts = tmp_path / "accounts.yaml"
    account = {"address": "ada@sohu.com", "targets": [target], "extra": {target: [extra]}}
    accounts.write_text(json.dumps({"accounts": {"home": account}}))
    for more in ([], ["--json"]):
        shown = run("explain", target, "--accounts", str(accounts), *more)
        refused = "a line of your own would do nothing" in shown.stderr
        assert shown.status == refused == ("smtp_url" in line), shown.stderr
        assert not shows(shown.stdout + shown.stderr)


@pytest.mark.parametrize(
    "command",
    ["echo {}", "printf %s {}", "sh -c 'echo {}'", "curl -u a:{} https://h.example", "python3 -c 'say({})'"],
)
def test_explain_hides_a_command_that_holds_a_secret(command: str) -> None:
    for target in ("msmtp", "mutt", "neomutt"):
        for more in ([], ["--json"]):
            shown = run(
                "explain", target, "ada@sohu.com", "--password-command", command.replace("{}", SECRET), *more
            )
            assert shown.status == 0, shown.stderr
            assert not shows(shown.stdout + shown.stderr)


@pytest.mark.parametrize(("target", "line"), CASES)
def test_ansible_shows_no_more(
    target: str, line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "ansible_collection/plugins"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "module_utils"]:
        monkeypatch.delitem(sys.modules, name)
    job = importlib.import_module("module_utils._job")
    text = ACCOUNT[target] + line.replace("{}", SECRET) + "\n"
    (tmp_path / "x").write_text(text)
    (tmp_path / "x").chmod(0o600)
    options: dict[str, Any] = {"adopt": True, "backup": False, "purge": False, "check_mode": True}
    for merge in ("block", "replace"):
        file = {
            "path": "~/x", "mode": "0600", "text": "# new\n", "target": "x", "merge": merge,
            "comment": "#", "grammar": GRAMMARS[target],
        }  # fmt: skip
        for asked in (True, False):
            todo = job.Job("ada", "user", str(tmp_path), [file], {**options, "diff": asked}, {})
            said, _ = job._first_half(todo, job.ExitStack())
            assert bool(said["diff"]) is asked, "it is made only if somebody wants to see it"
            assert not shows(repr(said))


def golden() -> Iterator[tuple[str, str]]:
    """Yield what mailgen writes itself: grammar and text of every golden file."""
    names = {
        **GRAMMARS,
        "msmtp-system": "msmtp",
        "pacc": "json",
        "autoconfig-xml": "xml",
        "autodiscover-xml": "xml",
    }
    for target, grammar in names.items():
        for path in (TESTS / "golden" / target).glob("*/*"):
            if not path.name.startswith(("stdout", "stderr")):
                yield grammar, path.read_text(encoding="utf-8")
    for path in (TESTS / "golden-households").rglob("*"):
        for word, grammar in (
            ("msmtp", "msmtp"),
            ("fetchmail", "fetchmail"),
            ("mutt", "muttrc"),
            ("user.js", "prefs"),
        ):
            if path.is_file() and word in str(path.relative_to(TESTS)):
                yield grammar, path.read_text(encoding="utf-8")


def test_what_mailgen_writes_is_shown() -> None:
    """In all golden files nothing is hidden but what the user's own lines hold that mailgen does not know."""
    hidden = {
        (line, shown)
        for grammar, text in golden()
        for line, shown in zip(text.split("\n"), redacted(text, grammar), strict=True)
        if line != shown
    }
    assert hidden == set()


@pytest.mark.parametrize("store", STORES)
def test_stores_are_no_secrets(store: str) -> None:
    """How a secret is fetched may be shown, and is never taken for the secret."""
    import shlex

    line = shlex.join(STORES[store].show)
    assert not command_holds_secret(line)
    assert not command_may_hold_secret(line)


@pytest.mark.parametrize("grammar", sorted(set(GRAMMARS.values())))
def test_large_files_cost_little(grammar: str) -> None:
    """Pieces that invite to look again and again: the time grows as the file does."""
    pieces = [
        "user_pref(/**//* */",
        "set imap_pass=`exec ",
        "//",
        "//a:",
        "@",
        '"',
        "'",
        "\\\n",
        "# ",
        "password ",
        "set a=",
        "user_pref(",
        "/*",
        "-a",
        "`",
        "x" * 99,
    ]
    for piece in pieces:
        began = time.perf_counter()
        redacted(piece * (200_000 // len(piece)), grammar)
        redacted((piece + "\n") * (100_000 // len(piece)), grammar)
        assert time.perf_counter() - began < 5, piece


@pytest.mark.parametrize("other", [b"", b"b\n", b"a\nb\n"])
def test_a_diff_of_equal_lines_is_quick(other: bytes) -> None:
    old, new = b"a\n" * 9900, other + b"a\n" * 9800 + other
    file = RenderedFile("~/x", 0o600, "", grammar="text")
    began = time.perf_counter()
    assert unified([FileChange("~/x", "update", old, new, 0o600, 0o600, "", file)])
    for one, two in (("ab", "ba"), ("abc", "acb")):
        old, new = ("\n".join(one * 640).encode(), "\n".join(two * 640).encode())
        assert unified([FileChange("~/x", "update", old, new, 0o600, 0o600, "", file)])
    assert time.perf_counter() - began < 5
