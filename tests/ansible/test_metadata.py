"""The collection: one version, options as they are taken, the whole writer, nothing undocumented."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mailgen import __version__
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

COLLECTION = ROOT / "ansible_collection"
MODULES = ["configs", "managed_files", "provider_info", "server_check"]
#: What a documented option and an argument's specification have to say alike.
TOLD = ("type", "required", "default", "choices", "elements")


def text_of(path: Path, name: str) -> Any:
    """Return the YAML that a plugin holds in a variable."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{path} has no {name}")


def documentation(module: str) -> dict[str, Any]:
    return text_of(COLLECTION / f"plugins/modules/{module}.py", "DOCUMENTATION")


@pytest.fixture(scope="module")
def bridge() -> ModuleType:
    path = COLLECTION / "plugins/plugin_utils/_bridge.py"
    spec = importlib.util.spec_from_file_location("bridge", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_one_version(bridge: ModuleType) -> None:
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    changes = yaml.safe_load((COLLECTION / "changelogs/changelog.yaml").read_text())
    wanted = re.search(r"^mailgen>=(\S+)$", (COLLECTION / "meta/ee-requirements.txt").read_text(), re.M)
    assert wanted
    newest = list(changes["releases"])[-1]
    assert {galaxy["version"], newest, wanted[1], bridge.NEEDED} == {__version__}
    for kind in ("unit", "integration"):
        assert f"mailgen>={__version__}" in (COLLECTION / f"tests/{kind}/requirements.txt").read_text()


def told(options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            key: option[key] for key in TOLD if (key in option and option[key] is not False) or key == "type"
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize(("module", "spec"), [("configs", "CONFIGS"), ("provider_info", "PROVIDER_INFO")])
def test_a_task_takes_what_its_documentation_says(module: str, spec: str, bridge: ModuleType) -> None:
    assert told(documentation(module)["options"]) == told(getattr(bridge, spec))


def test_the_role_takes_what_the_module_takes() -> None:
    options = documentation("configs")["options"]
    role = COLLECTION / "roles/clients"
    spec = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    assert spec.keys() == {f"clients_{name}" for name in options} | {"clients_install_packages"}
    for name, option in options.items():
        there = spec[f"clients_{name}"]
        assert there.get("choices") == option.get("choices"), name
        assert there.get("default") == option.get("default") == defaults.get(f"clients_{name}"), name
        # What cannot be made a mapping would be shown, secrets and all, if it said dict.
        assert there["type"] == ("raw" if option["type"] == "dict" else option["type"]), name
    [call] = [
        task["mailgen.mail.configs"]
        for task in yaml.safe_load((role / "tasks/main.yml").read_text())
        if "mailgen.mail.configs" in task
    ]
    assert call == {name: f"{{{{ clients_{name} }}}}" for name in options}


def test_each_module_is_in_the_group_and_tells_what_it_promises() -> None:
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text())
    assert runtime["action_groups"]["all"] == MODULES
    assert sorted(path.stem for path in COLLECTION.glob("plugins/modules/*.py")) == MODULES
    fragment = COLLECTION / "plugins/doc_fragments/_attributes.py"
    kinds = {"": "DOCUMENTATION", ".writing": "WRITING", ".looking": "LOOKING"}
    parts = {
        f"mailgen.mail._attributes{ending}": yaml.safe_load(_member(fragment, name))["attributes"]
        for ending, name in kinds.items()
    }
    for module in MODULES:
        path = COLLECTION / f"plugins/modules/{module}.py"
        said: dict[str, dict[str, Any]] = {}
        for name in documentation(module)["extends_documentation_fragment"]:
            for attribute, words in parts[name].items():
                said.setdefault(attribute, {}).update(words)
        for attribute in ("check_mode", "diff_mode", "idempotent", "async", "platform"):
            assert said[attribute].keys() >= {"description", "support"}, (module, attribute)
        assert text_of(path, "EXAMPLES")
        assert text_of(path, "RETURN")


def _member(path: Path, name: str) -> str:
    [fragment] = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    for node in fragment.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{path} has no {name}")


def test_each_filter_and_lookup_is_documented() -> None:
    filters = {path.stem for path in COLLECTION.glob("plugins/filter/*.py")}
    assert {path.stem for path in COLLECTION.glob("plugins/filter/*.yml")} == filters
    for name in filters:
        page = yaml.safe_load((COLLECTION / f"plugins/filter/{name}.yml").read_text())
        assert page.keys() == {"DOCUMENTATION", "EXAMPLES", "RETURN"}
        assert page["DOCUMENTATION"]["name"] == name
    for path in COLLECTION.glob("plugins/lookup/*.py"):
        assert text_of(path, "DOCUMENTATION")["name"] == path.stem


def test_each_plugin_says_its_licence() -> None:
    for path in [*COLLECTION.glob("plugins/*/*.py"), *COLLECTION.glob("plugins/*/*.yml")]:
        head = path.read_text()[:400]
        assert "License-Identifier: GPL-3.0-or-later\n" in head, path
        if path.suffix == ".py":
            assert "GNU General Public License v3.0+ (see COPYING" in head, path


def test_what_is_private_says_so_by_its_name() -> None:
    """As the community's requirements for collections want it: others may not build upon it."""
    for path in (COLLECTION / "plugins/module_utils").iterdir():
        assert path.name.startswith("_"), path


def test_the_writer_travels_whole_and_alone() -> None:
    """What is linked into the collection imports only the standard library and what is linked beside it."""
    folder = COLLECTION / "plugins/module_utils/_shared"
    linked = [path for path in folder.iterdir() if path.is_symlink()]
    assert {path.name for path in linked} == {"core", "redaction", "writer"}
    for room in linked:
        assert room.resolve() == ROOT / "generator/mailgen" / room.name
        for path in room.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.level:
                    there = path.parents[node.level - 1]
                    wanted = [node.module] if node.module else [name.name for name in node.names]
                    for name in wanted:
                        place = there.joinpath(*name.split("."))
                        assert place.is_dir() or place.with_suffix(".py").is_file(), (path, name)
                elif isinstance(node, ast.ImportFrom):
                    assert node.module in sys.stdlib_module_names or "." in (node.module or ""), path
                elif isinstance(node, ast.Import):
                    assert {name.name.split(".")[0] for name in node.names} <= sys.stdlib_module_names, path
