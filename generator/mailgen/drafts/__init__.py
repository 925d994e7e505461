"""Floor 3: other people's settings become drafts of provider files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailgen.model.records import provider_from_record

if TYPE_CHECKING:
    from mailgen.model.provider import Provider

#: No file of mail settings is larger than this.
LONGEST = 256 << 10


@dataclass(frozen=True, slots=True)
class DraftLoss:
    """Something of a foreign file that was not carried over, in plain words, and where it stood."""

    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A provider record made of a foreign file, to be looked through by a person.

    `record` is valid by provider.schema.json and by the rules of dataset/providers.py; `id` is what the
    file is to be named (the first domain); `losses` is what had no place in the record.
    """

    id: str
    record: dict[str, Any]
    losses: tuple[DraftLoss, ...]

    @property
    def provider(self) -> Provider:
        """What the record describes."""
        return provider_from_record(self.id, self.record)
