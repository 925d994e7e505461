"""S-nail."""

from __future__ import annotations

import shlex

from tests.formats.mailrc import reader
from tests.formats.mailrc.program import AS_A_USER
from tests.templates import Reads, Trial

READS = Reads(
    "set mailgen=own{0}\n",
    (*AS_A_USER, "s-nail", "-:u", "-#", "-X", "varshow mailgen", "-X", "xit"),
    "set mailgen=own{0}\n",
    "s-nail",
)
BROKEN = "set from='nobody"
TRIAL = Trial(
    "s-nail",
    "s-nail",
    shlex.join([*AS_A_USER, "s-nail", "-e"]),
    # No copy: the imitation keeps none, and what cannot be kept is not sent.
    shlex.join([*AS_A_USER, "sh", "-c", 'exec s-nail -Snorecord -t <"$HOME/mail"']),
)


def asks_for_tls(text: str) -> bool:
    accounts, _ = reader.read(text)
    for one in (account.settings for account in accounts.values()):
        if one["tls-verify"] != "strict":
            return False
        for name in ("inbox", "mta"):
            scheme = one[name].partition(":")[0]
            kind = {"submission": "smtp", "submissions": "smtps"}.get(scheme, scheme)
            if not kind.endswith("s") and f"{kind}-use-starttls" not in one:
                return False
    return bool(accounts)
