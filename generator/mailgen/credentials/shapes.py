"""Whether a secret looks like those that a provider hands out: judged before it is kept, and never shown."""

from __future__ import annotations

from mailgen.core.text import Listed, Text, Translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.model.provider import Credentials, Shape
    from mailgen.model.tokens import Secret

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
#: What a shape is made of; `any` is of everything.
_OF = {
    "lower-case": _LOWER,
    "letters": _LOWER + _LOWER.upper(),
    "digits": _DIGITS,
    "alphanumeric": _LOWER + _LOWER.upper() + _DIGITS,
}


def described(shape: Shape) -> Text:
    """Return what a secret looks like, as part of a sentence.

    >>> from mailgen.model.provider import Shape
    >>> described(Shape(16, "lower-case"))
    '16 small letters'
    """
    number = shape.length
    match shape.of:
        case "lower-case":
            return Text("{number} small letters", number=number)
        case "letters":
            return Text("{number} letters", number=number)
        case "digits":
            return Text("{number} digits", number=number)
        case "alphanumeric":
            return Text("{number} letters or digits", number=number)
    return Text("{number} characters", number=number)


def misfit(
    secret: Secret, wanted: Iterable[Credentials], name: Mapping[str, str]
) -> tuple[Text, Text] | None:
    """Return what is odd about a secret beside all that the provider called `name` may want, and the mend.

    None if it may be right: it has one of the shapes, or something is wanted of which no shape is known.
    Nothing of the secret is in the answer, not its length either.
    """
    shapes = [one.shape for one in wanted]
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes) or not known or any(_fits(secret.text, shape) for shape in known):
        return None
    facts = {"name": Translated(name), "shapes": Listed(" or ", [described(shape) for shape in known])}
    if any(_fits("".join(secret.text.split()), shape) for shape in known):
        what = Text("what {name} hands out has {shapes}, and this has blanks between them", **facts)
        return what, Text("give it without blanks")
    what = Text("what {name} hands out has {shapes}; this looks like the password of your account", **facts)
    return what, Text("make one as the provider's settings say, and give that")


def has_shape(secret: Secret, wanted: Iterable[Credentials]) -> bool:
    """Say whether a secret has the shape of one that the provider hands out."""
    return any(one.shape is not None and _fits(secret.text, one.shape) for one in wanted)


def _fits(text: str, shape: Shape) -> bool:
    return len(text) == shape.length and (shape.of == "any" or set(text) <= set(_OF[shape.of]))
