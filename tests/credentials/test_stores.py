"""Stores stand in one table: schema, command line and documents know each, and each part has its form."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.accounts.schema import problems
from mailgen.cli.account_options import KINDS
from mailgen.credentials.stores import PLAIN, STORES, credential_from
from mailgen.resolve.address import parse_address
from tests.cases import run

GOOD = {"path": "~/x", "variable": "MAIL_PASSWORD", "login_store": "pass", "text": "x"}
BAD: dict[str, Any] = {"path": "x", "variable": "1 x", "login_store": "keychain", "text": ""}


def told(credential: object) -> list[str]:
    data = {"accounts": {"a": {"address": "ada@sohu.com", "targets": ["mutt"], "credential": credential}}}
    return [error.what for error in problems(data)]


@pytest.mark.parametrize("kind", STORES)
def test_an_accounts_file_may_name_each_store(kind: str) -> None:
    parts = {name: GOOD[STORES[kind].form_of(name)] for name in STORES[kind].parts}
    assert told(kind) == told({"kind": kind}) == told({"kind": kind, **parts}) == []
    for name in parts:
        assert told({"kind": kind, name: BAD[STORES[kind].form_of(name)]})
    [what] = told({"kind": kind, "odd": "x"})
    assert "'odd'" in what


def test_what_is_no_store_is_refused_and_the_stores_are_named() -> None:
    for credential in ("odd", {"kind": "odd"}):
        [what] = told(credential)
        assert all(kind in what for kind in STORES)
    assert told("environmnt")
    assert not any(told(kind) for kind in PLAIN)


def test_the_command_line_offers_each_store() -> None:
    assert set(STORES) <= set(KINDS)
    said = run("accounts", "add", "--help").stdout
    assert all(kind in said for kind in STORES)


@pytest.mark.parametrize("kind", STORES)
def test_a_store_keeps_a_secret_or_says_where_it_lies(kind: str) -> None:
    store = STORES[kind]
    assert bool(store.kept_elsewhere) != bool(store.keep or "path" in store.parts)
    for words in store.kept_elsewhere or ():
        assert words.format_map(store.parts)


@pytest.mark.parametrize(
    ("credential", "argv"),
    [
        ("mailgen", ("mailgen", "token", "ada@sohu.com")),
        ("oama", ("oama", "access", "ada@sohu.com")),
        ("pizauth", ("pizauth", "show", "home")),
        ("ortie", ("ortie", "token", "show", "-a", "home")),
    ],
)
def test_some_print_tokens_and_keep_nothing_for_us(credential: str, argv: tuple[str, ...]) -> None:
    made = credential_from({"credential": credential}, parse_address("ada@sohu.com"), "home", "accounts.home")
    assert made.kind == "token"
    assert made.command is not None
    assert made.command.argv == argv
    assert made.is_own_token == (credential == "mailgen")
    assert not STORES[credential].replaces
