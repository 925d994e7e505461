"""What `--json` prints is valid by a schema, whichever verb prints it; a refusal is data then, too."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mailgen.cli.parser import full_parser
from tests.cases import run
from tests.cli.apply_home import Home
from tests.outputs import OUTPUTS, SCHEMAS, judge, objections
from tests.support import ROOT, cli, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The words before --json (or --format json) -> the schema of what is printed.
PRINTED = {
    "TARGET": "generate",
    "accounts list": "accounts-list",
    "accounts show": "accounts-show",
    "apply": "changes",
    "check": "check",
    "data status": "data-status",
    "data update": "data-update",
    "dataset conflicts": "dataset-conflicts",
    "dataset diff": "dataset-diff",
    "dataset stats": "dataset-stats",
    "diff": "changes",
    "discover": "discover",
    "explain": "explain",
    "lint": "lint",
    "publish": "publish",
    "providers": "show",
    "remove": "changes",
    "secret check": "secret-check",
    "show": "show",
    "targets": "targets",
}
#: Printed on another occasion, or only part of others.
BESIDE = {"parts", "refusal", "targets-for", "targets-why-not", "mirror", "left-out"}


def printing(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the words of each verb and action that can print JSON."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, one in action.choices.items():
                yield from printing(one, (*words, word))
        elif "--json" in action.option_strings or "json" in (action.choices or ()):
            yield " ".join(words)


def test_each_output_has_a_schema_and_each_schema_an_output() -> None:
    """A verb that prints JSON is added with the schema of what it prints."""
    assert sorted(printing(full_parser())) == sorted(PRINTED)
    assert set(OUTPUTS) == (set(PRINTED.values()) | BESIDE) - {"check", "show"}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_are_schemas(name: str) -> None:
    judge(name).check_schema(SCHEMAS[name])
    folder = "output/" if name in OUTPUTS else ""
    assert SCHEMAS[name]["$id"] == f"https://mailgen.invalid/schema/{folder}{name}.schema.json"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("dataset stats", "dataset-stats"),
        ("explain mutt ada@163.com", "explain"),
        ("targets", "targets"),
        ("targets --for 163.com", "targets-for"),
        ("targets --for outlook.com", "targets-for"),
        ("targets --why-not ssmtp", "targets-why-not"),
    ],
)
def test_what_needs_no_home_is_valid(words: str, name: str) -> None:
    done = run(*words.split(), "--json")
    assert done.status == 0, done.stderr
    assert not objections(name, json.loads(done.stdout))


def test_each_line_of_the_providers_is_valid() -> None:
    lines = run("providers", "--json").stdout.splitlines()
    assert len(lines) == len(list((ROOT / "providers").glob("*.yaml")))
    for line in lines:
        assert not objections("show", json.loads(line)), line[:80]


def test_what_is_printed_of_a_home_is_valid(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for words, name in (
        ("accounts list", "accounts-list"),
        ("accounts show work", "accounts-show"),
        ("explain msmtp", "explain"),
        ("diff", "changes"),
        ("apply --adopt", "changes"),
        ("remove home", "changes"),
        ("secret check", "secret-check"),
    ):
        done = home.run(*words.split(), "--json")
        assert done.stdout, (words, done.stderr)
        assert not objections(name, json.loads(done.stdout)), words


def test_what_lint_finds_is_valid_and_said_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "msmtprc"
    path.write_text("account x\nhost smtp.sohu.com\nport 25\ntls off\npassword c4nary\n")
    path.chmod(0o644)
    done = run("lint", "--as", "msmtp", str(path), "--format", "json")
    found = json.loads(done.stdout)
    assert found
    assert not objections("lint", found)
    assert "c4nary" not in done.stdout
    assert all(one["said"]["what"]["en"] for one in found)
    assert any("zh" in one["said"]["what"] for one in found)


def test_sets_that_differ_are_printed_as_data(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, host in ((old, "imap.sohu.com"), (new, "imap.evil.example")):
        folder.mkdir()
        text = (ROOT / "providers/sohu.com.yaml").read_text(encoding="utf-8")
        (folder / "sohu.com.yaml").write_text(text.replace("imap.sohu.com", host), encoding="utf-8")
    found = json.loads(run("dataset", "diff", str(old), str(new), "--json").stdout)
    assert found[0]["severity"] == "danger"
    assert not objections("dataset-diff", found)
    done = run("dataset", "conflicts", str(new), "--json")
    assert not objections("dataset-conflicts", json.loads(done.stdout))
    assert json.loads(done.stdout)


#: Wrong words, files and addresses, as people give them.
REFUSED = {
    "nobody's domain": ("msmtp", "u@nobody.example"),
    "no target": ("mstmp", "u@sohu.com"),
    "an address first": ("u@sohu.com",),
    "an odd word": ("msmtp", "u@sohu.com", "--colour"),
    "a folder for files": ("msmtp", "u@sohu.com", "-o", "x"),
    "one file": ("msmtp", "u@sohu.com", "--file", "x"),
    "a line break": ("mutt", "u@sohu.com", "--name", "a\nb"),
    "no protocol in common": ("msmtp", "u@sohu.com", "--protocol", "imap4"),
    "no such provider": ("show", "nobody.example"),
    "no accounts file": ("diff", "--accounts", "/nonexistent/x.yaml"),
    "nothing to agree to": ("msmtp", "u@sohu.com", "--yes"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=[*REFUSED])
@pytest.mark.parametrize("lang", ["en_GB.UTF-8", "zh_CN.UTF-8"])
def test_refusals_are_data_and_end_in_the_same_status(
    words: tuple[str, ...], lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, in all languages whatever the locale; nothing is on standard output."""
    monkeypatch.chdir(tmp_path)  # without --json one of them writes a folder
    plain, done = (cli(*words, *more, env={"LC_ALL": lang}) for more in ((), ("--json",)))
    if done.status == 0 or words[-1] == "x":
        plain = done
    assert done.status == plain.status != 0
    assert done.stdout == ""
    data = json.loads(done.stderr)
    assert not objections("refusal", data)
    assert data["error"]["status"] == done.status
    assert "zh" in data["error"]["what"]


def test_the_plain_form_pays_nothing_for_it() -> None:
    """What only an answer needs is imported for nobody else."""
    code = (
        "import sys; from mailgen.cli.main import main; main(['msmtp', 'user@sohu.com']);"
        "heavy = {'mailgen.answer', 'mailgen.explain', 'mailgen.cli.answers', 'mailgen.cli.origins',"
        "'jinja2', 'json'};"
        "sys.exit(' '.join(sorted(heavy & sys.modules.keys())) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment()
    )
    assert done.returncode == 0, done.stderr
