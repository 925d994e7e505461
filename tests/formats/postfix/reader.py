r"""How Postfix 3.7.11 reads main.cf, master.cf and its tables. Source: postconf(5), master(5), postmap(1).

A line that begins with a blank goes on with the one before; those that are empty or begin with # are none. In
main.cf and behind -o a dollar names a parameter, and two of them are one.
"""

from __future__ import annotations

from tests.readers import Doubtful, Rejected


def lines(text: str) -> list[str]:
    """Return the logical lines of a file."""
    found: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " \t":
            found.append(line)
        elif found:
            found[-1] += line
        else:
            raise Doubtful(number, "it goes on with nothing")
    return found


def value(written: str) -> str:
    """Return a value whose dollars are all doubled, as ours are; raises Doubtful for a parameter's name."""
    if "$" in written.replace("$$", ""):
        raise Doubtful(1, "a dollar names a parameter")
    return written.replace("$$", "$")


def parameters(text: str) -> dict[str, str]:
    """Return what main.cf says, as it stands there; the last of a name counts."""
    found = {}
    for number, line in enumerate(lines(text), 1):
        name, equals, rest = line.partition("=")
        if not equals or not name.strip().replace("_", "a").isalnum():
            raise Rejected(number, "missing '=' after attribute name")
        found[name.strip()] = rest.strip()
    return found


def services(text: str) -> dict[str, dict[str, str]]:
    """Return the services of master.cf by name, each with its options as values."""
    found = {}
    for number, line in enumerate(lines(text), 1):
        words = line.split()
        if len(words) < 8:
            raise Rejected(number, "it has fewer than eight columns")
        options = words[8:]
        if options[0::2] != ["-o"] * (len(options) // 2):
            raise Doubtful(number, "it has arguments of another kind")
        found[words[0]] = {
            name: value(rest) for name, _, rest in (word.partition("=") for word in options[1::2])
        }
    return found


def logins(text: str) -> dict[str, tuple[str, str]]:
    """Return login name and password by server, as a table for smtp_sasl_password_maps has them."""
    found = {}
    for number, line in enumerate(lines(text), 1):
        key, *rest = line.split(None, 1)
        name, colon, password = (rest or [""])[0].strip().partition(":")
        if not name or not colon:
            raise Rejected(number, "expected format: key whitespace value")
        found[key] = (name, password)
    return found


def results(text: str) -> list[tuple[str, str]]:
    """Return the patterns of a table of regular expressions, as they stand there, with their results."""
    found = []
    for number, line in enumerate(lines(text), 1):
        pattern, slash, rest = line[1:].rpartition("/ ")
        if line[0] != "/" or not slash:
            raise Rejected(number, "no regexp")
        found.append((pattern, rest.strip()))
    return found
