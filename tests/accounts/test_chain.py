"""Who takes the place of a target that cannot keep the mail: one that works, those that only fetch first."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.accounts.chain import stand_ins, with_stand_ins
from mailgen.accounts.requests import requests
from mailgen.catalog.opening import open_catalogue

CATALOGUE = open_catalogue()
MIRRORS = [one.name for one in CATALOGUE.targets() if one.maildir and one.kind == "sync"]


def found(
    address: str, *targets: str, names: tuple[str, ...] | None = None, **more: Any
) -> list[tuple[str, ...]]:
    account = {"address": address, "targets": list(targets), **more}
    [request] = requests({"accounts": {"one": account}})
    made = list(stand_ins(request, targets if names is None else names, CATALOGUE))
    assert len(with_stand_ins(targets, made)) == len(targets)
    return [(one.passed.name, one.target.name, one.protocol) for one in made]


@pytest.mark.parametrize("address", ["a@163.com", "a@126.com", "a@yeah.net"])
def test_who_cannot_send_an_id_is_replaced_by_one_that_gets_in(address: str) -> None:
    [(passed, other, protocol)] = found(address, "mbsync", "msmtp", "mutt")
    assert passed == "mbsync"
    assert len(MIRRORS) > 1, "another mirror would get in"
    assert (other, protocol) == ("getmail6", "pop3")


def test_a_version_that_sends_one_does_so() -> None:
    versions = {"getmail6": "6.20"}
    assert ("mbsync", "getmail6", "imap") in found("a@163.com", "mbsync", "mutt", client_version=versions)


def test_who_works_stays() -> None:
    assert found("a@qq.com", "mbsync", "msmtp", "mutt") == []
    assert found("a@163.com", "getmail6", "msmtp", "mutt") == []


def test_only_those_of_the_chain_are_replaced() -> None:
    assert found("a@163.com", "mbsync", "mutt", names=("mutt",)) == []


def test_where_nobody_can_nobody_does() -> None:
    assert found("a@163.com", "mbsync", "mutt", protocol="imap", imap={"tls": "starttls", "port": 143}) == []


def test_over_imap_a_mirror_that_sends_an_id_gets_in() -> None:
    assert found("a@163.com", "mbsync", "mutt", protocol="imap") == [("mbsync", "offlineimap3", "imap")]


def test_a_way_to_the_secret_counts_as_well() -> None:
    """fdm takes no token; getmail does, over IMAP."""
    assert ("fdm", "getmail6", "imap") in found("a@gmail.com", "fdm", "mutt", token_command="token")


def test_what_another_target_could_not_mend_is_not_hidden() -> None:
    """A login name that cannot be written is told, instead of being written elsewhere."""
    assert found("a@qq.com", "mbsync", "mutt", folders={"sent": "50%"}) == []


def test_names_are_put_in_their_places() -> None:
    [request] = requests(
        {"accounts": {"one": {"address": "a@163.com", "targets": ["msmtp", "mbsync", "mutt"]}}}
    )
    made = list(stand_ins(request, request.targets, CATALOGUE))
    assert with_stand_ins(request.targets, made) == ["msmtp", made[0].target.name, "mutt"]
