"""What fdm makes of a file, without a connection: `fdm -n -vvv` says, and runs its commands."""

from __future__ import annotations

import re

from tests.programs import Objected, need, run, scratch

#: fdm run by root works as another user, and delivers to the home that the list of users names. So it is
#: started as one who has no rights, with another list: words before its own.
_OTHER_LIST = """echo "nobody:x:65534:65534::$HOME:/bin/sh" >"$HOME/users"
mount --bind "$HOME/users" /etc/passwd
exec unshare --user "$@"
"""
AS_A_USER = ("unshare", "--mount", "sh", "-ec", _OTHER_LIST, "-")
_ACCOUNT = re.compile(
    r'added account "(.*?)": fetch=(\S+) server "(.*?)" port (\S+) user "(.*?)"(?: folders "INBOX")?$', re.M
)
_ACTION = re.compile(r'added action "(.*?)": deliver=0:(\S+) "(.*)" ?$', re.M)


def read_back(text: str) -> tuple[dict[str, tuple[str, ...]], dict[str, str], str]:
    """Return accounts (type, server, port, user) and places of actions by name, and all that it said.

    Raises Objected for what it does not take.
    """
    with scratch(text.encode(), "fdm.conf") as file:
        argv = [need("fdm", "fdm"), "-h", "-m", "-n", "-vvv", "-u", "root", "-f", str(file)]
        done = run(argv, file.parent)
        said = done.stderr.decode(errors="replace").replace(str(file.parent), "~")
    if done.returncode:
        raise Objected("fdm", done.returncode, said)
    accounts = {one[1]: tuple(one.groups()[1:]) for one in _ACCOUNT.finditer(said)}
    return accounts, {one[1]: f"{one[2]} {one[3]}" for one in _ACTION.finditer(said)}, said
