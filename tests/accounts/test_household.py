"""Whole households: every file that an accounts file comes to, byte by byte, and what is said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.accounts import reader as accounts
from mailgen.accounts.planner import Plan, Planner
from mailgen.accounts.schema import problems
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError

TESTS = Path(__file__).parents[1]
HOUSEHOLDS = sorted((TESTS / "households").glob("*.yaml"))
GOLDEN = TESTS / "golden-households"
CATALOGUE = open_catalogue()


def made(household: Path) -> dict[Path, bytes]:
    """Return the golden files of a household: its tree, and a list of all findings."""
    plan = Planner(CATALOGUE).plan(accounts.load_accounts(str(household), CATALOGUE.target_names()))
    folder = GOLDEN / household.stem
    found = {
        folder
        / "home"
        / file.path.removeprefix("~/")
        .replace("/.", "/dot-")
        .replace(".", "dot-", file.path.startswith("~/.")): file.content
        for file in plan.files
        # A folder stands here as an empty file, if nothing of ours lies in it.
        if not any(other.path.startswith(f"{file.path}/") for other in plan.files)
    }
    said = [
        {
            "account": one.id,
            "target": one.target.name,
            "code": finding.code,
            "what": str(finding.what),
            "mend": str(finding.mend),
        }
        for one in plan.made
        for finding in one.findings
    ]
    findings = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)
    found[folder / "findings.yaml"] = findings.encode()
    return found


@pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda path: path.stem)
def test_golden(household: Path, update_golden: bool) -> None:
    found = made(household)
    folder = GOLDEN / household.stem
    if update_golden:
        for path in folder.rglob("*"):
            if path.is_file():
                path.unlink()
        for path, content in found.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    golden = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == golden, "if this is right, run pytest --update-golden and review the difference"


def test_every_golden_folder_is_a_household() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {path.stem for path in HOUSEHOLDS}


def plan_of(target: str, **account: Any) -> Plan:
    """Plan a household of one account for one target."""
    data = {"accounts": {"one": {"address": "ada@sohu.com", "targets": [target], **account}}}
    assert problems(data, CATALOGUE.target_names()) == []
    return Planner(CATALOGUE).plan(data)


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
@pytest.mark.parametrize(
    "account",
    [
        {"reply_to": '"a b"@x.example'},
        {"identities": ['"a b"@x.example']},
        {"identities": [{"address": "ada@x.example", "reply_to": '"a b"@x.example'}]},
    ],
)
def test_an_address_that_the_client_would_rewrite_is_refused(target: str, account: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="drops the quotes") as error:
        plan_of(target, **account)
    assert error.value.field == ("accounts", "one")
    assert plan_of("thunderbird", **account).files
    assert plan_of("msmtp", **account).files


def test_identities_and_addresses_for_answers_are_written_for_mail_programs() -> None:
    identity = {"address": "адa@bücher.example", "reply_to": "r@bücher.example"}
    plan = plan_of("thunderbird", identities=[identity], reply_to="s@bücher.example")
    [made] = plan.made
    assert "bücher" not in plan.files[0].text
    assert made.account.reply_to == "s@xn--bcher-kva.example"
    assert made.account.identities[0].reply_to == "r@xn--bcher-kva.example"
    assert [finding.where for finding in made.findings if finding.code == "utf8-local-part"] == [
        "the identity адa@xn--bcher-kva.example"
    ]


@pytest.mark.parametrize(
    ("accounts", "guilty"),
    [
        ({"one": {"label": "same"}, "two": {"label": "same"}}, "same"),
        ({"one": {"identities": ["nick@sohu.com"]}, "one.2": {}}, "one.2"),
        ({"default": {}}, "default"),
    ],
)
def test_no_two_accounts_of_msmtp_have_one_name(accounts: dict[str, Any], guilty: str) -> None:
    """msmtp would read none of them."""
    given = {
        id: {"address": f"{id}@sohu.com", "targets": ["msmtp"], **account} for id, account in accounts.items()
    }
    with pytest.raises(DataError, match=re.escape(guilty)) as error:
        Planner(CATALOGUE).plan({"accounts": given})
    assert error.value.mend


#: Of each several, so that accounts meet which share a provider, a client, or a wish, and differ in the rest.
ACCOUNTS = st.fixed_dictionaries(
    {
        "address": st.sampled_from(
            ["ada@sohu.com", '"a b"@sohu.com', "zoë@gmx.de", "ada@gmx.de", "ada@163.com"]
        ),
        "targets": st.sampled_from(
            [["msmtp"], ["fetchmail", "msmtp"], ["mutt"], ["thunderbird"], ["mbsync"]]
        ),
    },
    optional={
        "name": st.sampled_from(["Ada", "O'Brien"]),
        "provider": st.sampled_from(["gmx.de", "163.com"]),
        "protocol": st.sampled_from(["imap", "pop3"]),
        "imap": st.just({"host": "imap.lab.example"}),
        "smtp": st.sampled_from([{"host": "smtp.lab.example"}, {"username": "other"}]),
        "folders": st.just({"sent": "Out"}),
        "credential": st.sampled_from(["pass", "prompt", "netrc"]),
        "client_version": st.just({"mutt": "2.0"}),
        "identities": st.just([{"address": "ada@lab.example", "name": "A."}]),
    },
)
KEEPING = Planner(CATALOGUE)


def outcome(planner: Planner, data: dict[str, Any]) -> object:
    """Return all that comes of a household, as values that know nothing of who made them."""
    try:
        plan = planner.plan(data)
    except DataError as error:
        return str(error), error.field
    return plan.files, [(one.id, one.target.name, one.account, one.findings, one.store) for one in plan.made]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b-2", "c"]), ACCOUNTS, min_size=1, max_size=2))
def test_what_a_planner_has_kept_of_others_changes_nothing(household: dict[str, Any]) -> None:
    data = {"accounts": household}
    assert outcome(KEEPING, data) == outcome(Planner(CATALOGUE), data)
