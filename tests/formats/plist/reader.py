"""Property lists in XML, read by expat and the DTD's words; Source: PropertyList-1.0.dtd, plist(5) of macOS.

Not by the library that writes them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from tests.readers import Rejected


def read(text: str) -> Any:
    """Return the value of a property list; Rejected for anything else."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise Rejected(error.position[0], str(error)) from None
    if root.tag != "plist" or root.get("version") != "1.0" or len(root) != 1:
        raise Rejected(1, "no property list")
    return _value(root[0])


def _value(node: ET.Element) -> Any:
    if node.tag == "dict":
        names = [child.text or "" for child in node[::2]]
        if any(child.tag != "key" for child in node[::2]) or len(node) % 2 or len(set(names)) < len(names):
            raise Rejected(1, "a dict has keys and values in turn, each key once")
        return dict(zip(names, map(_value, node[1::2]), strict=True))
    if node.tag == "array":
        return list(map(_value, node))
    if node.tag in ("true", "false"):
        return node.tag == "true"
    if node.tag == "integer":
        return int(node.text or "")
    if node.tag == "string":
        return node.text or ""
    raise Rejected(1, f"{node.tag} is nothing that a profile holds")
