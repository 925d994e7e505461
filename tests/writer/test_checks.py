"""Programs are asked about a copy of a file in which nothing is run, and what they say shows no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.writer.changes import FileChange
from mailgen.writer.checks import Answer, Complaint, asked, harmless, refuse_what_programs_refuse

#: A program that is nobody's: it complains of each line with `bad`, and shows what stands behind.
_SAY = 'printf "p: %s: line %d: unknown word %s\\n", FILENAME, NR, $2 > "/dev/stderr"'
_AWK = f"/bad/ {{{_SAY}; r = 1}} END {{exit r}}"
CHECK: dict[str, Any] = {"argv": ["awk", _AWK, "{file}"], "exit": [0]}


def change(path: str, before: str | None, after: str | None, **more: Any) -> FileChange:
    file = RenderedFile(path, 0o600, after or "", target="p", grammar="msmtp", **more)
    code = [None if text is None else text.encode() for text in (before, after)]
    return FileChange(path, "update", code[0], code[1], None, 0o600, file=file)


def refused(*changes: FileChange, check: dict[str, Any] = CHECK) -> MailgenError:
    with pytest.raises(MailgenError) as caught:
        refuse_what_programs_refuse(changes, {"p": check})
    return caught.value


def test_what_the_program_says_is_repeated_with_its_line() -> None:
    assert asked(CHECK, b"good\n") == Answer(True)
    assert asked(CHECK, b"good\nbad host\n", "msmtp") == Answer(False, (Complaint(2, "unknown word ***"),)), (
        "what redaction hides is hidden here too"
    )
    assert asked(CHECK, b"host bad.example\n", "msmtp") == Answer(
        False, (Complaint(1, "unknown word bad.example"),)
    )
    assert asked({**CHECK, "argv": ["no-such-program-here"]}, b"") is None


def test_a_program_that_says_nothing_of_the_copy_is_repeated_without_a_line() -> None:
    answer = asked({"argv": ["sh", "-c", "echo oh, $0 >&2; exit 3", "{file}"], "exit": [0]}, b"x\n", "msmtp")
    assert answer == Answer(False, (Complaint(0, "oh, the file"),))


@pytest.mark.parametrize("said", ["Permission denied", "x: operation not permitted"])
def test_a_program_that_may_not_read_the_copy_has_not_judged(said: str) -> None:
    argv = ["sh", "-c", f"echo '{said}' >&2; exit 78"]
    assert asked({"argv": argv, "exit": [0]}, b"x\n") is None


@given(
    # A letter that nothing else is written with, so that no word of an answer is taken for a secret.
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=20).map("Ж{}".format),
    st.sampled_from(["password {}", 'password "{}"', "passwordeval echo {}", "passwrd {}", "x {}"]),
)
@settings(max_examples=60, deadline=None)
def test_no_secret_is_repeated(secret: str, line: str) -> None:
    """Whatever the program prints of the lines that are hidden."""
    text = line.format(secret)
    answer = asked(
        {"argv": ["sh", "-c", 'sed "s,^,$0: line 1: ," "$0" >&2; exit 1', "{file}"], "exit": [0]},
        (text + "\n").encode(),
        "msmtp",
    )
    assert answer
    assert secret not in str(answer), text


def test_no_command_is_run() -> None:
    rules = [{"line": "run (.*)", "by": "ran nothing"}]
    assert harmless(b"a\nrun rm\nrun\n", rules) == b"a\nran nothing\nrun\n"
    check = {"argv": ["grep", "-q", "ran nothing", "{file}"], "exit": [0], "replace": rules}
    assert asked(check, b"run touch /tmp/x\n") == Answer(True)
    assert asked({**check, "replace": [], "alone": rules}, b"run touch /tmp/x\n") == Answer(True)
    assert asked({**check, "replace": [], "alone": rules}, b"run x\n", beside={".x": b""}) == Answer(False)


def test_the_account_is_filled_in() -> None:
    check = {"argv": ["grep", "-q", "{account}", "{file}"], "exit": [0], "account": "first"}
    assert asked(check, b"first\n") == Answer(True)
    assert asked(check, b"first\n", account="second") == Answer(False)


def test_only_what_changes_is_asked_about() -> None:
    assert refuse_what_programs_refuse([change("~/x", "bad a\n", "bad a\n")], {"p": CHECK}) == []
    assert refuse_what_programs_refuse([change("~/x", None, "good\n")], {"p": CHECK}) == ["~/x"]
    assert refuse_what_programs_refuse([change("~/x", None, "bad a\n")], {}) == []
    error = refused(change("~/x", "bad old\n", "bad old\ngood\n"))
    assert error.where == "~/x"
    assert error.what == "awk would not take this file; nothing has changed: line 1: unknown word ***"


def test_files_that_are_read_by_the_first_are_beside_it() -> None:
    check = {"argv": ["sh", "-c", 'cat "$HOME/.config/y" >&2', "{file}"], "exit": [0], "stderr": "empty"}
    main, other = change("~/x", "a\n", "a\n"), change("~/.config/y", "", "")
    assert refuse_what_programs_refuse([main, other], {"p": check}) == []
    other = change("~/.config/y", "", "host oh\n")
    assert refused(main, other, check=check).where == "~/x"


def test_a_program_that_goes_on_is_heard_for_what_is_new() -> None:
    """Complaints that it had before are the user's own, and no reason to write nothing."""
    check = {**CHECK, "argv": ["awk", _AWK.replace("exit r", "exit 0"), "{file}"], "stderr": "empty"}
    old = "host bad.one\n"
    assert refuse_what_programs_refuse([change("~/x", old, "\n" + old)], {"p": check}) == []
    error = refused(change("~/x", old, f"{old}host bad.two\n"), check=check)
    assert error.what.endswith("line 2: unknown word bad.two")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    asked(CHECK, b"bad x\n", beside={"a/b": b""})
    assert list(tmp_path.iterdir()) == []


def test_what_the_program_leaves_in_a_folder_for_passing_things_is_taken_away(tmp_path: Path) -> None:
    """A log of its own crash, say, or a copy of the message in its editor."""
    told = tmp_path / "told"
    argv = ["sh", "-c", 'mktemp -t crash.XXXXXX > "$1"', "sh", str(told), "{file}"]
    assert asked({"argv": argv, "exit": [0]}, b"x\n") == Answer(True)
    left = Path(told.read_text().strip())
    assert left.name.startswith("crash.")
    assert not left.exists()
