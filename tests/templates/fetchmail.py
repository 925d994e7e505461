"""fetchmail."""

from __future__ import annotations

from tests.formats.fetchmail import reader
from tests.templates import Reads, Trial

READS = Reads("poll h{0}.example\n", ("fetchmail", "--configdump"), "h{0}.example", "fetchmail")
TRIAL = Trial("fetchmail", "fetchmail", "fetchmail -f {home}/.fetchmailrc --nosyslog")


def asks_for_tls(text: str) -> bool:
    users = [user for poll in reader.read(text) for user in poll.users]
    return all(user.options["sslcertck"] is True and user.options["sslproto"] == "tls1.2+" for user in users)
