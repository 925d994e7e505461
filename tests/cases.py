"""The cases that golden, sweep and real-client tests share: tests/accounts/*.yaml, for every target."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from mailgen.catalog.index import CatalogueShelf, whose_form
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.main import main

if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
ACCOUNTS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((TESTS / "accounts").glob("*.yaml"))
}


@cache
def catalogue() -> Catalogue:
    """Return the catalogue; to open it takes a look at every source file."""
    return open_catalogue()


def targets() -> list[str]:
    """Return the names of all targets."""
    return catalogue().target_names()


@cache
def whose_files(target: str) -> str:
    """Return the target whose files these are in form: itself, or the one that its manifest is like."""
    return whose_form(target, catalogue().manifest(target))


@cache
def forms() -> list[str]:
    """Return the programs whose files have a form of their own that mailgen reads."""
    return list(CatalogueShelf(catalogue()).formats)


@cache
def is_published(target: str) -> bool:
    """Say whether a target is a format that describes a provider to everybody."""
    return bool(catalogue().target(target).published)


def login(target: str, name: str = "u") -> str | None:
    """Return a login name with which a target takes every provider: what is published is of nobody."""
    return None if is_published(target) else name


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line did."""

    status: int
    stdout: str
    stderr: str


def run(*words: str) -> Outcome:
    """Run the command line in this process."""
    raw, notes = BytesIO(), StringIO()
    printed = TextIOWrapper(raw, encoding="utf-8", write_through=True)
    with redirect_stdout(printed), redirect_stderr(notes):
        status = main(words)
    return Outcome(status, raw.getvalue().decode(), notes.getvalue())


@dataclass(frozen=True)
class Case:
    """One account for one target."""

    target: str
    account: str

    @property
    def folder(self) -> Path:
        return GOLDEN / self.target / self.account

    @property
    def file(self) -> Path:
        """The golden file, named as the client names it without the dot."""
        name = catalogue().target(self.target).files[0].path
        return self.folder / Path(name).name.lstrip(".")

    def run(self) -> Outcome:
        return run(self.target, *ACCOUNTS[self.account]["words"])

    def text_for(self, version: str) -> str:
        """Return what is written for one version of the program, whatever that of the golden file."""
        words = list(ACCOUNTS[self.account]["words"])
        if "--client-version" in words:
            at = words.index("--client-version")
            del words[at : at + 2]
        outcome = run(self.target, *words, "--client-version", version)
        assert outcome.status == 0, outcome.stderr
        return outcome.stdout

    def __str__(self) -> str:
        return f"{self.target}-{self.account}"


CASES = [Case(target, account) for target in targets() for account in ACCOUNTS]
#: Those that a client can really be given; the others are refused, and the refusal is golden too.
RENDERED = [case for case in CASES if case.file.exists()]
#: The same in forms that mailgen can read: what is published nobody has of his own, and some is only written.
PROGRAMS_FILES = [case for case in RENDERED if whose_files(case.target) in forms()]
