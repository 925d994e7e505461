"""What a published service is called: names that are wished, and how long a format allows them to be."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Option, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def wished_text(wish: Wish, option: str) -> str | None:
    """Return the text that is wished for an option of the target; None if none is."""
    value = wish.options.get(option)
    return None if value is None else str(value)


def fitting(target: Target, option: str, text: str) -> str:
    """Return a text that is neither blank nor too long for the format; raise MailgenError for others."""
    longest, called = _longest(target, option), Text(option.replace("_", " "))
    if not text.strip():
        raise MailgenError(
            Text("the {called} is blank", called=called),
            Option(f"options.{option}"),
            Text("give one, or leave it out"),
        )
    if longest is not None and len(text) > longest:
        raise MailgenError(
            Text(
                "the {called} has {count} characters, and {title} allows {longest}",
                called=called,
                count=len(text),
                title=target.title,
                longest=longest,
            ),
            Option(f"options.{option}"),
            Text("give a shorter one: {option}", option=Option(f"options.{option}", "NAME")),
        )
    return text


def short_name(target: Target, wish: Wish, name: str) -> str:
    """Return the short name that is wished, else the name itself, else "" where that is too long."""
    given = wished_text(wish, "short_name")
    if given is not None:
        return fitting(target, "short_name", given)
    longest = _longest(target, "short_name")
    return name if longest is None or len(name) <= longest else ""


def _longest(target: Target, option: str) -> int | None:
    longest: int | None = target.published.get("longest", {}).get(option)
    return longest
