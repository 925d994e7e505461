"""The light ways to JSON and SQLite give what the modules of the standard library give."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.catalog import light
from mailgen.catalog.opening import open_catalogue

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_the_same_value_is_read(value: object, ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii, separators=(",", ":"))
    assert light.json_value(text) == json.loads(text) == value


@given(VALUES, st.data())
def test_what_is_no_json_is_refused_by_both(value: object, data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = data.draw(st.integers(0, len(text)))
    broken = text[:cut] + data.draw(st.sampled_from(["", "}", "x", '"', "\x00", "NaN", ","])) + text[cut:]
    try:
        expected = json.loads(broken.rstrip(" "), parse_constant=pytest.fail)
    except (ValueError, pytest.fail.Exception):
        with pytest.raises(ValueError, match=r"."):
            light.json_value(broken)
    else:
        assert light.json_value(broken) == expected


def test_without_the_parts_in_c_the_modules_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "make_scanner", None)
    assert light.json_value('{"a":[1]}') == {"a": [1]}
    assert light.sqlite.connect is sqlite3.connect
    assert light.sqlite.Error is sqlite3.Error


def test_a_look_up_imports_neither() -> None:
    """What would make each start slower is not imported by the main form, once the catalogue is there."""
    open_catalogue().close()
    code = (
        "import sys; before = set(sys.modules);"
        "from mailgen.cli.main import main; main(['msmtp', 'user@sohu.com', '--pass']);"
        "heavy = {'argparse', 'json', 'sqlite3', 'gettext', 'datetime', 'typing', 're', 'enum',"
        "'dataclasses', 'shlex', 'pathlib', 'functools', 'collections', 'itertools', 'types',"
        "'operator'};"
        "sys.exit(' '.join(sorted(heavy & sys.modules.keys() - before)) or 0)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "smtp.sohu.com" in done.stdout


def test_sqlite_by_itself_leaves_functools_alone() -> None:
    """What stands in for functools while SQLite is imported serves it, and is seen by nobody else."""
    code = """
import sys
assert "functools" not in sys.modules
from mailgen.catalog.light import sqlite
assert "functools" not in sys.modules
database = sqlite.connect(":memory:", cached_statements=5)
assert [database.execute("SELECT ?", (n,)).fetchone() for n in (1, 2, 1)] == [(1,), (2,), (1,)]
import functools, sqlite3
assert functools.lru_cache(2)(len)("ab") == 2 and functools.wraps
assert sqlite3.connect(":memory:").execute("SELECT 1").fetchone() == (1,)
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
