"""Files in YAML, written by PyYAML so that each reader of YAML 1.1 or 1.2 reads the same."""

from __future__ import annotations

from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def yaml_document(structure: Mapping[str, Any]) -> str:
    r"""Write a document, a line for each setting, in the order of the structure.

    Each text that is no name of a setting stands in double quotes: what else is a number or a truth differs
    between YAML 1.1 and 1.2 (`no`, `0o17`, `1e3`), and between their readers.

    >>> yaml_document({"accounts": [{"port": 993, "tls": True, "user": "0o17", "boxes": ["a", "ü\"\\"]}]})
    'accounts:\n  - port: 993\n    tls: true\n    user: "0o17"\n    boxes:\n      - "a"\n      - "ü\\"\\\\"\n'
    """
    import yaml

    class QuotingDumper(yaml.SafeDumper):
        """PyYAML's, with what stands in a list set in."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            del indentless
            super().increase_indent(flow, False)

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"')

    def mapping(dumper: yaml.SafeDumper, value: Mapping[str, Any]) -> yaml.MappingNode:
        node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=False)
        for key, _ in node.value:
            key.style = None
        return node

    QuotingDumper.add_representer(str, text)
    QuotingDumper.add_representer(dict, mapping)
    return yaml.dump(structure, Dumper=QuotingDumper, allow_unicode=True, width=float("inf"), sort_keys=False)


ENCODERS = {"": Encoder(yaml_document, "yaml")}
