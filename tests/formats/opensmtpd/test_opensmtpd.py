"""What is written for OpenSMTPD is what it reads, or it is refused; it sends mail in flow/test_relays.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unquotable, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.formats.opensmtpd.grammar import GRAMMAR, string
from mailgen.formats.postmap.grammar import GRAMMAR as PASSWORDS
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.tokens import FileName, Secret, Verbatim
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Outcome, run
from tests.formats.opensmtpd import program, reader
from tests.programs import Objected
from tests.support import assert_refused

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "opensmtpd"]
SECRET = "s$e \"c:r'e|^\\t#"
CONF, TABLE = "/etc/smtpd.conf", "/etc/smtpd/mailgen.secrets"


def made(address: str = "user@qq.com", **wish: object) -> dict[str, RenderedFile]:
    wanted = Wish(**{"credential": Credential("literal", secret=Secret(SECRET)), **wish})  # type: ignore[arg-type]
    return {file.path: file for file in generate("opensmtpd", address, wanted, catalogue=CATALOGUE).files}


def alone(text: str, place: Path) -> str:
    """Return a configuration whose tables lie in a folder."""
    for name, content in (("secrets", "mailgen u:p\n"), ("aliases", "root: ada\n"), ("my $ca #1.pem", "x")):
        (place / name).write_text(content)
    return (
        text.replace(TABLE, f"{place}/secrets")
        .replace("/etc/aliases", f"{place}/aliases")
        .replace("/etc/my", f"{place}/my")
    )


def test_the_program_takes_golden_files_and_the_reader_knows_what_they_say(tmp_path: Path) -> None:
    assert len(CASES) > 8
    for case in CASES:
        text = case.file.read_text(encoding="utf-8")
        found = reader.read(text)
        assert found.tables["mailgen"] == TABLE
        assert found.actions["provider"]["auth"] == "mailgen"
        assert found.matches == [("from local for local", "local"), ("from local for any", "provider")]
        if case.account in ("plain", "hostile", "starttls"):
            program.checked(alone(text, tmp_path), tmp_path)


@pytest.mark.parametrize(
    "wrong", ['match for any action "none"', 'action "a" relay auth <"none">', "nonsense"]
)
def test_the_program_objects_to_what_is_wrong_as_the_reader_does(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(Objected):
        program.checked(f"{wrong}\n", tmp_path)
    with pytest.raises(reader.Rejected):
        reader.read(f"{wrong}\n")


def test_each_file_says_its_part(tmp_path: Path) -> None:
    options = {
        "root_mail": "o'brien@lab.example",
        "ca_file": FileName("/etc/my $ca #1.pem"),
        "domain": "desk.example",
        "group": "mailers",
    }
    files = made(options=options)
    assert {path: (file.mode, file.group, file.holds_secret) for path, file in files.items()} == {
        CONF: (0o644, None, False),
        TABLE: (0o640, "mailers", True),
        "/etc/smtpd": (0o755, None, False),
    }
    text = files[CONF].text
    found = reader.read(text)
    assert found.actions["local"] == {"forward-only": "", "virtual": "users"}
    assert isinstance(users := found.tables["users"], dict)
    assert reader.receiver(users["@"]) == "o'brien@lab.example"
    assert found.authorities == {"mailgen": "/etc/my $ca #1.pem"}
    assert found.actions["provider"] == {
        "relay": "",
        "host": "smtps://mailgen@smtp.qq.com:465",
        "tls": "",
        "ca": "mailgen",
        "helo": "desk.example",
        "auth": "mailgen",
        "mail-from": "user@qq.com",
    }
    assert reader.logins(files[TABLE].text) == {"mailgen": ("user@qq.com", SECRET)}
    program.checked(alone(text, tmp_path), tmp_path)


def test_without_an_address_for_it_mail_stays_here_as_debian_has_it() -> None:
    found = reader.read(made()[CONF].text)
    assert found.actions["local"] == {"maildir": "", "alias": "aliases"}
    assert found.tables["aliases"] == "/etc/aliases"
    assert found.listens == ["localhost"]


def test_lines_of_the_owners_own_come_before_the_rules() -> None:
    found = reader.read(
        made(extra=(Verbatim("listen on eth0"), Verbatim('match for domain "x.example" action "local"')))[
            CONF
        ].text
    )
    assert found.listens == ["localhost", "eth0"]
    assert found.matches[0] == ("for domain x.example", "local")


@pytest.mark.parametrize(("tls", "scheme"), [("implicit", "smtps"), ("starttls", "smtp+tls")])
def test_port_and_tls(tls: str, scheme: str) -> None:
    server = {"host": "smtp.lab.example", "port": 2525, "tls": tls}
    relay = reader.read(made("u@lab.example", servers={"smtp": server})[CONF].text).actions["provider"]
    assert (relay["host"], relay["tls"]) == (f"{scheme}://mailgen@smtp.lab.example:2525", "")


MARKS = [*" '\"\\#;,:%$`{}()|=@[]^!<>/", "$HOME", '\\"', "\\\\ ", "é", "密", "a", "0"]
TEXT = st.lists(st.sampled_from([*MARKS, "\t", "\n"]), max_size=8).map("".join)


def test_the_program_reads_back_what_is_written(tmp_path: Path) -> None:
    """Each mark within a word and at its ends, by the program and by the reader."""
    values = [
        f"/x{before}{mark}{behind}" for mark in MARKS for before, behind in ("yz", ("y", ""), ("", "z"))
    ]
    values = [value for value in values if not value.endswith("\\")]
    written = [string(value) for value in values]
    assert program.read_back(written, tmp_path) == values
    assert [reader.words(one, 1) for one in written] == [[value] for value in values]


@given(value=TEXT)
def test_a_string_comes_back_or_is_refused(value: str) -> None:
    try:
        written = string(value)
    except Unquotable:
        assert not value or value.endswith("\\") or set("\t\n") & set(value)
        return
    assert reader.words(written, 1) == [value]


@given(login=TEXT, password=TEXT)
def test_who_logs_in_comes_back(login: str, password: str) -> None:
    try:
        line = f"mailgen {quote(login, PASSWORDS)}:{quote(Secret(password), PASSWORDS)}\n"
    except Unquotable:
        bare = all([login, password]) and [login, password] == [login.strip(), password.strip()]
        assert ":" in login or set("\t\n") & set(login + password) or not bare
        return
    assert reader.logins(line) == {"mailgen": (login, password)}


@given(local=st.lists(st.sampled_from([*MARKS, "|", "error:"]), max_size=6).map("".join))
def test_who_gets_the_mail_of_users_comes_back_or_is_refused(local: str) -> None:
    address = f"{local}@lab.example"
    try:
        (written,) = reader.words(quote(address, GRAMMAR), 1)
    except Unquotable:
        assert not local or local[0] in "|/" or set(local) - set("'#%$`{}|=^!/a0HOME")
        return
    assert reader.receiver(written) == address


@pytest.mark.parametrize("username", ["a:b", "a\nb", " a", "a "])
def test_a_login_that_would_end_early_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(username=username)


def test_a_colon_is_refused_also_where_the_secret_is_not_written() -> None:
    assert_refused(run("opensmtpd", "user@qq.com", "--username", "a:b"), 1, "username", "OpenSMTPD", ":")


@pytest.mark.parametrize(
    "given", ['"a b"@lab.example', '"|sh"@lab.example', "|sh@lab.example", "/x@lab.example"]
)
def test_a_receiver_that_would_be_more_than_an_address_is_refused(given: str) -> None:
    with pytest.raises(Unrepresentable):
        made(options={"root_mail": given})


def test_what_may_hold_a_secret_is_not_shown() -> None:
    text = made(options={"root_mail": "boss@lab.example"})[CONF].text
    assert "\n".join(redacted(text, "opensmtpd")) == text
    owners = """\
