"""What people get mailgen by, beside wheel and source archive: one file, and the files of other packagers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mailgen import __version__
from tests.cases import run
from tests.programs import need
from tests.support import ROOT, VERSIONS, cli, environment, python_of, ran

if TYPE_CHECKING:
    from tests.cases import Outcome

PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return mailgen as one file, made twice of one wheel."""
    folder = tmp_path_factory.mktemp("zipapp")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    env = {**environment(), "PYTHONPATH": ""}
    subprocess.run(build, env=env, capture_output=True, timeout=280, check=True)
    [wheel] = folder.glob("*.whl")
    for name in ("mailgen.pyz", "again.pyz"):
        made = ran([sys.executable, str(ROOT / "tools/build-zipapp"), str(wheel), str(folder / name)])
        assert made.status == 0, made.stderr
    assert (folder / "mailgen.pyz").read_bytes() == (folder / "again.pyz").read_bytes()
    return folder / "mailgen.pyz"


@pytest.mark.timeout(600)
def test_one_file_is_all_that_a_python_needs(one_file: Path, tmp_path: Path) -> None:
    """With the standard library alone, it answers as the checkout does; what needs more says so."""

    def asked(python: str, *words: str) -> Outcome:
        env = {"HOME": str(tmp_path), "LANG": "C.UTF-8"}
        return ran([python, "-I", "-S", str(one_file), *words], env, tmp_path)

    words = ("mutt", "you@163.com", "--name", "Ada O'Brien")
    here, pythons = cli(*words), [python for one in VERSIONS if (python := python_of(one))]
    for python in pythons:
        assert asked(python, *words) == here, python
    (tmp_path / "accounts.yaml").write_text("accounts: {home: {address: you@sohu.com, targets: [msmtp]}}\n")
    for more in (
        ("show", "sohu.com", "--lang", "zh"),
        ("explain", "msmtp", "you@sohu.com"),
        ("mutt", "you@xn--fiqs8s.example", "--imap-host", "a.example", "--smtp-host", "b.example", "--json"),
        ("publish", "tree", "--domain", "company.example", "--provider", "exmail.qq.com", "--check"),
        ("accounts", "list", "--accounts", str(tmp_path / "accounts.yaml")),
        ("apply", "--accounts", str(tmp_path / "accounts.yaml"), "-o", str(tmp_path / "tree")),
        ("msmtp", "--help"),
    ):
        done = asked(sys.executable, *more)
        assert (done.status, "Traceback" in done.stderr) == (3 if more[0] == "publish" else 0, False), done
    assert "host           smtp.sohu.com" in (tmp_path / "tree/.msmtprc").read_text()
    done = asked(sys.executable, "discover", "example.org")
    assert done.status == 1
    assert "which is missing" in done.stderr
    assert asked(sys.executable, "check", "--help").status == 0


def test_packagers_name_what_the_project_needs() -> None:
    """Each file of another packager has this version, and no dependency more or less."""
    needed = {re.split(r"[<>=\[]", one)[0].lower() for one in PROJECT["dependencies"]}
    assert needed == {"idna", "jinja2", "jsonschema", "pyyaml"}
    names = {"jinja2": "jinja", "pyyaml": "yaml"}
    recipe = (PACKAGING / "aur/PKGBUILD").read_text()
    assert f"pkgver={__version__}\n" in recipe
    [depends] = re.findall(r"^depends=\((.*)\)$", recipe, re.MULTILINE)
    assert set(depends.split()) == {"python", *(f"python-{names.get(one, one)}" for one in needed)}
    nix = (PACKAGING / "nix/package.nix").read_text()
    [depends] = re.findall(r"  dependencies = with python3Packages; \[ (.*) \];", nix)
    assert set(depends.split()) == needed
    for extra in ("data", "discover", "login", "qr", "site", "toml"):
        [listed] = re.findall(rf"    {extra} = \[ (.*) \];", nix)
        assert set(listed.split()) == {
            re.split(r"[<>=]", one)[0].lower() for one in PROJECT["optional-dependencies"][extra]
        }
    control = (PACKAGING / "debian/control").read_text()
    build = {
        one.rstrip(",") for one in control.partition("Build-Depends:")[2].partition("\nStandards")[0].split()
    }
    assert {f"python3-{names.get(one, one) if one == 'pyyaml' else one}" for one in needed} <= build
    assert f"mailgen ({__version__}-" in (PACKAGING / "debian/changelog").read_text()
    assert f"mailgen-{__version__}.tar.gz" in (PACKAGING / "homebrew/mailgen.rb").read_text()


