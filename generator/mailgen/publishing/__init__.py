"""Floor 4: what a domain's owner, or a mirror of all domains, puts on a web server and into the DNS."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Publication:
    """Files by their path in the folder, and what should be known of them: what no format can say, above all.

    `records` are lines for the zone that must change together with a file, by the file's path.
    """

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()
    records: Mapping[str, str] = EMPTY
