"""What S-nail reads from a mailrc, by `varshow`, without a connection: at its start it opens no account.

Debian: s-nail. It goes on after a complaint, and its exit code does not tell.
"""

from __future__ import annotations

import re

from tests.formats.mailrc.reader import parts
from tests.programs import Objected, need, run, scratch

#: For root S-nail takes no other home than his own: it is started as one who has no rights.
AS_A_USER = ("unshare", "--user")
SHOWN = """v15-compat tls-verify tls-ca-file from reply-to inbox hold folder record mta sendwait imap-auth
    pop3-auth smtp-auth pop3-no-apop imap-use-starttls pop3-use-starttls smtp-use-starttls""".split()


def read_back(text: str, *more: str, account: str = "") -> dict[str, str | None]:
    """Return what variables hold once the file is read, None for those that are not set, "" for a switch.

    `more` are further variables, `account` one to change to. Raises Objected for what it complains of.
    """
    with scratch(text.encode(), "mailrc") as file:
        switch = ["-A", account] if account else []
        argv = [*AS_A_USER, need("s-nail", "s-nail"), "-:u", *switch, "-S", "inbox=/dev/null", "-#"]
        if "\n  set inbox=" in text:  # what stands there is fixed, and shown below as it is written
            text = text.replace("\n  set inbox=", "\n  set mailgen_inbox=")
            file.write_text(text, encoding="utf-8")
        names = [*SHOWN, "mailgen_inbox", *more]
        argv += ["-X", f"varshow {' '.join(names)}", "-X", 'echo "account=$account"', "-X", "xit"]
        done = run(argv, file.parent, {"MAILRC": str(file), "USER": "nobody"})
    said = done.stderr.decode(errors="replace")
    if done.returncode or said:
        raise Objected("s-nail", done.returncode, said)
    found: dict[str, str | None] = {}
    for line in done.stdout.decode().splitlines():
        if gone := re.fullmatch(r"#variable not set: (\S+)", line):
            found[gone[1]] = None
            continue
        name, equals, value = line.removeprefix("wysh ").removeprefix("set ").partition("=")
        if name == "account":
            found[name] = value
        else:
            found[name] = parts(value)[0] if equals else ""
    found["inbox"] = found.pop("mailgen_inbox")
    return found