def test_what_a_debian_of_its_own_takes_is_said(tmp_path: Path) -> None:
    """Without mmdebstrap, a line that says what to do, and nothing is made."""
    for name in ("sh", "id"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    argv = [
        "/bin/sh",
        str(ROOT / "tools/trixie-deb"),
        str(tmp_path / "roots"),
        "no.tar.gz",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(argv, env={"PATH": str(tmp_path)}, capture_output=True, timeout=20, check=False)
    assert done.returncode == 1
    assert b"apt-get install mmdebstrap" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["id", "sh"]


@pytest.mark.parametrize("path", ["flake.nix", "packaging/nix/package.nix", "packaging/nix/home-manager.nix"])
def test_nix_reads_its_files(path: str) -> None:
    done = ran([need("nix-instantiate", "nix-bin"), "--parse", str(ROOT / path)])
    assert done.status == 0, done.stderr


def _nix(folder: Path, words: str) -> Outcome:
    nix = need("nix-instantiate", "nix-bin")
    expression = f"let it = import {PACKAGING}/nix/answers.nix; in {words}"
    env = {
        "HOME": str(folder),
        "NIX_STATE_DIR": str(folder / "state"),
        "NIX_STORE_DIR": str(folder / "store"),
    }
    return ran([nix, "--eval", "--strict", "--json", "-E", expression], env)


def test_home_manager_is_told_what_mailgen_has_chosen(tmp_path: Path) -> None:
    """Servers, login name, warnings and files, in home-manager's words."""
    for domain in ("sina.com", "163.com", "fastmail.com", "posteo.de"):
        said = run("mutt", f"ada@{domain}", "--json").stdout
        (tmp_path / f"{domain}.json").write_text(said)
    listed = (
        "{ "
        + " ".join(
            f'"{one.name}" = {{ a = it.account {one}; w = it.warnings {one}; f = it.files {one}; }};'
            for one in sorted(tmp_path.glob("*.json"))
        )
        + " }"
    )
    done = _nix(tmp_path, listed)
    assert done.status == 0, done.stderr
    for name, found in json.loads(done.stdout).items():
        said = json.loads((tmp_path / name).read_text())
        assert found["a"] == _expected(said), name
        warned = [one["what"]["en"] for one in said["findings"] if one["severity"] == "warning"]
        assert found["w"] == [f"mailgen: {said['address']}: {one}" for one in warned]
        assert found["f"] == {one["path"].removeprefix("~/"): one["text"] for one in said["files"]}
    assert json.loads(done.stdout)["163.com.json"]["w"], "mutt sends no ID, and 163.com wants one"


def _expected(said: dict[str, Any]) -> dict[str, Any]:
    servers = {
        one["protocol"]: {
            "host": one["host"],
            "port": one["port"],
            "tls": {"enable": True, "useStartTls": one["tls"] == "starttls"},
        }
        for one in said["servers"]
        if one["protocol"] in ("imap", "smtp")
    }
    return {"address": said["address"], "userName": said["servers"][0]["username"], **servers}


def test_home_manager_refuses_what_it_cannot_say(tmp_path: Path) -> None:
    said = json.loads(run("mutt", "ada@sina.com", "--json").stdout)
    said["servers"][0]["username"] = "other"
    (tmp_path / "two.json").write_text(json.dumps(said))
    (tmp_path / "newer.json").write_text(json.dumps({**said, "format": 2}))
    assert "another name at each server" in _nix(tmp_path, f"it.account {tmp_path}/two.json").stderr
    assert "format that this file does not know" in _nix(tmp_path, f"it.account {tmp_path}/newer.json").stderr


def steps_of(path: str) -> list[dict[str, Any]]:
    read = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    if "runs" in read:
        return list(read["runs"]["steps"])
    return [step for job in read["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    "path", ["action.yml", ".github/workflows/release.yml", ".github/workflows/test.yml"]
)
def test_no_word_of_others_becomes_a_line_of_shell(path: str) -> None:
    """What comes from outside reaches a script through its environment only; and bash can read the script."""
    for step in steps_of(path):
        assert "${{" not in step.get("run", "")
        assert ran(["bash", "-n", "-c", step.get("run", ":")]).status == 0, step
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_a_release_is_published_by_a_job_that_runs_no_code_of_ours() -> None:
    read = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    assert read["permissions"] == {"contents": "read"}
    publish = read["jobs"]["publish"]
    assert publish["environment"] == "release"
    assert publish["permissions"] == {"id-token": "write"}
    assert not [step for step in publish["steps"] if "checkout" in step.get("uses", "")]
    assert "secrets." not in str(read)


def test_the_action_lints_and_compares(tmp_path: Path) -> None:
    """Its script as it stands, with what GitHub would put into its environment."""
    [script] = [step["run"] for step in steps_of("action.yml") if step["name"] == "Run mailgen"]
    (tmp_path / "mailgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgen "$@"\n')
    (tmp_path / "mailgen").chmod(0o755)
    (tmp_path / "accounts.yaml").write_text("accounts: {home: {address: you@sohu.com, targets: [msmtp]}}\n")

    def act(**inputs: str) -> Outcome:
        given = {"ACCOUNTS": "accounts.yaml", "OUTPUT": "home", "FILES": "", "SARIF": "", **inputs}
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path / "runner")}
        return ran(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], {**given, **path}, tmp_path
        )

    assert act(COMMAND="diff").status == 3
    assert act(COMMAND="apply").status == 0
    assert act(COMMAND="diff").status == 0
    good = str(tmp_path / "home/.msmtprc")
    assert act(COMMAND="lint", FILES=f"{good}\n").status == 0
    bad = tmp_path / "odd $(touch x) name" / "msmtprc"
    bad.parent.mkdir()
    bad.write_text("account x\nhost smtp.sohu.com\ntls off\n")
    done = act(COMMAND="lint", FILES=f"{good}\n{bad}\n", SARIF="found.sarif")
    assert done.status == 1, done
    assert json.loads((tmp_path / "found.sarif").read_text())["runs"][0]["results"]
    assert not (tmp_path / "x").exists()
    assert act(COMMAND="$(touch x)").status == 2
    assert not (tmp_path / "x").exists()


def test_other_packagers_files_are_read_by_their_languages() -> None:
    assert ran(["bash", "-n", str(PACKAGING / "aur/PKGBUILD")]).status == 0
    for script in ("tests/msmtp", "tests/offline"):
        assert ran(["sh", "-n", str(PACKAGING / "debian" / script)]).status == 0
