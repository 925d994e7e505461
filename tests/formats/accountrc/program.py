"""What Claws Mail makes of its accounts: it starts on a screen of its own, ends, and has written the file.

It does so without a network: for an account over IMAP it would connect, unless it knows the inbox already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from tests.formats.accountrc import reader
from tests.programs import Objected, need, need_root, run

if TYPE_CHECKING:
    from pathlib import Path

#: A mailbox of this machine, as its assistant would make it; without one Claws Mail asks for an account.
FOLDERS = """\
<?xml version="1.0" encoding="UTF-8"?>
<folderlist>
    <folder type="mh" name="Mailbox" path="Mail" collapsed="0">
        <folderitem type="inbox" name="inbox" path="inbox"/>
    </folder>
{imap}</folderlist>
"""
_IMAP = """\
    <folder type="imap" name={name} account_id="{number}" collapsed="0">
        <folderitem type="inbox" name="INBOX" path="INBOX"/>
    </folder>
"""
#: Ask the one that runs until it answers, then have it end; each wait has an end. Nobody asks before its
#: socket is there: who asks then makes one of his own, and takes away the other's. One that is told to end
#: while it is still starting does not hear, or writes nothing: it is told again, and started once more.
SCRIPT = """
for start in 1 2 3; do
    rm -f claws-mail/*
    claws-mail --offline & run=$!
    for try in $(seq 150); do [ -z "$(ls -A claws-mail 2>/dev/null)" ] || break; sleep 0.1; done
    sleep 0.3
    for try in $(seq 60); do claws-mail --status 2>/dev/null | grep -q '[0-9]' && break; sleep 0.2; done
    for try in $(seq 20); do claws-mail --exit; sleep 0.3; kill -0 $run 2>/dev/null || break; done
    kill -9 $run 2>/dev/null
    grep -q '^nntp_server=' .claws-mail/accountrc && exit 0
done
exit 9
"""


def written_anew(home: Path) -> str:
    """Return accountrc of a home once Claws Mail has run there. Raises Objected if it does not end."""
    need("claws-mail", "claws-mail")
    need("xvfb-run", "xvfb")
    need("dbus-run-session", "dbus-daemon")
    folder = home / ".claws-mail"
    if not (folder / "folderlist.xml").exists():
        accounts = reader.read((folder / "accountrc").read_text(encoding="utf-8")).items()
        imap = "".join(
            _IMAP.format(name=quoteattr(one["account_name"]), number=number)
            for number, one in accounts
            if one["protocol"] == "1"
        )
        (folder / "folderlist.xml").write_text(FOLDERS.format(imap=imap), encoding="utf-8")
        (home / "Mail").mkdir()
    need_root("take the network away from a program")
    argv = ["unshare", "--net", "dbus-run-session", "--", "xvfb-run", "-a", "sh", "-c", SCRIPT]
    done = run(argv, home, {"XDG_RUNTIME_DIR": str(home), "NO_AT_BRIDGE": "1"})
    if done.returncode:
        raise Objected("claws-mail", done.returncode, done.stderr.decode(errors="replace"))
    return (folder / "accountrc").read_text(encoding="utf-8")
