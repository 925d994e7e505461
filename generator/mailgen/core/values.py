"""Frozen values like those of dataclasses, made without its cost at every start.

Importing `dataclasses` and making the thirty classes of mailgen with it took more than half of a
whole run. These few lines make the same: `@dataclass(frozen=True, slots=True)` with positional and
keyword arguments, defaults, equality, hash, repr and `replace`. Type checkers are shown the real
ones. What is not needed is not here: inheritance, mutable values, default factories.
"""

from __future__ import annotations

__all__ = ["EMPTY", "dataclass", "remembered", "remembered_for_pairs", "remembered_for_values", "replace"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

#: The default of mappings: nobody can put anything in. It is a types.MappingProxyType, without the import.
EMPTY: Mapping[Any, Any] = type(type.__dict__)({})


if TYPE_CHECKING:
    from dataclasses import dataclass, replace
    from functools import lru_cache as remembered

    def remembered_for_values(maxsize: int) -> Callable[[Function], Function]: ...

    def remembered_for_pairs(maxsize: int) -> Callable[[Function], Function]: ...

else:

    def remembered(maxsize: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return a decorator that keeps the results of a function of one hashable argument.

        As functools.lru_cache, whose module takes longer to import than what it would spare in one run; at
        most `maxsize` results are kept, then all are forgotten. Threads may call it at the same time.
        """

        def decorated(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
            kept: dict[Any, Any] = {}

            def answer(argument: Any) -> Any:
                result = kept.get(argument, kept)
                if result is kept:
                    result = function(argument)
                    if len(kept) >= maxsize:
                        kept.clear()
                    kept[argument] = result
                return result

            answer.__doc__, answer.__name__ = function.__doc__, function.__name__
            answer.__wrapped__, answer.__module__ = function, function.__module__  # type: ignore[attr-defined]
            return answer

        return decorated

    #: Set in the flags of a function's code that takes *arguments (inspect.CO_VARARGS).
    _HAS_VARARGS = 4

    def remembered_for_values(maxsize: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """As `remembered`, for a function of frozen values and texts, on which alone its results depend.

        A value is known by being the same object: to compare a whole provider would take longer than most
        results do. The arguments are held as long as the result, so that no other object has their identity.
        """

        def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
            kept: dict[Any, Any] = {}

            def of_one(value: Any) -> Any:
                known = kept.get(id(value))
                if known is None:
                    known = (function(value), value)
                    if len(kept) >= maxsize:
                        kept.clear()
                    kept[id(value)] = known
                return known[0]

            def of_several(*arguments: Any) -> Any:
                key = tuple([one if isinstance(one, str) else id(one) for one in arguments])
                known = kept.get(key)
                if known is None:
                    known = (function(*arguments), arguments)
                    if len(kept) >= maxsize:
                        kept.clear()
                    kept[key] = known
                return known[0]

            code = function.__code__
            answer = of_one if (code.co_argcount, code.co_flags & _HAS_VARARGS) == (1, 0) else of_several
            answer.__doc__, answer.__name__ = function.__doc__, function.__name__
            answer.__wrapped__, answer.__module__ = function, function.__module__  # type: ignore[attr-defined]
            return answer

        return decorated

    def remembered_for_pairs(maxsize: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """As `remembered_for_values`, for two values that are followed by texts alone: in half the time."""

        def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
            kept: dict[Any, Any] = {}

            def answer(one: Any, other: Any, *words: str | None) -> Any:
                key = (id(one), id(other), words)
                known = kept.get(key)
                if known is None:
                    known = (function(one, other, *words), one, other)
                    if len(kept) >= maxsize:
                        kept.clear()
                    kept[key] = known
                return known[0]

            answer.__doc__, answer.__name__ = function.__doc__, function.__name__
            answer.__wrapped__, answer.__module__ = function, function.__module__  # type: ignore[attr-defined]
            return answer

        return decorated

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Return a class decorator that makes frozen, slotted values; both must be asked for."""
        if not (frozen and slots):
            raise TypeError("the values of mailgen are frozen and have slots")
        return _made

    def replace(value: Any, **changes: object) -> Any:
        """Return a copy of `value` with some fields changed."""
        copier = _copiers.get(type(value))
        if copier is not None:
            return copier(value, **changes)
        fields: tuple[str, ...] = value._fields
        return type(value)(**{**{name: getattr(value, name) for name in fields}, **changes})


def _made(cls: type) -> type:
    fields = tuple(cls.__annotations__)
    defaults = {name: cls.__dict__[name] for name in fields if name in cls.__dict__}
    members = {
        name: member
        for name, member in cls.__dict__.items()
        if name not in defaults and name not in ("__dict__", "__weakref__")
    }
    made = {
        "__slots__": fields,
        "__match_args__": fields,
        "_fields": fields,
        "_defaults": defaults,
        "__init__": _init,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__eq__": _equal,
        "__hash__": _hash,
        "__repr__": _repr,
        "__reduce__": _reduce,
    }
    # As with dataclasses, what the class writes itself stands: a secret has a repr of its own.
    return type(cls.__name__, cls.__bases__, {**made, **members})


def _init(self: Any, *given: object, **named: object) -> None:
    fields = self._fields
    values = {**self._defaults, **dict(zip(fields, given)), **named}
    if len(given) > len(fields) or values.keys() != set(fields) or named.keys() & set(fields[: len(given)]):
        raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
    for name in fields:
        object.__setattr__(self, name, values[name])
    cls = type(self)
    count = _counts[cls] = _counts.get(cls, 0) + 1
    if count == _OFTEN and cls.__init__ is _init:
        cls.__init__ = _written_out(cls)
        if cls.__init__ is not _init:
            _copiers[cls] = _copier(cls)


#: What `replace` does for a class whose __init__ has been written out.
_copiers: dict[type, Callable[..., Any]] = {}
#: How often values of a class have been made; from so many on it pays to write its __init__ out.
_counts: dict[type, int] = {}
_OFTEN = 200
#: From so many fields on it pays to open a value for a moment.
_MANY = 7


def _written_out(cls: Any) -> Any:
    """Return what `_init` does as a function with the fields as its parameters: many times as fast.

    A value of many fields is of an open class, with the same slots, while they are put in: to step over the
    lock of the frozen one for each takes thrice as long.
    """
    fields, defaults = cls._fields, cls._defaults
    if [name in defaults for name in fields] != sorted(name in defaults for name in fields):
        return _init  # Python takes no parameter without a default behind one with it
    taken = ", ".join(f"{name}=default_{name}" if name in defaults else name for name in fields)
    known = {f"default_{name}": value for name, value in defaults.items()}
    if len(fields) < _MANY:
        known.update((f"set_{name}", cls.__dict__[name].__set__) for name in fields)
        steps = [f"set_{name}(self, {name})" for name in fields]
    else:
        opened = type(cls.__name__, cls.__bases__, {"__slots__": fields})
        known.update({"be__": object.__dict__["__class__"].__set__, "open__": opened, "frozen__": cls})
        steps = ["be__(self, open__)", *(f"self.{name} = {name}" for name in fields), "be__(self, frozen__)"]
    exec(f"def __init__(self, {taken}):\n    " + "\n    ".join(steps), known)  # noqa: S102 (our own names)
    return known["__init__"]


def _copier(cls: Any) -> Any:
    """Return what `replace` does for a class whose fields are parameters, as a function with them too."""
    taken = ", ".join(f"{name}=kept__" for name in cls._fields)
    given = ", ".join(f"self__.{name} if {name} is kept__ else {name}" for name in cls._fields)
    known = {"kept__": object(), "cls__": cls}
    exec(f"def copied(self__, /, *, {taken}):\n    return cls__({given})", known)  # noqa: S102 (our own names)
    return known["copied"]


def _refuse(self: Any, name: str, value: object = None) -> None:
    raise AttributeError(f"{type(self).__name__} is frozen; use replace()")


def _tuple(value: Any) -> tuple[object, ...]:
    return tuple([getattr(value, name) for name in value._fields])


def _equal(self: Any, other: object) -> bool:
    if type(self) is not type(other):
        return NotImplemented  # type: ignore[no-any-return]
    return self is other or _tuple(self) == _tuple(other)


def _hash(self: Any) -> int:
    return hash(_tuple(self))


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    return type(self), _tuple(self)
