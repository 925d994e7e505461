"""Caches of mutt and NeoMutt: a place for each account that wants one, and the user's own for the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.muttrc.program import query_file
from tests.homes import settle

CACHES = {"message_cachedir": "~/.cache/one of mine/messages", "header_cache": "~/.cache/one of mine/headers"}


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_a_cache_is_of_one_account(tmp_path: Path, program: str) -> None:
    account = {"protocol": "imap", "targets": [program]}
    accounts = {
        "one": {"address": "ada@sohu.com", **account, "options": {program: CACHES}},
        "two": {"address": "ada@qq.com", **account},
    }
    settle({"accounts": accounts}, tmp_path)
    rc = tmp_path / f".{program}rc"
    rc.write_text("set message_cachedir = '~/mine' header_cache = '~/my-headers'\n" + rc.read_text())
    mine = {"message_cachedir": "~/mine", "header_cache": "~/my-headers"}
    goes = [f"source ~/.config/mailgen/{program}/account.{id}" for id in ("two", "one")]
    for commands, caches in (([], CACHES), (goes[:1], mine), (goes, CACHES)):
        found, said = query_file(program, rc, tmp_path, list(CACHES), commands)
        assert (found, said) == (caches, "")
