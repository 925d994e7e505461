"""A canary in Ansible: a secret from a vault comes to a user's file and is found nowhere else.

After each run all that Ansible printed and wrote (results whole, reports, its log), all that reached the
machine's syslog, and every file of the machine and of the desk are searched: for the new secret, for
the one it replaces, for one in the user's own lines; plain, in hexadecimal, in base64, backwards.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.formats.msmtp import reader as msmtp
from tests.lab.agent import Result
from tests.lab.lab import Lab
from tests.lab.logs import wait_for
from tests.lab.remote import Remote, remote
from tests.programs import need
from tests.support import environment
from tests.test_canary import forms

ADDRESS = "ada@sohu.com"


def fresh() -> str:
    """Return a secret: letters and digits, which no quoting hides, between quotes that ask for some."""
    return f"'{secrets.token_hex(16)}\""


def vaulted(folder: Path, text: str, *how: str) -> str:
    """Return a text encrypted by ansible-vault, with the key in the folder."""
    argv = [str(Path(sys.executable).parent / "ansible-vault"), *how, "--vault-password-file", "key"]
    env = environment({"HOME": str(folder / "home")})
    done = subprocess.run(argv, cwd=folder, env=env, input=text, capture_output=True, text=True, check=True)
    return done.stdout


class Canary:
    """A machine whose user ada has a file with an old secret, and one more in lines of her own."""

    def __init__(self, machine: Remote) -> None:
        self.machine = machine
        self.home = machine.far / "home/ada"
        self.file = self.home / ".msmtprc"
        self.mine = fresh()
        self.old = self.new = fresh()
        self.allowed = {self.file}
        self.vault = machine.desk / "vault.yml"
        self.put(self.file, f"account own\nhost own.example\npassword {self.mine}\n")

    def put(self, file: Path, text: str) -> None:
        """Give ada a file."""
        file.write_text(text)
        file.chmod(0o600)
        shutil.chown(file, 23001, 23001)

    def change(self) -> None:
        """Have the vault hold another secret from now on."""
        self.old, self.new = self.new, fresh()
        text = json.dumps({"secret": self.new})
        self.vault.write_text(vaulted(self.machine.desk, text, "encrypt", "--output", "-"))

    def task(self, account: Mapping[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
        """Return a task that configures ada, with what is said beside it."""
        mine = {"address": ADDRESS, "password": "{{ secret }}", **(account or {})}
        given = {
            "users": {"ada": {"accounts": {"work": mine}}},
            "defaults": {"targets": ["msmtp"]},
            **arguments,
        }
        return {"name": "Mail", "mailgen.mail.configs": given, "register": "result"}

    def play(self, tasks: list[dict[str, Any]], *words: str, **env: str) -> Result:
        """Run tasks, each followed by a look at its result, with every report that there is."""
        shown = [one for task in tasks for one in (task, {"debug": {"var": "result"}})]
        everywhere = {
            "ANSIBLE_CALLBACKS_ENABLED": "junit,tree",
            "JUNIT_OUTPUT_DIR": "junit",
            "ANSIBLE_CALLBACK_TREE_DIR": "tree",
            "ANSIBLE_LOG_PATH": "ansible.log",
        }
        return self.machine.play(
            shown, "-e", "@vault.yml", "--vault-password-file", "key", *words, env={**everywhere, **env}
        )

    def found(self, *printed: Result) -> set[str]:
        """Return where a secret is found; ada's own files are allowed if nobody else may read them."""
        looked_for = [form for one in {self.mine, self.old, self.new} for form in forms(one)]
        said = [*self.machine.logged, *(text for one in printed for text in (one.out, one.err))]
        places = {"said" for text in said if any(form in text for form in looked_for)}
        for file in self.machine.files():
            content = file.read_bytes() + str(file).encode()
            if any(form in content for form in looked_for):
                private = file.stat().st_mode & 0o077 == 0 and file.stat().st_uid == 23001
                if file not in self.allowed or not private:
                    places.add(str(file))
        return places


