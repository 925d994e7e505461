"""What an independent reader finds in the files of a target: one module each, named after its folder.

A module has `asks_for_tls(text) -> bool`: whether a file demands verified TLS for every server in it.
"""

from __future__ import annotations

from importlib import import_module

from tests.cases import whose_files


def asks_for_tls(target: str, text: str) -> bool:
    """Ask the module of a target, or of the one that its manifest is like."""
    module = import_module(f"tests.templates.{whose_files(target).replace('-', '_')}")
    answer: bool = module.asks_for_tls(text)
    return answer
