"""What a module for Python says, by Python's own parser, without running it: settings, and what it calls."""

from __future__ import annotations

import ast
from typing import Any

from tests.readers import Doubtful


def settings(text: str) -> dict[str, Any]:
    """Return what is set at the top; a path in the home as `~/...`. Raises Doubtful for what is no value."""
    return {
        node.targets[0].id: _value(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.path.expanduser":
        [node] = node.args
    if isinstance(node, ast.List):
        return [_value(one) for one in node.elts]
    if isinstance(node, ast.Name):
        return f"${node.id}"
    if not isinstance(node, ast.Constant):
        raise Doubtful(node.lineno, ast.unparse(node))
    return node.value


def calls(text: str) -> dict[str, str]:
    """Return the functions that are called, with what they are given."""
    return {
        ast.unparse(node.func): ", ".join(
            map(ast.unparse, [*node.args, *(one.value for one in node.keywords)])
        )
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
    }
