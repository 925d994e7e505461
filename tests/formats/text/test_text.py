"""What a person reads on a sheet is what was meant, in either language, and never a secret."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate, plan
from mailgen.core.errors import Unquotable, Unrepresentable
from mailgen.formats.quoting import quote
from mailgen.formats.text.grammar import GRAMMAR
from mailgen.model.account import Account
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case, run
from tests.formats.test_golden_programs import meant
from tests.formats.text import reader

CASES = [case for case in RENDERED if case.target == "manual-setup"]
TLS = {"implicit": "SSL/TLS", "starttls": "STARTTLS"}


def typed(account: Account) -> list[dict[str, str]]:
    return [
        {
            "protocol": one.protocol,
            "server": one.host,
            "port": str(one.port),
            "security": TLS[one.tls],
            "login": one.username,
        }
        for one in (account.incoming, account.smtp)
        if one
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_person_reads_every_golden_file(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    assert reader.servers(case.file.read_text(encoding="utf-8")) == typed(account)


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


@pytest.mark.parametrize("address", ["user@qq.com", "user@outlook.com", "user@163.com"])
def test_both_languages_say_the_same(address: str) -> None:
    sheets = {}
    for language in ("en", "zh"):
        result = generate("manual-setup", address, Wish(language=language))
        [sheets[language]] = [file.text for file in result.files]
        assert reader.servers(sheets[language]) == typed(result.account)
    assert sheets["en"] != sheets["zh"]
    assert len(sheets["en"].splitlines()) == len(sheets["zh"].splitlines())
    said = re.sub("[(（].*?[)）]", "", sheets["zh"])
    assert not re.search(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", said)


def test_the_language_is_that_which_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese, english = (run("manual-setup", "user@qq.com", "--lang", one).stdout for one in ("zh", "en"))
    assert "授权码，而非登录密码" in chinese
    assert "wants an authorisation code" in english
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("manual-setup", "user@qq.com").stdout == chinese
    assert run("manual-setup", "user@qq.com", "--set", "language=en").stdout == english
    assert run("explain", "manual-setup", "user@qq.com", "--lang", "zh").status == 0


def test_a_household_says_it_for_each_account_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    data = {
        "defaults": {"targets": ["manual-setup"]},
        "accounts": {
            "ada": {"address": "ada@qq.com"},
            "li": {"address": "li@qq.com", "options": {"manual-setup": {"language": "zh"}}},
        },
    }
    files = {file.path: file.text for file in plan(data)}
    assert files["~/mail-settings/ada.txt"].startswith("Mail settings of ada@qq.com\n")
    assert files["~/mail-settings/li.txt"].startswith("邮件设置： li@qq.com\n")


def test_no_secret_stands_there() -> None:
    """One that is handed over is not taken: there is no file for it."""
    result = generate(
        "manual-setup", "user@qq.com", Wish(credential=Credential("literal", secret=Secret("ЖЩЮ")))
    )
    assert all("ЖЩЮ" not in file.text and not file.holds_secret for file in result.files)
    assert any(finding.code == "no-literal" for finding in result.findings)


def test_the_login_of_ones_own_is_typed_as_it_is() -> None:
    [file] = generate("manual-setup", "user@qq.com", Wish(username="CORP\\it's $HOME `x`")).files
    assert [one["login"] for one in reader.servers(file.text)] == ["CORP\\it's $HOME `x`"] * 2


@pytest.mark.parametrize("username", [" a", "a ", "a\nb", "a\u202eb", "a\u200bb", "a\tb"])
def test_what_nobody_sees_is_refused(username: str) -> None:
    with pytest.raises(Unrepresentable):
        generate("manual-setup", "user@qq.com", Wish(username=username))


@given(st.text())
def test_text_stands_as_it_is(value: str) -> None:
    try:
        assert quote(value, GRAMMAR) == value
    except Unquotable:
        assert value != value.strip() or not value.isprintable()


def test_no_program_is_recommended_in_its_place() -> None:
    said = run("gnus", "user@qq.com", "--protocol", "pop3").stderr
    assert "mutt" in said
    assert "manual-setup" not in said
