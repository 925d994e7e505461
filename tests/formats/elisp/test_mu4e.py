"""What is written for mu4e is what Emacs reads, with mu4e itself, and what the independent reader reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.api import generate
from mailgen.core.errors import Unrepresentable
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.elisp import reader
from tests.programs import need, run

if TYPE_CHECKING:
    from pathlib import Path

HOUSE = TESTS / "golden-households/mu4e/home/dot-config/mailgen/mu4e/mu4e.el"
GOLDEN = [*[case.file for case in RENDERED if case.target == "mu4e"], HOUSE]
#: For each file: the ways to send, and each context's name with all that it sets.
SHOW = """
(defun plain (value)
  (cond ((null value) :null) ((eq value t) "t") ((and (consp value) (not (listp (cdr value))))
         (vector (plain (car value)) (plain (cdr value))))
        ((consp value) (vconcat (mapcar #'plain value))) ((symbolp value) (symbol-name value)) (t value)))
(dolist (file command-line-args-left)
  (load file nil t t)
  (princ (json-serialize (vector (plain mailgen-mail-ways) (vconcat (mapcar
    (lambda (one) (vector (mu4e-context-name one) (vconcat (mapcar
      (lambda (pair) (vector (symbol-name (car pair)) (plain (cdr pair)))) (mu4e-context-vars one)))))
    mu4e-contexts)))))
  (princ "\\n"))
(setq command-line-args-left nil)
"""


def loaded(files: list[Path], home: Path) -> list[Any]:
    """Have one Emacs load files one after the other."""
    need("mu", "mu4e")
    argv = [need("emacs", "emacs-nox"), "--batch", "--eval", f"(progn {SHOW})", *map(str, files)]
    done = run(argv, home)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_emacs_reads_every_golden_file(tmp_path: Path) -> None:
    assert len(GOLDEN) > 10
    for file, (ways, contexts) in zip(GOLDEN, loaded(GOLDEN, tmp_path), strict=True):
        text = file.read_text(encoding="utf-8")
        assert ways == reader.settings(text)["mailgen-mail-ways"], file
        addresses = [dict(vars)["user-mail-address"] for _, vars in contexts]
        assert set(addresses) <= {way[0] for way in ways}
        assert all(f'(cons \'user-mail-address "{one}")' in text for one in addresses)


def test_the_household_says_whose_mail_lies_where(tmp_path: Path) -> None:
    [(ways, contexts)] = loaded([HOUSE], tmp_path)
    assert ways[:2] == [["ada@qq.com", ["msmtp", "-a", "home"]], ["second@qq.com", ["msmtp", "-a", "home"]]]
    home, work = (dict(vars) for _, vars in contexts)
    assert home["user-full-name"] == 'Ada "A." O\'Brien, $HOME #1'
    assert work["mu4e-sent-folder"] == '/it\'s "work"/Sent'
    assert (work["message-signature-file"], work["mail-default-reply-to"]) == (
        "~/.my signature",
        "o'brien@sohu.com",
    )
    assert (home["message-signature"], home["mail-default-reply-to"]) == (None, None)


def test_a_program_below_the_home_is_refused() -> None:
    wish = Wish(options={"sendmail": Command(("~/bin/send",))})
    with pytest.raises(Unrepresentable, match="without a shell"):
        generate("mu4e", "user@qq.com", wish)
    wish = Wish(options={"sendmail": Command(("/opt/my send", "-a", '"; (x)'))})
    text = generate("mu4e", "user@qq.com", wish).files[0].text
    assert reader.settings(text)["mailgen-mail-ways"] == [["user@qq.com", ["/opt/my send", "-a", '"; (x)']]]
