"""What Evolution's own libraries make of its sources: the service that holds them, and Camel.

Debian's packages of them lie unpacked in .venv/evolution (make programs): the whole of Evolution, with a
browser in it, is not needed for that.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from tests.programs import Objected, need, run, unavailable
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PACKAGES = ROOT / ".venv" / "evolution" / "root" / "usr"
_SCRIPT = ROOT / "tests" / "formats" / "sourcefile" / "session"
#: One session has a bus of its own, which ends with it.
ARGV = ["dbus-run-session", "--", str(_SCRIPT)]


def settled(home: Path) -> dict[str, str]:
    """Return the environment of a session whose user has this home."""
    need("dbus-run-session", "dbus-daemon")
    if not (PACKAGES / "libexec" / "evolution-source-registry").exists():
        unavailable("evolution-source-registry is not unpacked (make programs, on Debian)")
    lib = PACKAGES / "lib"
    [libraries] = {file.parent for file in lib.glob("*/libcamel-1.2.so.*")}
    schemas = home / "schemas"
    if not schemas.exists():
        schemas.mkdir()
        for file in (PACKAGES / "share/glib-2.0/schemas").glob("*.xml"):
            shutil.copy(file, schemas)
        compiled = run([f"/usr/lib/{libraries.name}/glib-2.0/glib-compile-schemas", str(schemas)], home)
        assert compiled.returncode == 0, compiled.stderr
    return {
        "XDG_RUNTIME_DIR": str(home),
        "GSETTINGS_SCHEMA_DIR": str(schemas),
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_VFS": "local",
        "GIO_EXTRA_MODULES": str(libraries / "gio/modules"),
        "GI_TYPELIB_PATH": str(libraries / "girepository-1.0"),
        "LD_LIBRARY_PATH": f"{libraries}:{lib}/evolution-data-server",
        "EDS_CAMEL_PROVIDER_DIR": f"{lib}/evolution-data-server/camel-providers",
        "EDS_REGISTRY_MODULES": str(home / "no modules"),
        "PYTHONPATH": f"{lib}/python3/dist-packages",
        "REGISTRY": f"{PACKAGES}/libexec/evolution-source-registry",
    }


def ask(home: Path, jobs: Sequence[Sequence[str]], **variables: str) -> list[Any]:
    """Return the answers of a session in a home to jobs (see the script `session`)."""
    done = run([*ARGV, json.dumps(jobs)], home, {**settled(home), **variables})
    if done.returncode or not done.stdout:
        raise Objected("evolution-source-registry", done.returncode, done.stderr.decode(errors="replace"))
    answers: list[Any] = json.loads(done.stdout)
    return answers


def sources(home: Path, **variables: str) -> dict[str, dict[str, Any]]:
    """Return what is read of mailgen's sources below a home, by their names."""
    [found] = ask(home, [["tell"]], **variables)
    return dict(found)
