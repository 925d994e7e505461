"""git send-email, which checks certificates unless it is told of an empty path."""

from __future__ import annotations

from tests.formats.gitconfig import reader
from tests.templates import Reads, Trial

READS = Reads(
    "[sendemail]\n\tfrom = none{0}\n", ("git", "config", "--get", "sendemail.from"), "none{0}", "git"
)
TRIAL = Trial(
    "/usr/lib/git-core/git-send-email",
    "git-email",
    sends="git send-email --quiet --confirm=never --to=ada@163.com {home}/mail",
)


def asks_for_tls(text: str) -> bool:
    parts = {part for section, part, *_ in reader.read(text) if section == "sendemail"}
    found = [reader.settings(text, part) for part in parts]
    servers = [one for one in found if "smtpserver" in one]
    return bool(servers) and all(
        one["smtpencryption"] in ("ssl", "tls") and one.get("smtpsslcertpath") != "" for one in servers
    )
