"""The law of quoting: what an independent reader of each grammar finds is what was meant, or it was refused.

The readers (tests/readers/) were written from the programs, not from quoting.py. Whole files are
rendered, so that templates are put to the test as well.
"""

from __future__ import annotations

import re
import shlex
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen import formats
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unquotable, Unrepresentable
from mailgen.core.values import replace
from mailgen.dataset.targets import grammars
from mailgen.formats import quoting
from mailgen.formats.quoting import quote
from mailgen.model.account import Account, Folders
from mailgen.model.server import Credential, Server
from mailgen.model.tokens import Command, Folder, Label
from mailgen.render.files import render
from tests.formats.fetchmail import reader as fetchmail
from tests.formats.msmtp import reader as msmtp
from tests.formats.muttrc import reader as muttrc
from tests.formats.prefs import reader as prefs

CATALOGUE = open_catalogue()
#: Characters that mean something to at least one grammar, to a shell, or to nobody at all.
HOSTILE = (
    "\"'`\\$(){}[]%!#;|&*~<>=,: \t\r\n\0\x0b\x0c\x1b\x7f\x85\u00a0\u2028\u2029\ufeff\u202e\u200bab01xÄß中😀é"
)
text = st.one_of(
    st.text(st.sampled_from(HOSTILE), max_size=30),
    st.text(max_size=30),
    st.sampled_from(
        [
            "u@example.org\nhost evil.example.net\ntls off",
            "`touch canary`",
            "O' `touch canary`",
            'p" mda "touch canary',
            "$(touch canary)",
            "a\\",
            "\\x41\\101\\u0041",
            '"both"',
            " blanks ",
            "# c",
            "-x",
            "~/x",
            "=x",
            "\ud800",
            "x" * 600,
        ]
    ),
)
words = st.lists(text, min_size=1, max_size=4).map(tuple)
TARGETS = ("msmtp", "fetchmail", "mutt", "neomutt", "thunderbird")


def account_for(target: str, protocol: str | None = None) -> Account:
    from mailgen.resolve.wish import Wish

    return generate(target, "user@qq.com", Wish(protocol=protocol), catalogue=CATALOGUE).account


BASE = {
    (target, protocol): account_for(target, protocol)
    for target in TARGETS
    for protocol in (None, "imap", "pop3")
}
CLIENTS = {target: CATALOGUE.target(target) for target in TARGETS}


def named(server: Server | None, username: str, credential: Credential | None = None) -> Server | None:
    if server is None:
        return None
    return replace(server, username=username, credential=credential or server.credential)


def rendered(target: str, account: Account, **given: object) -> str:
    chosen = CLIENTS[target]
    account = replace(account, options={**dict.fromkeys(chosen.options), **given})
    return render(chosen, [account])[0].text


def control(value: str) -> bool:
    return any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value)


@given(text, text, text, words)
@settings(max_examples=300, deadline=None)
def test_msmtp_reads_what_was_meant(label: str, address: str, username: str, argv: tuple[str, ...]) -> None:
    base = BASE["msmtp", None]
    account = replace(
        base,
        label=Label(label),
        address=address,
        smtp=named(base.smtp, username),
        credential=Credential("command", Command(argv)),
    )
    values = (label, address, username, *argv)
    try:
        made = rendered("msmtp", account)
    except Unrepresentable:
        assert (
            any(map(control, values))
            or not (address and username and label)
            or label != label.strip()
            or set(label) & set(':,"')
            or set(address) & set("?*[")
            or any(name in address for name in ("%U", "%H", "%C", "%M"))
            or max(len(value.encode(errors="replace")) for value in (*values, shlex.join(argv))) > 480
        )
        return
    accounts = msmtp.accounts(made)
    assert set(accounts) == {label, "default"}
    for found in (accounts[label], accounts["default"]):
        assert (found["from"], found["user"]) == (address, username)
        assert found["passwordeval"] == quoting.shell_line(argv)
        assert (found["host"], found["port"]) == ("smtp.qq.com", "465")
        assert (found["tls"], found["tls_starttls"]) == ("on", "off")
        assert set(found) <= {
            "auth", "from", "host", "passwordeval", "port", "tls_certcheck",
            "timeout", "tls", "tls_starttls", "tls_trust_file", "user",
        }  # fmt: skip


