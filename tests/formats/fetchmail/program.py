r"""What fetchmail reads from a run control file, by `fetchmail --configdump`. Debian: fetchmail.

The dump is Python. It is parsed, not executed. It shows passwords in clear. Two limits:

- Every character that is neither printable ASCII nor one of \n \r \t \b is garbled in the dump, in a
  way that changes from run to run and can cost the rest of the string (fetchmail itself has the right
  value; a login with a UTF-8 password works). `read_back` therefore cuts a string at the first such
  character and puts U+FFFD there; `visible` does the same to any other string.
- The UID file must be a scratch file: fetchmail replaces it, and as root it would replace a device.
"""

import ast
import re
from typing import Any

from tests.programs import Objected, need, run, scratch

VISIBLE = re.compile(r"[ -~\n\r\t\b]*")
CUT = "\N{REPLACEMENT CHARACTER}"
GARBLED = re.compile(r'(\\\\)|\\0x.*?(?=(?:(?<!\\)|(?<=\\\\))"(?:,\n|, |\]|\)))', re.DOTALL)
FLAGS = {"TRUE": True, "FALSE": False}


def read_back(text: str) -> dict[str, Any]:
    """The dumped configuration: `["servers"][i]["users"][j]["remote"]` and so on.

    Raises Objected for a syntax error (exit code 5).
    """
    for _ in range(4):
        try:
            return _parse(_dump(text))
        except SyntaxError:  # what is garbled can even be a quote, but not every time
            continue
    return _parse(_dump(text))


def _dump(text: str) -> str:
    with scratch(text.encode(), "fetchmailrc") as file:
        program = need("fetchmail", "fetchmail")
        argv = [program, "--configdump", "-f", str(file), "-i", str(file.parent / "ids")]
        done = run(argv, file.parent)
    if done.returncode:
        raise Objected("fetchmail", done.returncode, done.stderr.decode(errors="replace"))
    return GARBLED.sub(lambda found: found[1] or CUT, done.stdout.decode("latin-1"))


def _parse(dump: str) -> dict[str, Any]:
    [value] = [
        node.value
        for node in ast.parse(dump).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "fetchmailrc"
    ]
    return ast.literal_eval(_Flags().visit(value))


def visible(value: str) -> str:
    r"""The part of a string that a dump shows reliably.

    >>> visible("Pat\u5f20san"), visible("Pat")
    ('Pat\ufffd', 'Pat')
    """
    shown = VISIBLE.match(value)[0]
    return shown if shown == value else shown + CUT


class _Flags(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Constant:
        return ast.Constant(FLAGS[node.id])
