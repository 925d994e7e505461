"""What meli and the m4 that it has read its file say of it. Debian 13: meli, m4.

`meli test-config` reads a file as a start would, and ends; the m4 of the test is called as meli calls it
(`conf/preprocessing.rs` of 0.8.11), so that what comes of a text can be looked at.
"""

from __future__ import annotations

from pathlib import Path

from tests.programs import Objected, need, run, scratch

_FIRST = "divert(-1)dnl\ndefine(`include', `divert(0)$1\ndivert(-1)\n')dnl\nchangequote(`\"', `\"')dnl\n"
_SECOND = (
    "define(`builtin_include', defn(`include'))dnl\n"
    "define(`include', `builtin_include(substr($1,1,decr(decr(len($1)))))dnl')dnl\n"
)


def accept(text: str) -> None:
    """Return if meli reads the file. Raises Objected, with what it says, if not."""
    with scratch(text.encode(), "config.toml") as file:
        done = run([need("meli", "meli"), "test-config", str(file)], file.parent)
    if done.returncode:
        raise Objected("meli", done.returncode, (done.stdout + done.stderr).decode(errors="replace"))


def after_m4(text: str) -> str:
    """Return what m4 hands on to meli. Raises Objected if it complains, or finds a file that is included."""
    included = _m4(_FIRST + text)
    if included.strip():
        raise Objected("m4", 0, included)
    return _m4(_SECOND + text)


def _m4(text: str) -> str:
    program = need("m4", "m4")
    with scratch(text.encode(), "input") as file:
        done = run([program, str(file)], Path(file.parent))
    if done.returncode or done.stderr:
        raise Objected("m4", done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout.decode()
