"""Build hook: compiles dataset, manifests and templates into the wheel, and makes the manual pages."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds catalog.sqlite, templates and the schema of accounts as modules, and manual pages to a wheel.

    An editable install makes the first on demand, and does without the modules."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "generator"))
        from mailgen.accounts.compiled import kept_schema
        from mailgen.catalog import compiler
        from mailgen.catalog.kept import kept_templates
        from mailgen.catalog.serial import SERIAL
        from mailgen.cli.commands.manpage import page

        self.made = tempfile.TemporaryDirectory()
        catalogue = Path(self.made.name) / "catalog.sqlite"
        sources = compiler.checked_providers(), compiler.checked_targets()
        compiler.build(str(catalogue), *sources, serial=SERIAL)
        build_data["force_include"][str(catalogue)] = "mailgen/catalog.sqlite"
        path, text = kept_schema()
        (Path(self.made.name) / "schema.py").write_text(text, encoding="utf-8")
        build_data["force_include"][str(Path(self.made.name) / "schema.py")] = f"mailgen/{path}"
        for module in kept_templates(str(catalogue), self.made.name):
            build_data["force_include"][str(Path(self.made.name) / module)] = f"mailgen/{module}"
        for lang, folder in {"en": "man1", "zh": "zh_CN/man1"}.items():
            manual = Path(self.made.name) / f"mailgen.{lang}.1"
            manual.write_text(page(lang), encoding="utf-8")
            build_data["shared_data"][str(manual)] = f"share/man/{folder}/mailgen.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "made"):
            self.made.cleanup()
