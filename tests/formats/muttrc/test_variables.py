"""What a variable in a value stands for is what mutt and neomutt put in, in the order of the file."""

from __future__ import annotations

import pytest

from mailgen.formats.muttrc.hooks import group_of
from mailgen.formats.muttrc.reader import read
from mailgen.formats.muttrc.settings import Settings
from mailgen.formats.muttrc.variables import filled_in
from tests.formats.muttrc.program import query

#: What stands in the file, and the settings to compare; paths are beyond ~, so that nothing is shortened.
FILES = {
    "a variable of the user's own": ("set my_a=ada\nset imap_user=$my_a\n", ["imap_user"]),
    "in the middle, in braces": ('set my_a=ada\nset imap_user="x${my_a}y"\n', ["imap_user"]),
    "in single quotes": ("set my_a=ada\nset imap_user='$my_a'\n", ["imap_user"]),
    "another setting": ("set imap_user=ada\nset pop_user=$imap_user\n", ["pop_user"]),
    "the value of that moment": (
        "set imap_user=old\nset pop_user=$imap_user\nset imap_user=new\n",
        ["pop_user", "imap_user"],
    ),
    "by way of one another": ("set my_a=a my_b=$my_a@h\nset imap_user=$my_b\n", ["imap_user"]),
    "within a URL": ("set my_a=ada\nset smtp_url=smtps://$my_a@h.example/\n", ["smtp_url"]),
    "joined to quoted parts": ("set my_a=ada\nset imap_user='x'$my_a\"y\"\n", ["imap_user"]),
    "a folder before it is known": ("set record=+Sent\nset folder=imaps://a@h.example/\n", ["record"]),
    "a folder by its sign, with the folder above": (
        "set folder=/srv/mail\nset record==Sent\nset folder=/srv/other\n",
        ["record"],
    ),
    "the folder by name": (
        "set folder=/srv/mail\nset record=$folder/Sent\nset folder=/srv/other\n",
        ["record"],
    ),
    "behind an escape": ("set my_a=ada\nset imap_user=\\$my_a\n", ["imap_user"]),
}


def ours(text: str, name: str) -> str:
    statements = filled_in(read(text).statements, group_of)
    one = Settings(statements).said(name)
    assert one is not None
    assert not one.expands
    return one.text


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
@pytest.mark.parametrize("case", FILES)
def test_as_the_program(program: str, case: str) -> None:
    text, names = FILES[case]
    shown, said = query(program, text, names[:1])
    assert said == ""
    assert {name: ours(text, name) for name in names[:1]} == shown


def test_what_nobody_sets_stays_unknown() -> None:
    (one,) = filled_in(read("set imap_user=x${my_b}y\n").statements, group_of)
    assert (one.expands, one.pieces) == (True, ("x", "my_b", "y"))


def test_values_do_not_grow_without_end() -> None:
    text = "set my_a=xxxxxxxxxx\n" + "set my_a=$my_a$my_a\n" * 60
    found = filled_in(read(text).statements, group_of)
    assert max(len(one.text) for one in found) < 5_000


@pytest.mark.parametrize(
    ("new", "old"),
    [("real_name", "realname"), ("spool_file", "spoolfile"), ("noreverse_real_name", "reverse_realname")],
)
def test_new_names_are_the_old_ones(new: str, old: str) -> None:
    (one,) = read(f"set {new} = x\n" if not new.startswith("no") else f"set {new}\n").statements
    assert one.name == old