table "mailgen" { "mailgen" = "ada:geheim" }
table keys {
    far ada:geheim
}
srs key "geheim"
queue encryption geheim
action "out" mda "deliver --key geheim"
filter "f" proc-exec "check geheim"
"""
    assert "geheim" not in "".join(redacted(owners, "opensmtpd", own=True))


DEBIAN = 'listen on localhost\naction "relay" relay\nmatch for any action "relay"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree/etc").mkdir(parents=True)
    (tmp_path / "tree/etc/smtpd.conf").write_text(DEBIAN)
    account = {"address": "u@qq.com", "targets": ["opensmtpd"]}
    (tmp_path / "accounts.yaml").write_text(json.dumps({"accounts": {"relay": account}}))
    (tmp_path / "accounts.yaml").chmod(0o600)
    return tmp_path / "tree"


def applied(tree: Path, verb: str = "apply", *words: str) -> Outcome:
    return run(verb, "--accounts", str(tree.parent / "accounts.yaml"), "-o", str(tree), *words)


def test_the_file_of_the_package_is_taken_over_when_asked_and_a_copy_is_kept(tree: Path) -> None:
    assert_refused(applied(tree), 1, "smtpd.conf", "adopt")
    assert (tree / "etc/smtpd.conf").read_text() == DEBIAN
    assert applied(tree, "apply", "--adopt").status == 0
    assert applied(tree, "diff").status == 0
    done = applied(tree, "remove", "--all")
    assert done.status == 0
    assert f"put back {tree}/etc/smtpd.conf.mailgen-backup" in done.stderr
    assert {path.name: path.read_text() for path in (tree / "etc").iterdir()} == {
        "smtpd.conf.mailgen-backup": DEBIAN
    }
