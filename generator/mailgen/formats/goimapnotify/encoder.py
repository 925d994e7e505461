"""goimapnotify.yaml, from 2.4 on. Source: config.go, command.go, running.go and utils.go of 2.5.3."""

from __future__ import annotations

from mailgen.formats.quoting import refuse_control_characters, shell_word
from mailgen.formats.structure import Encoder
from mailgen.formats.yaml.encoder import yaml_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: Between these two characters a line is cut: `%s` would be filled in with the mailbox by Go's Sprintf, all
#: other percent signs of the line with it, and `{{` begins a template.
_CUT = ("%s", "{{")
#: The first line that a command prints; one that prints nothing fails, so that no empty password is tried.
FIRST_LINE = "awk 'NR == 1 && length { print; found = 1 } END { exit !found }'"


def goimapnotify_accounts(structure: Mapping[str, Any]) -> str:
    """Write accounts; a command is a list of its words in the structure, several are a list of such lists."""
    accounts = [
        {name: _written(name, value) for name, value in one.items()} for one in structure["configurations"]
    ]
    return yaml_document({"configurations": accounts})


def _written(name: str, value: Any) -> Any:
    if name == "passwordCMD":
        return f"{shell_words_apart(value)} | {FIRST_LINE}"
    if name == "onNewMail":
        return shell_words_apart(value)
    if name == "onNewMailPost":
        return "; ".join(map(shell_words_apart, value))
    return value


def shell_words_apart(argv: Sequence[str]) -> str:
    """Write a command for /bin/sh, in which neither `%s` nor `{{` stands.

    >>> shell_words_apart(("pass", "show", "mail/a b"))
    "pass show 'mail/a b'"
    >>> shell_words_apart(("printf", "%s{{{", "50%"))
    "printf '%''s{''{''{' 50%"
    """
    return " ".join(map(_apart, argv))


def _apart(word: str) -> str:
    refuse_control_characters(word)
    pieces, begin = [], 0
    for at in range(1, len(word)):
        if word[at - 1 : at + 1] in _CUT:
            pieces.append(word[begin:at])
            begin = at
    if not pieces:
        return shell_word(word)
    return "".join(map(_in_quotes, [*pieces, word[begin:]]))


def _in_quotes(piece: str) -> str:
    return "'" + piece.replace("'", "'\\''") + "'"


#: The names of settings that hold no secret.
_SHOWN = """configurations host port tls tlsoptions rejectunauthorized starttls username alias xoauth2
    enableidcommand passwordcmd! onnewmail! onnewmailpost! boxes mailbox"""

ENCODERS = {"": Encoder(goimapnotify_accounts, "yaml", _SHOWN)}
