"""How meli's config.toml is known, which mailgen does not read: others name their tables so as well."""

from __future__ import annotations

import re

from mailgen.formats.base import Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: What each account of meli has, and nobody else.
_NEEDED = re.compile(r"\s*root_mailbox\s*=")


class Meli(Format):
    """config.toml of meli."""

    is_read = False
    names = {"meli": re.compile(r"(^|/)meli/(.+/)?[^/]+\.toml$|(^|/)\.?meli(rc|[^/]*\.toml)$")}
    lines = {
        "meli": re.compile(
            r"\s*(?:\[|(?:root_mailbox|format|identity|display_name|extra_identities|server_\w+|use_\w+"
            r"|danger_accept_invalid_certs|subscribed_mailboxes|send_mail|composing)[\w.]*\s*=)"
        )
    }

    def whose(self, lines: Sequence[str]) -> tuple[int, str]:
        return super().whose(lines) if any(map(_NEEDED.match, lines)) else (0, "")


FORMAT = Meli()
