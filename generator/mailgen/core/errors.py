"""What mailgen says when it cannot do what was asked."""

from __future__ import annotations

from .text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Tuple, Union

    #: A path in data: keys and indices.
    Field = Tuple[Union[str, int], ...]


class MailgenError(Exception):
    """A refusal that the user can do something about.

    `what` happened, `where` (which file, field or argument), and how to `mend` it: three
    sentences or phrases on one line each, all required, so that none is forgotten. No secret
    may enter any of them. `status` is the exit code a door should use: 1 refused, 2 usage.
    `code` tells programs which kind it is, and never changes; `more` are refusals found together with this
    one, to be shown after it.
    Every other exception is a bug of ours and keeps its traceback.
    """

    status = 1
    code = "refused"
    more: Sequence[MailgenError] = ()

    def __init__(self, what: str, where: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  mend:  {self.mend}"


class UsageError(MailgenError):
    """The words of the request are wrong (an unknown option value, two addresses ...)."""

    status = 2
    code = "usage"


class InFileError(MailgenError):
    """Something in a file of settings: a door names options as such files do."""

    code = "file"


class DataError(InFileError):
    """Something in a structure of data (an accounts file, a variable of Ansible) is not as it must be.

    `field` is the path there, of keys and indices; the field itself need not exist. Without a file
    `where` is that path with dots; who knows the file adds its name and the line.
    """

    code = "data"

    def __init__(self, what: str, field: Sequence[str | int], mend: str) -> None:
        super().__init__(what, dotted(field), mend)
        self.field = tuple(field)


def dotted(field: Sequence[str | int]) -> str:
    """Return a path in data as people write it.

    >>> dotted(("accounts", "home", "identities", 0))
    'accounts.home.identities.0'
    """
    return ".".join(map(str, field)) or Text("the data")


class Unrepresentable(MailgenError):
    """A value that a target's grammar cannot express; it is refused instead of altered.

    Takes the name of the `field`, of the `target`, and the reason `why`, never the value: it
    might be a secret.
    """

    code = "unrepresentable"

    def __init__(self, field: str, target: str, why: str) -> None:
        super().__init__(
            Text(
                "the {field} cannot be written in the configuration of {target}: {why}",
                field=field,
                target=target,
                why=why,
            ),
            Text("the value given for the {field}", field=field),
            Text("choose a value without it"),
        )
        self.field = field
        self.target = target
        self.why = why


class Unquotable(ValueError):
    """Raised by a quoter, which knows neither field nor target, with the reason; rendering adds both."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
