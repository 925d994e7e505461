"""Files of the whole system: what a manifest says of them, and what the command line does with them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from mailgen import paths
from mailgen.accounts.fleet import plan_users
from mailgen.api import generate
from mailgen.core.errors import DataError, MailgenError
from mailgen.core.values import replace
from mailgen.dataset import targets
from mailgen.model.account import Identity
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from mailgen.writer.settling import settled
from tests.cases import GOLDEN, run
from tests.support import assert_refused

ADDRESS = "user@sohu.com"
COMMAND = Wish(credential=Credential("command", Command(("pass", "x"))))
ACCOUNT = {"address": ADDRESS, "password_command": "pass x", "targets": ["msmtp-system"]}


@pytest.fixture
def household(tmp_path: Path) -> str:
    path = tmp_path / "accounts.yaml"
    path.write_text(f"accounts:\n  relay: {ACCOUNT}\n".replace("'", ""))
    path.chmod(0o600)
    return str(path)


def test_it_is_for_root_and_a_group() -> None:
    (file,) = generate("msmtp-system", ADDRESS, COMMAND).files
    assert (file.path, file.mode, file.scope, file.group) == ("/etc/msmtprc", 0o640, "system", "msmtp")
    assert generate("msmtp", ADDRESS, COMMAND).files[0].group is None
    wish = Wish(credential=COMMAND.credential, options={"group": "mail"})
    assert generate("msmtp-system", ADDRESS, wish).files[0].group == "mail"


def test_it_says_the_same_as_the_users_own_and_who_sends() -> None:
    compared = 0
    for file in (GOLDEN / "msmtp-system").glob("*/msmtprc"):
        own = (GOLDEN / "msmtp" / file.parent.name / file.name).read_text()
        more = [line for line in file.read_text().splitlines() if line not in own.splitlines()]
        assert more == ["set_from_header on", "allow_from_override off", "allow_from_override off"]
        assert [line for line in file.read_text().splitlines() if line not in more] == own.splitlines()
        compared += 1
    assert compared > 2


def test_every_account_of_the_file_keeps_its_sender() -> None:
    """msmtp 1.8.20 to 1.8.23 hands allow_from_override on to no account that is made from another."""
    wish = Wish(credential=COMMAND.credential, identities=(Identity("dr@sohu.com"),))
    for version, stands in (("1.8.19", False), ("1.8.20", True)):
        text = generate("msmtp-system", ADDRESS, replace(wish, client_version=version)).files[0].text
        accounts = re.split(r"^account ", text, flags=re.MULTILINE)[1:]
        assert [("\nallow_from_override off\n" in one) for one in accounts] == [stands] * 3


def test_an_older_msmtp_is_told_that_other_senders_are_refused() -> None:
    done = run("msmtp-system", "user@qq.com", "--pass", "--client-version", "1.8.16")
    assert done.status == 0
    assert "use msmtp of the whole system 1.8.20 or newer" in done.stderr
    assert "does not do what it needs" not in run("msmtp-system", "user@qq.com", "--pass").stderr


def test_the_mail_to_root_goes_to_the_address_that_is_named() -> None:
    wish = replace(COMMAND, options={"root_mail": "boss@lab.example"})
    rc, aliases = generate("msmtp-system", ADDRESS, wish).files
    assert "\naliases        /etc/aliases\n" in rc.text
    assert (aliases.path, aliases.mode, aliases.group) == ("/etc/aliases", 0o644, None)
    assert aliases.text.splitlines()[1:] == ["root: boss@lab.example", "default: boss@lab.example"]
    assert "aliases" not in generate("msmtp-system", ADDRESS, COMMAND).files[0].text
    told = run("msmtp-system", ADDRESS, "--pass").stderr
    assert "--set root_mail=ADDRESS" in told
    given = run("msmtp-system", ADDRESS, "--pass", "--set", "root_mail=boss@lab.example", "--file", "msmtprc")
    assert (given.status, "root_mail" in given.stderr) == (0, False)


@pytest.mark.parametrize(
    "given", ["root", "@", "a@lab.example,b@lab.example", "a@lab.example\nx: y@z.example"]
)
def test_root_mail_is_one_whole_address(given: str) -> None:
    done = run("msmtp-system", ADDRESS, "--pass", "--set", f"root_mail={given}")
    assert (done.status, done.stdout) == (2, "")
    assert "root_mail" in done.stderr


@pytest.mark.parametrize("given", ['"a b"@lab.example', '"a:b"@lab.example', "a#b@lab.example"])
def test_an_address_that_no_alias_can_be_is_refused(given: str) -> None:
    done = run("msmtp-system", ADDRESS, "--pass", "--set", f"root_mail={given}", "--file", "aliases")
    assert (done.status, done.stdout) == (1, "")


def of(**options: str) -> dict[str, object]:
    return {**ACCOUNT, "options": {"msmtp-system": options}}


def test_what_is_about_the_whole_machine_is_said_once() -> None:
    boss = {"root_mail": "boss@lab.example"}
    users = {"root": {"accounts": {"one": of(**boss), "two": {**ACCOUNT, "address": "other@sohu.com"}}}}
    rc, aliases = plan_users(users)[0].files
    assert rc.text.count("/etc/aliases") == 2
    assert aliases.text.count("root:") == 1
    users["root"]["accounts"]["two"] = {**of(root_mail="else@lab.example"), "address": "other@sohu.com"}
    with pytest.raises(DataError, match="two accounts differ") as caught:
        plan_users(users)
    assert caught.value.field[-1] == "root_mail"


@pytest.mark.parametrize(
    ("line", "says"),
    [("root: me", "already who gets"), (" default:me", "already"), ("list: :include:/x", "one colon")],
)
def test_an_alias_that_would_stop_all_mail_is_named(line: str, says: str, tmp_path: Path) -> None:
    """msmtp refuses the whole file for a name that stands there twice, and then sends nothing."""
    tree = tmp_path / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/aliases").write_text(f"# ours\npostmaster: root\n{line}\n")
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text(json.dumps({"accounts": {"relay": of(root_mail="boss@lab.example")}}))
    accounts.chmod(0o600)
    words = ("apply", "--accounts", str(accounts), "-o", str(tree), "--adopt")
    assert_refused(run(*words), 1, "aliases, line 3", says)
    assert not (tree / "etc/msmtprc").exists()
    (tree / "etc/aliases").write_text("# ours\npostmaster: root\n")
    assert run(*words).status == 0
    kept = (tree / "etc/aliases").read_text()
    assert kept.startswith("# ours\npostmaster: root\n")
    assert "\nroot: boss@lab.example\n" in kept


@pytest.mark.parametrize("kind", ["prompt", "netrc"])
def test_nobody_is_there_to_type_a_password(kind: str) -> None:
    with pytest.raises(MailgenError, match="cannot ask for a password") as caught:
        generate("msmtp-system", ADDRESS, Wish(credential=Credential(kind)))  # type: ignore[arg-type]
    assert "password_command" in caught.value.mend


def test_a_folder_stands_for_the_root(tmp_path: Path) -> None:
    done = run("msmtp-system", ADDRESS, "--pass", "-q", "-o", str(tmp_path))
    assert done.status == 0, done.stderr
    assert (tmp_path / "etc/msmtprc").stat().st_mode & 0o777 == 0o640


def test_apply_leaves_the_system_alone(household: str, tmp_path: Path) -> None:
    for verb in ("apply", "diff"):
        assert_refused(run(verb, "--accounts", household), 1, "whole system", "/etc/msmtprc", "-o")
    tree = tmp_path / "tree"
    assert run("apply", "--accounts", household, "-o", str(tree), "-q").status == 0
    assert {path.name for path in tree.rglob("*") if path.is_file()} == {"msmtprc", ".mailgen.json"}
    assert run("diff", "--accounts", household, "-o", str(tree)).status == 0
    done = run("remove", "--accounts", household, "-o", str(tree), "--all")
    assert done.status == 0, done.stderr
    assert list(tree.iterdir()) == []


def test_only_root_has_the_system() -> None:
    assert [file.path for file in plan_users({"root": {"accounts": {"relay": ACCOUNT}}})[0].files] == [
        "/etc/msmtprc"
    ]
    with pytest.raises(DataError, match="whole system") as caught:
        plan_users({"ada": {"accounts": {"relay": ACCOUNT}}})
    assert caught.value.field == ("users", "ada", "accounts", "relay", "targets")
    assert "users/root" in caught.value.mend


@pytest.mark.parametrize("other", ["nobody", "twin", "msmtp"])
def test_a_manifest_is_like_one_that_is_whole(other: str, tmp_path: Path) -> None:
    """Neither like one that is not there, nor like one that is itself like another."""
    for name in ("msmtp", "msmtp-system"):
        shutil.copytree(Path(paths.data_folder("templates")) / name, tmp_path / name)
    shutil.copytree(tmp_path / "msmtp-system", tmp_path / "twin")
    folder = tmp_path / "msmtp-system"
    manifest = folder / "target.yaml"
    manifest.write_text(manifest.read_text().replace("like: msmtp", f"like: {other}"))
    record, problems = targets.load_target(folder)
    if other == "msmtp":
        assert problems == []
        assert (record["grammar"], record["title"]) == ("msmtp", "msmtp of the whole system")
    else:
        assert [(problem.field, "whole by itself" in problem.what) for problem in problems] == [
            (("like",), True)
        ]


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("linux", "etc/msmtprc"),
        ("freebsd14", "usr/local/etc/msmtprc"),
        ("netbsd10", "usr/pkg/etc/msmtprc"),
        ("darwin", "opt/homebrew/etc/msmtprc"),
    ],
)
def test_it_lies_where_msmtp_of_that_system_reads_it(platform: str, place: str, tmp_path: Path) -> None:
    files = plan_users({"root": {"accounts": {"relay": of(root_mail="boss@lab.example")}}})[0].files
    found, _ = settled(files, str(tmp_path), {}, {}, platform)
    expected = f"/{place}" if platform == "linux" else f"~/{place}"
    assert [file.path for file in found] == [expected, "/etc/aliases"]
    if platform == "darwin":
        (tmp_path / "usr/local/etc").mkdir(parents=True)
        (tmp_path / "usr/local/etc/msmtprc").write_text("# of Homebrew on an older machine\n")
        found, _ = settled(files, str(tmp_path), {}, {}, platform)
        assert found[0].path == "~/usr/local/etc/msmtprc"
