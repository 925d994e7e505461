"""What manifests say of their programs is asked of the programs themselves."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.dataset.targets import manifest_problems
from mailgen.resolve.compat import version_key
from mailgen.writer.checks import Answer, asked
from tests.cases import RENDERED, TESTS
from tests.formats.exim import program as exim
from tests.formats.opensmtpd import program as opensmtpd
from tests.programs import need
from tests.support import ROOT
from tests.templates import broken

RECORDS = dict(open_catalogue().manifests())
#: Programs that tell nobody their version; the manifest's `default` is then believed.
SILENT = {"lieer", "mblaze"}


#: Packages that are too large to be installed for what is asked of them; other tests ask a part of them.
LEFT_OUT = {
    line.split()[0][1:]
    for line in (ROOT / "tests/debian-packages.txt").read_text().splitlines()
    if line.startswith("-")
}


def run(argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(autouse=True)
def _servers(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of mail servers a machine can have one: others lie unpacked beside the tests (tools/mail-servers)."""
    place = tmp_path
    if "exim" in request.node.name:
        exim.installed_in(tmp_path)
    if "opensmtpd" in request.node.name:
        place = opensmtpd.folder()
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    "target",
    [
        name
        for name, record in RECORDS.items()
        if "debian" in record.get("packages", {})
        and "probe" in record["version"]
        and not LEFT_OUT.intersection(record["packages"]["debian"])
    ],
)
def test_the_program_tells_its_version_and_it_is_new_enough(target: str) -> None:
    """Debian moves on; the templates are tried with whatever it brings, from `min` on."""
    version = RECORDS[target]["version"]
    need(version["probe"][0], version["probe"][0])
    said = run(version["probe"])
    told = re.search(r"\d+(\.\d+)+|\d{8}", said.stdout + said.stderr)
    assert (told is None) == (target in SILENT), said
    if told is None:
        return
    assert version_key(version["min"]) <= version_key(told.group())
    assert version_key(version["min"]) <= version_key(version["default"])


@pytest.mark.parametrize("target", [name for name, record in RECORDS.items() if "check" in record])
def test_the_check_accepts_ours_and_nothing_broken(target: str) -> None:
    record = RECORDS[target]
    check = record["check"]
    need(check["argv"][0], check["argv"][0])
    first = next(case for case in RENDERED if case.target == target)
    good = first.file.read_bytes()
    place = os.environ["PATH"]
    assert asked(check, good, path=place) == Answer(True)
    answer = asked(check, good + f"\n{broken(target)}\n".encode(), path=place)
    assert answer
    assert not answer.taken


def test_the_debian_packages_of_each_target_are_installed_for_the_tests() -> None:
    manifests = sorted((ROOT / "templates").glob("*/target.yaml"))
    argv = [str(ROOT / "tools" / "debian-packages")]
    listed = run([*argv, "--list", *map(str, manifests)]).stdout.split()
    in_debian = {name: one for name, one in RECORDS.items() if "debian" in one.get("packages", {})}
    servers = [name for name, record in in_debian.items() if record["kind"] == "mta"]
    wanted = [record["packages"]["debian"] for name, record in in_debian.items() if name not in servers]
    assert set(listed) == {package for packages in wanted for package in packages}
    own_file = ROOT / "tests/debian-packages.txt"
    own = own_file.read_text().splitlines()
    left = [line.split()[0][1:] for line in own if line.startswith("-")]
    assert [name for name in left if name not in set(listed)] == []
    assert "evolution" not in run([*argv, "--list", str(own_file), *map(str, manifests)]).stdout.split()
    unpacked = (ROOT / "Makefile").read_text().partition("tools/mail-servers")[2].partition("\n\n")[0]
    assert [name for name in servers if name not in own and f"{name}=" not in unpacked] == []
    programs = [record["packages"] for record in RECORDS.values() if record["kind"] != "provision"]
    assert all(programs), "each is in an archive"
    assert len(wanted) > len(programs) / 2


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            {"files": [{"template": "x.j2", "path": "~/x", "mode": "0600", "grammar": "none"}]},
            "no grammar 'none'",
        ),
        ({"files": [{"template": "x.j2", "path": "~/x", "mode": "0600", "when": "none"}]}, "no option"),
        ({"secret": {"delivery": ["command", "file"], "steps": {}}}, "takes three"),
    ],
)
def test_a_manifest_that_names_what_is_not_there_is_refused(change: dict[str, object], what: str) -> None:
    record = {**RECORDS["fetchmail"], **change}
    assert any(what in problem.what for problem in manifest_problems(TESTS / "target.yaml", record))
