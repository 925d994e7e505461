"""Himalaya's config.toml, for 2.1 and 1.2. Source: config.sample.toml and config.rs of both."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.structure import Encoder
from mailgen.formats.toml.encoder import toml_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any


def himalaya_accounts(structure: Mapping[str, Any]) -> str:
    r"""Write accounts.

    Raises Unquotable for a login name that version 2 would expand as a shell does (`shell_expanded_string`),
    and for a token in version 1, which fetches its own.

    >>> himalaya_accounts({"accounts": {"ada": {"imap": {"sasl": {"login": {"username": "$HOME"}}}}}})
    Traceback (most recent call last):
    mailgen.core.errors.Unquotable: Himalaya expands ~ and $ in a login name
    """
    for name, value in _settings(structure):
        if name == "username" and ("$" in value or value.startswith("~")):
            raise Unquotable("Himalaya expands ~ and $ in a login name")
        if name == "token-command":
            raise Unquotable("Himalaya takes a token from a program from version 2 on")
    return toml_document(structure)


def _settings(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _settings(inner, key)
    else:
        yield name, value


#: The names of settings that hold no secret; what `raw` and `keyring` hold is one, or tells where it lies.
_SHOWN = """default email display-name server starttls username authcid command! cmd! auto sasl-ir type host
    port login signature signature-delim downloads-dir inbox sent drafts trash page-size send-after-auth"""

ENCODERS = {"": Encoder(himalaya_accounts, "toml", _SHOWN)}
