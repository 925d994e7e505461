"""What is to be reached, beside what was measured: the table that `make bench` ends with.

A bound in the table above breaks the build; a goal does not, and says how far there is to go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from table import Row


class Goal(NamedTuple):
    """What people wait for, the row that measures it, what to reach, and the aim."""

    what: str
    row: str
    reach: float
    aim: float | None
    #: More is better, as where something is so many times as fast.
    more: bool = False


GOALS = (
    Goal("main form : bare interpreter", "start-up, wall time", 2.6, 2.0),
    Goal("mailgen token, kept : bare interpreter", "mailgen token, kept, wall time", 3.0, 2.0),
    Goal("mailgen token, its module : the same", "mailgen token, module, wall time", 1.3, 1.1),
    Goal("mailgen mbsync : mailgen msmtp", "mailgen mbsync : mailgen msmtp", 1.05, 1.0),
    Goal("--version : bare interpreter", "mailgen --version, wall time", 3.0, 2.0),
    Goal("--help : bare interpreter", "mailgen --help, wall time", 3.0, 2.0),
    Goal("a household : bare Jinja2 script", "bulk, whole plan : Jinja2 alone", 4.0, 2.0),
    Goal("10^4 users in one file : the same", "10^4 users in one file : Jinja2", 5.0, 3.0),
    Goal("households, two processes : one", "bulk, one process : two", 1.8, 1.95, more=True),
    Goal("apply, nothing to do : main form", "apply, nothing to do : main form", 3.0, 2.0),
    Goal("diff, nothing to do : main form", "diff, nothing to do : main form", 3.0, 2.0),
    Goal("lint of 100 files in a call : of one", "lint of 100 files : of one", 8.0, 4.0),
    Goal("Ansible, 1,000 users again : no work", "1,000 users x 3, again : no work", 4.0, 2.0),
    Goal("Ansible, 200 hosts again : no work", "200 hosts x 3 x 3, again : no work", 1.5, 1.2),
    Goal("lint + compile, exponent", "the same, exponent 10^3 to 10^", 1.05, None),
    Goal("picker, bytes : the one file", "picker, bytes : one file", 2.6, 2.0),
    Goal("picker, first file : main form", "picker, first file : main form", 30.0, 15.0),
    Goal("picker, keystroke : main form", "picker, keystroke : main form", 1.0, 0.3),
    Goal("memory, MiB for many users over 10^3", "bulk, MiB for 10^", 1.0, 0.0),
)
_LAYOUT = "{:<40} {:>9} {:>9} {:>6}   {}"


def lines(rows: Iterable[Row]) -> list[str]:
    """Return the table of goals, heading first; a row is known by how its name begins."""
    found = list(rows)
    done = [_LAYOUT.format("to be reached", "today", "to reach", "aim", "verdict"), "-" * 79]
    for goal in GOALS:
        today = next(
            (row.ratio for row in found if goal.row and row.name.startswith(goal.row)),
            None,
        )
        aim = "" if goal.aim is None else f"{goal.aim:g}"
        shown = "-" if today is None else f"{today:.2f}"
        done.append(_LAYOUT.format(goal.what, shown, f"{goal.reach:g}", aim, _verdict(goal, today)).rstrip())
    return done


def _verdict(goal: Goal, today: float | None) -> str:
    if today is None:
        return "not measured"

    def good(limit: float) -> bool:
        return today >= limit if goal.more else today <= limit

    if goal.aim is not None and good(goal.aim):
        return "aim reached"
    return "reached" if good(goal.reach) else "not yet"
