"""The users of a machine become plans; what is wrong is told with its path, and no value."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.accounts.fleet import checks, hints, packages, plan_users
from mailgen.core.errors import DataError

HOME = {"address": "ada@sohu.com", "targets": ["msmtp"]}


def users(account: Any = None, **more: Any) -> dict[str, Any]:
    return {"ada": {"accounts": {"home": {**HOME, **(account or {})}}, **more}}


def text(given: dict[str, Any], defaults: dict[str, Any] | None = None) -> str:
    [plan] = plan_users(given, defaults)
    return "".join(file.text for file in plan.files)


def test_what_is_nearer_to_the_account_wins() -> None:
    server = {"port": 1465, "host": "a.example", "tls": "implicit"}
    common = {"password_command": "common", "imap": {"port": 1}, "smtp": server}
    own = {"smtp": {"port": 2465}}
    assert "passwordeval   common" in text(users(), common)
    assert "port           1465" in text(users(), common)
    assert "port           2465" in text(users(defaults=own), common)
    assert "host           a.example" in text(users(defaults=own), common)
    assert "port           3465" in text(users({"smtp": {"port": 3465}}, defaults=own), common)
    assert "passwordeval   mine" in text(users({"password_command": "mine"}), common)
    assert "passwordeval   his" in text(users(defaults={"password_command": "his"}), common)
    assert "passwordeval\n" in text(users(defaults={"credential": "prompt"}), common)


@pytest.mark.parametrize(
    ("given", "defaults", "field", "word"),
    [
        (users({"password": 5}), {}, "users/ada/accounts/home/password", "text"),
        (users({"adress": "x"}), {}, "users/ada/accounts/home/adress", "key"),
        (users(defaults={"targets": ["msmptp"]}), {}, "users/ada/defaults/targets/0", "target"),
        (users(), {"targets": ["msmptp"]}, "defaults/targets/0", "target"),
        (users({"targets": []}), {}, "users/ada/accounts/home", "targets"),
        (users(acounts={}), {}, "users/ada/acounts", "key"),
        (users(state="gone"), {}, "users/ada/state", "state"),
        ({"ada": {}}, {}, "users/ada/accounts", "accounts"),
        ({"ada": ["x"]}, {}, "users/ada", "mapping"),
        ({"a/b": {}}, {}, "users/a/b", "login"),
        ({5: {}}, {}, "users/5", "login"),
        ([], {}, "users", "mapping"),
        (users({"smtp": {"host": "a b"}}), {}, "users/ada/accounts/home/smtp/host", "domain"),
        (users(), {"smtp": {"host": "a b"}}, "defaults/smtp/host", "domain"),
        (users(defaults={"smtp": {"host": "a b"}}), {}, "users/ada/defaults/smtp/host", "domain"),
    ],
)
def test_what_is_wrong_has_a_path(given: Any, defaults: Any, field: str, word: str) -> None:
    with pytest.raises(DataError) as caught:
        plan_users(given, defaults)
    assert "/".join(map(str, caught.value.field)) == field
    assert word in caught.value.what


def test_all_bad_users_are_named_and_no_secret() -> None:
    given = {name: {"accounts": {"home": {**HOME, "passwort": "s3cret-canary"}}} for name in ("ada", "bob")}
    with pytest.raises(DataError) as caught:
        plan_users(given)
    said = [caught.value, *caught.value.more]
    assert [error.field[1] for error in said] == ["ada", "bob"]
    assert not any("canary" in str(error) for error in said)


def test_a_secret_where_a_name_belongs_is_not_repeated() -> None:
    for account in (
        {"targets": ["s3cret-canary"]},
        {"options": {"s3cret-canary": {"x": "y"}}},
        {"extra": {"s3cret-canary": "x"}},
        {"client_version": {"s3cret-canary": "1"}},
        {"provider": "s3cret-canary"},
        {"provider": "s3cret canary"},
    ):
        for given, defaults in ((users(account), {}), (users(), account)):
            with pytest.raises(DataError) as caught:
                plan_users(given, defaults)
            told = f"{caught.value.what} {caught.value.field} {caught.value.mend}"
            assert "canary" not in told
            assert set(account) & set(caught.value.field), "its place is told"


def test_a_slip_in_a_name_is_told_with_what_was_meant() -> None:
    for account, slip, meant in (
        ({"targets": ["msmpt"]}, "msmpt", "msmtp"),
        ({"provider": "qq.con"}, "qq.con", "qq.com"),
    ):
        with pytest.raises(DataError, match=f"'{slip}'") as caught:
            plan_users(users(account))
        assert meant in caught.value.mend


def test_hints_are_told_once_and_hold_no_secret() -> None:
    account = {"address": "ada@qq.com", "targets": ["msmtp", "fetchmail"], "password": "s3cret-canary"}
    [plan] = plan_users({"ada": {"accounts": {"home": account}}})
    assert plan.plan
    told = hints("ada", plan.plan.made)
    [where] = [hint for hint in told if "url" in hint]
    assert where["targets"] == ["msmtp", "fetchmail"]
    assert {(hint["user"], hint["account"], hint["address"]) for hint in told} == {
        ("ada", "home", "ada@qq.com")
    }
    assert "canary" not in str(told)
    del account["password"]
    [asked] = plan_users({"ada": {"accounts": {"home": account}}})
    assert asked.plan
    assert any("secret-tool store" in hint.get("line", "") for hint in hints("ada", asked.plan.made))


def test_absent_users_have_no_files() -> None:
    [plan] = plan_users({"ada": {"state": "absent"}})
    assert plan.plan is None
    assert plan.files == ()


def test_checks_are_those_that_run_nothing() -> None:
    plans = plan_users(users({"targets": ["msmtp", "mutt", "fetchmail", "thunderbird"]}))
    assert checks(plans).keys() == {"msmtp", "fetchmail", "mutt"}
    assert {"fetchmail", "msmtp", "mutt", "thunderbird"} <= set(packages(plans, "debian"))
    with pytest.raises(DataError, match=r"no package that brings .* is known for Gentoo"):
        packages(plans, "Gentoo")


@pytest.mark.parametrize(
    ("packager", "names"),
    [
        ("arch", ["ca-certificates", "isync", "msmtp", "thunderbird"]),
        ("suse", ["MozillaThunderbird", "ca-certificates-mozilla", "isync", "msmtp"]),
        ("freebsd", ["ca_root_nss", "isync", "msmtp", "thunderbird"]),
    ],
)
def test_packages_go_by_the_names_of_the_system(packager: str, names: list[str]) -> None:
    plans = plan_users(users({"targets": ["msmtp", "mbsync", "thunderbird"]}))
    assert packages(plans, packager) == names


def test_a_client_that_no_package_of_the_system_brings_is_refused() -> None:
    """Homebrew has Thunderbird as a cask, which is no package of that kind."""
    assert packages(plan_users(users({"targets": ["msmtp", "mbsync"]})), "homebrew") == ["isync", "msmtp"]
    with pytest.raises(DataError, match="no package that brings thunderbird is known for homebrew"):
        packages(plan_users(users({"targets": ["thunderbird"]})), "homebrew")
