"""What mutt and neomutt read from a muttrc, by `-n -F FILE -Q NAME …`. Debian: mutt, neomutt.

Both exit with 0 whatever they find, NeoMutt 20250510 always with 1; so anything on stderr counts as an
objection. Three limits:

- Reading runs the commands in backticks, and `source 'COMMAND|'`.
- neomutt opens a connection, even here, for every IMAP mailbox named by `mailboxes`; `read_back`
  refuses such a text rather than reach out.
- mutt shows at most 255 bytes of `name="value"`; a longer one raises TooLong. neomutt has no limit.

A path comes back as the program writes it, not as it was given: mutt shortens (`=Sent`), neomutt expands
(`imaps://host/Sent`); both add a slash to `imaps://host` and write `%40` in a user name as `@`. The
scratch home directory is shown as `~`. Addresses lose what is not part of them. Strings come back
exactly. Passwords are shown in clear.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.programs import Objected, need, run, scratch

SHOWN = re.compile(rb'(?:set )?[a-z0-9_]+(?: is (set|unset)| ?= ?(?:"(.*)"|([a-z0-9-]+)))', re.DOTALL)
ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}
OPENS_CONNECTIONS = re.compile(r"(?m)(?:^|;)\s*mailboxes\b")


class TooLong(ValueError):
    """The value is longer than mutt's -Q can show."""


def read_back(
    program: str, text: str, names: Sequence[str], environment: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The values of these variables. Booleans are "yes" and "no" for both programs.

    `environment` adds to, or replaces, variables like LANG (C.UTF-8) and PATH. Raises Objected with
    everything the program has put on stderr.
    """
    shown, said = query(program, text, names, environment)
    if said:
        raise Objected(program, 0, said)
    return shown


def query(
    program: str, text: str, names: Sequence[str], environment: Mapping[str, str] | None = None
) -> tuple[dict[str, str], str]:
    """Like `read_back`, but hands back stderr besides. Raises Objected if there is no value at all."""
    if program == "neomutt" and OPENS_CONNECTIONS.search(text):
        raise ValueError("neomutt would connect to the servers of these mailboxes")
    with scratch(text.encode(), "muttrc") as file:
        shown, said = query_file(program, file, file.parent, names, environment=environment)
        return shown, said.replace(str(file), Path(file).name)


def query_file(
    program: str,
    file: Path,
    home: Path,
    names: Sequence[str],
    commands: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], str]:
    """Like `query`, of a file that lies in a home; `commands` are carried out after it is read."""
    argv = [need(program, program), "-n", "-F", str(file)]
    argv += [word for command in commands for word in ("-e", command)]
    argv += [word for name in names for word in ("-Q", name)]
    done = run(argv, home, environment)
    said = done.stderr.decode(errors="replace")
    lines = [line.replace(b'"%s' % bytes(home), b'"~') for line in done.stdout.split(b"\n")[:-1]]
    if done.returncode not in (0, *([1] if program == "neomutt" else [])) or len(lines) != len(names):
        raise Objected(program, done.returncode, said or f"{len(lines)} answers to {len(names)} questions")
    return {name: _value(name, line) for name, line in zip(names, lines, strict=True)}, said


def _value(name: str, line: bytes) -> str:
    found = SHOWN.fullmatch(line)
    if not found:
        raise TooLong(f"{name}: {line[:60]!r}…")
    boolean, string, bare = found.groups()
    if boolean:
        return "yes" if boolean == b"set" else "no"
    if bare is not None:
        return bare.decode()
    return re.sub(
        rb"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), string, flags=re.DOTALL
    ).decode()
