"""What is written for dma is what it reads, or it is refused; it sends mail in flow/test_relays.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.accounts.planner import Planner
from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, Unquotable, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.formats.dmaauth.grammar import GRAMMAR as PASSWORDS
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Outcome, run
from tests.formats.dma import reader
from tests.support import assert_refused

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "dma"]
SECRET = " s$e \"c:r'e|^\\t#"
PLACE = "/etc/dma/"
PIN = "ab" * 32


def made(address: str = "user@qq.com", **wish: object) -> dict[str, RenderedFile]:
    wanted = Wish(**{"credential": Credential("literal", secret=Secret(SECRET)), **wish})  # type: ignore[arg-type]
    files = generate("dma", address, wanted, catalogue=CATALOGUE).files
    return {file.path.removeprefix(PLACE): file for file in files}


def test_every_golden_file_asks_for_tls() -> None:
    assert len(CASES) > 8
    for case in CASES:
        found = reader.settings(case.file.read_text(encoding="utf-8"))
        assert {"SMARTHOST", "PORT", "AUTHPATH", "SECURETRANSFER", "MASQUERADE"} <= found.keys()


def test_each_file_says_its_part() -> None:
    options = {"root_mail": "boss@lab.example", "domain": "desk.example", "group": "mta", "fingerprint": PIN}
    files = made(options=options)
    assert {name: (file.mode, file.group, file.holds_secret) for name, file in files.items()} == {
        "dma.conf": (0o640, "mta", False),
        "mailgen.auth": (0o640, "mta", True),
        "mailgen.aliases": (0o644, None, False),
    }
    assert reader.settings(files["dma.conf"].text) == {
        "SMARTHOST": "smtp.qq.com",
        "PORT": "465",
        "AUTHPATH": "/etc/dma/mailgen.auth",
        "SECURETRANSFER": "yes",
        "FINGERPRINT": PIN,
        "MASQUERADE": "user@qq.com",
        "ALIASES": "/etc/dma/mailgen.aliases",
        "MAILNAME": "desk.example",
    }
    assert reader.logins(files["mailgen.auth"].text) == {"smtp.qq.com": ("user@qq.com", SECRET)}
    assert files["mailgen.aliases"].text.endswith("\n*: boss@lab.example\n")


def test_starttls() -> None:
    server = {"host": "smtp.lab.example", "port": 2525, "tls": "starttls"}
    found = reader.settings(made("u@lab.example", servers={"smtp": server})["dma.conf"].text)
    assert (found["SMARTHOST"], found["PORT"], found["STARTTLS"]) == ("smtp.lab.example", "2525", "yes")


PIECES = st.sampled_from([*" \t'\"\\#;,:%$`{}=|", "$HOME", "é", "密", "a", "\n"])
TEXT = st.lists(PIECES, max_size=8).map("".join)


@given(login=TEXT, password=TEXT)
def test_who_logs_in_comes_back(login: str, password: str) -> None:
    try:
        line = f"{quote(login, PASSWORDS)}|h.example:{quote(Secret(password), PASSWORDS)}\n"
    except Unquotable:
        assert (
            not login
            or not password
            or set("\t\n") & set(login + password)
            or "|" in login
            or login[0] == "#"
        )
        return
    assert reader.logins(line) == {"h.example": (login, password)}


def test_a_bar_is_refused_also_where_the_secret_is_not_written() -> None:
    assert_refused(run("dma", "user@qq.com", "--username", "a|b"), 1, "username", "dma", "|")


@pytest.mark.parametrize("username", ["#a", "a\nb"])
def test_a_login_that_it_cannot_read_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        made(username=username)


@pytest.mark.parametrize("address", ["a#b@qq.com", '"a b"@qq.com'])
def test_a_sender_that_would_end_early_is_refused(address: str) -> None:
    with pytest.raises(Unrepresentable):
        made(address)


def test_everybody_is_told_that_no_certificate_is_looked_at() -> None:
    """Unless the user says which is the server's, or it is on this machine."""
    told = generate("dma", "user@qq.com", catalogue=CATALOGUE).findings
    assert [one.severity for one in told if one.code == "certificate-unchecked"] == ["warning"]
    account = {"address": "u@qq.com", "password": "s3cret", "targets": ["dma"]}
    (one,) = Planner(CATALOGUE).plan({"accounts": {"relay": account}}).made
    assert "certificate-unchecked" in {finding.code for finding in one.findings}
    assert "warning: dma takes any certificate" in run("dma", "user@qq.com", "-q").stderr
    for wish in (
        Wish(options={"fingerprint": PIN}),
        Wish(servers={"smtp": {"host": "127.0.0.1", "port": 1025, "tls": "starttls"}}),
    ):
        told = generate("dma", "user@qq.com", wish, catalogue=CATALOGUE).findings
        assert "certificate-unchecked" not in {finding.code for finding in told}


def test_two_accounts_are_refused() -> None:
    account = {"address": "u@qq.com", "password": "s3cret", "targets": ["dma"]}
    with pytest.raises(DataError, match="two"):
        plan({"accounts": {"one": account, "two": account}}, catalogue=CATALOGUE)


DEBIAN = "# AUTHPATH is below\nSMARTHOST else.example\nMAILNAME /etc/mailname\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree/etc/dma").mkdir(parents=True)
    (tmp_path / "tree/etc/dma/dma.conf").write_text(DEBIAN)
    account = {
        "address": "u@qq.com",
        "targets": ["dma"],
        "options": {"dma": {"root_mail": "boss@lab.example"}},
    }
    (tmp_path / "accounts.yaml").write_text(json.dumps({"accounts": {"relay": account}}))
    (tmp_path / "accounts.yaml").chmod(0o600)
    return tmp_path / "tree"


def applied(tree: Path, verb: str = "apply", *words: str) -> Outcome:
    return run(verb, "--accounts", str(tree.parent / "accounts.yaml"), "-o", str(tree), *words)


def test_the_owners_lines_stay_and_ours_go(tree: Path) -> None:
    assert applied(tree, "apply", "--adopt").status == 0
    text = (tree / "etc/dma/dma.conf").read_text()
    assert text.startswith(DEBIAN)
    assert reader.settings(text)["SMARTHOST"] == "smtp.qq.com"
    assert applied(tree, "diff").status == 0
    assert applied(tree, "remove", "--all").status == 0
    assert (tree / "etc/dma/dma.conf").read_text() == DEBIAN
    assert not list((tree / "etc/dma").glob("mailgen.*"))


@pytest.mark.parametrize("line", ["OPPORTUNISTIC_TLS", "INSECURE", "NULLCLIENT", "STARTTLS"])
def test_what_cannot_be_taken_back_is_named(line: str, tree: Path) -> None:
    (tree / "etc/dma/dma.conf").write_text(f"{DEBIAN}{line}\n")
    assert_refused(applied(tree, "apply", "--adopt"), 1, "dma.conf, line 4", "take that line out")
    assert not (tree / "etc/dma/mailgen.aliases").exists()
