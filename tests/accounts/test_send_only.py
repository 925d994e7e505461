"""Accounts that only send, and identities with a server of their own, in all doors that know them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mailgen.accounts import reader
from mailgen.accounts.planner import Plan, Planner
from mailgen.accounts.requests import requests
from mailgen.accounts.schema import problems
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.check_subjects import subject_of
from mailgen.core.errors import DataError
from mailgen.explain.lines import explain_household
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

    from mailgen.check import Subject

CATALOGUE = open_catalogue()
HOME: dict[str, Any] = {"address": "ada@qq.com", "protocol": "imap", "folders": {"sent": "Sent"}}
SHOP: dict[str, Any] = {"address": "shop@163.com", "protocol": "none"}
OWN: dict[str, Any] = {"address": "ada@lab.example", "smtp": {"host": "smtp.lab.example", "port": 465}}


def plan(targets: list[str], **accounts: dict[str, Any]) -> Plan:
    data = {"defaults": {"targets": targets}, "accounts": accounts}
    assert not list(problems(data, CATALOGUE.target_names()))
    return Planner(CATALOGUE).plan(data)


def text(plan: Plan, path: str) -> str:
    return next(file.text for file in plan.files if file.path.endswith(path))


def refusal(targets: list[str], **accounts: dict[str, Any]) -> DataError:
    with pytest.raises(DataError) as caught:
        plan(targets, **accounts)
    return caught.value


def objections(**accounts: dict[str, Any]) -> list[DataError]:
    data = {"defaults": {"targets": ["msmtp"]}, "accounts": accounts}
    return list(problems(data, CATALOGUE.target_names()))


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_what_is_sent_is_filed_where_mail_comes_in(target: str) -> None:
    made = plan([target], shop={**SHOP, "default": True}, home=HOME)

    assert 'set record = "$my_mailgen_record_home"' in text(made, f"{target}/sender.shop.1")
    assert "account.home" in text(made, f"{target}/account"), "it opens with an account that has folders"
    hooks = text(made, f"{target}/accounts")
    assert "folder-hook" in hooks
    assert "account.shop" not in hooks
    assert not any(file.path.endswith("account.shop") for file in made.files)
    assert r"macro index,pager \e2" not in hooks


def test_a_server_that_files_its_own_mail_does_not_file_anothers() -> None:
    gmail = {"address": "ada@gmail.com", "protocol": "imap", "folders": {"sent": "Sent"}}
    made = plan(["mutt"], home=gmail, shop=SHOP)

    assert "my_mailgen_record_home = ''" in text(made, "mutt/sent")
    assert "set record = 'imaps://ada%40gmail.com@imap.gmail.com:993/Sent'" in text(
        made, "mutt/sender.shop.1"
    )
    assert "unset record" in text(
        plan(["mutt"], home=HOME, g={**gmail, "protocol": "none", "folders": {}}), "sender.g.1"
    )


def test_thunderbird_has_them_as_identities_of_the_account_that_receives() -> None:
    made = plan(["thunderbird"], shop=SHOP, home={**HOME, "identities": ["ada@foxmail.com", OWN]})
    user_js = text(made, "user.js")

    assert '"id_home,id_home_2,id_shop,id_home_2e3"' in user_js
    assert 'accounts", "account_home,account0"' in user_js
    assert 'id_home_2e3.smtpServer", "smtp_home_2e3"' in user_js
    assert 'id_home_2e3.fcc_folder", "imap://ada%40qq.com@imap.qq.com/Sent"' in user_js
    assert 'defaultserver", "smtp_home"' in user_js


def test_an_identity_with_a_server_takes_a_number_behind_those_without() -> None:
    ids = [OWN, "ada@foxmail.com"]
    made = plan(["msmtp"], home={**HOME, "identities": ids})
    rc = text(made, "msmtprc")

    assert rc.index("account        home.2 : home") > 0
    assert "account        home.3\n" in rc
    assert "host           smtp.lab.example" in rc


def test_its_secret_is_another_one() -> None:
    def ways(**home: Any) -> list[Any]:
        data = {"accounts": {"home": {**HOME, "targets": ["msmtp"], **home}}}
        return [one.data.get("credential") or one.data.get("password_command") for one in requests(data)]

    own = {**OWN, "smtp": {**OWN["smtp"], "username": "x", "credential": {"kind": "pass", "entry": "lab"}}}
    assert ways(credential={"kind": "pass", "entry": "home"}, identities=[OWN])[1] == "pass"
    assert ways(password_command="cat home", identities=[OWN])[1] is None
    assert ways(identities=[own])[1] == {"kind": "pass", "entry": "lab"}
    for_all = {"password_command": "pass show {address}"}
    data = {"defaults": for_all, "accounts": {"home": {**HOME, "targets": ["msmtp"], "identities": [OWN]}}}
    assert requests(data)[1].data["password_command"] == "pass show {address}"


def test_where_it_stands_is_told() -> None:
    data = {"accounts": {"home": {**HOME, "targets": ["msmtp"], "identities": ["a@qq.com", OWN]}}}
    request = requests(data)[1]

    assert request.where == "accounts.home.identities.1"
    assert request.field("smtp", "host") == ("accounts", "home", "identities", 1, "smtp", "host")
    assert request.field("credential") == ("accounts", "home", "identities", 1, "smtp", "credential")
    assert request.field("targets") == ("accounts", "home", "targets")


def test_who_fetches_is_not_told_of_an_identity() -> None:
    made = plan(["mbsync", "fetchmail"], home={**HOME, "identities": [OWN]})
    assert "lab.example" not in "".join(file.text for file in made.files)


@pytest.mark.parametrize("target", ["himalaya", "gnus"])
def test_a_client_without_a_place_for_it_says_so(target: str) -> None:
    made = plan([target], home={**HOME, "credential": "pass", "identities": [OWN]})

    told = [
        str(finding.what) for one in made.made for finding in one.findings if finding.code == "not-expressed"
    ]
    assert any("identities with a server of their own" in one for one in told)
    assert "lab.example" not in "".join(file.text for file in made.files)
    error = refusal([target], home={**HOME, "credential": "pass"}, shop=SHOP)
    assert "no place for an account that only sends" in str(error.what)


def test_who_only_fetches_refuses_who_only_sends() -> None:
    error = refusal(["fetchmail"], shop=SHOP)
    assert "sends nothing" in str(error.what)
    assert error.field == ("accounts", "shop")


def test_a_reader_wants_an_account_that_receives() -> None:
    error = refusal(["mutt"], shop=SHOP)
    assert "no account here receives mail in Mutt" in str(error.what)
    assert plan(["msmtp"], shop=SHOP).files, "a program that only sends needs none"


@pytest.mark.parametrize("key", ["imap", "pop3", "maildir", "folders"])
def test_what_it_has_no_use_for_is_refused(key: str) -> None:
    value: Any = {"maildir": "~/Mail", "folders": {"sent": "Sent"}}.get(key, {"host": "imap.lab.example"})
    [error] = objections(shop={**SHOP, key: value})
    assert error.field == ("accounts", "shop", key)
    assert "only sends" in str(error.what)


def test_a_host_or_a_command_that_cannot_be_is_found_there() -> None:
    bad = {**OWN, "smtp": {"host": "smtp lab", "password_command": "cat 'x"}}
    fields = [error.field for error in objections(home={**HOME, "identities": [bad]})]
    place = ("accounts", "home", "identities", 0, "smtp")
    assert fields == [(*place, "host"), (*place, "password_command")]


def test_no_password_stands_there_in_a_file_of_ones_own() -> None:
    secret = {**OWN, "smtp": {**OWN["smtp"], "password": "swordfish"}}
    data = {"accounts": {"home": {**HOME, "targets": ["msmtp"], "identities": [secret]}}}
    with pytest.raises(DataError) as caught:
        reader.check(data, CATALOGUE.target_names(), passwords=False)
    assert caught.value.field == ("accounts", "home", "identities", 0, "smtp", "password")
    assert "swordfish" not in str(caught.value)


def test_two_of_one_name_are_refused() -> None:
    data = {
        "accounts": {"home": {**HOME, "identities": [OWN]}, "home.2": SHOP},
        "defaults": {"targets": ["msmtp"]},
    }
    with pytest.raises(DataError) as caught:
        requests(data)
    assert caught.value.field == ("accounts", "home", "identities", 0)


def test_every_line_has_a_reason_and_its_place() -> None:
    data = {
        "defaults": {"targets": ["mutt"]},
        "accounts": {"home": {**HOME, "identities": [OWN]}, "shop": SHOP},
    }
    _, lines = explain_household(data, CATALOGUE)
    told = {reason.field for line in lines for value in line.values for reason in value.reasons}
    assert "accounts.home.identities.0.smtp.host" in told
    assert not any("account.account" in field for field in told)


def subject(id: str, path: Path) -> Subject:
    arguments = Namespace(
        only=("imap", "pop3", "smtp"), from_stdin=False, no_login=True, lang="en", all_endpoints=False
    )
    data = reader.load_accounts(str(path), CATALOGUE.target_names())
    request = next(one for one in requests(data) if one.id == id)
    return subject_of(request, CATALOGUE, arguments)


def test_check_asks_each_server_for_its_own_account_only(tmp_path: Path) -> None:
    """The secret of an account is never shown to the server of one of its identities."""
    path = tmp_path / "accounts.yaml"
    home = {**HOME, "password_command": ["echo", "x"], "identities": [OWN], "targets": ["mutt", "msmtp"]}
    shop = {**SHOP, "password_command": ["echo", "y"], "targets": ["mutt", "msmtp"]}
    path.write_text(yaml.safe_dump({"accounts": {"home": home, "shop": shop}}))

    hosts = {id: [one.host for one in subject(id, path).servers] for id in ("home", "home.2", "shop")}
    assert hosts["home"] == ["imap.qq.com", "smtp.qq.com"]
    assert hosts["home.2"] == ["smtp.lab.example"]
    assert hosts["shop"] == ["smtp.163.com"]


def test_an_account_that_only_sends_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    accounts = {"home": {**HOME, "identities": [OWN]}, "shop": SHOP}
    path.write_text(yaml.safe_dump({"defaults": {"targets": ["mutt"]}, "accounts": accounts}))
    for id, host in (("home", "imap.qq.com"), ("shop", "smtp.163.com")):
        done = cli("accounts", "show", id, "--accounts", str(path))
        assert done.status == 0, done.stderr
        assert host in done.stdout
        assert "smtp.lab.example:465" not in done.stdout
