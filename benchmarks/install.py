"""mailgen as its users have it: a wheel in an environment of its own, far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fresh(folder: Path) -> Path:
    """Build the wheel, install it below `folder`, and return the folder of its programs.

    Without its dependencies: `mailgen TARGET ADDRESS` imports none of them, and if it ever does,
    the benchmark fails here and now. Raises SystemExit with pip's words if the wheel cannot be made.
    """
    wheels = folder / "wheels"
    _pip("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels))
    environment = folder / "venv"
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    wheel = next(wheels.glob("mailgen-*.whl"))
    _pip("--python", str(programs / "python"), "install", "--no-deps", "--no-index", str(wheel))
    return programs


def whole(folder: Path) -> Path:
    """Install the wheel that `fresh` has built once more, beside what this interpreter has installed.

    Returns the folder of its programs: other verbs than the main form need the dependencies.
    """
    environment = folder / "whole"
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    wheel = next((folder / "wheels").glob("mailgen-*.whl"))
    _pip("--python", str(programs / "python"), "install", "--no-deps", "--no-index", str(wheel))
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return programs


def ansible(programs: Path) -> Path:
    """Copy Ansible's programs that this interpreter has to those of `whole`; return its ansible-playbook."""
    for name in ("ansible", "ansible-playbook", "ansible-pull"):
        _, _, rest = Path(sys.executable).with_name(name).read_text(encoding="utf-8").partition("\n")
        copy = programs / name
        copy.write_text(f"#!{programs}/python\n{rest}", encoding="utf-8")
        copy.chmod(0o755)
    return programs / "ansible-playbook"


def editable() -> Path | None:
    """Return the console script of the checkout beside this interpreter, or None."""
    script = Path(sys.executable).with_name("mailgen")
    return script if script.exists() else None


def _pip(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"pip {words[0]} failed; `make bench` sets up what it needs:\n{done.stdout}")
