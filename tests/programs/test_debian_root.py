"""tools/debian-root: every program of a package is there, whatever the package is called."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.programs import need
from tests.support import ROOT

#: It stands for the archive: whatever is asked for, the one package is what comes.
APT = """#!/bin/sh
for word; do case $word in Dir::Cache=*) cache=${word#*=} ;; download) cp "$DEB" . ;; esac; done
cp "$DEB" "$cache/archives/"
"""


def package(folder: Path, name: str, programs: bool) -> Path:
    """Make a package with a program of another name, a script, a link to nowhere, and what programs need."""
    tree = folder / name
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x.example>\nDescription: x\n"
    )
    for place in ("usr/bin", "usr/sbin", "usr/lib/x", "usr/share/doc"):
        (tree / place).mkdir(parents=True)
    if programs:
        shutil.copy(need("echo", "coreutils"), tree / "usr/bin/other")
        shutil.copy(need("echo", "coreutils"), tree / "usr/sbin/server")
        (tree / "usr/bin/script").write_text('#!/bin/sh\necho "a script $*"\n')
        (tree / "usr/bin/script").chmod(0o755)
        (tree / "usr/bin/nowhere").symlink_to("no-such-file")
    (tree / "usr/share/doc/readme").write_text("x\n")
    needed = subprocess.run(["ldd", need("echo", "coreutils")], capture_output=True, text=True, check=True)
    for library in re.findall(r"(/\S+) \(", needed.stdout):
        shutil.copy(library, tree / "usr/lib/x" / Path(library).name)
    made = folder / f"{name}_1_all.deb"
    subprocess.run(
        [need("dpkg-deb", "dpkg"), "-Znone", "-b", str(tree), str(made)], capture_output=True, check=True
    )
    return made


def unpacked(folder: Path, deb: Path, *how: str) -> subprocess.CompletedProcess[str]:
    apt = folder / "apt-get"
    apt.write_text(APT)
    apt.chmod(0o755)
    argv = [str(ROOT / "tools/debian-root"), *how, "suite", str(folder / "root"), deb.name.partition("_")[0]]
    path = f"{folder}:/usr/bin:/bin"
    env = {"PATH": path, "DEB": str(deb)}
    return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_every_program_of_a_package_is_a_word(tmp_path: Path) -> None:
    done = unpacked(tmp_path, package(tmp_path, "isync", programs=True))
    assert done.returncode == 0, done.stderr
    words = tmp_path / "root/bin"
    assert sorted(one.name for one in words.iterdir()) == ["other", "script", "server"]
    for word, said in (("other", "it's x"), ("server", "it's x"), ("script", "a script it's x")):
        told = subprocess.run([words / word, "it's", "x"], capture_output=True, text=True, check=True)
        assert told.stdout == f"{said}\n"
    assert "--library-path" in (words / "other").read_text()


def test_a_package_without_a_program_is_an_error(tmp_path: Path) -> None:
    done = unpacked(tmp_path, package(tmp_path, "empty", programs=False))
    assert done.returncode == 1
    assert done.stderr == "make: the package empty of suite brings no program\n"
    assert not (tmp_path / "root/.packages").exists(), "the next run would believe that all is there"


def test_what_scripts_load_may_have_no_program(tmp_path: Path) -> None:
    done = unpacked(tmp_path, package(tmp_path, "library", programs=False), "--alone")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "root/root/usr/share/doc/readme").exists()


def test_a_program_that_comes_alone_runs_with_what_is_here(tmp_path: Path) -> None:
    done = unpacked(tmp_path, package(tmp_path, "isync", programs=True), "--alone")
    assert done.returncode == 0, done.stderr
    told = subprocess.run([tmp_path / "root/bin/other", "x"], capture_output=True, text=True, check=True)
    assert told.stdout == "x\n"
