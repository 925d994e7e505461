"""What the owner pastes into the configuration of a web server: the files of webservers/, filled in."""

from __future__ import annotations

from pathlib import Path

from mailgen.core.text import placed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def sites_of(kind: str, values: Mapping[str, str]) -> dict[str, bytes]:
    """Return the snippets for an `owner` or a `mirror` by the names of their files.

    The values are host names and a path, judged before: none of their characters means anything there.
    """
    folder = Path(__file__).parent / "webservers" / kind
    return {
        path.name: placed(path.read_text(encoding="utf-8"), values.__getitem__).encode()
        for path in sorted(folder.iterdir())
    }
