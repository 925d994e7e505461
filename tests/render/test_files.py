"""How accounts meet a target of several kinds of files, each in a grammar of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen import formats
from mailgen.core.errors import Unquotable
from mailgen.core.values import replace
from mailgen.dataset.templates import compile_source
from mailgen.formats.quoting import quote
from mailgen.model.account import Account
from mailgen.model.provider import Endpoint
from mailgen.model.server import Credential, Server
from mailgen.model.target import Target, TargetFile, Version
from mailgen.model.tokens import FileName, Folder, HostPort, Joined, Label
from mailgen.render.files import has_short_lines, render
from mailgen.render.runtime import FILTERS

ACCOUNT = Account(
    label=Label("ada o'x"),
    address="ada@sohu.com",
    name="Ada",
    incoming=Server(Endpoint("imap", "imap.sohu.com", 993, "implicit"), "ada@sohu.com", "password"),
    smtp=None,
    credential=Credential(),
    maildir=FileName("~/Mail/ada"),
    options={"every": None},
)
TEMPLATES = {
    "t/one.j2": '{% if client.version >= "1.5" %}\nnew{% else %}\nold{% endif %} {{ account.name }}\n',
    "t/two.j2": "{{ account.name }}\n",
}


def target(*files: TargetFile, version: str = "1.4.4") -> Target:
    return Target("t", "T", "sync", "muttrc", True, False, {}, (), {}, version, "1", {}, files)


def made(
    *files: TargetFile, accounts: tuple[Account, ...] = (ACCOUNT,), version: str = "1.4.4"
) -> list[tuple[str, str]]:
    compiled = {name: compile_source(text, name, "muttrc", name) for name, text in TEMPLATES.items()}
    one = replace(target(*files, version=version), templates=compiled)
    return [(file.path, file.text) for file in render(one, accounts, "household")]


def test_each_file_has_its_own_grammar() -> None:
    files = TargetFile("t/two.j2", "~/a", 0o600), TargetFile("t/two.j2", "~/b", 0o600, grammar="json")
    assert made(*files) == [("~/a", "'Ada'\n"), ("~/b", '"Ada"\n')]


@pytest.mark.parametrize(("version", "word"), [("1.4.4", "old"), ("1.5", "new"), ("1.10", "new")])
def test_a_template_sees_the_version_of_the_client(version: str, word: str) -> None:
    one = TargetFile("t/one.j2", "~/a", 0o600)
    assert made(one, version=version) == [("~/a", f"{word} 'Ada'\n")]
    account = replace(ACCOUNT, client_version=version)
    assert made(one, accounts=(account,), version="9") == [("~/a", f"{word} 'Ada'\n")]


def test_accounts_of_one_file_are_written_for_the_oldest_version_among_them() -> None:
    accounts = (
        replace(ACCOUNT, client_version="1.10"),
        replace(ACCOUNT, id="b", label=Label("b"), client_version="1.4"),
    )
    assert made(TargetFile("t/one.j2", "~/a", 0o600), accounts=accounts) == [("~/a", "old 'Ada'\n")]


def test_folders_and_links_need_no_template_and_may_wait_for_an_option() -> None:
    folder = TargetFile("", "{maildir}", 0o700, kind="folder")
    link = TargetFile("", "~/l/{handle}", 0o777, kind="symlink", goal="../{handle}.unit", when="every")
    assert made(folder, link) == [("~/Mail/ada", "")]
    account = replace(ACCOUNT, options={"every": "5min"})
    assert made(folder, link, accounts=(account,))[1] == ("~/l/ada-sohu.com", "../ada-sohu.com.unit")


def test_versions_compare_as_numbers() -> None:
    assert Version("1.10") > "1.9"
    assert Version("1.5") == "1.5.0"
    assert Version("1.5") <= "1.5"
    assert not Version("1.5") < "1.5"


def test_compound_tokens_are_one_word() -> None:
    grammar = formats.load("muttrc")
    assert quote(HostPort("::1", 993), grammar) == "'[::1]:993'"
    assert quote(FILTERS["join"](("a b", "c"), ","), grammar) == "'a b,c'"
    with pytest.raises(Unquotable):
        quote(Joined(("a,b",), ","), grammar)
    assert quote(FILTERS["below"](FileName("~/Mail/a/"), "INBOX"), grammar) == "'~/Mail/a/INBOX'"
    with pytest.raises(Unquotable):
        FILTERS["in_store"](Folder("Sent"), "a b", "far")


@given(st.text(st.sampled_from("ab\n"), max_size=40), st.integers(1, 8))
def test_hops_find_the_longest_line(text: str, longest: int) -> None:
    assert has_short_lines(text, longest) == (max(map(len, text.split("\n"))) <= longest)
