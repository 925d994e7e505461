"""A household goes into a home that has its own lines, is read there by the real programs, and goes again."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.accounts import reader
from mailgen.accounts.planner import Planner
from mailgen.catalog.opening import open_catalogue
from tests.programs import need, run
from tests.writer.hands import Home

if TYPE_CHECKING:
    from mailgen.core.files import RenderedFile

CATALOGUE = open_catalogue()
#: The user's own lines: without a final line end, with a comment that goes on, with DOS line ends.
OWN = {
    ".muttrc": b"set realname = 'Before'\nset index_format = '%s'\n# note \\",
    ".msmtprc": b"# mine\r\naccount mine\r\nhost mail.example\r\nfrom me@mail.example",
    ".fetchmailrc": b"poll mine.example proto pop3 user 'me'\n",
}


def files(data: dict[str, Any]) -> tuple[RenderedFile, ...]:
    return Planner(CATALOGUE).plan(data).files


@pytest.fixture
def data() -> dict[str, Any]:
    path = Path(__file__).parents[1] / "households" / "readme.yaml"
    without_commands: dict[str, Any] = {"defaults": {}}  # mutt would run them when it reads its files
    return {**reader.load_accounts(str(path), CATALOGUE.target_names()), **without_commands}


def test_apply_change_and_remove(tmp_path: Path, data: dict[str, Any]) -> None:
    home = Home(tmp_path)
    for name, content in OWN.items():
        home.write(name, content)
    kinds = home.kinds(*files(data), adopt=True)
    assert kinds.count("adopt") == len(OWN)
    assert set(kinds) == {"adopt", "create"}
    assert {change.kind for change in home.apply(*files(data))} == {"unchanged"}

    shown = run([need("mutt", "mutt"), "-n", "-Q", "index_format", "-Q", "use_envelope_from"], home.path)
    assert (shown.stdout, shown.stderr) == (b'index_format="%s"\nuse_envelope_from is set\n', b"")
    for label, host in (("mine", b"host = mail.example"), ("default", b"host = smtp.sohu.com")):
        argv = [need("msmtp", "msmtp"), "-C", str(home.path / ".msmtprc"), "-P", "-a", label, "x@y.example"]
        assert host in run(argv, home.path, {"PATH": "/nonexistent"}).stdout
    argv = [need("fetchmail", "fetchmail"), "--configdump", "-f", str(home.path / ".fetchmailrc")]
    dump = run(argv, home.path).stdout
    assert b"pop.qq.com" in dump
    assert b"mine.example" in dump

    fewer = copy.deepcopy(data)
    del fewer["accounts"]["lab"]
    changes = home.apply(*files(fewer))
    gone = {change.path for change in changes if change.kind == "remove"}
    assert gone
    assert all(".lab" in path for path in gone)
    assert not [name for name in home.files() if name.endswith(".lab")]
    home.apply()
    backups = {f"{name}.mailgen-backup": content for name, content in OWN.items()}
    assert home.files() == OWN | backups
    assert home.folders() <= {"Mail"}, "which is mutt's"
