"""notmuch: it talks to nobody, so that there is no server in its file, and none to ask for TLS."""

from __future__ import annotations

from tests.formats.notmuch import reader
from tests.templates import Reads

READS = Reads(
    "[user]\nprimary_email=none{0}\n",
    ("notmuch", "config", "get", "user.primary_email"),
    "none{0}",
    "notmuch",
)


def asks_for_tls(text: str) -> bool:
    return reader.read(text).keys() <= {
        "database.path",
        "user.name",
        "user.primary_email",
        "user.other_email",
        "new.tags",
        "new.ignore",
        "search.exclude_tags",
        "maildir.synchronize_flags",
    }