@given(text, words, st.sampled_from(("imap", "pop3")))
@settings(max_examples=300, deadline=None)
def test_fetchmail_reads_what_was_meant(username: str, argv: tuple[str, ...], protocol: str) -> None:
    base = BASE["fetchmail", protocol]
    account = replace(base, incoming=named(base.incoming, username))
    try:
        made = rendered("fetchmail", account, mda=Command(argv))
    except Unrepresentable:
        assert (
            not username
            or any(map(control, (username, *argv)))
            or any(re.search("%[^YmdHMS]", argument) for argument in argv)
        )
        return
    [poll] = fetchmail.read(made)
    [user] = poll.users
    assert poll.host == base.incoming.host  # type: ignore[union-attr]
    assert user.name == username
    assert user.options["mda"] == quoting.shell_line(argv)
    assert user.options["ssl"] is True
    assert user.options["sslcertck"] is True
    assert user.options["keep"] is True
    assert user.options["sslproto"] == "tls1.2+"
    assert set(user.options) == {"ssl", "sslcertck", "sslproto", "keep", "mda"}


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@given(name=text, address=text, username=text, sent=text, argv=words)
@settings(max_examples=150, deadline=None)
def test_mutt_reads_what_was_meant(
    program: str, protocol: str, name: str, address: str, username: str, sent: str, argv: tuple[str, ...]
) -> None:
    base = BASE[program, protocol]
    credential = Credential("command", Command(argv))
    account = replace(
        base,
        name=name,
        address=address,
        incoming=named(base.incoming, username, credential),
        smtp=named(base.smtp, username, credential),
        credential=credential,
        folders=Folders(sent=Folder(sent)),
    )
    line = shlex.join(argv)
    try:
        made = rendered(program, account)
    except Unrepresentable:
        assert (
            any(map(control, (name, address, username, sent, *argv)))
            or "`" in line
            or "\\" in line
            or re.search("%[0-9A-Fa-f]{2}", sent)
            or (program == "neomutt" and set(sent) & set('"#<>?\\^`{|}'))
        )
        return
    commands = muttrc.read(made, program)
    values = muttrc.values(commands)
    texts = {key: value for key, value in values.items() if not isinstance(value, bool)}
    literal = {key: value.text for key, value in texts.items() if value.literal}
    assert literal["from"] == address
    assert literal.get("realname", "") == name
    assert literal["imap_user" if protocol == "imap" else "pop_user"] == username
    if protocol == "imap":
        assert literal["record"] == "+" + sent
    assert literal["ssl_force_tls"] == "yes"
    ran = [tuple(shlex.split(run.shell)) for run in muttrc.runs(commands)]
    assert ran == [argv, argv], "the password command, and nothing else"


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@given(label=text, name=text, address=text, username=text)
@settings(max_examples=300, deadline=None)
def test_thunderbird_reads_what_was_meant(
    protocol: str, label: str, name: str, address: str, username: str
) -> None:
    base = BASE["thunderbird", protocol]
    account = replace(
        base,
        label=Label(label),
        name=name,
        address=address,
        incoming=named(base.incoming, username),
        smtp=named(base.smtp, username),
    )
    try:
        made = rendered("thunderbird", account)
    except Unrepresentable:
        assert any(map(control, (label, name, address, username)))
        return
    found = prefs.read(made)
    assert found["mail.server.server1.name"] == label
    assert found.get("mail.identity.id1.fullName", "") == name
    assert found["mail.identity.id1.useremail"] == address
    assert found["mail.server.server1.userName"] == username
    assert found["mail.smtpserver.smtp1.username"] == username
    assert found["mail.server.server1.socketType"] == 3
    assert found["mail.smtpserver.smtp1.try_ssl"] == 3


@given(text)
def test_no_grammar_lets_a_control_character_through(value: str) -> None:
    for grammar in map(formats.load, grammars()):
        for wrapped in (value, Folder(value), Label(value), Command((value,)), Command((value,)).line):
            try:
                written = quote(wrapped, grammar)
            except Unquotable:
                continue
            assert not control(written)
            assert not control(value)


@pytest.mark.parametrize("bad", [None])
def test_nothing_is_not_a_value(bad: None) -> None:
    with pytest.raises(Unquotable):
        quote(bad, formats.load("muttrc"))


def test_an_object_without_a_form_is_a_bug() -> None:
    with pytest.raises(TypeError):
        quote(object(), formats.load("muttrc"))


@pytest.mark.parametrize(
    "argument", ["X-From: %F", "it's %T", "--from=%F;x", "$(%T)", "to %s", "%%s %d", "%q ?"]
)
def test_an_address_of_the_mail_never_stands_in_quotes_of_ours(argument: str) -> None:
    """fetchmail quotes what it puts for %T, %F and %s; inside quotes of ours these would cancel out."""
    account = BASE["fetchmail", "pop3"]
    with pytest.raises(Unrepresentable):
        rendered("fetchmail", account, mda=Command(("formail", "-I", argument)))
    assert '"maildrop -d %T --from=%F"' in rendered(
        "fetchmail", account, mda=Command(("maildrop", "-d", "%T", "--from=%F"))
    )


@pytest.mark.parametrize("grammar", ["muttrc", "neomuttrc"])
@pytest.mark.parametrize("name", ["100%25", "50%ab", "x%0d%0aA1 DELETE INBOX", "100%2525"])
def test_a_folder_that_a_client_would_decode_is_refused(grammar: str, name: str) -> None:
    with pytest.raises(Unquotable, match="decode"):
        quote(Folder(name), formats.load(grammar))
    assert quote(Folder("100% 5%2 %zz [Gmail]/x"), formats.load(grammar)) == "'+100% 5%2 %zz [Gmail]/x'"


@pytest.mark.parametrize("char", '"#<>?\\^`{|}')
def test_a_folder_that_is_no_part_of_a_url_to_neomutt_is_refused(char: str) -> None:
    with pytest.raises(Unquotable, match="NeoMutt"):
        quote(Folder(f"a{char}b"), formats.load("neomuttrc"))
    assert quote(Folder(f"a{char}b"), formats.load("muttrc")) == f"'+a{char}b'"
