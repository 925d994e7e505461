"""Every reader says what its real program says: the values, or that it objects.

Tables hold what was seen once and must stay so; hypothesis looks for what nobody thought of, among the
characters that mean something to one of the grammars. A command in backticks finds no program but a
harmless `canary`, which writes down its arguments.
"""

import os
import pwd
import shlex

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.formats.fetchmail import program as real_fetchmail
from tests.formats.fetchmail import reader as fetchmail
from tests.formats.msmtp import program as real_msmtp
from tests.formats.msmtp import reader as msmtp
from tests.formats.muttrc import program as real_mutt
from tests.formats.muttrc import reader as muttrc
from tests.formats.muttrc.variables import KINDS
from tests.formats.prefs import program as real_thunderbird
from tests.formats.prefs import reader as prefs
from tests.programs.canary import Canary
from tests.readers import Rejected, cases
from tests.readers.compare import QUIET, RAW, agree, outcome

BOTH = pytest.mark.parametrize("program", ["mutt", "neomutt"])
STRINGS = [name for name in KINDS["string"].split() if name not in ("hostname", "realname")]


# msmtp


def msmtp_account(text):
    account = msmtp.accounts(text).get("default")
    if account is None or not account.get("host"):
        raise Rejected(0, "no such account, or no host")
    return [account.get(name) or None for name in ("host", "user", "tls_trust_file")]


def msmtp_account_read_back(text):
    account = real_msmtp.read_back(text)
    trust = account["tls_trust_file"]
    return [account["host"], account["user"], None if trust == "system" else trust]


@pytest.mark.parametrize(("line", "value"), cases.MSMTP)
@pytest.mark.parametrize("end", ["", "\n"])
def test_msmtp_table(line, value, end):
    expected = value if value == cases.OBJECTS else ["h", value, None]
    text = f"account default\nhost h\n{line}{end}"
    if line.endswith("\r") and not end:
        agree(msmtp_account, msmtp_account_read_back, text)
        return
    assert outcome(msmtp_account_read_back, text) == expected
    assert outcome(msmtp_account, text) == expected


@settings(max_examples=150, deadline=None)
@given(RAW, RAW)
def test_msmtp_values(user, host):
    agree(msmtp_account, msmtp_account_read_back, f"account default\nuser {user}\nhost {host}\nhost h{user}")


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(cases.MSMTP_LINES), max_size=9))
def test_msmtp_accounts(lines):
    agree(msmtp_account, msmtp_account_read_back, "\n".join(["account a", "host g", *lines]))


@pytest.mark.parametrize("text", ["eval echo user x", "account a\nuser a\0b", "host h", "keepbcc on"])
def test_msmtp_doubts(text):
    assert outcome(msmtp.accounts, text) == cases.SILENT


# fetchmail

SERVER = {"via": None, "protocol": "auto", "service": None, "timeout": 300, "auth": "any", "dns": True}
USER = {"password": None, "ssl": False, "keep": False, "sslproto": None, "sslcertck": True, "mda": None}


def fetchmail_polls(text):
    me = pwd.getpwuid(os.getuid()).pw_name
    found = []
    for poll in fetchmail.read(text):
        users = [
            [
                me if user.name is None else user.name,
                user.options.get("folder", []),
                *(user.options.get(name, USER[name]) for name in USER),
            ]
            for user in poll.users
        ]
        found.append(
            [poll.name, poll.active, *(poll.options.get(name, SERVER[name]) for name in SERVER), users]
        )
    return visible(found)


def fetchmail_polls_read_back(text):
    found = []
    for poll in real_fetchmail.read_back(text)["servers"]:
        users = [
            [user["remote"], user["mailboxes"], *(user[name] for name in USER)] for user in poll["users"]
        ]
        found.append([poll["pollname"], poll["active"], *(poll[name] for name in SERVER), users])
    return found


def visible(value):
    if isinstance(value, list):
        return [visible(one) for one in value]
    return real_fetchmail.visible(value) if isinstance(value, str) else value


@pytest.mark.parametrize(("word", "value"), cases.FETCHMAIL)
def test_fetchmail_table(word, value):
    text = f"poll h protocol pop3 user {word}\n"
    names = outcome(lambda: [user.name for poll in fetchmail.read(text) for user in poll.users])
    assert names == (value if value in (cases.OBJECTS, cases.SILENT) else [value])
    agree(fetchmail_polls, fetchmail_polls_read_back, text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(RAW, RAW), min_size=1, max_size=2))
def test_fetchmail_values(entries):
    text = "".join(f"poll h{at} user {a} password {b}\n" for at, (a, b) in enumerate(entries))
    agree(fetchmail_polls, fetchmail_polls_read_back, text)


