"""The result for people: one table of ratios, within 80 columns."""

from __future__ import annotations

from dataclasses import dataclass

_LAYOUT = "{:<34} {:>7}  {:^15}  {:>7}  {}"


@dataclass(frozen=True, slots=True)
class Row:
    """One ratio, its interval if it was sampled, and what it is held against.

    A broken `bound`, or a ratio below the `least` that it must be, fails the benchmark; a missed `aim`
    is only told.
    """

    name: str
    ratio: float | None
    interval: tuple[float, float] | None = None
    bound: float | None = None
    aim: float | None = None
    least: float | None = None
    #: More is better, though nothing is held against it.
    more: bool = False

    @property
    def broken(self) -> bool:
        if self.ratio is None:
            return False
        too_much = self.bound is not None and self.ratio > self.bound
        return too_much or (self.least is not None and self.ratio < self.least)


def lines(rows: list[Row]) -> list[str]:
    """Return the table, heading first."""
    done = [_LAYOUT.format("what", "ratio", "95 % interval", "limit", "verdict"), "-" * 76]
    for row in rows:
        if row.ratio is None:
            done.append(f"{row.name:<34} not measured")
            continue
        value = f"{row.ratio:.3f}"
        interval = "{:.3f} .. {:.3f}".format(*row.interval) if row.interval else ""
        limit = verdict = ""
        if row.bound is not None or row.least is not None:
            limit = f"{row.bound:.2f}" if row.bound is not None else f">= {row.least:g}"
            verdict = "BROKEN" if row.broken else "holds"
        done.append(_LAYOUT.format(row.name, value, interval, limit, verdict).rstrip())
        if row.aim is not None:
            reached = row.ratio <= row.aim if row.least is None else row.ratio >= row.aim
            verdict = "reached" if reached else "not yet"
            done.append(_LAYOUT.format("  and the aim", value, "", f"{row.aim:.2f}", verdict))
    return done
