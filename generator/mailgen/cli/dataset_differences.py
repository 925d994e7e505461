"""What a change of the dataset would do to people, as lines and as data."""

from __future__ import annotations

from mailgen.cli.terminal import padded, show
from mailgen.cli.wording import worded
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.dataset.review import Difference


def show_differences(found: Sequence[Difference], lang: str) -> None:
    """Print each difference on a line, in the order given."""
    for one in found:
        text = Text("{provider}: {kind}: {what}", provider=one.provider, kind=one.kind, what=one.what)
        show(f"{padded(worded(Text(one.severity), lang), 8)} {worded(text, lang)}", " " * 9)


def differences_data(found: Sequence[Difference]) -> list[dict[str, str]]:
    """Return differences as data."""
    keys = ("severity", "kind", "provider", "what")
    return [{key: getattr(one, key) for key in keys} for one in found]


def listed_counts(counts: Mapping[str, int]) -> Listed:
    """Return how many there are of each, by its name."""
    return Listed(
        ", ", [Text("{name} {count:,}", name=Text(name), count=count) for name, count in counts.items()]
    )
