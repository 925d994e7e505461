"""What msmtp reads from its configuration, by `msmtp -C FILE -P -a ACCOUNT`. Debian: msmtp.

`-P` opens no connection, but it runs `eval` and, where `auth` is on, `passwordeval`.
"""

import re
from collections.abc import Mapping

from tests.programs import Objected, need, run, scratch

SETTING = re.compile(rb"([a-z_ ]+) = (.*)", re.DOTALL)


def read_back(
    text: str, account: str = "default", environment: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """The settings of one account by msmtp's own names; None for "(not set)", "*" for any password.

    Numbers and words come back as msmtp writes them: `timeout` as "60 seconds", `auth` as "PLAIN".
    `environment` adds to, or replaces, variables like PATH. Raises Objected for a text, or an account,
    that msmtp does not accept (exit code 78).
    """
    with scratch(text.encode(), "msmtprc") as file:
        program = need("msmtp", "msmtp")
        argv = [program, "-C", str(file), "-P", "-a", account, "nobody@example.org"]
        done = run(argv, file.parent, environment)
    if done.returncode:
        raise Objected("msmtp", done.returncode, done.stderr.decode(errors="replace"))
    settings = {}
    for line in done.stdout.split(b"\n"):
        if found := SETTING.fullmatch(line):
            value = found[2].decode()
            settings[found[1].decode().replace(" ", "_")] = None if value == "(not set)" else value
    return settings
