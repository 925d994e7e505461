"""What the documents promise is run: their accounts file, their job for CI, and the hooks for pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mailgen.accounts import reader
from mailgen.api import plan
from mailgen.catalog.opening import open_catalogue
from tests.programs import need
from tests.support import ROOT, environment

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])


def blocks(path: Path, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(path.read_text(encoding="utf-8"))


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `mailgen` is this checkout's."""
    bin = folder / ".bin"
    if not bin.exists():
        bin.mkdir()
        (bin / "mailgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgen "$@"\n')
        (bin / "mailgen").chmod(0o755)
    env = environment({"PATH": f"{bin}:{os.environ['PATH']}", "HOME": str(folder)})
    argv = ["bash", "-euo", "pipefail", "-c", line]
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", ["accounts.md", "accounts.zh-CN.md"])
def test_the_accounts_file_of_the_page_can_be_planned(name: str, tmp_path: Path) -> None:
    [text] = blocks(DOCS / name, "yaml")
    file = tmp_path / "accounts.yaml"
    file.write_text(text, encoding="utf-8")
    assert plan(reader.load_accounts(str(file), open_catalogue().target_names()))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository as the page describes it: accounts.yaml, and what it comes to under home/."""
    shutil.copy(ROOT / "tests" / "households" / "readme.yaml", tmp_path / "accounts.yaml")
    made = shell(blocks(DOCS / "dotfiles.md", "sh")[0].splitlines()[0], tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_both_ways_to_generate_the_tree_agree(tree: Path) -> None:
    piped = blocks(DOCS / "dotfiles.md", "sh")[0].splitlines()[1].replace("-C home", "-C other")
    done = shell(f"mkdir other; {piped}; diff -r home other", tree)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("page", ["dotfiles.md", "dotfiles.zh-CN.md"])
def test_the_job_for_ci_passes_and_notices_a_change(tree: Path, page: str) -> None:
    [job] = [text for text in blocks(DOCS / page, "yaml") if "jobs:" in text]
    steps = [step["run"] for step in yaml.safe_load(job)["jobs"]["mail"]["steps"] if "run" in step]
    assert steps.pop(0).startswith("pipx install git+")
    for step in steps:
        done = shell(step, tree)
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    accounts = tree / "accounts.yaml"
    kept = [line for line in accounts.read_text().splitlines(keepends=True) if not line.startswith("  work:")]
    accounts.write_text("".join(kept))
    gone = shell(steps[0], tree)
    assert gone.returncode == 3
    assert "--- home/.fetchmailrc\n+++ /dev/null\n" in gone.stdout


def test_the_hooks_run_under_pre_commit(tree: Path) -> None:
    """pre-commit itself installs this checkout and runs both hooks, on a good tree and on a bad one."""
    need("git", "git")
    [config] = [yaml.safe_load(text) for text in blocks(DOCS / "dotfiles.md", "yaml") if "repos:" in text]
    source = tree / "source"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in files.decode().split("\0")[:-1]:
        if (ROOT / name).exists() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name, follow_symlinks=False)
    git = "git -c user.name=x -c user.email=x@example.org"
    made = shell(
        f"{git} init -q source; cd source; {git} add -A; {git} commit -qm x; git rev-parse HEAD", tree
    )
    assert made.returncode == 0, made.stderr
    config["repos"][0] |= {"repo": str(source), "rev": made.stdout.strip()}
    (tree / "config.yaml").write_text(yaml.safe_dump(config))
    done = shell(f"{git} init -q .; {git} add home accounts.yaml", tree)
    assert done.returncode == 0, done.stderr

    kept = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))]
    run = f"env {' '.join(kept)} {sys.executable} -m pre_commit run --config config.yaml --all-files"
    good = shell(run, tree)
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.count("Passed") == 2

    msmtprc = tree / "home" / ".msmtprc"
    msmtprc.write_text(msmtprc.read_text().replace("tls            on", "tls            off"))
    bad = shell(f"{git} add home; {run}", tree)
    assert bad.returncode == 1
    assert "[tls-off]" in bad.stdout
    assert "+tls            on" in bad.stdout
    assert "Passed" not in bad.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", ["publishing.md", "publishing.zh-CN.md"])
def test_what_a_domain_publishes_is_made_and_checked(name: str, tmp_path: Path) -> None:
    need("xmllint", "libxml2-utils")
    (tmp_path / "schema").symlink_to(ROOT / "schema")
    folder, single = blocks(DOCS / name, "sh")
    made = shell(folder, tmp_path)
    assert made.returncode == 0, made.stderr
    assert {"index.html", "index.zh.html", "www", "zone.txt"} <= {
        path.name for path in (tmp_path / "tree").iterdir()
    }
    made = shell(single, tmp_path)
    assert made.returncode == 0, made.stderr
    assert "config-v1.1.xml validates" in made.stderr
    assert '_ua-auto-config.company.example. IN TXT "v=UAAC1; a=sha256; d=' in made.stderr
