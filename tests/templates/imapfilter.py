"""imapfilter, which opens no mailbox by itself: a rule has it look into the inbox."""

from __future__ import annotations

from tests.formats.lua import reader
from tests.templates import Reads, Trial

READS = Reads("error('own{0}')\n", ("imapfilter",), "own{0}", "imapfilter")
_RULE = "account.INBOX:select_all()"
TRIAL = Trial(
    "imapfilter",
    "imapfilter",
    f"""sh -c 'echo "{_RULE}" >>.imapfilter/config.lua; exec imapfilter -t "$SSL_CERT_FILE"'""",
)


def asks_for_tls(text: str) -> bool:
    found = reader.read(text)
    return found.options == {"hostnames": True, "certificates": True} and all(
        one["ssl"] == "auto" for one in found.accounts.values()
    )
