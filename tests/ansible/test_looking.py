"""One process looks at the files of all users, each with his rights alone, and is nobody's to disturb."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, machine
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = ("ada", "bob", "cleo")
#: What the programs below begin with: the users of the machine, and the parts of the collection.
_BEGIN = """
import json, os, pwd, signal, sys, time
from ansible_collections.mailgen.mail.plugins.module_utils import _job, _looking, _users
users = [pwd.getpwnam(name) for name in ("ada", "bob", "cleo")]
"""
_RIGHTS = """
open("/var/lib/of-root", "w").write("secret"); os.chmod("/var/lib/of-root", 0o600)
for user in users:
    path = f"{user.pw_dir}/own"
    open(path, "w").write("mine"); os.chmod(path, 0o600); os.chown(path, user.pw_uid, user.pw_gid)
    os.symlink("/var/lib/of-root", f"{user.pw_dir}/link")
def may(path):
    try:
        return bool(open(path).read())
    except PermissionError:
        return False
def stops(user):
    above, pid = os.getpid(), os.fork()
    if not pid:
        os.setresgid(*[user.pw_gid] * 3); os.setresuid(*[user.pw_uid] * 3)
        try:
            os.kill(above, signal.SIGSTOP)
        except PermissionError:
            os._exit(7)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 7
def look(user):
    homes = [name for name in ("ada", "bob", "cleo") if may(f"/home/{name}/own")]
    links = [name for name in ("ada", "bob", "cleo") if may(f"/home/{user.pw_name}/link")]
    ids = [*os.getresuid(), os.getegid(), *os.getgroups()]
    return {"homes": homes, "links": links, "ids": ids, "stops": stops(user)}
found = _looking.looked_at([(user, user) for user in users], look)
print(json.dumps([found, os.geteuid()]))
"""
_ODD = """
_looking._PATIENCE = 0.5
def look(name):
    if name == "ada":
        time.sleep(60)
    if name == "bob":
        raise ValueError
    return {"name": name}
print(json.dumps(_looking.looked_at([(user, user.pw_name) for user in users[:2]], look)))
users *= 20
asked = [(user, "bob") for user in users]
begun = time.monotonic()
_looking.os.cpu_count = lambda: 1
print(json.dumps([_looking.looked_at(asked, look), time.monotonic() - begun < 30]))
"""
#: Compares what is said of users whose files are as they shall be with what a process for each of them says.
_ALIKE = """
_job.import_all([])
options = {"adopt": False, "backup": False, "purge": False, "check_mode": False, "diff": False}
files = [
    {"path": "~/.config/x/whole", "mode": "0600", "text": "a\\n", "target": "x"},
    {"path": "~/.part", "mode": "0600", "text": "b\\n", "target": "x", "merge": "block", "comment": "#"},
]
def jobs(**more):
    own = dict(options, **more)
    return [(user, _job.Job(user.pw_name, "user", user.pw_dir, files, own, {})) for user in users]
def run(known, **more):
    return _users.in_two_halves(jobs(**more), _job.do, lambda words: [True] * len(words), 60, known=known)
said = []
assert not _looking.looked_at(jobs(), _job.look)
run({})
for more in ({}, {"check_mode": True}, {"diff": True}, {"purge": True}, {"adopt": True, "backup": True}):
    known = _looking.looked_at(jobs(**more), _job.look)
    assert sorted(known) == [0, 1, 2], (more, known)
    assert run(known, **more) == run({}, **more), more
home, state = "/home/ada", "/home/ada/.local/state/mailgen"
def edited(): open(f"{home}/.part", "a").write("mine\\n")
def changed(): open(f"{home}/.config/x/whole", "a").write("mine\\n")
def opened(): os.chmod(f"{home}/.config/x/whole", 0o644)
def gone(): os.unlink(f"{home}/.part")
def linked():
    os.unlink(f"{home}/.part"); os.symlink("/etc/shadow", f"{home}/.part")
def forgotten(): os.unlink(f"{state}/manifest.json")
def damaged(): open(f"{state}/manifest.json", "w").write("{")
def interrupted(): open(f"{state}/journal.json", "w").write("{}")
def left(): open(f"{state}/.manifest.json.new", "w").write("")
def pipe():
    os.unlink(f"{home}/.part"); os.mkfifo(f"{home}/.part")
for odd in (edited, changed, opened, gone, linked, forgotten, damaged, interrupted, left, pipe):
    os.system(f"rm -rf /home/copy; cp -a {home} /home/copy")
    odd()
    said.append([odd.__name__, sorted(_looking.looked_at(jobs(), _job.look))])
    os.system(f"rm -rf {home}; mv /home/copy {home}")
print(json.dumps([said, sorted(_looking.looked_at(jobs(), _job.look))]))
"""
#: Says which parts of ours are there for a look, and which once something differs.
_PARTS = """
def there():
    return sorted({name.rpartition("_shared.")[2] for name in sys.modules if "._shared." in name})
before = there(); _job.import_all([]); print(json.dumps([before, there()]))
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Machine]:
    with machine(*USERS) as made:
        yield made


def run(desk: Machine, program: str) -> list[Any]:
    """Run a program with the collection as root on the machine; return what it prints, each line a JSON."""
    env = {"PYTHONPATH": str(desk.folder / "collections")}
    done = desk.run(["/usr/bin/python3", "-c", _BEGIN + program], env)
    assert done.status == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_is_looked_at_with_his_rights_alone(desk: Machine) -> None:
    [[found, user]] = run(desk, _RIGHTS)
    assert user == 0
    expected = {
        str(number): {"homes": [name], "links": [], "ids": [0, 23001 + number, 0, *[23001 + number] * 2]}
        | {"stops": False}
        for number, name in enumerate(USERS)
    }
    assert found == expected


def test_whoever_is_late_or_odd_is_left_out_and_looking_in_vain_ends(desk: Machine) -> None:
    one, [many, soon] = run(desk, _ODD)
    assert (one, many, soon) == ({}, {}, True)


def test_it_says_what_a_process_for_each_says_and_nothing_where_something_is_odd(desk: Machine) -> None:
    [[said, after]] = run(desk, _ALIKE)
    assert after == [0, 1, 2]
    assert {name for name, _found in said} == {
        *("edited", "changed", "opened", "gone", "linked", "forgotten"),
        *("damaged", "interrupted", "left", "pipe"),
    }
    for name, found in said:
        assert found == ([0, 1, 2] if name == "edited" else [1, 2]), name


def test_a_look_does_without_what_shows_and_who_becomes_a_user_has_all_of_it(desk: Machine) -> None:
    [[before, after]] = run(desk, _PARTS)
    shared = ROOT / "generator/mailgen"
    finders = {f"redaction.{path.stem}" for path in shared.glob("redaction/*.py")} - {"redaction.__init__"}
    forms = {f"writer.{path.stem}" for path in shared.glob("writer/keys_*.py")} - {"writer.keys_text"}
    later = {*finders, *forms, "writer.diff", "writer.transaction", "writer.checks"}
    assert len(finders) > 10
    assert not later & set(before)
    assert later <= set(after)