@pytest.fixture(scope="module")
def machine(lab: Lab) -> Iterator[Remote]:
    need("msmtp", "msmtp")
    with remote(lab, "ada") as one:
        yield one


@pytest.fixture
def canary(machine: Remote) -> Canary:
    shutil.rmtree(machine.far / "home/ada/.local", ignore_errors=True)
    for file in (machine.far / "home/ada").glob(".*rc*"):
        file.unlink()
    made = Canary(machine)
    made.vault.write_text(json.dumps({"secret": made.new}))
    (machine.desk / "key").write_text("a key\n")
    played = made.play([made.task(adopt=True)])
    assert played.rc == 0, played.stdout + played.stderr
    for copy in made.home.glob(".msmtprc?*"):
        copy.unlink()
    made.change()
    return made


def test_the_search_can_find(canary: Canary) -> None:
    """It would see what is printed and reported, what is logged, what is left, what others may read."""
    assert canary.found() == set()
    shown = canary.play([{"debug": {"msg": "{{ secret }}"}}])
    assert canary.found(shown) == {"said", *canary.found()}
    assert {Path(place).name for place in canary.found()} >= {"ansible.log"}
    canary.change()
    canary.change()
    for name in ("tmp/left", "root/.ansible/tmp/left", "home/ada/.other", "var/lib/left"):
        left = canary.machine.far / name
        left.write_text(json.dumps({"x": canary.old}))
        left.chmod(0o600)
        assert canary.found() == {str(left)}
        left.unlink()
    canary.file.write_text(canary.new)
    assert canary.found() == set()
    canary.file.chmod(0o640)
    assert canary.found() == {str(canary.file)}
    canary.file.chmod(0o600)
    canary.machine.run("ada", f"logger -- {canary.mine[1:-1]}")
    assert wait_for(lambda: canary.found() == {"said"}, 5)


@pytest.mark.parametrize("callback", ["default", "minimal", "oneline", "whole"])
def test_no_report_shows_it(canary: Canary, callback: str) -> None:
    how = {"ANSIBLE_STDOUT_CALLBACK": callback, "ANSIBLE_PIPELINING": str(callback in ("default", "oneline"))}
    checked = canary.play([canary.task()], "--check", "--diff", "-v", **how)
    assert (checked.rc, canary.found(checked)) == (0, set())
    assert canary.new[1:-1].encode() not in canary.file.read_bytes()
    assert "*** (old)" in checked.stdout or callback in ("oneline",), "there was a diff to look at"

    done = canary.play([canary.task(backup=True)], "--diff", "-vvvv", **how)
    [copy] = canary.home.glob(".msmtprc?*")
    canary.allowed.add(copy)
    assert (done.rc, canary.found(done)) == (0, set())
    assert canary.new[1:-1].encode() in canary.file.read_bytes()
    assert canary.old[1:-1].encode() in copy.read_bytes()
    assert canary.machine.leftovers() == []
    logged = b"\n".join(canary.machine.logged)
    assert b"managed_files: Invoked with" in logged, "a machine logs what its modules are told"


