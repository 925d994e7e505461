"""Facts about the real programs that mailgen relies on, whatever its templates say."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import programs
from tests.formats.msmtp import program as real_msmtp
from tests.formats.msmtp import reader as msmtp
from tests.formats.muttrc import program as real_mutt
from tests.formats.muttrc import reader as muttrc
from tests.formats.muttrc.variables import VARIABLES
from tests.programs.canary import Canary
from tests.readers import cases
from tests.readers.compare import LETTERS, outcome

BOTH = pytest.mark.parametrize("program", ["mutt", "neomutt"])
ARGV = st.lists(st.text("a b'\"#;$|&<>()*?~!{}%" + LETTERS, max_size=6), max_size=3)
"""Any arguments of a password command, without the three that mutt's backticks cannot carry."""


@pytest.fixture
def canary(tmp_path):
    return Canary(tmp_path)


@BOTH
@settings(max_examples=60, deadline=None)
@given(argv=ARGV)
def test_mutt_password_command(program, argv):
    """`set imap_pass="`COMMAND`"` carries any argv without backslash, backtick and control characters.

    neomutt would put the values of its own variables in the place of `$name`, so for it every `$` must
    be kept apart from what follows: `$''name` within the shell's single quotes. -Q shows the password.
    """
    command = shlex.join(["printf", "%s|", *argv])
    text = f'set imap_pass = "`{command}`"\n'
    word = outcome(lambda: muttrc.values(muttrc.read(text, program))["imap_pass"])
    if word == cases.SILENT:
        assert program == "neomutt"
        assert "$" in command
        command = command.replace("$", "$''")
        text = f'set imap_pass = "`{command}`"\n'
        word = muttrc.values(muttrc.read(text, program))["imap_pass"]
    assert word.parts == (muttrc.Run(command, True),)
    expected = "".join(f"{one}|" for one in argv) or "|"
    assert real_mutt.read_back(program, text, ["imap_pass"]) == {"imap_pass": expected}


@BOTH
@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("set imap_user = 'x`canary 1`'", []),
        ("account-hook . 'set imap_user=\"`canary 1`\"'", []),
        ("# `canary 1`", []),
        ("set imap_user = 'x' # `canary 1`", []),
        ('set imap_user = "`canary 1`"', [["1"]]),
        ('account-hook . "set imap_user=`canary 1`"', [["1"]]),
        ("my_hdr X-Name: 'a`canary 1`'", [["1"]]),
        ("alias pat 'a`canary 1`' <pat@example.org>", [["1"]]),
        ("source 'canary 1|'", [["1"]]),
        ('setenv A "`canary 1`"', [["1"]]),
    ],
)
def test_mutt_where_commands_run(program, line, calls, canary):
    now = muttrc.runs(muttrc.read(line, program), hooks=False)
    assert [shlex.split(run.shell)[1:] for run in now] == calls
    real_mutt.query(program, line + "\n", ["from"], canary.environment)
    assert canary.calls() == calls


def test_msmtp_password_command(canary):
    """`passwordeval "COMMAND"` carries any argv that fits in a line."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text("a b'\"\\`#;$|&<>()*?~!{}%\t" + LETTERS, max_size=6), max_size=3))
    def check(argv):
        command = shlex.join(["canary", *argv])
        text = f'account default\nhost h\ntls on\nauth on\nfrom f\nuser u\npasswordeval "{command}"\n'
        assert dict(msmtp.read(text))["passwordeval"] == command
        assert real_msmtp.read_back(text, environment=canary.environment)["password"] == "*"
        assert canary.calls() == [argv or [""]]

    check()


@pytest.mark.parametrize(
    ("address", "seen"),
    [("a%b@x", "a%b@x"), ("100%User", "100rootser"), ("%%U", "%root")],
)
def test_msmtp_replaces_percent_in_from(address, seen):
    account = real_msmtp.read_back(
        f'account default\nhost h\nfrom "{address}"\n', environment={"USER": "root"}
    )
    assert account["from"] == seen


@BOTH
def test_mutt_variables(program):
    assert not real_mutt.query(program, "", list(VARIABLES))[1]
    for name in "imap_send_id socket_timeout ssl_usesystemcerts account_command".split():
        assert outcome(real_mutt.read_back, program, "", [name]) == cases.OBJECTS


@BOTH
@pytest.mark.parametrize(
    ("locale", "charset", "folder"),
    [
        ("C.UTF-8", "", "已发送"),
        ("C.UTF-8", "set config_charset='utf-8'\n", "已发送"),
        ("C", "", "已发送"),
        ("C", "set config_charset='utf-8'\n", "?????????"),
    ],
)
def test_mutt_charset(program, locale, charset, folder):
    text = f"{charset}set folder='imaps://h/' record='+已发送'\n"
    shown = real_mutt.read_back(program, text, ["record"], {"LANG": locale})
    assert shown["record"] == ("=" if program == "mutt" else "imaps://h/") + folder


def test_mutt_programs_that_differ():
    text = "set imap_pass = \"`pass show '$from'`\""
    assert muttrc.runs(muttrc.read(text, "mutt")) == [muttrc.Run("pass show '$from'", True)]
    assert outcome(muttrc.read, text) == outcome(muttrc.read, text, "neomutt") == cases.SILENT


@pytest.mark.parametrize(("ci", "kind"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_program_is_told_loudly(ci, kind, monkeypatch):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(kind, match="apt install no-such-package"):
        programs.need("no-such-program", "no-such-package")
