"""A missing package costs the verbs that need it, and is told in a sentence: never a traceback."""

from __future__ import annotations

import re
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from mailgen.cli.needs import EXTRAS, missing_package
from mailgen.cli.parser import full_parser, top_parser, verb_parser
from mailgen.cli.verbs import VERBS
from tests.support import ROOT, assert_refused, ran

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cases import Outcome

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
#: Module -> the package that has it, where they are named differently.
PACKAGES = {
    "argparse_manpage": "argparse-manpage",
    "dns": "dnspython",
    "markdown_it": "markdown-it-py",
    "yaml": "pyyaml",
}
#: Runs mailgen without some modules, whose names are the first argument.
WITHOUT = """
import sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
from mailgen.cli.main import main
sys.exit(main())
"""
OPTIONAL = [module for module, extra in EXTRAS.items() if extra]
#: What needs a package -> the words of a run that gets as far as needing it, without the Internet.
NEEDING = {
    "argparse_manpage": ["manpage"],
    "cryptography": ["data", "update", str(ROOT / "README.md"), "--key", "x"],
    "defusedxml": ["discover", "example.org"],
    "dns": ["discover", "example.org"],
    "oauthlib": ["login", "you@outlook.com", "--store", "file"],
    "httpx": ["msmtp", "you@nobody-lists-it.example", "--discover"],
    "markdown_it": ["publish", "tree", "--all", "--pages", "--documents", str(ROOT / "README.md")],
    "segno": ["k9mail-qr", "you@sohu.com"],
    "shtab": ["completion", "bash"],
    "tomlkit": ["himalaya", "you@sohu.com", "--password-command", "x"],
}


def without(modules: str, *words: str, cwd: Path | None = None) -> Outcome:
    return ran([sys.executable, "-c", WITHOUT, modules, *words], cwd=cwd)


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[]", one)[0] for one in requirements}


def test_every_package_is_in_the_extra_that_is_named() -> None:
    extras = PROJECT["optional-dependencies"]
    for extra in {*EXTRAS.values()}:
        said = {PACKAGES.get(module, module) for module, one in EXTRAS.items() if one == extra}
        there = _names(extras[extra] if extra else PROJECT["dependencies"])
        assert there - {PACKAGES.get(module, module) for module in EXTRAS} == set()
        assert said <= there
        assert said == there or extra == "data", "what `dataset diff` needs is in two extras"
    assert extras["all"] == [f"mailgen[{','.join(sorted({*EXTRAS.values()} - {''}))}]"]


@pytest.mark.parametrize("module", NEEDING)
def test_a_missing_package_is_told_with_its_extra(module: str) -> None:
    told = without(module, *NEEDING[module])
    assert_refused(told, 1, module, f"pip install '.[{EXTRAS[module]}]'")


@pytest.mark.parametrize("verb", VERBS)
def test_help_needs_no_optional_package(verb: str) -> None:
    """Nor jsonschema, of which only the data know."""
    told = without(",".join([*OPTIONAL, "jsonschema"]), verb, "--help")
    if told.status:  # the modules of these verbs read provider files, by the schema
        assert_refused(told, 1, "jsonschema")
        assert verb in ("dataset", "discover", "explain", "lint")
    else:
        assert told.stdout.startswith(f"usage: mailgen {verb}")


def test_every_verb_without_every_package_ends_without_a_traceback(tmp_path: Path) -> None:
    for verb in VERBS:
        told = without(",".join(EXTRAS), verb, cwd=tmp_path)
        assert "Traceback" not in told.stderr, verb


def test_the_main_form_needs_no_optional_package() -> None:
    told = without(",".join(OPTIONAL), "msmtp", "user@sohu.com", "-q")
    assert (told.status, told.stderr) == (0, "")


def test_a_missing_module_of_our_own_stays_a_bug() -> None:
    error = ModuleNotFoundError("No module named 'mailgen.nosuch'", name="mailgen.nosuch")
    with pytest.raises(ModuleNotFoundError):
        missing_package(error)


def _verbs_told(text: str) -> dict[str, str]:
    """Return what the part `words` of a help says, by verb."""
    part = text.partition("\nwords:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^ {2,4}([a-z]+)\s+(.+(?:\n {14}.+)*)", part, re.M)
    return {verb: " ".join(words.split()) for verb, words in found}


def test_help_says_of_each_verb_what_its_own_parser_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = top_parser().format_help()
    assert max(map(len, text.splitlines())) <= 80
    assert _verbs_told(text) == VERBS == _verbs_told(full_parser().format_help())
    for verb, help in VERBS.items():
        assert (verb_parser(verb).description or "").lower() == f"{help}.".lower()


def test_version_and_help_import_no_verb() -> None:
    script = """
import sys
from mailgen.cli.main import main
main([sys.argv[1]])
print([name for name in sys.modules if name.startswith("mailgen.cli.commands.")])
print("argparse" in sys.modules)
"""
    for word, parser in (("--version", "False"), ("--help", "True")):
        assert ran([sys.executable, "-c", script, word]).stdout.splitlines()[-2:] == ["[]", parser]
