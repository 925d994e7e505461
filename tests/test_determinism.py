"""The same input gives the same bytes, whatever the locale, time zone, hash seed, umask or Python.

A driver runs everything that mailgen makes in one child process, in one environment after the other, and
prints a digest of each output. Other versions of Python are asked where they are on this machine: not
all can be installed everywhere, so a missing one is told, and is no error.
"""

from __future__ import annotations

import datetime
import getpass
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import mailgen
from tests.support import ROOT, VERSIONS, python_of

DRIVER = r"""
SHORT = False
import contextlib, hashlib, io, json, os, sys
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.main import main

def run(*words):
    raw, said = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        status = main(words)
    return status, raw.getvalue(), said.getvalue()

home, household = sys.argv[1:3]
made = {}
for target, record in open_catalogue().manifests():
    secret = [] if "prompt" in record["secret"]["delivery"] else ["--pass"]
    named = ["u@163.com", "--pass", "--name", "张 O'Brien"]
    others = [["u@sohu.com", *secret], ["u@qq.com", "--protocol", "pop3", *secret]]
    for words in [named, *([] if SHORT else others)]:
        status, printed, said = run(target, *words, "--lang", "en")
        assert (status == 0) == bool(printed), (target, words)
        assert status == 0 or said, (target, words)  # not every client suits every provider
        made[f"{target} {words}"] = printed or said.encode()
tree = os.path.join(home, "tree")
made["tar"] = run("apply", "--accounts", household, "--format", "tar", "-q")[1]
made["diff"] = run("diff", "--accounts", household, "-o", tree)[1].replace(tree.encode(), b"")
assert run("apply", "--accounts", household, "-o", tree, "-q")[0] == 0
for folder, folders, names in os.walk(tree):
    folders.sort()
    for name in sorted(names):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            made[os.path.relpath(path, tree)] = file.read() + oct(os.stat(path).st_mode).encode()
if not SHORT:
    made["explain"] = run("explain", "msmtp", "u@sohu.com", "--json", "--lang", "en")[1]
    linted = run("lint", os.path.join(tree, ".msmtprc"), "--format", "json", "--lang", "en")[1]
    made["lint"] = linted.replace(tree.encode(), b"")
if len(sys.argv) > 3:
    with open(sys.argv[3], "wb") as file:
        file.write(b"\n".join(made.values()))
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in made.items()}))
"""

#: Less of each kind, for runs without number.
SHORT_DRIVER = DRIVER.replace("SHORT = False", "SHORT = True")

HOUSEHOLD = ROOT / "tests" / "households" / "everything.yaml"
PLAIN = {"LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
OTHERS = [
    {"PYTHONHASHSEED": "4294967295"},
    {"LANG": "C"},
    {"LC_ALL": "POSIX", "TZ": "Asia/Shanghai"},
    {"LANG": "zh_CN.UTF-8", "TZ": "America/New_York"},
    {"LANG": "tr_TR.UTF-8", "PYTHONUTF8": "0", "TZ": "Pacific/Apia"},
]


def driven(
    folder: Path,
    more: dict[str, str],
    python: str = sys.executable,
    umask: int = 0o022,
    dump: Path | None = None,
    driver: str = DRIVER,
) -> dict[str, str]:
    """Run the driver in an environment of its own; returns the digests of all outputs."""
    folder.mkdir()
    env = {"PATH": os.defpath, "HOME": str(folder), **PLAIN, **more}
    if python == sys.executable:
        env["PYTHONPATH"] = str(ROOT / "generator")
    argv = [python, "-c", driver, str(folder), str(HOUSEHOLD)]
    argv += [str(dump)] if dump else []
    done = subprocess.run(
        argv, env=env, cwd=folder, umask=umask, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    digests: dict[str, str] = json.loads(done.stdout)
    assert len(digests) > (60 if driver == DRIVER else 40)
    return digests


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return driven(tmp_path_factory.mktemp("plain") / "home", {})


@pytest.mark.parametrize("more", OTHERS, ids=lambda more: " ".join(f"{k}={v}" for k, v in more.items()))
def test_the_environment_does_not_matter(meant: dict[str, str], tmp_path: Path, more: dict[str, str]) -> None:
    assert driven(tmp_path / "another place, with blanks", more, umask=0o077) == meant


#: Of two words of a set each seed puts either first, so this many let one order in 2^24 through.
SEEDS = 24


def test_the_seed_of_hashes_does_not_matter(meant: dict[str, str], tmp_path: Path) -> None:
    def made(seed: int) -> dict[str, str]:
        return driven(tmp_path / str(seed), {"PYTHONHASHSEED": str(seed)}, driver=SHORT_DRIVER)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for seed, digests in enumerate(pool.map(made, range(SEEDS))):
            assert digests == {name: meant[name] for name in digests}, f"PYTHONHASHSEED={seed}"


def test_the_driver_can_tell_a_difference(meant: dict[str, str], tmp_path: Path) -> None:
    changed = DRIVER.replace("u@sohu.com", "v@sohu.com")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            changed,
            str(tmp_path),
            str(ROOT / "tests" / "households" / "everything.yaml"),
        ],
        env={"PATH": os.defpath, "HOME": str(tmp_path), **PLAIN, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert {name for name, one in json.loads(done.stdout).items() if one != meant.get(name)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[str]]]:
    """By version, a Python with mailgen installed from the checkout; all are made at the same time."""

    def made(python: str, folder: Path) -> str:
        subprocess.run(
            [python, "-m", "venv", "--without-pip", folder / "venv"], check=True, capture_output=True
        )
        ours = str(folder / "venv" / "bin" / "python")
        install = [sys.executable, "-m", "pip", "--python", ours, "install", "--quiet", "--no-compile"]
        install += ["--disable-pip-version-check", f"{ROOT}[qr,toml]"]
        done = subprocess.run(install, check=False, capture_output=True, text=True, timeout=250)
        assert done.returncode == 0, done.stderr[-2000:]
        return ours

    pythons = {version: python_of(version) for version in VERSIONS}
    with ThreadPoolExecutor() as pool:
        yield {
            version: pool.submit(made, python, tmp_path_factory.mktemp(f"python{version}"))
            for version, python in pythons.items()
            if python
        }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_version_of_python_does_not_matter(
    meant: dict[str, str], installed: dict[str, Future[str]], tmp_path: Path, version: str
) -> None:
    if version not in installed:
        pytest.skip(f"Python {version} is not on this machine, so its output was not compared")
    python = installed[version].result()
    told = subprocess.run([python, "-V"], check=True, capture_output=True, text=True).stdout
    assert told.startswith(f"Python {version}.")
    assert driven(tmp_path / "home", {}, python) == meant


def test_nothing_of_this_machine_is_in_a_file(tmp_path: Path) -> None:
    dump = tmp_path / "all"
    driven(tmp_path / "home", {}, dump=dump)
    text = dump.read_bytes().decode(errors="replace")
    lines = [line for line in text.splitlines() if '"checked"' not in line and '"source"' not in line]
    for word in (str(tmp_path), str(ROOT), socket.gethostname(), f"{mailgen.__version__}\n"):
        assert not any(word in line for line in lines), word
    if getpass.getuser() not in ("root", "user", "mail"):
        assert getpass.getuser() not in "\n".join(lines)
    today = datetime.datetime.now(tz=datetime.UTC)
    assert not any(f"{today:%Y-%m-%d}" in line or f"{today:%a %b %d}" in line for line in lines)
