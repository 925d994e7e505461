"""What is written for Postfix is what it reads, every golden file and hostile value; or it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, Unquotable, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.formats.postfix.grammar import GRAMMAR
from mailgen.formats.postmap.grammar import GRAMMAR as PASSWORDS
from mailgen.formats.quoting import Grammar, quote
from mailgen.model.server import Credential
from mailgen.model.tokens import FileName, HostPort, Secret, Sender, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case, Outcome, run
from tests.formats.postfix import program, reader
from tests.programs import Objected, need
from tests.support import assert_refused

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "postfix"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s {x} = , \\"
PLACE = "/etc/postfix/"


def made(address: str = "user@qq.com", **wish: object) -> dict[str, RenderedFile]:
    credential = Credential("literal", secret=Secret("s$e \"c:r'e\\t#"))
    wanted = Wish(**{"credential": credential, **wish})  # type: ignore[arg-type]
    return {file.path: file for file in generate("postfix", address, wanted, catalogue=CATALOGUE).files}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_reads_every_golden_file(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    options = program.options(text, "mailgen")
    assert options == reader.services(text)["mailgen"]
    assert options["smtp_tls_security_level"] == "secure"


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 8


def test_the_program_objects_to_what_is_wrong() -> None:
    with pytest.raises(Objected):
        program.postconf("nonsense\n", "-n")
    with pytest.raises(Objected):
        program.postconf("mailgen unix -\n", "-P", name="master.cf")
    assert program.looked_up("texthash", "a b\n", "c") is None


def test_each_file_says_its_part() -> None:
    files = made(
        options={"root_mail": "boss@lab.example", "ca_file": FileName("/etc/my$ca.pem"), "domain": "desk"}
    )
    assert [(path.removeprefix(PLACE), file.mode) for path, file in files.items()] == [
        ("master.cf", 0o644),
        ("main.cf", 0o644),
        ("mailgen/sender", 0o644),
        ("mailgen/header_checks", 0o644),
        ("mailgen/sasl_passwd", 0o600),
    ]
    assert [file.holds_secret for file in files.values()] == [False] * 4 + [True]
    options = program.options(files[PLACE + "master.cf"].text, "mailgen")
    assert (options["smtp_tls_CAfile"], options["smtp_helo_name"]) == ("/etc/my$ca.pem", "desk")
    printed = program.postconf(files[PLACE + "main.cf"].text, "-n")
    assert "default_transport = mailgen:[smtp.qq.com]:465\n" in printed
    assert f"sender_canonical_maps = regexp:{PLACE}mailgen/sender\n" in printed


def test_users_of_the_machine_are_redirected_and_nobody_else() -> None:
    text = made(options={"root_mail": "boss+x@lab.example"})[PLACE + "main.cf"].text
    inline, users = reader.parameters(text)["virtual_alias_maps"].split(", pipemap:")
    users = users.replace("proxy:", "")  # which needs a server that runs
    names = ("root", "postmaster", "nobody", "nosuch", "root@else.example")
    found = [
        program.looked_up("inline", inline.partition(":")[2], name)
        or program.looked_up("pipemap", users, name)
        for name in names
    ]
    assert found == ["boss+x@lab.example"] * 3 + [None] * 2
    assert "virtual_alias_maps" not in made()[PLACE + "main.cf"].text


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_port_and_tls(tls: str) -> None:
    server = {"host": "smtp.lab.example", "port": 2525, "tls": tls}
    files = made("u@lab.example", servers={"smtp": server})
    options = reader.services(files[PLACE + "master.cf"].text)["mailgen"]
    assert options["smtp_tls_wrappermode"] == ("yes" if tls == "implicit" else "no")
    assert list(reader.logins(files[PLACE + "mailgen/sasl_passwd"].text)) == ["[smtp.lab.example]:2525"]


@pytest.mark.parametrize(
    ("header", "becomes"),
    [
        ("From: root (Cron Daemon)", "From: a$b@qq.com (Cron Daemon)"),
        ("From: root@desk (Cron Daemon)", "From: a$b@qq.com (Cron Daemon)"),
        ("from: Ada <ada@desk>", "From: Ada <a$b@qq.com>"),
        ('From: "Shop, Ltd" <x@y>', 'From: "Shop, Ltd" <a$b@qq.com>'),
        ("From: root", "From: a$b@qq.com"),
        ("From: <root@desk>", "From: a$b@qq.com"),
        ("From: evil@else.example <x@y>", "From: a$b@qq.com"),
        ('From: "x" <a@b>, c@d', "From: a$b@qq.com"),
        ("From: x@y (a (nested) one)", "From: a$b@qq.com"),
        ("From:", "From: a$b@qq.com"),
    ],
)
def test_any_from_becomes_the_accounts(header: str, becomes: str) -> None:
    table = made("a$b@qq.com")[PLACE + "mailgen/header_checks"].text
    assert program.looked_up("regexp", table, header) == f"REPLACE {becomes}"


def test_no_other_header_does() -> None:
    table = made()[PLACE + "mailgen/header_checks"].text
    for header in ("Reply-To: x@y", "To: From: x", "Resent-From: x@y", "Subject: From: x"):
        assert program.looked_up("regexp", table, header) is None
    assert program.looked_up("regexp", table, "Sender: root@desk") == "IGNORE"


def test_any_sender_becomes_the_accounts_but_the_empty_one() -> None:
    table = made("a$b@qq.com")[PLACE + "mailgen/sender"].text
    assert program.looked_up("regexp", table, "root@desk") == "a$b@qq.com"
    assert "//" not in table
    assert [pattern for pattern, _ in reader.results(table)] == ["/@"[1:]]


MARKS = [*" \t'\"\\#;,:%$`{}()|=@[]", "$HOME", "$$", "é", "密", "a", "0"]
TEXT = st.lists(st.sampled_from(MARKS), max_size=8).map("".join)
#: Each mark within a word, and at either end of it.
WORDS = [f"{before}{mark}{behind}" for mark in MARKS for before, behind in ("xy", ("x", ""), ("", "y"))]


def written(value: object, grammar: Grammar = GRAMMAR) -> str | None:
    try:
        return quote(value, grammar)
    except Unquotable:
        return None


@given(login=TEXT, password=TEXT)
def test_who_logs_in_comes_back(login: str, password: str) -> None:
    words = written(login, PASSWORDS), written(Secret(password), PASSWORDS)
    if None in words:
        bare = all([login, password]) and [login, password] == [login.strip(), password.strip()]
        assert ":" in login or "\t" in login + password or not bare
        return
    line = "[h.example]:465 {}:{}\n".format(*words)
    assert reader.logins(line) == {"[h.example]:465": (login, password)}


def test_postfix_reads_who_logs_in_as_the_reader_does() -> None:
    logins = [login for word in WORDS if (login := written(word, PASSWORDS))]
    rows = {f"h{number}.example": (login, f"{login}:p") for number, login in enumerate(logins)}
    assert len(rows) > 50
    table = "".join(f"{key} {login}:{password}\n" for key, (login, password) in rows.items())
    assert reader.logins(table) == rows
    assert program.all_of(table) == {key: f"{login}:{password}" for key, (login, password) in rows.items()}


@given(value=TEXT)
def test_values_come_back(value: str) -> None:
    word = written(value)
    if word is None:
        assert not value or set(value) & set(' \t,{}"\\')
        return
    service = f"mailgen unix - - n - - smtp\n  -o smtp_helo_name={word}\n"
    assert reader.services(service)["mailgen"] == {"smtp_helo_name": value}


def test_postfix_reads_values_as_the_reader_does() -> None:
    words = [word for value in WORDS if (word := written(value))]
    assert len(words) > 30
    lines = [
        f"s{number} unix - - n - - smtp\n  -o smtp_helo_name={word}\n" for number, word in enumerate(words)
    ]
    printed = program.postconf("".join(lines), "-P", name="master.cf")
    assert printed.splitlines() == sorted(
        (f"s{number}/unix/smtp_helo_name = {word}" for number, word in enumerate(words)),
        key=printed.splitlines().index,
    )
    assert "$$HOME" not in "".join(reader.value(word) for word in words)


def test_addresses_come_back() -> None:
    words = [(value, word) for value in WORDS if (word := written(Sender(f"{value}@qq.com")))]
    assert len(words) > 15
    table = "".join(f"/^k{number}@/ {word}\n" for number, (_, word) in enumerate(words))
    for number, (value, word) in enumerate(words):
        assert reader.value(word) == f"{value}@qq.com"
        if "$" in value or number < 2:
            assert program.looked_up("regexp", table, f"k{number}@y") == f"{value}@qq.com"


def test_an_address_of_an_ordinary_kind_is_taken() -> None:
    assert quote(Sender("o'brien+a$b`{x}|y@qq.com"), GRAMMAR) == "o'brien+a$$b`{x}|y@qq.com"
    assert quote(HostPort("::1", 465), GRAMMAR) == "[::1]:465"


@pytest.mark.parametrize("username", ["a:b", "a\nb", " a", "a "])
def test_a_login_that_would_end_early_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(username=username)


def test_a_colon_is_refused_also_where_the_secret_is_not_written() -> None:
    assert_refused(run("postfix", "user@qq.com", "--username", "a:b"), 1, "username", "Postfix", ":")


@pytest.mark.parametrize("given", ['"a b"@lab.example', "a{b@lab.example", "a,b@lab.example"])
def test_a_receiver_that_main_cf_cannot_hold_is_refused(given: str) -> None:
    with pytest.raises(Unrepresentable):
        made(options={"root_mail": given})


def test_lines_of_the_users_own_are_lines_of_their_own() -> None:
    text = made(extra=(Verbatim("bounce_queue_lifetime = 1d"),))[PLACE + "main.cf"].text
    assert reader.parameters(text)["bounce_queue_lifetime"] == "1d"
    with pytest.raises(Unrepresentable):
        made(extra=(Verbatim("  bounce_queue_lifetime = 1d"),))


ACCOUNT = {"address": "u@qq.com", "password": "s3cret", "targets": ["postfix"]}


def test_two_accounts_are_refused() -> None:
    assert len(plan({"accounts": {"one": ACCOUNT}}, catalogue=CATALOGUE)) == 5
    with pytest.raises(DataError, match="two") as caught:
        plan({"accounts": {"one": ACCOUNT, "two": ACCOUNT}}, catalogue=CATALOGUE)
    assert caught.value.field == ("accounts", "two", "targets")


DEBIAN = "myhostname = desk.example\n# See main.cf.dist\nrelayhost =\nmydestination = desk, localhost\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree/etc/postfix").mkdir(parents=True)
    (tmp_path / "tree/etc/postfix/main.cf").write_text(DEBIAN)
    (tmp_path / "tree/etc/postfix/master.cf").write_text("smtp inet n - y - - smtpd\n  -o x=y\n")
    (tmp_path / "accounts.yaml").write_text(
        json.dumps({"accounts": {"relay": {"address": "u@qq.com", "targets": ["postfix"]}}})
    )
    (tmp_path / "accounts.yaml").chmod(0o600)
    return tmp_path / "tree"


def applied(tree: Path, verb: str = "apply", *words: str) -> Outcome:
    return run(verb, "--accounts", str(tree.parent / "accounts.yaml"), "-o", str(tree), *words)


def test_the_owners_files_keep_their_bytes_and_get_them_back(tree: Path) -> None:
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert applied(tree, "apply", "--adopt").status == 0
    for path, content in before.items():
        assert path.read_bytes().startswith(content)
    services = reader.services((tree / "etc/postfix/master.cf").read_text())
    assert services["smtp"] == {"x": "y"}
    assert services["mailgen"]["smtp_tls_security_level"] == "secure"
    assert applied(tree, "diff").status == 0
    done = applied(tree, "remove", "--all")
    assert done.status == 0
    assert {path: path.read_bytes() for path in before} == before
    assert not (tree / "etc/postfix/mailgen").exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("default_transport = smtp:[else.example]", "Postfix complains"),
        ("sender_canonical_maps=static:x@y", "Postfix complains"),
        ("relayhost = [else.example]", "already"),
        ("sender_dependent_relayhost_maps = hash:/x", "already"),
    ],
)
def test_what_would_stand_against_it_is_named(line: str, says: str, tree: Path) -> None:
    main = tree / "etc/postfix/main.cf"
    main.write_text(f"{DEBIAN}{line}\n")
    assert_refused(applied(tree, "apply", "--adopt"), 1, "main.cf, line 5", says)
    assert not (tree / "etc/postfix/mailgen").exists()


def test_a_file_that_postfix_refuses_is_not_written(tree: Path) -> None:
    need("postconf", "postfix")
    main = tree / "etc/postfix/main.cf"
    main.write_text(f"{DEBIAN}nonsense\n")
    assert_refused(applied(tree, "apply", "--adopt"), 1, "postconf would not take", "line 5")
    assert main.read_text() == f"{DEBIAN}nonsense\n"
