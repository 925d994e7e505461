"""A Thunderbird whose machine has our policies, or our script: a profile without accounts has ours."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.lab.thunderbird import FETCH, SEND, copy_profile
from tests.support import ROOT, cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.lab import Lab

A, B = "user@sohu.com", "user@qq.com"
FRIEND = "user@gmail.com"
#: What the administrator had there before; it stays.
OWN = {"policies": {"DisableAppUpdate": True, "Preferences": {"mail.spam.version": {"Value": 1}}}}

_STATE = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
return [
  Services.policies.status == Services.policies.ACTIVE,
  MailServices.accounts.accounts.filter(one => one.incomingServer.type != "none").map(
    account => [account.incomingServer.hostname, account.identities.map(one => one.email)]),
  Services.prefs.prefIsLocked("mail.accountmanager.accounts"),
  Services.prefs.prefHasUserValue("mail.server.server_one.hostname"),
];
"""


def with_policies(lab: Lab, profile: Path, etc: Path, *scripts: tuple[str, list[Any], float]) -> list[Any]:
    """Run scripts in a Thunderbird that finds `etc` at /etc/thunderbird; nothing of the machine changes."""
    job = json.dumps({"profile": str(profile), "scripts": scripts, "save": False})
    mount = 'mount --bind "$0" /etc/thunderbird && exec "$@"'
    argv = ["unshare", "--mount", "sh", "-c", mount, str(etc), sys.executable, "-m", "tests.lab.marionette"]
    result = lab.run(argv, profile.parent, stdin=job, timeout=150, env={"PYTHONPATH": str(ROOT)})
    assert result.rc == 0, result.stderr
    outcomes: list[Any] = json.loads(result.stdout)
    return outcomes


def own_state(home: Path) -> dict[str, str]:
    """Return where mailgen notes down what it writes: in no home of whoever runs the tests."""
    return {"XDG_STATE_HOME": str(home / "state")}


def applied(home: Path, status: str, *words: str) -> Path:
    """Write the policies beside those of the administrator; returns what is to be /etc/thunderbird."""
    tree = home / "tree"
    file = tree / "etc" / "thunderbird" / "policies" / "policies.json"
    if not file.exists():
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(OWN))
    options = {"thunderbird-policies": {"status": status}}
    accounts = {
        "one": {"address": A, "protocol": "imap", "options": options},
        "two": {"address": B, "protocol": "none"},
    }
    data = {"defaults": {"targets": ["thunderbird-policies"]}, "accounts": accounts}
    (home / "accounts.yaml").write_text(yaml.safe_dump(data))
    argv = ("apply", "--accounts", str(home / "accounts.yaml"), "-o", str(tree), "--adopt", *words)
    done = cli(*argv, env=own_state(home))
    assert done.status == 0, done.stderr
    return file.parent.parent


@pytest.mark.timeout(240)
@pytest.mark.parametrize("status", ["default", "locked"])
def test_the_accounts_are_there(lab: Lab, thunderbird_profile: Path, status: str) -> None:
    home = lab.new_home()
    etc = applied(home, status)
    profile = copy_profile(thunderbird_profile, home, "")
    subject = f"policies that are {status}"
    lab.deliver(A, subject)
    watch = lab.watch()

    state, fetched, sent = with_policies(
        lab, profile, etc, (_STATE, [], 15), (FETCH, [subject], 25), (SEND, [FRIEND, subject, B], 25)
    )

    assert state == [True, [True, [["imap.sohu.com", [A, B]]], status == "locked", False]], state
    assert fetched[0], fetched
    assert sent == [True, "sent"]
    assert lab.arrived(FRIEND, subject)["From"].addresses[0].addr_spec == B
    assert watch.login("smtp.qq.com").user == B
    assert watch.refused() == []


_LEVELS = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const name = "mail.server.server_one.hostname";
return [
  MailServices.accounts.accounts.filter(one => one.incomingServer.type != "none").map(
    account => [account.incomingServer.hostname, account.identities.map(one => one.fullName)]),
  Services.prefs.prefIsLocked(name),
  Services.prefs.prefHasUserValue(name),
  Services.prefs.getDefaultBranch("").getStringPref(name, ""),
];
"""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("default", [False, False, "imap.sohu.com"]),
        ("locked", [True, False, "imap.sohu.com"]),
        ("user", [False, True, ""]),
    ],
)
def test_a_script_of_the_administrator_s_has_them_too(
    lab: Lab, thunderbird_profile: Path, status: str, level: list[Any]
) -> None:
    """mozilla.cfg, and the file that names it: each level is what Thunderbird says of the preference."""
    home = lab.new_home()
    name = 'A "b" \\ 中'
    account = {"address": A, "name": name, "options": {"thunderbird-cfg": {"status": status}}}
    accounts = {"accounts": {"one": {**account, "protocol": "imap", "targets": ["thunderbird-cfg"]}}}
    (home / "accounts.yaml").write_text(yaml.safe_dump(accounts))
    argv = ("apply", "--accounts", str(home / "accounts.yaml"), "-o", str(home / "tree"))
    done = cli(*argv, env=own_state(home))
    assert done.status == 0, done.stderr
    profile = copy_profile(thunderbird_profile, home, "")
    scripts: list[tuple[str, list[Any], float]] = [(_LEVELS, [], 15)]
    if status == "locked":
        lab.deliver(A, "by a script")
        scripts.append((FETCH, ["by a script"], 25))

    state, *fetched = with_policies(lab, profile, home / "tree/etc/thunderbird", *scripts)

    assert state == [True, [[["imap.sohu.com", [name]]], *level]], state
    assert all(one[0] for one in fetched), fetched


def test_what_the_administrator_has_stays(tmp_path: Path) -> None:
    file = applied(tmp_path, "default") / "policies" / "policies.json"
    there = json.loads(file.read_text())["policies"]
    assert there["DisableAppUpdate"] is True
    assert there["Preferences"]["mail.spam.version"] == {"Value": 1}
    assert there["Preferences"]["mail.server.server_one.port"] == {"Value": 993, "Status": "default"}

    argv = ("remove", "--all", "--accounts", str(tmp_path / "accounts.yaml"), "-o", str(tmp_path / "tree"))
    done = cli(*argv, env=own_state(tmp_path))
    assert done.status == 0, done.stderr
    assert json.loads(file.read_text()) == OWN
