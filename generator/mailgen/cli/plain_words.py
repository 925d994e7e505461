"""The commonest words, read without argparse, whose import costs a third of a bare Python start.

`cli.parser` is what decides: whatever is not surely read the same there is left to it (None), also everything
that is wrong, so that its words about it are the only ones. tests/cli/test_plain_words.py compares both.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

#: What the form says if nothing is given: attribute -> value.
_NOTHING: dict[str, Any] = dict.fromkeys(
    "name protocol provider hosted_by providers username label client_version imap_host imap_port imap_tls"
    " pop3_host pop3_port pop3_tls smtp_host smtp_port smtp_tls password_command token_command output file"
    " lang imap_username imap_password_command imap_token_command pop3_username pop3_password_command"
    " pop3_token_command smtp_username smtp_password_command smtp_token_command".split()
) | dict.fromkeys("discover yes oauth2 pass_ secret_tool keychain follow_links quiet json".split(), False)

#: Options that take any text, and those that take nothing: the word -> its attribute.
_TEXTS = {
    "--name": "name",
    "--provider": "provider",
    "--providers": "providers",
    "--username": "username",
    "--label": "label",
    "--output": "output",
    "-o": "output",
    "--file": "file",
}
_FLAGS = {
    "--oauth2": "oauth2",
    "--pass": "pass_",
    "--secret-tool": "secret_tool",
    "--keychain": "keychain",
    "--quiet": "quiet",
    "-q": "quiet",
}
_STORES = ("oauth2", "pass_", "secret_tool", "keychain")


class Words:
    """What the words of the main form say: an attribute an option, as in an `argparse.Namespace`."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.__dict__.update(said)


def plain_form(words: list[str]) -> argparse.Namespace | None:
    """Return what the words after the target say, or None if `cli.parser` must read them.

    >>> plain_form(["you@sohu.com", "--pass"]).pass_, plain_form(["you@sohu.com", "--protocol", "pop3"])
    (True, None)
    """
    said = {**_NOTHING, "folder": [], "slot": [], "set": []}
    left = iter(words)
    for word in left:
        if word in _TEXTS:
            value = next(left, "-")
            if value.startswith("-"):
                return None
            said[_TEXTS[word]] = value
        elif word in _FLAGS:
            said[_FLAGS[word]] = True
        elif word.startswith("-") or "address" in said:
            return None
        else:
            said["address"] = word
    if "address" not in said or sum(said[store] for store in _STORES) > 1:
        return None
    return Words(said)  # type: ignore[return-value]


#: Verbs that people run daily: what each says if nothing is given, and its words that take nothing.
_HOUSEHOLD: dict[str, Any] = {
    **dict.fromkeys("accounts providers output client_version lang".split()),
    "progress": "auto",
}
_VERBS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "apply": (
        {
            **_HOUSEHOLD,
            **dict.fromkeys("follow_links adopt dry_run json verbose quiet".split(), False),
            "format": "files",
        },
        {
            "-n": "dry_run",
            "--dry-run": "dry_run",
            "--json": "json",
            "-v": "verbose",
            "--verbose": "verbose",
            "-q": "quiet",
            "--quiet": "quiet",
        },
    ),
    "diff": (
        {
            **_HOUSEHOLD,
            **dict.fromkeys("follow_links json stat no_pager quiet".split(), False),
            "color": "auto",
        },
        {
            "--json": "json",
            "--stat": "stat",
            "--no-pager": "no_pager",
            "-q": "quiet",
            "--quiet": "quiet",
        },
    ),
}


def plain_verb(verb: str, words: list[str]) -> argparse.Namespace | None:
    """Return what the words after a verb say, or None if `cli.parser` must read them.

    >>> plain_verb("apply", ["-q"]).quiet, plain_verb("apply", ["-o", "x"]), plain_verb("show", [])
    (True, None, None)
    """
    if verb not in _VERBS:
        return None
    nothing, flags = _VERBS[verb]
    said = {**nothing, "set": [], "secret_from_file": [], "secret_fd": []}
    if verb == "diff":
        said["ids"] = []
    for word in words:
        if word not in flags:
            return None
        said[flags[word]] = True
    return Words(said)  # type: ignore[return-value]
