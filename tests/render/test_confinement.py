"""What is told of AppArmor, which confines msmtp on some systems; its own parser reads what is advised."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.apply_home import Home
from tests.programs import need, unavailable
from tests.support import ROOT, cli

PROFILES = Path("/etc/apparmor.d")
PROFILE = PROFILES / "usr.bin.msmtp"
ADDRESS = "ada@qq.com"
MANIFEST = yaml.safe_load((ROOT / "templates/msmtp/target.yaml").read_text(encoding="utf-8"))["confined"]


def told(*words: str, target: str = "msmtp") -> str:
    done = cli(target, ADDRESS, *words)
    assert done.status == 0, done.stderr
    return " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "command", ["pass show x", "secret-tool lookup x y", "/usr/bin/gpg -d x", "head -n1 x"]
)
def test_what_the_profile_starts_needs_no_word(command: str) -> None:
    assert "AppArmor" not in told("--password-command", command)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        ("gopass show x", "/usr/bin/gopass PUx,"),
        ("/opt/bin/op read x", "/opt/bin/op PUx,"),
        ("sh -c 'pass x'", "/usr/bin/sh PUx,"),
    ],
)
def test_another_program_is_told_with_the_line_that_lets_it(command: str, rule: str) -> None:
    said = told("--password-command", command)
    assert "/etc/apparmor.d/local/usr.bin.msmtp" in said
    assert rule in said
    assert "apparmor_parser -r /etc/apparmor.d/usr.bin.msmtp" in said


def test_so_is_one_that_prints_a_token() -> None:
    done = cli("msmtp", "ada@gmail.com", "--token-command", "python3 token.py")
    assert "/usr/bin/python3 PUx," in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("~/bridge/ca.pem", "owner @{HOME}/bridge/ca.pem r,"),
        ("/home/ada/ca.pem", "owner @{HOME}/ca.pem r,"),
        ("/opt/ca.pem", "/opt/ca.pem r,"),
        ("~/.config/msmtp/ca.pem", ""),
        ("/home/ada/.config/msmtp/ca.pem", ""),
        ("~/.msmtp-ca.pem", ""),
        ("/etc/ssl/certs/own.pem", ""),
    ],
)
def test_a_file_that_it_may_not_read_is_told(path: str, rule: str) -> None:
    said = told("--pass", "--set", f"ca_file={path}")
    assert (rule in said and "local/usr.bin.msmtp" in said) if rule else "AppArmor" not in said


def test_other_programs_are_not_confined() -> None:
    assert "AppArmor" not in told("--password-command", "gopass show x", target="mutt")


def test_apply_says_it_in_either_language(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.accounts.write_text(
        "accounts: {home: {address: ada@qq.com, targets: [msmtp], password_command: [gopass, x]}}\n"
    )
    assert "/usr/bin/gopass PUx," in home.run("apply").stderr
    chinese = home.run("apply", "--lang", "zh", "-v").stderr
    assert "在 AppArmor 限制 msmtp 的系统上" in chinese


def test_the_manifest_says_what_the_profile_says() -> None:
    if not PROFILE.exists():
        unavailable("the profile of msmtp is not installed (Debian: apt install msmtp)")
    text = PROFILE.read_text(encoding="utf-8")
    helpers = text[text.index("profile helpers") :]
    started = {one for line in re.findall(r"bin/(\S+)\s+PUx,", helpers) for one in _names(line)}
    assert started <= set(MANIFEST["runs"])
    assert set(MANIFEST["runs"]) - started == {"security"}
    for pattern in ("~/.msmtp*", "~/.config/msmtp/*", "~/.cache/msmtp/*", "~/**/*msmtprc"):
        assert f"@{{HOME}}{pattern[1:]} " in text
        assert pattern in MANIFEST["reads"]


def _names(word: str) -> list[str]:
    """Return the names that a pattern such as gpg{,2} stands for."""
    head, brace, rest = word.partition("{")
    return [head + end for end in rest.rstrip("}").split(",")] if brace else [word]


def test_the_lines_that_are_advised_are_good(tmp_path: Path) -> None:
    """In a copy of the profiles; nothing is loaded."""
    parser = need("apparmor_parser", "apparmor")
    if not PROFILE.exists():
        unavailable("the profile of msmtp is not installed (Debian: apt install msmtp)")
    said = told("--password-command", "gopass show x", "--set", "ca_file=~/bridge/ca.pem")
    [command] = re.findall(r"(/usr/bin/gopass PUx,)", said)
    [file] = re.findall(r"(owner @\{HOME\}/bridge/ca\.pem r,)", said)
    for rules, accepted in (((command, file), True), (("/usr/bin/dash PUx,", file), False)):
        folder = tmp_path / str(accepted)
        (folder / "local").mkdir(parents=True)
        for name in ("abstractions", "tunables", "abi"):
            (folder / name).symlink_to(PROFILES / name)
        text = PROFILE.read_text(encoding="utf-8")
        changed = (
            text.replace("profile helpers {\n", f"profile helpers {{\n{rules[0]}\n") if accepted else text
        )
        assert changed != text or not accepted
        (folder / "msmtp").write_text(changed, encoding="utf-8")
        local = rules[1] if accepted else "\n".join(rules)
        (folder / "local/usr.bin.msmtp").write_text(f"{local}\n", encoding="utf-8")
        argv = [parser, "-Q", "-K", "--base", str(folder), "-I", str(folder), str(folder / "msmtp")]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        # A shell of another kind cannot be let in from there, which is why the step names two files.
        assert ("ERROR" not in done.stderr) == accepted, done.stderr
