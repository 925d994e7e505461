"""What is written for nullmailer is what it reads, or it is refused; it logs in in flow/test_relays.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, Unquotable, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.formats.nullmailer.grammar import GRAMMAR
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case, run
from tests.formats.nullmailer import reader

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "nullmailer"]
SECRET = "s$e \"c:r'e\\t#"
PLACE = "/etc/nullmailer/"


def made(address: str = "user@qq.com", **wish: object) -> dict[str, RenderedFile]:
    wanted = Wish(**{"credential": Credential("literal", secret=Secret(SECRET)), **wish})  # type: ignore[arg-type]
    files = generate("nullmailer", address, wanted, catalogue=CATALOGUE).files
    return {file.path.removeprefix(PLACE): file for file in files}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_golden_file_is_one_remote_with_tls(case: Case) -> None:
    (remote,) = reader.remotes(case.file.read_text(encoding="utf-8"))
    assert {"host", "protocol", "port", "user", "x509cafile"} <= remote.keys()
    assert ("tls" in remote) != ("starttls" in remote)


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 8


def test_each_file_says_its_part() -> None:
    files = made(options={"root_mail": "boss@lab.example", "domain": "desk.lab.example", "group": "nullmail"})
    assert {name: (file.mode, file.group) for name, file in files.items() if file.kind == "file"} == {
        "remotes": (0o640, "nullmail"),
        "allmailfrom": (0o644, None),
        "adminaddr": (0o644, None),
        "helohost": (0o644, None),
    }
    assert [name for name, file in files.items() if file.holds_secret] == ["remotes"]
    assert files["adminaddr"].text == "boss@lab.example\n"
    assert files["allmailfrom"].text == "user@qq.com\n"
    (remote,) = reader.remotes(files["remotes"].text)
    assert (remote["user"], remote["pass"]) == ("user@qq.com", SECRET)
    assert {"remotes", "allmailfrom"} == {name for name, file in made().items() if file.kind == "file"}


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_port_and_tls(tls: str) -> None:
    server = {"host": "smtp.lab.example", "port": 2525, "tls": tls}
    (remote,) = reader.remotes(made("u@lab.example", servers={"smtp": server})["remotes"].text)
    assert (remote["host"], remote["port"]) == ("smtp.lab.example", "2525")
    assert ("tls" in remote, "starttls" in remote) == (tls == "implicit", tls == "starttls")


PIECES = st.sampled_from([*" \t'\"\\#;,:%$`{}=", "$HOME", "é", "密", "a", "insecure", "\n", "pass=x"])


@given(value=st.lists(PIECES, max_size=8).map("".join))
def test_values_come_back(value: str) -> None:
    try:
        line = f"h.example smtp user={quote(value, GRAMMAR)} tls pass={quote(Secret(value), GRAMMAR)}\n"
    except Unquotable:
        assert not value or "\n" in value or "\t" in value
        return
    (remote,) = reader.remotes(line)
    assert remote == {"host": "h.example", "protocol": "smtp", "user": value, "tls": "yes", "pass": value}


@given(value=st.lists(PIECES, min_size=1, max_size=8).map("".join))
def test_what_is_read_as_a_password_is_never_shown(value: str) -> None:
    if "\n" in value or "\t" in value:
        return
    secret = quote(Secret(f"{value}Zq9"), GRAMMAR)
    for word in (f"pass={secret}", f"--pass={secret}", f'"pass={secret[1:]}', f'p"a"ss={secret}'):
        (shown,) = redacted(f"h.example smtp port=465 tls {word} user=ada", "nullmailer")
        assert "Zq9" not in shown
        assert shown.startswith("h.example smtp port=465 tls ")


@pytest.mark.parametrize("username", ["a\nb", "a\0b"])
def test_what_cannot_be_written_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(username=username)


def test_people_are_told_that_from_stays() -> None:
    told = run("nullmailer", "user@qq.com").stderr
    assert "From stays as the program wrote it" in told
    assert "does not do what it needs" in told


def test_two_accounts_are_refused() -> None:
    account = {"address": "u@qq.com", "password": "s3cret", "targets": ["nullmailer"]}
    assert plan({"accounts": {"one": account}}, catalogue=CATALOGUE)[0].path == f"{PLACE}remotes"
    with pytest.raises(DataError, match="two"):
        plan({"accounts": {"one": account, "two": account}}, catalogue=CATALOGUE)
