"""Values of an offlineimaprc that are expressions of Python's: what they say, as far as it can be seen."""

from __future__ import annotations

import ast

_RUNS = frozenset("check_output run Popen getoutput popen".split())


def command_in(value: str) -> tuple[str, ...]:
    """Return the command that an expression runs for its output; () for what is none such.

    A command that is a single text is one for a shell.

    >>> command_in("__import__('subprocess').check_output(('pass', 'show', 'x'), text=True).split('x')[0]")
    ('pass', 'show', 'x')
    >>> command_in('subprocess.check_output("pass show x", shell=True)'), command_in('get_pass("x")')
    (('sh', '-c', 'pass show x'), ())
    """
    tree = _parsed(value)
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, ast.Call) or not node.args or _name_of(node.func) not in _RUNS:
            continue
        words = _literal(node.args[0])
        if isinstance(words, str):
            return ("sh", "-c", words)
        if isinstance(words, (tuple, list)) and words and all(isinstance(word, str) for word in words):
            return tuple(words)
        return ()
    return ()


def constant(value: str) -> str | None:
    """Return the text that an expression is; None for any that has to be run.

    >>> constant("'x'"), constant("get('x')")
    ('x', None)
    """
    tree = _parsed(value)
    found = tree.body.value if tree and isinstance(tree.body, ast.Constant) else None
    return found if isinstance(found, str) else None


def renamed_folders(value: str | None) -> dict[str, str] | None:
    """Return which folder becomes which, by a `nametrans` in the form that mailgen writes; None for another.

    >>> renamed_folders("lambda folder: {'x/Gesendet': 'Sent'}.get(folder, folder)"), renamed_folders(None)
    ({'x/Gesendet': 'Sent'}, {})
    >>> renamed_folders("lambda f: re.sub('x', 'y', f)")
    """
    if value is None:
        return {}
    tree = _parsed(value)
    found = [node for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.Dict)]
    names = _literal(found[0]) if len(found) == 1 else None
    if not isinstance(names, dict) or not all(isinstance(one, str) for pair in names.items() for one in pair):
        return None
    return names


def texts_of(value: str) -> set[str]:
    """Return all texts in an expression.

    >>> sorted(texts_of("lambda f: f in ['a'] or f not in ['b']"))
    ['a', 'b']
    """
    tree = _parsed(value)
    constants = (node.value for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.Constant))
    return {one for one in constants if isinstance(one, str)}


def _parsed(value: str) -> ast.Expression | None:
    try:
        return ast.parse(value, mode="eval")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _literal(node: ast.AST) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        return None


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
