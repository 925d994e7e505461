"""What a program may not start or read where the system confines it, and how its user lets it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailgen.model.account import Account
    from mailgen.model.target import Target


def confinement_notes(target: Target, account: Account) -> Iterator[Mapping[str, str]]:
    """Yield what the manifest says of a command that the program may not start, and of files it may not read.

    Whether this machine confines it nobody looks here, and the sentences say so.
    """
    rules = target.confined
    for program in dict.fromkeys(_programs(account)):
        if program.rpartition("/")[2] not in rules["runs"]:
            place = program if program.startswith("/") else f"/usr/bin/{program.rpartition('/')[2]}"
            yield _filled(rules["command"], {"program": program, "rule": f"{place} PUx,"})
    for path in dict.fromkeys(_files(target, account)):
        if not any(_covers(pattern, path) for pattern in rules["reads"]):
            below = _below_home(path)
            place = f"owner @{{HOME}}/{below}" if below else path
            yield _filled(rules["file"], {"file": path, "rule": f"{place} r,"})


def _programs(account: Account) -> Iterator[str]:
    servers = [server for server in (account.incoming, account.smtp) if server]
    for credential in [server.credential for server in servers] or [account.credential]:
        if credential.command is not None:
            yield credential.command.argv[0]


def _files(target: Target, account: Account) -> Iterator[str]:
    for name, option in target.options.items():
        value = account.options.get(name)
        if option.type == "path" and value is not None:
            yield str(getattr(value, "path", value))


def _below_home(path: str) -> str:
    """Return what of a path lies below a home, however that is named; "" for any other path."""
    import re  # late: only files of the user's own need it

    found = re.match(r"(?:~|/root|/home/[^/]+)/(.+)", path)
    return found[1] if found else ""


def _covers(pattern: str, path: str) -> bool:
    """Say whether a pattern of the manifest means a path: * is within one folder, ** goes deeper.

    >>> [_covers("~/.config/msmtp/*", path) for path in ("~/.config/msmtp/ca.pem", "~/.config/msmtp/x/y")]
    [True, False]
    """
    import re

    if pattern.startswith("~/"):
        pattern, path = pattern[2:], _below_home(path)
    ways = {"*": "[^/]*", "**": ".*"}
    parts = [ways.get(part) or re.escape(part) for part in re.split(r"([*]+)", pattern)]
    return re.fullmatch("".join(parts), path) is not None


def _filled(texts: Mapping[str, str], values: Mapping[str, str]) -> Mapping[str, str]:
    said = dict(texts)
    for name, value in values.items():
        said = {lang: text.replace(f"{{{name}}}", value) for lang, text in said.items()}
    return said
