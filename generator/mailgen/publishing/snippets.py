"""What the owner pastes into the configuration of a web server: the files of webservers/, filled in."""

from __future__ import annotations

from pathlib import Path

from mailgen import paths
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
        name: placed(paths.text_of_ours(str(folder / name)), values.__getitem__).encode()
        for name in paths.names_of_ours(str(folder))
    }
