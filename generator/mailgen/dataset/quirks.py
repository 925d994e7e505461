"""What is known of each quirk: the provider schema is the one place that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.dataset.providers import schema

if TYPE_CHECKING:
    from mailgen.model.records import Record

_FACTS = ("concerns", "severity", "says", "beyond_clients")


def quirks() -> dict[str, Record]:
    """Return what the schema says of each quirk, beside its description, by name.

    `concerns` is a protocol or any; `severity` what comes of it if the client has no way; `says` what the
    server does, by language. `beyond_clients` is there for one that no client can do anything about.

    >>> quirks()["saves-sent-copy"]["concerns"]
    'smtp'
    """
    described = schema("provider.schema.json")["properties"]["quirks"]["properties"]
    return {name: {key: one[key] for key in _FACTS if key in one} for name, one in sorted(described.items())}


def unanswered(manifest: Record) -> list[str]:
    """Return the quirks of which a manifest does not say how its program meets them.

    Nobody answers for a format that owners of domains publish: it says nothing to a server.
    """
    if "published" in manifest:
        return []
    answered = manifest.get("quirks", {})
    return [
        name
        for name, one in quirks().items()
        if one["concerns"] in manifest["protocols"] and name not in answered and "beyond_clients" not in one
    ]
