"""Texts in the user's language, and options as this door spells them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mailgen.core.text import Option

#: What stands before the place and the mend of a message, seven columns wide.
LABELS = {"en": ("where: ", "mend:  "), "zh": ("位置： ", "办法： ")}
COLON = {"en": ": ", "zh": "："}
#: Settings with a name of their own -> the option that takes both as NAME=VALUE.
_PAIRS = {"folders": "folder", "options": "set", "slots": "slot"}
#: Kinds of credential that are options by themselves.
_SHORT = ("pass", "secret-tool", "keychain", "oauth2")


def worded(text: str, lang: str, spelled: Callable[[Option], str | None] | None = None) -> str:
    """Return a text in `lang`, or in English where nobody has translated it; options as `spelled` says."""
    from mailgen.languages import told_in

    return told_in(text, lang, spelled or as_options)


def as_options(option: Option) -> str:
    """Spell an option as a word of the command line.

    >>> from mailgen.core.text import Option
    >>> as_options(Option("imap.host")), as_options(Option("folders.sent", "NAME"))
    ('--imap-host', '--folder sent=NAME')
    >>> as_options(Option("credential", "oauth2")), as_options(Option("token_command", "PROGRAM ..."))
    ('--oauth2', "--token-command 'PROGRAM ...'")
    >>> as_options(Option("credential", "mailgen"))
    '--credential mailgen'
    """
    head, _, key = option.path.partition(".")
    value = option.value
    if head == "credential" and value:
        return f"--{value}" if value in _SHORT else f"--credential {value}"
    if value == "true":
        value = None
    if head.isupper():
        return head
    if value and " " in value:
        value = f"'{value}'"
    if head in _PAIRS:  # of a target's options the target itself is named already
        return f"--{_PAIRS[head]} {key.rpartition('.')[2]}={value or ''}"
    word = "--" + (head if head == "client_version" else option.path).replace(".", "-").replace("_", "-")
    if value is None:
        return word
    return f"{word} {value.strip(chr(34))}"


def as_in_files(option: Option) -> str:
    """Spell an option as a key of the accounts file."""
    return str.__str__(option)
