"""What discovery has found is kept as a provider file of the user's own."""

from __future__ import annotations

from pathlib import Path

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.discovery import Discovered
    from mailgen.model.records import Record


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


def file_of(found: Discovered) -> tuple[str, Record]:
    """Return the provider file of what was found, and the record that it holds.

    Raises MailgenError if it would break a rule: a bad one in that folder stops every run.
    """
    import tempfile

    from mailgen.dataset import providers
    from mailgen.drafts.yaml_text import yaml_of

    text = yaml_of(found.draft)
    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
        path = Path(folder, f"{found.draft.id}.yaml")
        path.write_text(text, encoding="utf-8")
        records, problems = providers.load_providers([path])
    for problem in problems:
        raise MailgenError(
            Text("the result breaks a rule of provider files: {what}", what=problem.what),
            found.draft.id,
            "use --yaml",
        )
    return text, records[path]
