"""lieer's .gmailieer.json. Read back by lieer 1.3."""

from __future__ import annotations

import json

from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def gmailieer_settings(structure: Mapping[str, Any]) -> str:
    """Write the settings of one account, a line each, as it writes them itself but for the lines.

    >>> print(gmailieer_settings({"account": "ada@x.example", "ignore_tags": ["new"]}), end="")
    {
      "account": "ada@x.example",
      "ignore_tags": ["new"]
    }
    """
    lines = [f"  {_json(name)}: {_json(value)}" for name, value in structure.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


#: The names of settings that hold no secret; that is all of them.
_SHOWN = """account timeout replace_slash_with_dot drop_non_existing_label ignore_empty_history ignore_tags
    ignore_remote_labels remove_local_messages file_extension local_trash_tag translation_list_overlay"""

ENCODERS = {"": Encoder(gmailieer_settings, "json", _SHOWN)}
