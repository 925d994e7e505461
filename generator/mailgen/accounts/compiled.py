"""The schema of accounts as code, for a wheel: it says whether data pass; jsonschema says why they do not.

Made when the wheel is built: importing jsonschema takes a third of a run that changes nothing.
"""

from __future__ import annotations

from typing import Any

from mailgen.accounts.schema import KEPT, whole_schema

#: How lines begin in which fastjsonschema's code imports, and what stands there instead: nobody reads its
#: exceptions (of which 2.21, in Debian 13, has one less), and data that come so far hold no decimals
#: (`dataset.schema.no_json`).
_IMPORTS = {
    "from decimal": "Decimal = int\n",
    "from fastjsonschema": (
        "class JsonSchemaValueException(ValueError): pass\n"
        "JsonSchemaValuesException = JsonSchemaValueException\n"
    ),
}
#: What a schema says to people, and not of data.
_WORDS = frozenset(["$id", "$schema", "description", "title", "writeOnly"])


def kept_schema() -> tuple[str, str]:
    """Return the path, below the package, and the text of the module that says whether accounts pass.

    The library knows drafts of JSON Schema up to 7; what our schema uses of 2020-12 means the same there, and
    tests/accounts/test_compiled.py compares. Raises ValueError if the library writes other code than it did.
    """
    import fastjsonschema

    schema = {**_bare(whole_schema()), "$schema": "http://json-schema.org/draft-07/schema#"}
    code: str = fastjsonschema.compile_to_code(
        schema, use_default=False, use_formats=False, detailed_exceptions=False
    )
    for start, instead in _IMPORTS.items():
        lines = [line for line in code.splitlines(keepends=True) if line.startswith(start)]
        if len(lines) != 1:
            raise ValueError(f"fastjsonschema writes other code than it did: {start!r}, {len(lines)} times")
        code = code.replace(lines[0], instead)
    return KEPT.removeprefix("mailgen.").replace(".", "/") + ".py", code


def _bare(part: Any, names: bool = False) -> Any:
    """Return a schema without its words for people; with `names`, the keys are of data's own."""
    if isinstance(part, list):
        return [_bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    if names:
        return {name: _bare(one) for name, one in part.items()}
    kept = {key: one for key, one in part.items() if key not in _WORDS}
    if "const" in kept:  # without detailed exceptions the library stumbles over it
        kept["enum"] = [kept.pop("const")]
    return {key: _bare(one, key in ("properties", "$defs")) for key, one in kept.items()}