@settings(max_examples=600, deadline=None)
@given(st.booleans(), st.lists(st.sampled_from(cases.FETCHMAIL_WORDS), max_size=7))
def test_fetchmail_words(defaults, words):
    start = "defaults sslcertck keep timeout 60 poll h" if defaults else "poll h"
    agree(fetchmail_polls, fetchmail_polls_read_back, " ".join([start, *words]))


# mutt and neomutt


def mutt_expected(program, word, variables):
    """What the program puts in the place of what is run and expanded; the canary prints "out"."""
    text = ""
    for part in word.parts:
        if isinstance(part, muttrc.Run):
            text += "out"
        elif isinstance(part, muttrc.Expansion):
            text += variables.get(part.name, f"${part.name}" if program == "neomutt" else "")
        else:
            text += part
    return text


@BOTH
@pytest.mark.parametrize(("raw", "value"), cases.MUTT)
def test_mutt_table(program, raw, value):
    text = f"set imap_user = {raw}\n"
    word = outcome(lambda: muttrc.values(muttrc.read(text, program))["imap_user"].text)
    if value == cases.OBJECTS and word == cases.SILENT:
        word = cases.OBJECTS  # not a variable we know, so not one they know
    assert word == value
    if value != cases.SILENT:
        assert outcome(lambda: real_mutt.read_back(program, text, ["imap_user"])["imap_user"]) == value


@BOTH
@settings(max_examples=60, deadline=None)
@given(raws=st.lists(QUIET, min_size=10, max_size=len(STRINGS)))
def test_mutt_values(program, raws):
    variables = {"a": "b 'c\"$n`d", "nn": ";#"}
    text, expected, objections = "", {}, set()
    for name, raw in zip(STRINGS, raws, strict=False):
        line = f"set {name} = {raw}"
        try:
            [command] = muttrc.read(line, program)
            text += line + "\n"
            expected[name] = mutt_expected(program, command.assignments[0].value, variables)
        except ValueError as error:
            if "not a variable" in str(error) or isinstance(error, Rejected):
                text += line + "\n"
                objections.add(text.count("\n"))
    shown, said = real_mutt.query(program, text, list(expected) or ["from"], variables)
    assert {name: shown[name] for name in expected} == expected
    assert {at for at in range(1, 99) if f"line {at}:" in said} == objections


CALLS = ["`canary 1`", "`canary 'a b' $`", "`canary '#;\"'`", "\\`canary 4\\`"]
SONGS = st.lists(st.sampled_from([*CALLS, *"'\"", "a", " ", "é", "$a"]), max_size=6).map("".join)


@BOTH
def test_mutt_runs_exactly_what_the_reader_says(program, tmp_path):
    canary = Canary(tmp_path)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(SONGS, min_size=8, max_size=8))
    def check(raws):
        text, expected, calls = "set crypt_use_gpgme = no\n", {}, []
        for name, raw in zip(STRINGS, raws, strict=False):
            line = f"set {name} = {raw}\n"
            try:
                commands = muttrc.read(line, program)
                word = commands[0].assignments[0].value
            except ValueError:
                continue
            text += line
            expected[name] = mutt_expected(program, word, {"a": "b"})
            calls += [shlex.split(run.shell)[1:] for run in muttrc.runs(commands)]
        if expected:
            shown = real_mutt.read_back(program, text, list(expected), canary.environment | {"a": "b"})
            assert shown == expected
        assert canary.calls() == calls

    check()


# Thunderbird


def thunderbird_agrees(text):
    """Same prefs, same complaints, in the same lines."""
    kept, complaints = real_thunderbird.parse(text.encode())
    parsed = prefs.parse(text.encode())
    assert {name: value for name, value in kept.items() if name.startswith(b"t.")} == parsed.prefs
    assert complaints == parsed.errors


def test_prefs_table():
    for at, (raw, value) in enumerate(cases.PREFS):
        expected = value if value == cases.OBJECTS else {f"t.{at}": value}
        assert outcome(prefs.read, f'user_pref("t.{at}", {raw});') == expected
    thunderbird_agrees("".join(f'user_pref("t.{at}", {raw});\n' for at, (raw, _) in enumerate(cases.PREFS)))


@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(RAW, st.sampled_from(cases.PREF_ENDS)), min_size=30, max_size=60))
def test_prefs_values(lines):
    thunderbird_agrees("".join(f'user_pref("t.{at}", "{raw}{end}' for at, (raw, end) in enumerate(lines)))


@pytest.mark.parametrize(
    "text", ['pref("t", 1);', 'user_pref("t", 1);user_pref("t", 2);', r'user_pref("t", "\xe9");']
)
def test_prefs_doubts(text):
    assert outcome(prefs.read, text) == cases.SILENT
