"""What a target's option may be, whoever gives it: the words of the command line, or an accounts file."""

from __future__ import annotations

from mailgen.core.errors import MailgenError, Unquotable
from mailgen.core.text import Listed, Text
from mailgen.formats.quoting import refuse_control_characters
from mailgen.model.tokens import FileName
from mailgen.resolve.address import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.target import TargetOption


def text_value(option: TargetOption, name: str, given: str) -> str | FileName:
    """Return an option whose value is a text: of the type text, choice, address or path.

    Raises MailgenError, which names the nearest choice, for another than the manifest's choices; for what
    is no mail address; and for a path that is neither whole nor below the home, or holds control characters.
    """
    if option.type == "choice":
        return _choice(option.choices, name, given)
    if option.type == "address":
        return str(parse_address(given))
    return path_value(name, given) if option.type == "path" else given


def path_value(name: str, given: str) -> FileName:
    """Return a path as a value of a template; `~/` stays, for whose home it is only the program knows.

    Raises MailgenError for a relative one: nobody could say from where.

    >>> path_value("ca_file", "~/ca.pem")
    FileName(path='~/ca.pem')
    """
    try:
        refuse_control_characters(given)
    except Unquotable as error:
        raise MailgenError(error.why, name, Text("write the whole path")) from None
    if not given.startswith(("/", "~/")):
        raise MailgenError(
            Text("{name} is a path, and starts with / or ~/", name=name), name, Text("write the whole path")
        )
    return FileName(given)


def path_problem(name: str, given: str) -> MailgenError | None:
    """Return why a path cannot be an option's value, or None if it can."""
    try:
        path_value(name, given)
    except MailgenError as error:
        return error
    return None


def _choice(choices: tuple[str, ...], name: str, given: str) -> str:
    if given in choices:
        return given
    from difflib import get_close_matches

    near = get_close_matches(given, choices, 1)
    there = Text("{name} is one of {choices}", name=name, choices=Listed(", ", choices))
    mend = Text("did you mean '{name}'?", name=near[0]) if near else Text("write one of these")
    raise MailgenError(there, name, mend)
