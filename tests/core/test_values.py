"""The frozen values of mailgen behave as those of dataclasses, which type checkers take them for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from mailgen.core import values
from mailgen.model.account import Account
from mailgen.model.finding import Finding
from mailgen.model.provider import Address
from mailgen.model.server import Credential


class Fields:
    """The fields that both kinds are made from."""

    left: int
    right: str = "r"
    more: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        return f"{self.left}{self.right}"


class ManyFields(Fields):
    """So many that they are put into a value in another way."""

    left: int
    right: str = "r"
    more: tuple[int, ...] = ()
    a: str = "a"
    b: str = "b"
    c: str = "c"
    d: str = "d"
    e: str = "e"


def made(by: Any, fields: type = Fields) -> Any:
    namespace = {
        key: value
        for one in (Fields, fields)
        for key, value in vars(one).items()
        if key not in ("__dict__", "__weakref__")
    }
    return by(frozen=True, slots=True)(type("Thing", (), namespace))


OURS, THEIRS = made(values.dataclass), made(dataclasses.dataclass)


@pytest.mark.parametrize("fields", [Fields, ManyFields])
def test_the_thousandth_is_made_as_the_first(fields: type) -> None:
    many, few = made(values.dataclass, fields), made(values.dataclass, fields)
    for number in range(1000):
        many(number)
    assert many.__init__ is not few.__init__, "it has been written out by now"
    for given, named in [((1,), {}), ((1, "x"), {"more": (2,)}), ((), {"left": 3}), ((1, "x", (3,)), {})]:
        assert repr(many(*given, **named)) == repr(few(*given, **named))
        assert hash(many(*given, **named)) == hash(few(*given, **named))
    for wrong in ({}, {"left": 1, "other": 2}):
        for kind in (many, few):
            with pytest.raises(TypeError):
                kind(**wrong)
    for kind in (many, few):
        with pytest.raises(TypeError):
            kind(*range(len(kind._fields) + 1))
        with pytest.raises(TypeError):
            kind(1, left=1)
    one = many(1)
    assert type(one) is many
    with pytest.raises(AttributeError):
        one.left = 2
    with pytest.raises(AttributeError):
        del one.left


@pytest.mark.parametrize("fields", [Fields, ManyFields])
def test_the_thousandth_is_replaced_as_the_first(fields: type) -> None:
    many, few = made(values.dataclass, fields), made(values.dataclass, fields)
    for number in range(1000):
        many(number)
    for changes in ({}, {"left": 2}, {"right": None}, {"left": 3, "right": "x", "more": (1,)}):
        old, new = few(1, "y"), many(1, "y")
        assert repr(values.replace(new, **changes)) == repr(values.replace(old, **changes))
        assert repr(new) == repr(old)
        assert repr(old).startswith("Thing(left=1, right='y', more=()")
        assert type(values.replace(new, **changes)) is many
    for kind in (many, few):
        with pytest.raises(TypeError):
            values.replace(kind(1), other=1)


def test_results_are_remembered_for_values() -> None:
    calls: list[object] = []

    @values.remembered_for_values(3)
    def both(value: object, text: str, more: str | None = None) -> object:
        calls.append((value, text, more))
        return value, text, more

    one, same = (Address("a", "example.org", "example.org") for _ in range(2))
    word = "".join(["w", "x"])
    for arguments in [(one, word), (one, "wx"), (one, "wx", None), (same, "wx"), (one, "wx")]:
        assert both(*arguments) == (*arguments, None)[:3]
    assert calls == [(one, "wx", None), (one, "wx", None), (same, "wx", None)]
    assert calls[2][0] is same  # type: ignore[index]
    for number in range(100):  # what is forgotten is made again, also where an object has another's place
        value = Address(str(number), "example.org", "example.org")
        assert both(value, "x") == (value, "x", None)

    @values.remembered_for_values(3)
    def refused(value: object) -> None:
        calls.append("refused")
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            refused(one)
    assert calls[-2:] == ["refused", "refused"], "what is raised is not remembered"


@pytest.mark.parametrize("count", [1, 2])
def test_results_are_remembered_for_one_value_and_for_pairs(count: int) -> None:
    calls: list[object] = []
    words = ("imap", None)[: count - 1]

    def of_one(value: Address) -> object:
        calls.append(value)
        return (value,)

    def of_two(value: Address, other: Address, *words: str | None) -> object:
        calls.append(value)
        return (value, other, *words)

    one: Any = values.remembered_for_values(3)(of_one)
    two: Any = values.remembered_for_pairs(3)(of_two)
    made = [Address("a", "example.org", "example.org") for _ in range(2)]
    for value in [made[0], made[1], made[0]]:
        given = (value, made[0], *words)[: 1 if count == 1 else None]
        assert (one if count == 1 else two)(*given) == given
    assert [id(value) for value in calls] == [id(value) for value in made], "each object for itself, once"
    for number in range(100):  # what is forgotten is made again, also where an object has another's place
        value = Address(str(number), "example.org", "example.org")
        assert one(value) == (value,)
        assert two(value, made[0], "x") == (value, made[0], "x")
        assert two(made[0], value, "y") == (made[0], value, "y")


def test_fields_with_defaults_before_others_stay_possible() -> None:
    odd = values.dataclass(frozen=True, slots=True)(
        type("Odd", (), {"__annotations__": {"left": "int", "right": "int"}, "left": 1})
    )
    assert [odd(right=2).right for _ in range(1000)] == [2] * 1000


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((1,), {}),
        ((1, "x"), {}),
        ((1,), {"more": (2,)}),
        ((), {"left": 3, "right": "y"}),
        ((1, "x", (3,)), {}),
    ],
)
def test_they_are_made_alike(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = OURS(*given, **named), THEIRS(*given, **named)
    assert repr(ours) == repr(theirs)
    assert (ours.left, ours.right, ours.more, ours.both) == (
        theirs.left,
        theirs.right,
        theirs.more,
        theirs.both,
    )
    assert ours == OURS(*given, **named)
    assert hash(ours) == hash(OURS(*given, **named))
    assert ours != OURS(99)
    assert ours != theirs


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1, "x", (), 4), {}), ((1,), {"left": 2}), ((1,), {"other": 2})],
)
def test_they_refuse_alike(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    for kind in (OURS, THEIRS):
        with pytest.raises(TypeError):
            kind(*given, **named)


def test_they_are_frozen_and_have_slots() -> None:
    for kind in (OURS, THEIRS):
        value = kind(1)
        with pytest.raises(AttributeError):
            value.left = 2
        with pytest.raises(AttributeError):
            del value.left
        with pytest.raises((AttributeError, TypeError)):
            value.other = 2
        assert not hasattr(value, "__dict__")


def test_they_are_replaced_copied_and_pickled() -> None:
    address = Address("a", "example.org", "example.org")
    assert values.replace(address, local="b") == Address("b", "example.org", "example.org")
    assert copy.deepcopy(address) == address == pickle.loads(pickle.dumps(address))
    with pytest.raises(TypeError):
        values.replace(address, other=1)


def test_nothing_can_be_put_into_an_empty_default() -> None:
    with pytest.raises(TypeError):
        values.EMPTY["x"] = 1  # type: ignore[index]


def test_a_match_statement_takes_them() -> None:
    match Finding("note", "code", "what", "where", "mend"):
        case Finding(severity, code):
            assert (severity, code) == ("note", "code")


def test_mutable_values_are_not_made() -> None:
    with pytest.raises(TypeError):
        values.dataclass(frozen=False, slots=True)
    assert Account.__slots__  # type: ignore[attr-defined]
    assert Credential() == Credential("prompt", None)
