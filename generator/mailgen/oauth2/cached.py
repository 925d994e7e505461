"""The token that is still good: found without anything else of mailgen, since mail programs ask at each
login.

A file holds two lines, when the token ends (seconds since 1970) and the token. It is used only if it is this
user's and nobody else may read it. Nothing but `os`, `sys` and `time` is imported: it has a benchmark.
"""

from __future__ import annotations

import os
import sys
import time

#: A token that ends within so many seconds is not handed out: the login would come too late.
MARGIN = 120
#: No token is longer; a file that is, is none of ours.
MOST = 65_536
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@._+-")


def printed(words: list[str]) -> bool:
    """Print the token for the one word after the verb and return True, if that is all there is to do.

    The word must be an address in its normal form, as configurations have it: whatever else is asked, or
    where no token is good any more, is left to the verb.
    """
    if len(words) != 1 or "@" not in words[0] or words[0][0] == "-":
        return False
    token = good(words[0])
    if token:
        sys.stdout.write(token + "\n")
    return bool(token)


def good(address: str, margin: float = MARGIN) -> str:
    """Return the token of an address that is good for `margin` seconds and more, or ""."""
    try:
        handle = os.open(
            os.path.join(tokens_folder(), token_file(address)),
            os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC,
        )
    except OSError:
        return ""
    try:
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or status.st_mode & 0o177777 != 0o100600:
            return ""
        ends, _, token = os.read(handle, MOST).decode("ascii").partition("\n")
        return token.rstrip("\n") if float(ends) - margin > time.time() else ""
    except (OSError, ValueError):
        return ""
    finally:
        os.close(handle)


def tokens_folder() -> str:
    """Return the folder of tokens: the user's run-time folder, also where cron does not name it, or else the
    state.

    Source: XDG base directory specification; systemd's pam_systemd(8) makes /run/user/UID.
    """
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    if not run.startswith("/"):
        run = f"/run/user/{os.geteuid()}"
    try:
        status = os.stat(run)
    except OSError:
        return os.path.join(state(), "tokens")
    private = status.st_uid == os.geteuid() and status.st_mode & 0o170077 == 0o040000
    return os.path.join(run, "mailgen", "tokens") if private else os.path.join(state(), "tokens")


def state() -> str:
    """Return the folder of what this machine remembers of logins; the locks lie there in any case."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return os.path.join(
        base if base.startswith("/") else os.path.expanduser("~/.local/state"), "mailgen", "logins"
    )


def token_file(address: str) -> str:
    """Return the name of the files of an address: what is not plain in it as %XX, so that no two share one.

    >>> token_file("ada+x@lab.example"), token_file("a/b@lab.example")
    ('ada+x@lab.example', 'a%2Fb@lab.example')
    """
    raw = os.fsencode(address)
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)
