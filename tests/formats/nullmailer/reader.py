r"""How nullmailer 2.2 reads remotes. Source: nullmailer-send(8), and the logins that it made of such lines.

A remote to a line: a server, a protocol and options, between blanks. In double quotes a backslash takes the
next character as it is; single quotes are left out here, for nullmailer reads some of them unlike a shell.
"""

from __future__ import annotations

from tests.readers import Doubtful

FLAGS = ("tls", "ssl", "starttls", "insecure", "auth-login", "tls-anon-auth", "x509fmtder")


def words(line: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
            continue
        word, quoted = "", False
        while at < len(line) and (quoted or line[at] not in " \t"):
            if line[at] == "'" and not quoted:
                raise Doubtful(1, "it holds single quotes")
            if line[at] == "\\":
                at += 1
                word += line[at : at + 1]
            elif line[at] == '"':
                quoted = not quoted
            else:
                word += line[at]
            at += 1
        if quoted:
            raise Doubtful(1, "a quote is left open")
        found.append(word)
    return found


def remotes(text: str) -> list[dict[str, str]]:
    """Return the remotes in order: `host`, `protocol`, options by name, and those that are set as "yes"."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        host, protocol, *options = words(line)
        remote = {"host": host, "protocol": protocol}
        for option in options:
            name, equals, value = option.removeprefix("--").partition("=")
            if not equals and name not in FLAGS:
                raise Doubtful(number, "an option that is not known")
            remote[name] = value if equals else "yes"
        found.append(remote)
    return found
