"""What mailgen says when it cannot do what was asked."""

from __future__ import annotations


class MailgenError(Exception):
    """A refusal that the user can do something about.

    `what` happened, `where` (which file, field or argument), and how to `mend` it: three
    sentences or phrases on one line each, all required, so that none is forgotten. No secret
    may enter any of them. `status` is the exit code a door should use: 1 refused, 2 usage.
    Every other exception is a bug of ours and keeps its traceback.
    """

    status = 1

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


class Unrepresentable(MailgenError):
    """A value that a target's grammar cannot express; it is refused instead of altered.

    Takes the name of the `field`, of the `target`, and the reason `why`, never the value: it
    might be a secret.
    """

    def __init__(self, field: str, target: str, why: str) -> None:
        super().__init__(
            f"the {field} cannot be written in the configuration of {target}: {why}",
            f"the value given for the {field}",
            "choose a value without it",
        )
        self.field = field
        self.target = target
        self.why = why


class Unquotable(ValueError):
    """Raised by a quoter, which knows neither field nor target; rendering adds both."""
