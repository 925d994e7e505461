"""The schemas of what mailgen prints as JSON, and asking them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
from referencing import Registry, Resource

from tests.support import ROOT

SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in [*(ROOT / "schema").glob("*.schema.json"), *(ROOT / "schema/output").glob("*.schema.json")]
}
OUTPUTS = sorted(
    path.name.removesuffix(".schema.json") for path in (ROOT / "schema/output").glob("*.schema.json")
)


@cache
def judge(name: str) -> jsonschema.Draft202012Validator:
    """Return what judges by the schema of this name, the others at hand."""
    resources = [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
    return jsonschema.Draft202012Validator(SCHEMAS[name], registry=Registry().with_resources(resources))


def objections(name: str, data: Any) -> list[str]:
    """Return what a schema has against data: where, and what."""
    return [f"{error.json_path}: {error.message[:300]}" for error in judge(name).iter_errors(data)]
