"""Files in TOML 1.0.0, written by tomlkit; read back by Python's tomllib."""

from __future__ import annotations

from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def toml_document(structure: Mapping[str, Any]) -> str:
    r"""Write a document, a table for each mapping, its settings in the order of the structure.

    >>> toml_document({"accounts": {"ada": {"email": "a@b.example", "imap": {"starttls": True}}}})
    '[accounts.ada]\nemail = "a@b.example"\n\n[accounts.ada.imap]\nstarttls = true\n'
    """
    import tomlkit

    return tomlkit.dumps(structure).rstrip("\n") + "\n"


ENCODERS = {"": Encoder(toml_document, "toml")}
