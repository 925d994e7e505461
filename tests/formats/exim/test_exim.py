"""What is written for Exim is what it reads, golden files and hostile values; see flow/test_relays.py."""

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
from mailgen.formats.exim.grammar import GRAMMAR, expanded
from mailgen.formats.postmap.grammar import GRAMMAR as PASSWORDS
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.tokens import FileName, Secret, Sender
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Outcome, run
from tests.formats.exim import program, reader
from tests.programs import Objected
from tests.support import assert_refused

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "exim"]
SECRET = "s$e \"c:r'e^\\t#;{x}"
CONF, TABLE = "/etc/exim4/exim4.conf", "/etc/exim4/mailgen.passwd"


def made(address: str = "user@qq.com", **wish: object) -> dict[str, RenderedFile]:
    wanted = Wish(**{"credential": Credential("literal", secret=Secret(SECRET)), **wish})  # type: ignore[arg-type]
    return {file.path: file for file in generate("exim", address, wanted, catalogue=CATALOGUE).files}


def test_the_program_reads_golden_files_as_the_reader_does() -> None:
    """All of them by the reader, and by the program what differs in kind."""
    for case in CASES:
        provider = reader.read(case.file.read_text(encoding="utf-8")).transports["provider"]
        assert provider["hosts_require_tls"] == provider["hosts_require_auth"] == "*"
    for case in (one for one in CASES if one.account in ("plain", "hostile", "starttls")):
        text = case.file.read_text(encoding="utf-8")
        for kind, name, part in (
            ("transport", "provider", "transports"),
            ("router", "provider", "routers"),
            ("authenticator", "plain", "authenticators"),
        ):
            said = program.options(text, kind, name)
            read = reader.read(text).parts[part][name]
            assert {key: said.get(key, key) for key in read} == {
                key: value or key for key, value in read.items()
            }


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 8


def test_the_program_objects_to_what_is_wrong() -> None:
    with pytest.raises(Objected):
        program.exim("nonsense = x\n", "-bV")


def test_each_file_says_its_part() -> None:
    files = made(
        options={
            "root_mail": "bo_ss@lab.example",
            "ca_file": FileName("/etc/my $ca_x.pem"),
            "domain": "desk_1.example",
            "group": "mailers",
        }
    )
    assert {path: (file.mode, file.group, file.holds_secret) for path, file in files.items()} == {
        CONF: (0o644, None, False),
        TABLE: (0o640, "mailers", True),
    }
    text = files[CONF].text
    read = reader.read(text)
    for name in ("root", "users"):
        assert reader.plain(read.routers[name]["data"]) == "bo_ss@lab.example"
    assert set(read.transports) == {"provider"}
    provider = program.options(text, "transport", "provider")
    ca, helo = provider["tls_verify_certificates"], provider["helo_data"]
    assert program.expanded(ca, helo) == ["/etc/my $ca_x.pem", "desk_1.example"]
    assert reader.logins(files[TABLE].text) == {"smtp.qq.com": ("user@qq.com", SECRET)}


def test_without_an_address_for_it_mail_stays_here() -> None:
    read = reader.read(made()[CONF].text)
    assert list(read.routers) == ["aliases", "root", "users", "provider"]
    assert read.transports["root"]["file"] == "/var/mail/mail"
    assert read.transports["users"]["file"] == "/var/mail/$local_part_data"
    assert "tls" not in str(read.routers)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_port_and_tls(tls: str) -> None:
    server = {"host": "smtp.lab.example", "port": 2525, "tls": tls}
    files = made("u@lab.example", servers={"smtp": server})
    read = reader.read(files[CONF].text)
    assert read.transports["provider"]["port"] == "2525"
    assert read.transports["provider"].get("protocol", "smtp") == ("smtps" if tls == "implicit" else "smtp")
    assert read.routers["provider"]["route_list"] == "* smtp.lab.example byname"
    assert list(reader.logins(files[TABLE].text)) == ["smtp.lab.example"]


MARKS = [
    *" '\"\\#;,:%$`{}()|=@[]^!<>",
    "_HAVE_TLS",
    "_DRIVER_TRANSPORT_SMTP",
    "MAILGEN_HOST",
    "$$",
    "\\N",
    "é",
    "密",
    "a",
    "0",
]
TEXT = st.lists(st.sampled_from([*MARKS, "\t", "\n"]), max_size=8).map("".join)


def test_exim_puts_nothing_into_what_is_written() -> None:
    """Each mark within a word and at its ends, read back by the program and by the reader."""
    values = [f"{before}{mark}{behind}" for mark in MARKS for before, behind in ("xy", ("x", ""), ("", "y"))]
    words = [expanded(value) for value in values]
    assert [reader.plain(word) for word in words] == values
    assert program.expanded(*[f"[{word}]" for word in words]) == [f"[{value}]" for value in values]


