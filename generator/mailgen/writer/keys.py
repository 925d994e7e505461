r"""A part of ours in a file of settings with names (TOML, JSON, INI): members of a table, beside the user's.

`under` says how the file is written and whose members are meant: `toml accounts` are tables [accounts.NAME],
`json policies` the members of the object of that name, `ini sections` and `ini file` single settings of files
that their program writes anew (see `keys_ini`). What is ours is told by its names, which the record
remembers; no mark stands in the file, and all other bytes stay as they are. Standard library only, for a host
may have nothing else.
"""

from __future__ import annotations

from .keys_text import Form, Members, Unmergeable

__all__ = [
    "Unmergeable",
    "cut_members",
    "foreign_names",
    "holds_nothing",
    "import_forms",
    "lines_of",
    "means_all",
    "names_a_table",
    "names_in",
    "part_of_members",
    "put_members",
]

_FORMS = ("toml", "json", "ini")


def names_a_table(under: object) -> bool:
    """Say whether something names the form of a file and a table in it: `toml accounts`."""
    form, _blank, table = under.partition(" ") if isinstance(under, str) else ("", "", "")
    return form in _FORMS and all(part.strip() == part != "" for part in table.split("."))


def names_in(content: bytes, under: str) -> tuple[str, ...]:
    """Return the names of all members, in their order. Raises Unmergeable for what cannot be read."""
    return tuple(dict.fromkeys(name for name, _start, _end in _parsed(content, under).spans))


def foreign_names(content: bytes, text: str, under: str, ours: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in a text of ours that the user has given to members of his own."""
    there = set(names_in(content, under)) - set(ours)
    return tuple(name for name in names_in(text.encode(), under) if name in there)


def put_members(content: bytes, text: str, under: str, ours: tuple[str, ...]) -> tuple[bytes, int]:
    r"""Return `content` with the members of `text`, in place of those named in `ours`, else behind all.

    The number says how many line breaks were added above. Raises Unmergeable.

    >>> put_members(b"[accounts.me]\na = 1", "[accounts.x]\nb = 2\n", "toml accounts", ())
    (b'[accounts.me]\na = 1\n\n[accounts.x]\nb = 2\n', 2)
    >>> put_members(b'{"policies": {"A": 1}}', '{"policies": {"B": 2}}', "json policies", ())
    (b'{"policies": {"A": 1,\n    "B": 2}}', 0)
    """
    there = _parsed(content, under)
    wanted = _parsed(text.encode(), under)
    replaced = (*ours, *(name for name, _start, _end in wanted.spans))
    return _form(under).put(there, wanted, replaced)


def cut_members(content: bytes, under: str, ours: tuple[str, ...], added: int = 0) -> bytes:
    r"""Return `content` without the members that are ours, nor the line breaks that came with them.

    >>> cut_members(b"[accounts.me]\na = 1\n\n[accounts.x]\nb = 2\n", "toml accounts", ("x",), 2)
    b'[accounts.me]\na = 1'
    """
    return _form(under).cut(_parsed(content, under), ours, added)


def part_of_members(content: bytes, under: str, ours: tuple[str, ...]) -> bytes | None:
    """Return the bytes of the members that are ours; None if one of them is not there. Raises Unmergeable."""
    found = _parsed(content, under)
    if set(ours) - {name for name, _start, _end in found.spans}:
        return None
    return _form(under).part(found, ours).encode()


def means_all(under: str) -> bool:
    """Say whether a file goes as a whole with the last of what is ours in it."""
    return under.split(".")[0] == "ini file"


def holds_nothing(content: bytes, under: str) -> bool:
    """Say whether nothing is left in a file: no byte of TOML, nothing but empty objects of JSON."""
    return _form(under).is_empty(content.decode())


def lines_of(content: bytes, under: str, ours: tuple[str, ...]) -> range:
    """Return which lines are ours, from 0, where they stand together; none where they do not."""
    found = _parsed(content, under).of(ours)
    text = content.decode()
    if len(found) != 1:
        return range(0)
    start, end = found[0]
    return range(text.count("\n", 0, start), text.count("\n", 0, end) + (text[end - 1 : end] != "\n"))


def import_forms() -> None:
    """Import how files of each form are read and written: later mailgen's own may be out of reach."""
    for form in _FORMS:
        _form(form)


def _form(under: str) -> Form:
    """Return how a file is read and written; imported when the first such file comes."""
    if under.partition(" ")[0] == "toml":
        from .keys_toml import TOML

        return TOML
    if under.partition(" ")[0] == "ini":
        from .keys_ini import INI

        return INI
    from .keys_json import JSON

    return JSON


def _parsed(content: bytes, under: str) -> Members:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unmergeable("it is no UTF-8", 1) from None
    return _form(under).parsed(text, tuple(under.partition(" ")[2].split(".")))
