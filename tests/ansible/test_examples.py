"""What the collection's documents show is run as it stands: examples of plugins, README, the guide."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.ansible.machines import LayeredMachine, Machine, machine, results
from tests.ansible.test_metadata import COLLECTION, MODULES, text_of
from tests.support import ROOT
from tests.test_docs import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cases import Outcome

PAGES = [
    COLLECTION / "README.md",
    COLLECTION / "roles/clients/README.md",
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
]
HOSTS = {"desks": ["desk", "kiosk"], "laboratory": ["bench"]}
VAULT = "open sesame"


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada", "bob", "chen", kind=LayeredMachine) as made:
        yield made


def play(desk: Machine, plays: list[dict[str, Any]], *words: str) -> Outcome:
    """Run plays, on the hosts of a small fleet: each of them is this machine."""
    everywhere = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3"}
    children = {group: {"hosts": dict.fromkeys(hosts)} for group, hosts in HOSTS.items()}
    inventory = {"all": {"vars": everywhere, "children": children}}
    (desk.folder / "inventory.yml").write_text(yaml.safe_dump(inventory))
    (desk.folder / "site.yml").write_text(yaml.safe_dump(plays, allow_unicode=True))
    return desk.run([desk.ansible, "-i", "inventory.yml", "--forks", "1", "site.yml", *words])


def good(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.status == 0, outcome.stdout + outcome.stderr
    return results(outcome)


def examples() -> list[Any]:
    """Return the tasks that each plugin shows."""
    found = [(name, text_of(COLLECTION / f"plugins/modules/{name}.py", "EXAMPLES")) for name in MODULES]
    for path in sorted(COLLECTION.glob("plugins/lookup/*.py")):
        found.append((path.stem, text_of(path, "EXAMPLES")))
    for path in sorted(COLLECTION.glob("plugins/filter/*.yml")):
        found.append((path.stem, yaml.safe_load(yaml.safe_load(path.read_text())["EXAMPLES"])))
    return [pytest.param(tasks, id=name) for name, tasks in found]


@pytest.mark.parametrize("tasks", examples())
def test_an_example_runs_and_a_second_time_changes_nothing(desk: Machine, tasks: list[Any]) -> None:
    plays = [{"hosts": "desk", "gather_facts": False, "tasks": tasks}]
    first = good(play(desk, plays))
    assert len(first) == len(tasks)
    assert not any(one["changed"] for one in good(play(desk, plays)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_playbook_of_a_readme_runs(desk: Machine, page: Path) -> None:
    [text] = blocks(page, "yaml")
    plays = [{**one, "gather_facts": False} for one in yaml.safe_load(text)]
    done = [one for one in good(play(desk, plays)) if "files" in one]
    assert [one["host"] for one in done] == HOSTS["desks"]
    assert done[0]["changed"]
    assert b"ada@sohu.com" in desk.files("ada")[".msmtprc"][2]


def guide() -> dict[str, str]:
    """Return the blocks of the guide by the heading that they stand below, several as one."""
    text = (COLLECTION / "docs/docsite/rst/guide.rst").read_text()
    found: dict[str, str] = {}
    heading = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.fullmatch(r"[-=]{4,}", line):
            heading = lines[number - 1]
        if line.startswith(".. code-block::"):
            rest = "\n".join(lines[number + 1 :])
            block = re.match(r"\n((?: {2}.*\n|\n)+)", rest)
            assert block, line
            found[heading] = found.get(heading, "") + textwrap.dedent(block[1])
    return found


def files_of(text: str) -> dict[str, str]:
    """Return the files that a block shows, each after a comment with its name."""
    parts = re.split(r"^# (\S+\.yml)(?:;.*)?\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def written(desk: Machine, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = desk.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return desk.folder


GUIDE = guide()
FLEET = files_of(GUIDE["What you say, and where"])


def test_the_fleet_of_the_guide_is_set_up(desk: Machine) -> None:
    written(desk, FLEET)
    plays = [{**one, "gather_facts": False} for one in yaml.safe_load(FLEET["site.yml"])]
    first = good(play(desk, plays))
    assert [(one["host"], one["changed"]) for one in first] == [
        ("desk", True),
        ("kiosk", False),  # which is the same machine
        ("bench", True),
    ]
    assert {"thunderbird", "mutt", "msmtp"} == {
        file["target"] for file in first[0]["files"] if file["user"] == "ada"
    }
    assert any("chen@lab.example" in str(content) for _, _, content in desk.files("chen").values())


def test_who_is_left_out_is_told_as_in_the_guide(desk: Machine) -> None:
    written(desk, FLEET)
    (desk.home / "ada/.msmtprc").symlink_to("/etc/hostname")
    tasks = yaml.safe_load(GUIDE["When something stands in a user's way"])
    configured, told = good(play(desk, [{"hosts": "desk", "gather_facts": False, "tasks": tasks}]))
    assert configured["failed_users"] == ["ada"]
    assert {file["user"] for file in configured["files"]} == {"bob"}
    assert [error["user"] for error in told["msg"]] == ["ada"]


def test_the_hints_are_shown_as_in_the_guide(desk: Machine) -> None:
    written(desk, FLEET)
    tasks = yaml.safe_load(GUIDE["What users have to do themselves"])
    outcome = play(desk, [{"hosts": "desk", "gather_facts": False, "tasks": tasks}])
    good(outcome)
    assert "ada, ada@qq.com: Sign in at mail.qq.com" in outcome.stdout


def test_the_vault_of_the_guide_is_opened(desk: Machine) -> None:
    (desk.folder / "key").write_text(VAULT)
    vault = desk.ansible.replace("ansible-playbook", "ansible-vault")
    argv = [vault, "encrypt_string", "--vault-password-file", "key", "--name", "vaulted_bob", "correct-horse"]
    made = desk.run(argv)
    assert made.status == 0, made
    [(name, text)] = files_of(GUIDE["Secrets"]).items()
    text, count = re.subn(
        r"^vaulted_bob: .*\n(?: .*\n)*?  \.\.\.\n", lambda _: made.stdout, text, flags=re.MULTILINE
    )
    assert count == 1
    written(desk, {name: text})
    task = {"mailgen.mail.configs": {"users": "{{ mail_users }}"}}
    plays = [{"hosts": "desk", "become": True, "gather_facts": False, "tasks": [task]}]
    told = play(desk, plays, "--vault-password-file", "key", "--diff", "-vv")
    good(told)
    assert b"correct-horse" in desk.files("bob")[".msmtprc"][2]
    assert "correct-horse" not in told.stdout


@pytest.mark.parametrize(
    "heading",
    [
        "To take things away",
        "The mail of cron and daemons",
        "With the packages",
        "Files by tasks of your own",
    ],
)
def test_a_piece_of_the_guide_runs(desk: Machine, heading: str) -> None:
    written(desk, {name: text for name, text in FLEET.items() if name != "site.yml"})
    plays = yaml.safe_load(GUIDE[heading])
    if "hosts" not in plays[0]:
        plays = [{"hosts": "desk", "become": True, "gather_facts": False, "tasks": plays}]
    (desk.folder / "upper/srv/dotfiles").mkdir(parents=True)
    variables = json.dumps({"vaulted_relay": "correct-horse"})
    good(play(desk, plays, "-e", variables))
    assert not any(one["changed"] for one in good(play(desk, plays, "-e", variables)))
    if heading == "Files by tasks of your own":
        assert "ada@sohu.com" in (desk.folder / "upper/srv/dotfiles/.msmtprc").read_text()


def test_no_piece_of_the_guide_is_left_out() -> None:
    tried = {
        "What you say, and where",
        "Secrets",
        "When something stands in a user's way",
        "What users have to do themselves",
    }
    [marks] = [mark for mark in test_a_piece_of_the_guide_runs.pytestmark if mark.name == "parametrize"]
    assert GUIDE.keys() == tried | set(marks.args[1])
