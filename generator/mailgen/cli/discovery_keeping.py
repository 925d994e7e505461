"""What discovery has found is kept as a provider file of the user's own."""

from __future__ import annotations

from pathlib import Path

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.discovery import Discovered


def place_of(found: Discovered) -> Path:
    """Return where the file will lie; raises MailgenError if one is there already."""
    from mailgen import paths

    path = Path(paths.own_providers(), f"{found.draft.id}.yaml")
    if path.exists() or path.is_symlink():
        raise MailgenError(
            "a provider file of your own is there already, and mailgen does not write over it",
            str(path),
            "look at it, and remove it if the new one is to be kept",
        )
    return path


def text_of_draft(found: Discovered) -> str:
    """Return the provider file of what was found; raises MailgenError if it would break a rule."""
    from mailgen.drafts.yaml_text import yaml_of

    text = yaml_of(found.draft)
    _check(text, found.draft.id)
    return text


def _check(text: str, id: str) -> None:
    """Raise MailgenError if a provider file would not be good: a bad one in that folder stops every run."""
    import tempfile

    from mailgen.dataset import providers

    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
        path = Path(folder, f"{id}.yaml")
        path.write_text(text, encoding="utf-8")
        _, problems = providers.load_providers([path])
    for problem in problems:
        raise MailgenError(
            Text("the result breaks a rule of provider files: {what}", what=problem.what), id, "use --yaml"
        )
