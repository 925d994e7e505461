"""Identities that stand for many: a whole domain, or one address with anything behind the plus."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailgen.accounts.fleet import plan_users
from mailgen.core.errors import MailgenError
from tests.cases import run
from tests.programs import need
from tests.programs import run as started
from tests.support import assert_refused

SERVERS = {
    "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
    "smtp": {"host": "smtp.lab.example", "port": 465, "tls": "implicit"},
    "password_command": "echo from-a-store",
}
MANY = [
    "*@lab.example",
    "bob@lab.example",
    "ada+*@lab.example",
    {"address": "*@second.example", "name": "Second"},
]
ADA = {"address": "ada@lab.example", "identities": MANY, **SERVERS}
EVE = {"address": "eve@lab.example", **SERVERS, "smtp": {**SERVERS["smtp"], "host": "smtp2.lab.example"}}  # type: ignore[dict-item]


def files(target: str, **more: Any) -> dict[str, str]:
    accounts = {"a": {**ADA, "targets": [target], **more}, "e": {**EVE, "targets": [target]}}
    (plan,) = plan_users({"root": {"accounts": accounts}})
    return {file.path: file.text for file in plan.files}


@pytest.mark.parametrize("target", ["msmtp", "msmtp-system"])
@pytest.mark.parametrize(
    ("sender", "account"),
    [
        ("anybody@lab.example", "a.2"),
        ("bob@lab.example", "a.3"),
        ("eve@lab.example", "e"),
        ("x@second.example", "a.5"),
        ("ada@lab.example", "a"),
        ("x@elsewhere.example", "default"),
    ],
)
def test_msmtp_takes_the_most_particular_account(
    target: str, sender: str, account: str, tmp_path: Path
) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(next(iter(files(target).values())))
    file.chmod(0o600)
    done = started([need("msmtp", "msmtp"), "-C", str(file), "-P", "-f", sender, "x@y.example"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"using account {account} from".encode() in done.stdout
    kept = sender.encode() if account != "default" or target == "msmtp" else b"ada@lab.example"
    assert b"\nfrom = " + kept + b"\n" in done.stdout


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_of_all_hooks_that_match_the_most_particular_is_last(target: str) -> None:
    text = files(target)[f"~/.config/mailgen/{target}/accounts"]
    hooks = re.findall(r"^send-hook '~f '\\''(\S+)'\\''' 'source \S+/sender\.(\S+)'$", text, re.MULTILINE)
    for sender, meant in (
        ("anybody@lab.example", "a.2"),
        ("bob@lab.example", "a.3"),
        ("ada+x@lab.example", "a.4"),
        ("x@second.example", "a.5"),
        ("eve@lab.example", "e.1"),
    ):
        assert [id for pattern, id in hooks if re.search(pattern, sender)][-1] == meant
    assert not [id for pattern, id in hooks if re.search(pattern, "x@lab.example.org")]
    assert text.count("alternates ") == len(hooks)


def test_a_client_that_knows_none_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    for target, version in (("thunderbird", {}), ("msmtp", {"client_version": {"msmtp": "1.8.15"}})):
        account = {**ADA, "targets": [target], "credential": "prompt", **version}
        del account["password_command"]
        path.write_text(json.dumps({"accounts": {"a": account}}))
        path.chmod(0o600)
        done = run("apply", "--accounts", str(path), "-o", str(tmp_path / target), "-v")
        assert done.status == 0, done.stderr
        assert (
            "senders that stand for many (*@lab.example, ada+*@lab.example, *@second.example)" in done.stderr
        )
        written = "".join(one.read_text() for one in (tmp_path / target).rglob("*") if one.is_file())
        assert "*@" not in written
        assert ("bob@lab.example") in written


def test_an_account_itself_is_one_address() -> None:
    done = run("mutt", "*@sohu.com", "--pass")
    assert_refused(done, 2, "stands for many", "identities")


@pytest.mark.parametrize("local", ["a%U*", "[x]+*", "?+*"])
def test_what_the_program_would_match_otherwise_is_no_pattern(local: str) -> None:
    """A star stands where it is known what it means; all else is an address, which msmtp cannot hold."""
    with pytest.raises(MailgenError):
        files("msmtp", identities=[f"{local}@lab.example"])


def test_what_people_have_comes_in(tmp_path: Path) -> None:
    written = tmp_path / "msmtprc"
    written.write_text(next(iter(files("msmtp").values())))
    (first, _) = yaml.safe_load(run("import", str(written)).stdout)["accounts"].values()
    assert {one if isinstance(one, str) else one["address"] for one in first["identities"]} == {
        "*@lab.example",
        "bob@lab.example",
        "ada+*@lab.example",
        "*@second.example",
    }
    own = tmp_path / "own.msmtprc"
    own.write_text(
        "account lab\nhost smtp.lab.example\nport 465\ntls on\ntls_starttls off\nauth on\n"
        "user ada@lab.example\nfrom *@lab.example\npasswordeval echo x\n"
    )
    done = run("import", str(own))
    (account,) = yaml.safe_load(done.stdout)["accounts"].values()
    assert (account["address"], account["identities"]) == ("ada@lab.example", ["*@lab.example"])
    assert "from" not in done.stderr
    paths = []
    for path, text in files("mutt").items():
        paths.append(tmp_path / "home" / path[2:])
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_text(text)
    done = run("import", "--as", "mutt", *map(str, paths))
    account = yaml.safe_load(done.stdout)["accounts"]["a"]
    assert sorted(account["identities"], key=str) == sorted(MANY, key=str)
