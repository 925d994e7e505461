"""The way of one message: from the account to itself, found where it arrives, and removed again."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, localtime
from typing import TYPE_CHECKING

from mailgen.check import StageFailed, Step
from mailgen.check.entering import entered
from mailgen.check.imap import Imap
from mailgen.check.quoting import fit_to_show
from mailgen.check.smtp import Smtp
from mailgen.check.verdicts import family_of, meaning
from mailgen.core.text import Text
from mailgen.model.tokens import Folder

if TYPE_CHECKING:
    import ssl

    from mailgen.check import Key, Patience, Subject
    from mailgen.model.server import Server

SUBJECT = "mailgen check: a message from you to yourself"
_BODY = (
    "mailgen has sent this to see whether mail arrives. It removes it again; if it is still here, you may.\n"
)
#: The first look, and the longest pause between two, in seconds.
_FIRST, _LONGEST = 0.05, 5.0


def round_trip(subject: Subject, context: ssl.SSLContext, patience: Patience, mark: str) -> Step:
    """Send a message to oneself, find it and remove it; `mark` is what tells it from all others.

    For an account of which all else is good. Only this message is looked for, by its Message-ID, and only it
    is removed: by UID (RFC 4315), where the server can; elsewhere it stays, and the step says so.
    """
    start = time.monotonic()
    sending = next((one for one in reversed(subject.servers) if one.protocol == "smtp"), None)
    reading = next((one for one in subject.servers if one.protocol == "imap"), None)
    if sending is None or reading is None:
        return Step("round-trip", None, 0, Text("it takes an SMTP server and an IMAP server"))
    server = sending
    end = start + patience.delivery + patience.whole
    try:
        message_id = f"<{mark}@{subject.address.rpartition('@')[2]}>"
        _sent(subject, sending, context, patience, end, message_id)
        sent = time.monotonic()
        server = reading
        found, removed = _found(subject, reading, context, patience, end, message_id)
    except StageFailed as failed:
        key = subject.key_of(server)
        secrets = (key.secret.text,) if key.secret else ()
        said = fit_to_show(failed.said, secrets) if failed.said else ""
        judged = meaning(server.protocol, failed.said, family_of(server.host), key.kind)
        causes = judged.causes if judged.causes != ("unknown",) or not failed.causes else failed.causes
        return Step("round-trip", False, _ms(start), failed.note, causes, said)
    if not found:
        return Step("round-trip", False, _ms(start), "", ("not-delivered",))
    note = Text("sent in {sent} ms, found in {folder}", sent=round((sent - start) * 1000), folder=found[0])
    more = [] if removed else [Text("the message is still there: the server cannot remove a single one")]
    if subject.provider and "saves-sent-copy" in subject.provider.quirks:
        more.append(Text("the server keeps a copy of what is sent, which stays there"))
    if found[1]:
        return Step("round-trip", True, _ms(start), note, ("delivered-to-junk",), more=tuple(more), odd=True)
    return Step("round-trip", True, _ms(start), note, more=tuple(more), odd=not removed)


def _ms(start: float) -> int:
    return round((time.monotonic() - start) * 1000)


def _sent(
    subject: Subject,
    server: Server,
    context: ssl.SSLContext,
    patience: Patience,
    end: float,
    message_id: str,
) -> None:
    session = entered(server, _key(subject, server), context, patience, end)
    assert isinstance(session, Smtp)
    try:
        session.wire.allow(2 * patience.answer)
        session.sender(subject.address)
        session.recipient(subject.address)
        session.hand_over(_message(subject.address, message_id))
        with suppress(StageFailed):
            session.goodbye()
    finally:
        session.wire.close()


def _key(subject: Subject, server: Server) -> Key:
    """Return what opens a server now: a token that is kept may have been renewed meanwhile."""
    key = subject.key_of(server)
    return replace(key, secret=key.renewed() or key.secret) if key.renewed else key


def _message(address: str, message_id: str) -> bytes:
    """Return the message; that a program has sent it stands in it (RFC 3834), so that none answers."""
    message = EmailMessage(SMTP if address.isascii() else SMTPUTF8)
    message["From"] = message["To"] = address
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_BODY)
    return message.as_bytes()


def _found(
    subject: Subject,
    server: Server,
    context: ssl.SSLContext,
    patience: Patience,
    end: float,
    message_id: str,
) -> tuple[tuple[str, bool] | None, bool]:
    """Return in which folder the message lies, whether it was taken for junk; and whether it is removed."""
    session = entered(server, _key(subject, server), context, patience, end)
    assert isinstance(session, Imap)
    try:
        session.wire.allow(patience.answer)
        roles = {one.role: one.name for one in session.folders() if one.role}
        junk = roles.get("junk") or (subject.folders or {}).get("junk")
        places = [("INBOX", False), *([(junk, True)] if junk else [])]
        pause, until = _FIRST, time.monotonic() + patience.delivery
        while time.monotonic() < until:
            time.sleep(pause)
            for name, is_junk in places:
                session.wire.allow(patience.answer)
                uid = _uid(session, name, message_id)
                if uid:
                    return (name, is_junk), _removed(session, name, uid)
            pause = min(2 * pause, _LONGEST)
        return None, False
    finally:
        with suppress(StageFailed):
            session.goodbye()
        session.wire.close()


def _uid(session: Imap, folder: str, message_id: str) -> str:
    """Return the UID of the message in a folder, which is opened to look only; "" if it is not there."""
    session.examine(_mailbox(folder))
    status, text, lines = session.ask(f'UID SEARCH HEADER Message-ID "{message_id}"'.encode())
    if status != "OK":
        raise StageFailed(said=f"{status} {text}")
    found = [line.split()[2:] for line in lines if line.upper().startswith("* SEARCH")]
    return next((uids[0] for uids in found if uids and uids[0].isdigit()), "")


def _removed(session: Imap, folder: str, uid: str) -> bool:
    """Remove one message, and say whether it is gone; without UIDPLUS others would go with it."""
    if not session.can("UIDPLUS"):
        return False
    done = [
        session.ask(command)[0]
        for command in (
            b"SELECT " + _mailbox(folder),
            f"UID STORE {uid} +FLAGS.SILENT (\\Deleted)".encode(),
            f"UID EXPUNGE {uid}".encode(),
        )
    ]
    return done == ["OK"] * 3


def _mailbox(name: str) -> bytes:
    escaped = Folder(name).utf7.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()