@pytest.mark.parametrize("callback", ["default", "whole"])
def test_no_failure_shows_it(canary: Canary, callback: str) -> None:
    """Refusals on the controller and on the machine, each with secrets in reach, in one play."""
    canary.put(canary.home / ".fetchmailrc", f'poll own.example user u password "{canary.old}"\n')
    canary.allowed.add(canary.home / ".fetchmailrc")
    plain = {"address": ADDRESS, "password": "{{ secret }}"}
    bad = {
        "a bad account beside it": canary.task(
            users={"ada": {"accounts": {"work": plain, "bad": {"address": "{{ secret }}"}}}}
        ),
        "under a wrong key": canary.task({"pasword": "{{ secret }}"}),
        "as a list": canary.task({"password": ["{{ secret }}"]}),
        "not to be written": canary.task({"password": "{{ secret }}\u0007"}),
        "as a target": canary.task({"targets": ["{{ secret }}"]}),
        "as a provider": canary.task({"provider": "{{ secret }}"}),
        "as all users": canary.task(users="{{ secret }}"),
        "as the defaults": canary.task(defaults="{{ secret }}"),
        "in a user": canary.task(users={"ada": "{{ secret }}"}),
        "in a user's state": canary.task(users={"ada": {"state": "{{ secret }}"}}),
        "a foreign file": canary.task({"targets": ["msmtp", "fetchmail"]}),
        "a validator": canary.task({"extra": {"msmtp": ["no_such_command {{ secret }}"]}}),
        "nobody": canary.task(users={"nobody-here": {"accounts": {"work": plain}}}),
    }
    tasks = [{**task, "name": name, "ignore_errors": True} for name, task in bad.items()]
    before = canary.file.read_bytes()

    played = canary.play(tasks, "-vvvv", "--diff", ANSIBLE_STDOUT_CALLBACK=callback)

    assert (played.rc, canary.found(played)) == (0, set())
    if callback == "default":
        assert f"ignored={len(tasks)}" in played.stdout, "each of them has failed"
    for words in ("msmtp would not take this file", "this user is not known here", ".fetchmailrc"):
        assert words in played.stdout
    assert canary.file.read_bytes() == before
    assert canary.machine.leftovers() == []


def test_a_job_in_the_background_keeps_none(canary: Canary) -> None:
    """`async` leaves results in files, and its wrapper is told the arguments."""
    played = canary.play([{**canary.task(), "async": 30, "poll": 1}], "-vvvv", "--diff")
    assert wait_for(lambda: not canary.machine.leftovers(), 10), "Ansible looks every five seconds"
    assert (played.rc, canary.found(played)) == (0, set())
    assert canary.new[1:-1].encode() in canary.file.read_bytes()


def test_a_secret_of_any_type_is_written_as_it_is(canary: Canary) -> None:
    """Vaults, facts and what Ansible marks as unsafe; what looks like a template is data."""
    values = {
        "inline": "in line 密码 #1",
        "unsafe": "{{ 6 * 7 }} {% raw %}",
        "digits": "0123456789",
        "boolean": "true",
        "nothing": "null",
        "exponent": "1e3",
        "unicode": "pässwörd 授权码 \U0001f511",
        "blanks": "  two  blanks  ",
        "backslashes": r"a\n\"b\\",
        "marks": "%U ${HOME} $(id) `id` #x",
        "folded": ("long " * 30).strip(),
    }
    kinds = {
        "inline": None,
        "unsafe": f"!unsafe {json.dumps(values['unsafe'])}",
    }
    desk = canary.machine.desk
    inline = vaulted(desk, values["inline"], "encrypt_string", "--stdin-name", "inline")
    lines = [inline, f"unsafe: {kinds['unsafe']}"]
    lines += [
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
        if name not in kinds
    ]
    whole = {"file": "from a file", "unsafe_file": "{{ 1 }}"}
    text = f"file: {whole['file']}\nunsafe_file: !unsafe '{whole['unsafe_file']}'\n"
    (desk / "whole.yml").write_text(vaulted(desk, text, "encrypt", "--output", "-"))
    (desk / "values.yml").write_text("\n".join(lines) + "\n")
    expected = {**values, **whole, "fact": f"{values['digits']}-x", "number": "42"}
    users = {
        "ada": {
            "accounts": {
                name: {"address": f"{name}@sohu.com", "password": f"{{{{ {name} }}}}"} for name in expected
            }
        }
    }
    tasks = [
        {"set_fact": {"fact": "{{ digits }}-x", "number": "{{ 42 | string }}"}},
        canary.task(users=users),
        {
            **canary.task({"password": 4711}),
            "name": "a number is no text",
            "ignore_errors": True,
        },
    ]

    played = canary.play(tasks, "-e", "@values.yml", "-e", "@whole.yml", "-v")

    assert played.rc == 0, played.stdout + played.stderr
    assert "ignored=1" in played.stdout
    assert "4711" not in played.stdout
    found = msmtp.accounts(canary.file.read_text())
    assert {name: found[name]["password"] for name in expected} == expected
