"""Members of ours in a table beside the user's own ones: read by others, and gone without a trace."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.writer import keys

TOML, JSON = "toml accounts", "json policies"
OURS = '[accounts.x]\nemail = "x"\n\n[accounts.x.imap]\nport = 1\n\n[accounts."y.z"]\nemail = "y"\n'
NAMES = ("x", "y.z")

#: Files of users, in ways that people write them.
USERS = [
    "",
    "\n",
    'display-name = "Me"\n',
    'display-name = "Me"',
    "# only a remark",
    '# mine\n[accounts.me]\nemail = "me"\n# below\n\n[accounts.me.imap]\nserver = """\n[accounts.x]\n"""\n',
    '[accounts.me]\r\nemail = "me"\r\n',
    'accounts.me.email = "me"\naccounts.other = { email = "o", a = [1, # ]\n 2] }\n',
    '[accounts]\nme.email = "me"\n\n[table]\nx = 1\n[[list]]\nx = 1\n[[list]]\n',
    "[accounts.'a b']\n\"q\\\"uoted\" = '''\n'''\n\n\n",
]


def accounts(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(content.decode()).get("accounts", {})
    return found


@pytest.mark.parametrize("user", USERS)
def test_tables_stand_beside_the_user_s_and_go_without_a_trace(user: str) -> None:
    before = user.encode()
    after, added = keys.put_members(before, OURS, TOML, ())
    assert after.startswith(before)
    assert accounts(after) == {**accounts(before), **accounts(OURS.encode())}
    assert keys.part_of_members(after, TOML, NAMES) == OURS.rstrip("\n").encode() + b"\n"
    assert keys.put_members(after, OURS, TOML, NAMES)[0] == after
    assert keys.cut_members(after, TOML, NAMES, added) == before
    assert keys.names_in(after, TOML) == (*keys.names_in(before, TOML), *NAMES)


@pytest.mark.parametrize("user", USERS)
def test_what_is_written_below_later_stays(user: str) -> None:
    later = '\n# later\n[accounts.later]\nemail = "l"\n'
    after, added = keys.put_members(user.encode(), OURS, TOML, ())
    grown = after + later.encode()
    changed = OURS.replace('"x"', '"X"')
    assert accounts(keys.put_members(grown, changed, TOML, NAMES)[0]) == {
        **accounts(grown),
        **accounts(changed.encode()),
    }
    rest = keys.cut_members(grown, TOML, NAMES, added)
    assert rest.endswith(later.encode())
    assert rest.startswith(user.encode())
    assert accounts(rest) == accounts((user + "\n" + later).encode())


def test_a_member_more_and_one_less() -> None:
    content, _ = keys.put_members(b"[accounts.me]\na = 1\n", OURS, TOML, ())
    fewer = '[accounts.x]\nemail = "x"\n'
    after, _ = keys.put_members(content, fewer, TOML, NAMES)
    assert accounts(after) == {"me": {"a": 1}, "x": {"email": "x"}}
    again, _ = keys.put_members(after, OURS, TOML, ("x",))
    assert accounts(again) == accounts(content)


@pytest.mark.parametrize(
    ("user", "names"),
    [
        ("[accounts.x]\n", ("x",)),
        ('[accounts."x"]\n', ("x",)),
        ("accounts.x.email = 'me'\n", ("x",)),
        ("[accounts]\nx = {}\n", ("x",)),
        ("[accounts.'y.z'.imap]\n", ("y.z",)),
        ("[accounts.y.z]\n", ()),
        ("[other.x]\n", ()),
        ("# [accounts.x]\n", ()),
    ],
)
def test_a_name_of_the_user_s_is_seen_however_it_is_written(user: str, names: tuple[str, ...]) -> None:
    assert keys.foreign_names(user.encode(), OURS, TOML, ()) == names


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'a = "never closed\n', 1),
        (b"a = 1\nb = [1,\n", 2),
        (b"= 1\n", 1),
        (b"a = 1\naccounts = {}\n", 2),
        (b"[[accounts]]\n", 1),
        (b"\xff", 1),
        (b"accounts.x.email = 'me'\n", 1),
    ],
)
def test_where_nothing_can_be_put_it_is_told(content: bytes, line: int) -> None:
    with pytest.raises(keys.Unmergeable) as raised:
        keys.put_members(content, OURS, TOML, ())
    assert raised.value.line == line


POLICIES = '{\n  "policies": {\n    "B": {\n      "a": [\n        1\n      ]\n    },\n    "C": true\n  }\n}\n'
OBJECTS = [
    '{"policies": {"A": 1}}',
    '{\n  "policies": {\n    "A": {"}": "\\"{"}\n  },\n  "other": 1\n}\n',
    '{"policies":{}}',
    '{"other": {"policies": {"B": 1}}}',
    "{}",
    '{ "a": [1, {"policies": 2}] }\n',
]


@pytest.mark.parametrize("user", OBJECTS)
def test_members_of_an_object_too(user: str) -> None:
    before = user.encode()
    after, added = keys.put_members(before, POLICIES, JSON, ())
    meant = json.loads(POLICIES)["policies"]
    own = json.loads(user)
    assert json.loads(after) == {**own, "policies": {**own.get("policies", {}), **meant}}
    assert list(json.loads(after))[: len(own)] == list(own)
    assert keys.put_members(after, POLICIES, JSON, ("B", "C"))[0] == after
    rest = keys.cut_members(after, JSON, ("B", "C"), added)
    assert json.loads(rest) == ({**own, "policies": {}} if "policies" not in own else own)
    if own.get("policies"):
        assert rest == before


def test_a_value_is_changed_in_its_place() -> None:
    content = b'{"policies": {"B": 1, "A": 2, "C": 3}, "z": 1}'
    after, _ = keys.put_members(content, POLICIES, JSON, ("B", "C"))
    assert list(json.loads(after)["policies"]) == ["B", "A", "C"]
    assert json.loads(after)["policies"] == {"A": 2, **json.loads(POLICIES)["policies"]}
    fewer, _ = keys.put_members(after, '{"policies": {"C": 4}}', JSON, ("B", "C"))
    assert json.loads(fewer) == {"policies": {"A": 2, "C": 4}, "z": 1}


@pytest.mark.parametrize("content", [b"[]", b'{"policies": []}', b'{"policies": {"a": }}', b"{} x"])
def test_what_is_no_such_object_is_told(content: bytes) -> None:
    with pytest.raises(keys.Unmergeable):
        keys.put_members(content, POLICIES, JSON, ())


names = st.text("abxyB.\"\\' é", min_size=1, max_size=3)
values = (
    st.integers(0, 9)
    | st.booleans()
    | st.text('a"\\{}[],:é', max_size=4)
    | st.lists(st.integers(0, 9), max_size=3)
)


@given(
    st.dictionaries(names, values, max_size=4),
    st.dictionaries(names, values, min_size=1, max_size=3),
    st.integers(0, 3),
)
def test_any_object_is_given_back(own: dict[str, Any], ours: dict[str, Any], indent: int) -> None:
    ours = {name: value for name, value in ours.items() if name not in own}
    if not ours:
        return
    user = json.dumps({"a": 1, "policies": own}, indent=indent or None).encode()
    text = json.dumps({"policies": ours}, indent=2)
    after, _ = keys.put_members(user, text, JSON, ())
    assert json.loads(after) == {"a": 1, "policies": {**own, **ours}}
    rest = keys.cut_members(after, JSON, tuple(ours))
    assert json.loads(rest) == {"a": 1, "policies": own}
    assert not own or rest == user


SECTIONS, FILE = "ini sections", "ini file"
SETTINGS = "# Made by mailgen.\n[Account: 7]\nname=Ada [A] b\nport=993\n\n[Data] x]\nEnabled=true\n"
SET = ("[Account: 7] name", "[Account: 7] port", "[Data] x] Enabled")
#: What the program makes of them: another order, settings of its own, a section more, no remarks.
REWRITTEN = (
    "[Data] x]\nColour=red\nEnabled=true\n[Account: 7]\nport=993\nsize=0\nname=Ada [A] b\n\n[Other]\na=1\n"
)


@pytest.mark.parametrize("user", ["", "[me]\na=1\n", "[me]\na=1", "; mine\n\n[me]\na=1\n[x]\n\n\n"])
def test_settings_in_sections_stand_beside_the_user_s_and_go_without_a_trace(user: str) -> None:
    before = user.encode()
    after, added = keys.put_members(before, SETTINGS, SECTIONS, ())
    assert after.startswith(before)
    assert keys.names_in(after, SECTIONS) == (*keys.names_in(before, SECTIONS), *SET)
    assert keys.put_members(after, SETTINGS, SECTIONS, SET)[0] == after
    rest = keys.cut_members(after, SECTIONS, SET, added)
    assert rest == before or (not user and keys.holds_nothing(rest, SECTIONS))


def test_what_the_program_writes_anew_is_as_it_was() -> None:
    def said(content: str) -> bytes | None:
        return keys.part_of_members(content.encode(), SECTIONS, SET)

    assert said(REWRITTEN) == said(SETTINGS) is not None
    assert said(REWRITTEN.replace("993", "143")) != said(SETTINGS)
    assert said(REWRITTEN.replace("port=993\n", "")) is None
    assert keys.put_members(REWRITTEN.encode(), SETTINGS, SECTIONS, SET)[0] == REWRITTEN.encode()


def test_what_the_program_added_stays_and_goes_with_the_section_or_the_file() -> None:
    changed = SETTINGS.replace("993", "143").replace("name=Ada [A] b\n", "").replace("Enabled", "Disabled")
    after = keys.put_members(REWRITTEN.encode(), changed, SECTIONS, SET)[0].decode()
    assert after == REWRITTEN.replace("993", "143").replace("name=Ada [A] b\n", "").replace("En", "Dis")
    fewer = keys.put_members(REWRITTEN.encode(), "[Data] x]\nEnabled=true\n", SECTIONS, SET)[0].decode()
    assert fewer == "[Data] x]\nColour=red\nEnabled=true\n[Other]\na=1\n"
    assert keys.cut_members(REWRITTEN.encode(), SECTIONS, SET) == b"[Other]\na=1\n"
    assert keys.cut_members(REWRITTEN.encode(), FILE, SET) == b""


def test_a_setting_that_stands_twice_is_said_once() -> None:
    twice = "[Account: 7]\nport=1\nport=993\n"
    assert keys.put_members(twice.encode(), "[Account: 7]\nport=2\n", SECTIONS, ())[0] == (
        b"[Account: 7]\nport=2\n"
    )
    assert keys.foreign_names(twice.encode(), SETTINGS, SECTIONS, ()) == ("[Account: 7] port",)


@pytest.mark.parametrize("content", [b"\xff"])
def test_sections_that_cannot_be_read_are_told(content: bytes) -> None:
    with pytest.raises(keys.Unmergeable):
        keys.put_members(content, SETTINGS, SECTIONS, ())


def test_a_key_that_the_program_counts_on_is_only_written_with_its_section() -> None:
    under = f"{SECTIONS}.version"
    wanted = "# Ours.\n[Account: 7]\nname=x\nversion=1\n\n[Account: 8]\nname=y\nversion=1\n"
    names = ("[Account: 7] name", "[Account: 8] name")
    assert keys.names_in(wanted.encode(), under) == names
    before = b"[me]\na=1\n"
    after = keys.put_members(before, wanted, under, ())[0]
    assert after == before + wanted.partition("\n")[2].join(["\n", ""]).encode()
    later = after.replace(b"version=1", b"version=4")
    assert keys.put_members(later, wanted, under, names)[0] == later
    assert keys.part_of_members(later, under, names) == keys.part_of_members(after, under, names)
    assert keys.cut_members(later, under, names, 1) == before
