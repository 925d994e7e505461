"""What Emacs finds in a Lisp file, by `emacs --batch`. Debian: emacs-nox."""

from __future__ import annotations

import json

from tests.programs import Objected, need, run, scratch

#: Emacs' own JSON has no word for a symbol: it becomes a text, as in our reader.
SHOW = """
(defun mailgen-plain (value)
  (cond ((null value) nil)
        ((eq value t) "t")
        ((consp value) (vconcat (mapcar #'mailgen-plain value)))
        ((symbolp value) (symbol-name value))
        (t value)))
(princ (json-serialize (mailgen-plain (list %s)) :null-object nil))
"""


def evaluate(text: str, expressions: list[str]) -> list[object]:
    """Load a file as Gnus loads ~/.gnus.el, and return the values of expressions; None for nil.

    Raises Objected if Emacs does not take the file to its end.
    """
    with scratch(text.encode(), "gnus.el") as file:
        program = need("emacs", "emacs-nox")
        show = SHOW % " ".join(expressions)
        argv = [
            program,
            "--batch",
            "-Q",
            "-l",
            "gnus",
            "-l",
            "gnus-msg",
            "-l",
            str(file),
            "--eval",
            f"(progn {show})",
        ]
        done = run(argv, file.parent)
    if done.returncode:
        raise Objected("emacs", done.returncode, done.stderr.decode(errors="replace"))
    found: list[object] = json.loads(done.stdout.decode().replace("{}", "null"))
    return found
