"""What is in a mailbox, read from the disk: the servers' view, not a client's."""

import base64
import email
import email.policy
import itertools
import os
import time
from email.message import EmailMessage
from pathlib import Path

from tests.lab.names import USERS, User

_counter = itertools.count(1)


def home(base: Path, user: User) -> Path:
    return base / "mail" / str(list(USERS).index(user.address))


def encode_folder(name: str) -> str:
    """A folder's name on disk and on the wire: modified UTF-7 (RFC 3501, 5.1.3).

    >>> encode_folder("已发送"), encode_folder("Tom & Jerry")
    ('&XfJT0ZAB-', 'Tom &- Jerry')
    """
    out = []
    for plain, letters in itertools.groupby(name, lambda letter: " " <= letter <= "~"):
        text = "".join(letters)
        if plain:
            out.append(text.replace("&", "&-"))
        else:
            packed = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            out.append(f"&{packed}-")
    return "".join(out)


def _folder(base: Path, user: User, folder: str) -> Path:
    root = home(base, user) / "Maildir"
    return root if folder == "INBOX" else root / ("." + encode_folder(folder).replace("/", "."))


def deliver(base: Path, user: User, to: str, subject: str, body: str) -> None:
    """Put a message into the inbox as a delivery agent does: write to tmp/, then move to new/."""
    message = EmailMessage()
    message["From"] = "Lab <user@gmail.com>"
    message["To"] = to if to.isascii() else "user@lab.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{_new_name()}@lab.example>"
    message.set_content(body)
    store(_folder(base, user, "INBOX"), message.as_bytes())


def _new_name() -> str:
    return f"{time.time_ns()}.{os.getpid()}_{next(_counter)}.lab"


def store(root: Path, data: bytes) -> None:
    """Write one message into a Maildir; the owner of the home is the owner of all in it."""
    owner = root.parent.stat()
    made = [root, root / "tmp", root / "new", root / "cur"]
    for folder in made:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, owner.st_uid, owner.st_gid)
    name = _new_name()
    draft = root / "tmp" / name
    draft.write_bytes(data)
    os.chown(draft, owner.st_uid, owner.st_gid)
    draft.rename(root / "new" / name)


def read(base: Path, user: User, folder: str) -> list[EmailMessage]:
    """All messages of a folder, oldest name first; headers decoded (`message["From"]` is real text)."""
    root = _folder(base, user, folder)
    paths = sorted(path for part in ("new", "cur") for path in (root / part).glob("*"))
    messages = []
    for path in paths:
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        messages.append(parsed)
    return messages


def folders(base: Path, user: User) -> list[str]:
    """The folders that exist on disk beside the inbox, still in modified UTF-7."""
    return sorted(path.name[1:] for path in (home(base, user) / "Maildir").glob(".*") if path.is_dir())
