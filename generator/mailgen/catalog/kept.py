"""The templates of a catalogue as modules of Python, for a wheel: what installs one compiles them, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailgen.catalog.reader import CompiledCatalogue
from mailgen.dataset.templates import module_of_template

if TYPE_CHECKING:
    from collections.abc import Iterator


def kept_templates(catalogue: str, folder: str) -> Iterator[str]:
    """Write all templates of the catalogue in a file as modules below `folder`; yield their paths there.

    `folder` stands for the package: `mailgen.render.runtime` runs those that lie in it.
    """
    made = CompiledCatalogue(catalogue)
    texts = {"render/kept/__init__.py": ""}
    for target in made.targets():
        texts.update(map(module_of_template, target.templates.values()))
    made.close()
    for path, text in sorted(texts.items()):
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        yield path
