"""From `mailgen setup` to mail that goes out and comes in, with the real programs and servers of the lab."""

from __future__ import annotations

import pytest

from tests.lab.lab import Lab
from tests.programs import need
from tests.support import MAILGEN, ROOT

PYTHON = {"PYTHONPATH": str(ROOT / "generator"), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("address", ["user@163.com", "user@sohu.com"])
def test_one_command_and_mail_goes_out_and_comes_in(lab: Lab, address: str) -> None:
    need("msmtp", "msmtp")
    need("neomutt", "neomutt")
    home = lab.new_home()
    words = ["--client", "neomutt", "msmtp", "--store", "file", "--from-stdin", "--yes"]
    password = lab.users[address].password
    done = lab.run([*MAILGEN, "setup", address, *words], home, stdin=f"{password}\n", env=PYTHON, timeout=60)
    assert done.rc == 0, done.stdout + done.stderr
    assert password not in done.stdout + done.stderr
    assert "open NeoMutt with:" in done.stderr
    subject = f"set up for {address}"
    sent = lab.run(["msmtp", address], home, stdin=f"Subject: {subject}\n\nHello.\n", timeout=30)
    assert sent.rc == 0, sent.stderr
    assert lab.arrived(address, subject)
    read = lab.run(["neomutt"], home, terminal=[(subject, "x")], env={"TERM": "xterm"}, timeout=30)
    assert subject in read.stdout, read.stdout[-2000:]
    assert read.rc == 0


#: What a quick typist does in a minute, with no word known by heart.
KEYSTROKES = 200


def test_by_hand_it_takes_less_than_a_minute_of_typing(lab: Lab) -> None:
    """Nothing is on the command line but the verb; then a message goes out, and has come in."""
    need("msmtp", "msmtp")
    need("neomutt", "neomutt")
    address, home = "user@163.com", lab.new_home()
    password = lab.users[address].password
    answers = [
        ("mail address: ", f"{address}\n"),
        ("mail programs to set up", "neomutt msmtp\n"),
        ("your name", "Ada\n"),
        ("where to keep the secret", "file\n"),
        ("the secret of", f"{password}\n"),
        ("once more", f"{password}\n"),
        ("write this?", "\n"),
    ]
    done = lab.run([*MAILGEN, "setup"], home, terminal=answers, env=PYTHON, timeout=90)
    assert "open NeoMutt with:" in done.stdout, done.stdout[-3000:]
    assert done.rc == 0, done.stdout[-3000:]
    assert password not in done.stdout
    assert sum(len(typed) for _, typed in answers) < KEYSTROKES
    subject = "typed by hand"
    sent = lab.run(["msmtp", address], home, stdin=f"Subject: {subject}\n\nHello.\n", timeout=30)
    assert sent.rc == 0, sent.stderr
    assert lab.arrived(address, subject)
