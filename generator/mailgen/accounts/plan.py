"""What a household comes to, as values: see planner.py."""

from __future__ import annotations

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.finding import Finding
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.render.next_steps import NextStep


@dataclass(frozen=True, slots=True)
class Made:
    """One account for one target: what was chosen, and what the user should know.

    `store` is the kind of the store that keeps the secret, if it is one that mailgen can fill.
    """

    id: str
    target: Target
    account: Account
    provider: Provider
    findings: tuple[Finding, ...]
    store: str | None = None

    @property
    def step(self) -> NextStep | None:
        """What is to be done next for the secret."""
        from mailgen.render.next_steps import next_step

        return next_step(self.target, self.account)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a household comes to: its files, target by target, and how each account was made."""

    files: tuple[RenderedFile, ...]
    made: tuple[Made, ...]
