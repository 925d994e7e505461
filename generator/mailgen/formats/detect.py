"""Which program a file is for: by its name, else by what stands in it."""

from __future__ import annotations

import re

from mailgen.formats.fetchmail import reader as fetchmailrc
from mailgen.formats.msmtp import reader as msmtprc
from mailgen.formats.muttrc import reader as muttrc
from mailgen.formats.prefs import reader as prefs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mailgen.formats.statements import Reading

#: Target -> its parser.
PARSERS: dict[str, Callable[[str, str], Reading]] = {
    "msmtp": msmtprc.read,
    "fetchmail": fetchmailrc.read,
    "mutt": muttrc.read,
    "neomutt": muttrc.read,
    "thunderbird": prefs.read,
}

_NAMES = (
    (re.compile(r"(^|/)\.?msmtprc[^/]*$|(^|/)msmtp/config$"), "msmtp"),
    (re.compile(r"(^|/)\.?fetchmailrc[^/]*$"), "fetchmail"),
    (re.compile(r"(^|/)\.?neomuttrc[^/]*$|(^|/)\.?neomutt/[^/]+$"), "neomutt"),
    (re.compile(r"(^|/)\.?muttrc[^/]*$|(^|/)\.?mutt/[^/]+$|\.muttrc$"), "mutt"),
    (re.compile(r"(^|/)(user|prefs)\.js$"), "thunderbird"),
)
#: Lines of which only one program's files have several; the first that fits best decides.
_LINES = (
    ("thunderbird", re.compile(r"\s*(user_pref|pref|sticky_pref)\s*\(")),
    ("neomutt", re.compile(r"\s*set\s+(imap_send_id|imap_rfc5161|sidebar_\w+|my_neomutt\w*)\b")),
    ("mutt", re.compile(r"\s*(set|unset|source|folder-hook|account-hook|mailboxes|my_hdr|bind|macro)\s+\S")),
    (
        "fetchmail",
        re.compile(r"\s*(poll|skip|server)\s+\S|\s*defaults\s+\S|\s*set\s+(no|daemon|postmaster)\s"),
    ),
    ("msmtp", re.compile(r"(account|host|from|user|passwordeval|tls|auth|tls_\w+)\s+\S|\s*defaults\s*$")),
)


def by_name(path: str) -> str | None:
    """Return the target whose files are called so, or None.

    >>> by_name("/home/ada/.config/msmtp/config"), by_name("notes.txt")
    ('msmtp', None)
    """
    path = path.replace("\\", "/")
    return next((target for pattern, target in _NAMES if pattern.search(path)), None)


def by_content(text: str) -> str | None:
    """Return the target whose words begin the most lines, or None if none does."""
    counts = dict.fromkeys(PARSERS, 0)
    for line in text.split("\n", 2000)[:2000]:
        line = line[:200]
        for target, pattern in _LINES:
            if pattern.match(line):
                counts[target] += 1
                break
    if counts["neomutt"]:
        counts["neomutt"] += counts["mutt"]
        counts["mutt"] = 0
    best = max(counts, key=lambda target: counts[target])
    return best if counts[best] else None


def read(text: str, target: str) -> Reading:
    """Read the text of a file of `target`; never raises for what stands in it."""
    return PARSERS[target](text, target)