def test_exim_takes_login_and_password_from_the_table_as_they_are() -> None:
    logins = {
        f"h{number}.example": (f"x{mark}y", f"x{mark}y:{mark}z")
        for number, mark in enumerate(MARKS)
        if ":" not in mark and mark.strip()
    }
    table = "".join(f"{host}: {login}:{password}\n" for host, (login, password) in logins.items())
    assert reader.logins(table) == logins
    files = made()
    wanted = [
        f"{line.partition(' = ')[2]}"
        for name in ("MAILGEN_ENTRY", "MAILGEN_LOGIN", "MAILGEN_WORD")
        for line in files[CONF].text.splitlines()
        if line.startswith(name)
    ]
    entry, login, word = (text.replace(TABLE, "TABLE") for text in wanted)
    asked = [
        one.replace("MAILGEN_ENTRY", entry).replace("MAILGEN_HOST", host)
        for host in logins
        for one in (login, word)
    ]
    meant = [part.replace("^", "^^") for pair in logins.values() for part in pair]
    assert program.expanded(*asked, table=table) == meant


@given(login=TEXT, password=TEXT)
def test_who_logs_in_comes_back(login: str, password: str) -> None:
    try:
        line = f"h.example: {quote(login, PASSWORDS)}:{quote(Secret(password), PASSWORDS)}\n"
    except Unquotable:
        bare = all([login, password]) and [login, password] == [login.strip(), password.strip()]
        assert ":" in login or set("\t\n") & set(login + password) or not bare
        return
    assert reader.logins(line) == {"h.example": (login, password)}


def test_an_address_of_an_ordinary_kind_is_taken() -> None:
    written = quote(Sender("o'brien+a$b`{x}|y_z@qq.com"), GRAMMAR)
    assert reader.plain(written) == "o'brien+a$b`{x}|y_z@qq.com"


@pytest.mark.parametrize("username", ["a:b", "a\nb", " a", "a "])
def test_a_login_that_would_end_early_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(username=username)


def test_a_colon_is_refused_also_where_the_secret_is_not_written() -> None:
    assert_refused(run("exim", "user@qq.com", "--username", "a:b"), 1, "username", "Exim", ":")


@pytest.mark.parametrize(
    "given", ['"a b"@lab.example', '"|sh"@lab.example', "a#b@lab.example", "a!b@lab.example"]
)
def test_a_receiver_that_would_be_a_list_is_refused(given: str) -> None:
    with pytest.raises(Unrepresentable):
        made(options={"root_mail": given})


def test_only_our_way_to_log_in_is_shown() -> None:
    text = "  client_send = : ada : geheim\n  client_send = <; ^MAILGEN_LOGIN^MAILGEN_WORD\nPW = geheim\n"
    assert redacted(text, "exim") == ["  ***", "  client_send = <; ^MAILGEN_LOGIN^MAILGEN_WORD", "***", ""]


ACCOUNT = {"address": "u@qq.com", "password": "s3cret", "targets": ["exim"]}


def test_two_accounts_are_refused() -> None:
    assert len(plan({"accounts": {"one": ACCOUNT}}, catalogue=CATALOGUE)) == 2
    with pytest.raises(DataError, match="two"):
        plan({"accounts": {"one": ACCOUNT, "two": ACCOUNT}}, catalogue=CATALOGUE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree/etc/exim4").mkdir(parents=True)
    (tmp_path / "tree/etc/exim4/update-exim4.conf.conf").write_text("dc_eximconfig_configtype='local'\n")
    account = {"address": "u@qq.com", "targets": ["exim"]}
    (tmp_path / "accounts.yaml").write_text(json.dumps({"accounts": {"relay": account}}))
    (tmp_path / "accounts.yaml").chmod(0o600)
    return tmp_path / "tree"


def applied(tree: Path, verb: str = "apply", *words: str) -> Outcome:
    return run(verb, "--accounts", str(tree.parent / "accounts.yaml"), "-o", str(tree), *words)


def test_what_debian_has_stays_and_is_used_again(tree: Path) -> None:
    assert applied(tree).status == 0
    assert applied(tree, "diff").status == 0
    done = applied(tree, "remove", "--all")
    assert done.status == 0
    assert "service exim4 reload" in done.stderr
    assert [path.name for path in (tree / "etc/exim4").iterdir()] == ["update-exim4.conf.conf"]


def test_a_configuration_of_the_owners_own_is_not_taken(tree: Path) -> None:
    (tree / "etc/exim4/exim4.conf").write_text("# mine\n")
    assert_refused(applied(tree), 1, "exim4.conf")
    assert (tree / "etc/exim4/exim4.conf").read_text() == "# mine\n"
