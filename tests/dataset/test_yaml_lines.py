"""YAML of people: oddities get a sentence with file and line, at once, whoever's parser reads them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailgen.accounts import reader
from mailgen.dataset import providers, yaml_lines
from tests.catalog.test_overlay import company
from tests.support import answer, cli

if TYPE_CHECKING:
    from pathlib import Path

PIECES = [
    *(
        "a",
        "b: ",
        "- ",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "'",
        '"',
        "#",
        " #",
        "|",
        ">",
        "|-\n  ",
        "[",
        "]",
        "{",
        "}",
    ),
    *(
        ",",
        "? ",
        "!",
        "!!str ",
        "!!int ",
        "%",
        "---\n",
        "...\n",
        " ",
        "\\",
        "\\x41",
        "1",
        "null",
        "~",
        "true",
    ),
    *("x y", "é", "😀", "@", "`", "<<: ", "''", '""', "\r\n", "key: value\n", "http://x", "=", "\\ud800"),
    *("&a ", "*a", "\x85", "\u2028", "\t", "\ufeff"),
]


@settings(max_examples=3000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("!")
@example("a: b\n\ufeff#c: ")
def test_both_parsers_read_the_same(text: str) -> None:
    """The fast one must not understand a file otherwise than its messages, and its editor, do."""
    try:
        slow = yaml.load(text, yaml_lines._Plain)
    except yaml.YAMLError:
        return
    assert yaml_lines.plain(text, "x") == slow
    tree = yaml.compose(text, yaml_lines._Plain)
    if isinstance(tree, yaml.MappingNode):
        lines = yaml_lines.Lines(text)
        assert [lines.of((key.value,)) for key, _ in tree.value] == [
            key.start_mark.line + 1 for key, _ in tree.value
        ]


ODD = {
    "int": "name: !!int x\n",
    "float": "name: !!float x\n",
    "timestamp": "name: !!timestamp 2026-99-99\n",
    "binary": "name: !!binary ====\n",
    "set": "name: !!set {a, b}\n",
    "own tag": "name: !x y\n",
    "handle": "name: !x!y z\n",
    "brackets": "name: " + "[" * 900 + "]" * 900 + "\n",
    "braces": "name: " + "{a: " * 900 + "}" * 900 + "\n",
    "open": "name: " + "[" * 5000 + "\n",
    "NUL": "name: a\0b\n",
    "alias": "name: &a [*a]\n",
    "list as key": "name:\n  [a]: b\n",
    "mapping as key": "? {a: b}\n: c\n",
    "surrogate": 'name: "\\ud800"\n',
    "two documents": "name: a\n---\nname: b\n",
    "merge": "<<: {a: b}\n",
    "list": "- a\n",
    "empty": "",
    "number": "7\n",
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_provider_file_is_named_with_its_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "odd.example.yaml"
    path.write_text(ODD[kind], encoding="utf-8", newline="")
    good = tmp_path / "company.example.yaml"
    good.write_text(company(), encoding="utf-8")
    records, problems = providers.load_providers([path, good])
    assert list(records) == [good]
    assert problems
    assert all(problem.where.startswith(f"{path}:") for problem in problems)


@pytest.mark.parametrize("kind", ["int", "brackets", "NUL", "set", "open"])
def test_one_bad_file_costs_the_domains_in_it_and_no_other(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / ".config" / "mailgen" / "providers"
    folder.mkdir(parents=True)
    (folder / "company.example.yaml").write_text(company(), encoding="utf-8")
    bad = folder / "odd.example.yaml"
    bad.write_text(f"domains: [odd.example, QQ.com, bücher.example]\n{ODD[kind]}", encoding="utf-8")
    env = {"HOME": str(tmp_path)}
    for address, host in (("you@company.example", "smtp.company.example"), ("you@sohu.com", "smtp.sohu.com")):
        done = cli("msmtp", address, "-q", env=env)
        assert f"host           {host}\n" in done.stdout, done
        assert "warning: this provider file of your own is not used" in done.stderr
        assert str(bad) in done.stderr
        assert "Traceback" not in done.stderr
    for domain in ("odd.example", "qq.com", "xn--bcher-kva.example"):
        done = cli("msmtp", f"you@{domain}", env=env)
        assert (done.status, done.stdout) == (1, ""), "a server the user may have decided against"
        assert str(bad) in done.stderr
    listed = cli("providers", env=env).stdout
    assert "company.example" in listed
    assert "sohu.com" in listed
    assert cli("msmtp", "you@example.net", "--provider", "odd.example", env=env).status == 1
    assert cli("dataset", "lint", str(folder), env=env).status == 1


@pytest.mark.parametrize("bad", ["link", "folder", "unreadable bytes", "escape", "fifo"])
def test_a_file_whose_domains_nobody_can_tell_costs_all_of_them(tmp_path: Path, bad: str) -> None:
    """It may speak of any: nothing is guessed."""
    import os

    folder = tmp_path / ".config" / "mailgen" / "providers"
    folder.mkdir(parents=True)
    path = folder / "odd.example.yaml"
    if bad == "link":
        path.symlink_to("nowhere")
    elif bad == "folder":
        path.mkdir()
    elif bad == "fifo":
        os.mkfifo(path)
    else:
        path.write_bytes(b"domains: [\xff]\n" if bad != "escape" else b'domains: ["\\x71q.com"]\n')
    done = cli("msmtp", "you@qq.com", env={"HOME": str(tmp_path)})
    assert (done.status, done.stdout) == (1, "")
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr


def seconds(call: Any, *words: Any) -> tuple[float, Any]:
    start = time.process_time()
    got = answer(call, *words)
    return time.process_time() - start, got


def test_large_files_of_people_are_answered_soon(tmp_path: Path) -> None:
    """Each took minutes: a problem's line was looked for from the start, or words in a list."""
    path = tmp_path / "company.example.yaml"
    path.write_text(company() + "".join(f"k{i}: x\n" for i in range(20_000)), encoding="utf-8")
    took, (_, problems) = seconds(lambda: providers.load_providers([path]))
    assert len({problem.line for problem in problems}) == 20_000
    assert took < 20
    path.write_bytes(b"a: b\n" * 600_000)
    took, (_, (problem,)) = seconds(lambda: providers.load_providers([path]))
    assert "larger than 2 MiB" in problem.what
    assert took < 1
    several = "".join(f"  a{i}: {{address: a{i}@qq.com, targets: [msmtp]}}\n" for i in range(70_000))
    path.write_text(f"accounts:\n{several}", encoding="utf-8")
    took, data = seconds(reader.load_accounts, str(path), ["msmtp"])
    assert len(data["accounts"]) == 70_000
    assert took < 40
    path.write_text(f"accounts:\n{several}  'open\n", encoding="utf-8")
    took, error = seconds(reader.load_accounts, str(path), ["msmtp"])
    assert error.where in (f"{path}:70002", f"{path}:70003")
    assert took < 20


def test_many_domains_of_a_foreign_file_are_gathered_soon() -> None:
    names = ", ".join(f'"d{i}.example"' for i in range(20_000))
    from mailgen.drafts.builder import Drafting

    drafting = Drafting("x", ("a", {"kind": "dataset", "checked": "2026-01-01"}))
    took, _ = seconds(lambda: [drafting.serves(name.strip('" '), "x") for name in names.split(",")])
    assert len(drafting.domains) == 20_000
    again, _ = seconds(lambda: [drafting.serves("d19999.example", "x") for _ in range(20_000)])
    assert len(drafting.domains) == 20_000
    assert again < took + 2
