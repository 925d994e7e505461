"""How an mpoprc is known, which mailgen does not read: most of its lines could be an msmtprc's."""

from __future__ import annotations

import re

from mailgen.formats.base import Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: What mpop is told of mail that comes, in words that nothing else has; `delivery` each account needs.
_OWN = re.compile(
    r"""\s*(?:delivery\s+"?(?:mda|maildir|mbox|exchange)\b|(?:uidls_file|only_new|killsize|skipsize)\s+\S)"""
)


class Mpop(Format):
    """mpoprc."""

    is_read = False
    names = {"mpop": re.compile(r"(^|/)\.?mpoprc[^/]*$|(^|/)mpop/config$")}
    lines = {
        "mpop": re.compile(
            r"\s*(?:(?:account|host|port|user|password|passwordeval|auth|tls|tls_\w+|proxy_\w+|source_ip|socket|"
            r"timeout|pipelining|received_header|delivery|uidls_file|only_new|keep|killsize|skipsize|filter)"
            r"\s+\S|defaults\s*$)"
        )
    }

    def whose(self, lines: Sequence[str]) -> tuple[int, str]:
        return super().whose(lines) if any(map(_OWN.match, lines)) else (0, "")


FORMAT = Mpop()
