"""What nobody sees, and what a terminal acts upon, comes out of no verb, whatever the data hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgen.accounts import schema
from mailgen.cli import terminal
from mailgen.cli.main import main
from mailgen.core.printing import is_hidden

if TYPE_CHECKING:
    from pathlib import Path

ODD = "\x00\x07\x1b\x7f\x85\x9b\u200b\u202e\u2066\u2028\ufeff\U000e0041"
words = st.text(st.sampled_from(ODD + "ab /~"), min_size=1)


def hidden(text: str) -> list[str]:
    return [char for char in text if is_hidden(char) and char not in "\n\t"]


@given(words)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_is_seen(capsys: pytest.CaptureFixture[str], word: str) -> None:
    terminal.show(word)
    terminal.show_data({"x": word})
    terminal.say(word, where=word, mend=word)
    out, err = capsys.readouterr()
    assert hidden(out + err) == []
    assert json.loads(out.partition("\n")[2]) == {"x": word}


@given(words)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_verb_lets_it_through(tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str) -> None:
    path = tmp_path / "accounts.yaml"
    account = {"address": "ada@sohu.com", "name": word, "provider": word, "label": word}
    account["targets"] = ["msmtp", "mutt", "thunderbird"]  # type: ignore[assignment]
    account["options"] = {"thunderbird": {"profile": f"~/{word}"}}  # type: ignore[assignment]
    path.write_text(json.dumps({"accounts": {"home": account}}))
    option = ["--accounts", str(path)]
    for verb in (["accounts", "list"], ["apply", "-n", "-o", str(tmp_path / "o")], ["explain", "mutt"]):
        main([*verb, *option])
    main(["diff", *option, "-o", str(tmp_path / "o")])
    out, err = capsys.readouterr()
    assert hidden(out + err) == []


@pytest.mark.parametrize("char", [*ODD, "\n"])
@pytest.mark.parametrize(
    "part",
    [
        {"signature": "~/X"}, {"maildir": "/X"}, {"credential": {"kind": "file", "path": "~/X"}},
        {"identities": [{"address": "b@sohu.com", "signature": "~/X"}]},
        {"options": {"msmtp": {"ca_file": "/X"}}}, {"options": {"thunderbird": {"profile": "~/X"}}},
    ],
    ids=lambda part: next(iter(part)),
)  # fmt: skip
def test_a_path_holds_nothing_that_nobody_sees(part: dict[str, object], char: str) -> None:
    def data(text: str) -> dict[str, object]:
        account = {"address": "ada@sohu.com", "targets": ["msmtp"], **part}
        return {"accounts": {"home": json.loads(json.dumps(account).replace("X", text))}}

    assert schema.problems(data("x")) == []
    (found,) = schema.problems(data(json.dumps(char)[1:-1]))
    assert "nobody sees" in found.what
