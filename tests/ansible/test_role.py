"""The role mailgen.mail.clients: packages really come, files too, and nobody's password is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import LayeredMachine, Machine, machine, results
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = {"ada": {"accounts": {"home": {"address": "ada@sohu.com", "targets": ["msmtp"]}}}}


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada", kind=LayeredMachine) as made:
        yield made


def role(**variables: Any) -> dict[str, Any]:
    given = {f"clients_{name}": value for name, value in variables.items()}
    return {"ansible.builtin.include_role": {"name": "mailgen.mail.clients"}, "vars": given}


def family(name: str) -> dict[str, Any]:
    return {"ansible.builtin.set_fact": {"os_family": name, "cacheable": True}}


def test_packages_and_files_come_and_only_files_go(desk: Machine) -> None:
    need("apt-get", "apt")
    need("msmtp", "msmtp")
    removed = desk.run(["apt-get", "remove", "--yes", "msmtp"])
    assert removed.status == 0, removed
    assert desk.run(["which", "msmtp"]).status == 1
    first = desk.play([role(users=USERS)])
    assert first.status == 0, first
    assert desk.run(["msmtp", "--version"]).status == 0
    [written] = [one for one in results(first) if "files" in one]
    assert [file["file"] for file in written["files"] if file["changed"]] == ["/home/ada/.msmtprc"]
    assert written["files"][0]["validated"], "the program that has just come judges the file"
    second = desk.play([role(users=USERS)])
    assert second.status == 0, second
    assert not any(one["changed"] for one in results(second)), second
    gone = desk.play([role(users=USERS, state="absent")])
    assert gone.status == 0, gone
    assert desk.files("ada") == {}
    assert desk.run(["msmtp", "--version"]).status == 0


def test_where_no_packages_are_known_it_says_so(desk: Machine) -> None:
    told = desk.play([family("Gentoo"), role(users=USERS)])
    message = results(told)[-1]["msg"]
    assert told.status != 0
    assert "no package that brings msmtp is known for Gentoo" in message
    assert "install it by other means" in message
    assert desk.files("ada") == {}
    done = desk.play([family("Gentoo"), role(users=USERS, install_packages=False)])
    assert done.status == 0, done
    assert ".msmtprc" in desk.files("ada")


def test_without_users_it_says_what_is_missing(desk: Machine) -> None:
    told = desk.play([role()])
    assert told.status != 0
    assert "clients_users" in results(told)[-1]["msg"]


@pytest.mark.parametrize("wrong", ["hunter-two-3", ["hunter-two-3"], {"ada": "hunter-two-3"}])
def test_what_is_no_mapping_of_users_is_not_shown(desk: Machine, wrong: Any) -> None:
    for packages in (True, False):
        told = desk.play([role(users=wrong, install_packages=packages)], "-vvv")
        assert told.status != 0
        assert "hunter-two-3" not in told.stdout + told.stderr
        assert "users" in results(told)[-1]["msg"]
