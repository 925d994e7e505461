"""mailgen.mail.managed_files by itself, as somebody writes a task with it: what is wrong has its place."""

from __future__ import annotations

import base64
import copy
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, machine, results

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = {"path": "~/.signature", "mode": "0600", "text": "signature", "target": "signatures"}
TEXTS = {"signature": "-- \nhunter-two\n", "half": "hunter-two", "mark": "# >>> mailgen x >>>\n"}
TEXTS["toml"] = '[accounts.x]\npassword = "hunter-two"\n'


@pytest.fixture(scope="module")
def desk() -> Iterator[Machine]:
    with machine("ada") as made:
        yield made


def contents(texts: Any = TEXTS) -> str:
    return base64.b64encode(json.dumps(texts).encode()).decode()


def task(changes: dict[str, Any], texts: str | None = None) -> dict[str, Any]:
    file = {**copy.deepcopy(FILE), **changes}
    file = {key: value for key, value in file.items() if value is not None}
    given = {"users": [{"name": "ada", "files": [file]}], "contents": contents() if texts is None else texts}
    return {"mailgen.mail.managed_files": given}


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"mode": None}, "users/ada/files/0/mode", "this is missing"),
        ({"mode": 600}, "users/ada/files/0/mode", "is no text"),
        ({"mode": "rw"}, "users/ada/files/0/mode", "no file mode"),
        ({"mode": "4755"}, "users/ada/files/0/mode", "no file mode"),
        ({"path": None}, "users/ada/files/0/path", "this is missing"),
        ({"path": "/etc/motd"}, "users/ada/files/0/path", "does not lie in the home"),
        ({"path": "~/../bob/.msmtprc"}, "users/ada/files/0/path", "does not lie in the home"),
        ({"merge": "block", "text": "half"}, "users/ada/files/0/text", "whole lines"),
        ({"merge": "block", "text": "mark"}, "users/ada/files/0/text", "looks like a mark"),
        ({"text": "other"}, "users/ada/files/0/text", "no text of this name"),
        ({"owner": "root"}, "users/ada/files/0/owner", "no such key"),
        ({"merge": "block", "comment": 5}, "users/ada/files/0/comment", "this is no text"),
        ({"merge": "append"}, "users/ada/files/0/merge", "no way to merge"),
        ({"merge": "keys"}, "users/ada/files/0/under", "names no table"),
        ({"binary": True, "text": "half"}, "users/ada/files/0/text", "not in Base64"),
        ({"merge": "keys", "under": "toml a", "text": "toml"}, "users/ada/files/0/text", "no member of the"),
    ],
)
def test_a_wrong_file_is_told_by_its_place(desk: Machine, changes: Any, place: str, what: str) -> None:
    outcome = desk.play([task(changes)])
    [told] = results(outcome)
    assert told["kind"] == "failed"
    assert f"where: {place}\n" in told["msg"], told["msg"]
    assert what in told["msg"]
    assert "mend:" in told["msg"]
    assert "hunter-two" not in outcome.stdout
    assert desk.files("ada") == {}


def test_two_files_cannot_have_one_path_and_nobody_is_touched(desk: Machine) -> None:
    one = task({})
    [user] = one["mailgen.mail.managed_files"]["users"]
    user["files"] = [FILE, {**FILE, "path": "/home/ada/./.signature"}]
    one["mailgen.mail.managed_files"]["users"].append({"name": "root", "files": []})
    [told] = results(desk.play([one]))
    assert "where: users/ada/files/1/path\n" in told["msg"], told["msg"]
    assert "two files have this path" in told["msg"]


@pytest.mark.parametrize("texts", ["hunter-two", "aHVudGVyLXR3bw==", contents(["hunter-two"]), ""])
def test_contents_of_another_form_are_refused_unseen(desk: Machine, texts: str) -> None:
    outcome = desk.play([task({}, texts)], "-vvv")
    [told] = results(outcome)
    assert told["kind"] == "failed"
    assert "where: contents\n" in told["msg"], told["msg"]
    assert "hunter-two" not in outcome.stdout + outcome.stderr


def test_it_writes_for_the_one_who_asks(desk: Machine) -> None:
    [first] = results(desk.play([task({})]))
    assert first["changed"]
    assert desk.files("ada") == {".signature": (23001, 0o600, TEXTS["signature"].encode())}
    [second] = results(desk.play([task({})]))
    assert not second["changed"]


def test_a_table_of_ours_stands_beside_the_user_s_and_goes(desk: Machine) -> None:
    own = b'[accounts.mine]\nraw = "own-secret"\n'
    path = desk.home / "ada" / ".x.toml"
    path.write_bytes(own)
    os.chown(path, 23001, 23001)
    file = {"path": "~/.x.toml", "text": "toml", "merge": "keys", "under": "toml accounts", "grammar": "toml"}
    given = task(file)
    outcome = desk.play([given])
    [refused] = results(outcome)
    assert "the file is yours" in refused["msg"]
    given["mailgen.mail.managed_files"]["adopt"] = True
    [done] = results(outcome := desk.play([given], "--diff"))
    assert done["changed"]
    assert desk.files("ada")[".x.toml"][2] == own + b"\n" + TEXTS["toml"].encode()
    assert "hunter-two" not in outcome.stdout
    assert "own-secret" not in outcome.stdout
    [again] = results(desk.play([given]))
    assert not again["changed"]
    given["mailgen.mail.managed_files"]["users"][0].update(purge=True, files=[])
    [gone] = results(desk.play([given]))
    assert gone["changed"]
    assert desk.files("ada")[".x.toml"][2] == own


def test_bytes_are_written_and_not_shown(desk: Machine) -> None:
    content = b"\x89PNG\r\n\0hunter-two"
    texts = contents({**TEXTS, "picture": base64.b64encode(content).decode()})
    given = task({"path": "~/x.png", "text": "picture", "binary": True}, texts)
    [done] = results(outcome := desk.play([given], "--diff"))
    assert done["changed"]
    assert desk.files("ada")["x.png"][2] == content
    assert f"(binary, {len(content)} bytes)" in outcome.stdout
    assert "hunter-two" not in outcome.stdout
    [again] = results(desk.play([given]))
    assert not again["changed"]
