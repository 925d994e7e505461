"""Secrets that are handed over to a run, from a file or a descriptor, for the accounts that ask for it."""

from __future__ import annotations

import os

from mailgen.accounts.requests import requests
from mailgen.cli.wish import pair
from mailgen.core.errors import DataError, MailgenError, UsageError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

#: A secret is one line; longer than this is something else.
_LONGEST_SECRET = 65536
_MEND = "name the account before the equals sign"


def with_secrets(data: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the data with the secrets that were handed over, for the accounts that ask for it."""
    given: dict[str, str] = {}
    for id, secret in _given_secrets(arguments):
        if id in given:
            raise UsageError(
                Text("two secrets are handed over for {id}", id=id),
                "--secret-from-file, --secret-fd",
                "hand over one for each account",
            )
        given[id] = secret
    literal = {
        one.id for one in requests(data) if one.data.get("credential") == "literal" and one.owner is None
    }
    for id in given:
        if id not in literal:
            raise UsageError(
                Text("the account {id} does not have credential: literal", id=id)
                if id in data["accounts"]
                else Text("there is no account {id}", id=id),
                "--secret-from-file, --secret-fd",
                "say so in the accounts file; a secret is written only where that is asked for by name",
            )
    for id in data["accounts"]:
        if id in literal and id not in given:
            raise DataError(
                Text("the secret of {id} is to be written into its files, and was not handed over", id=id),
                ("accounts", id),
                Text("hand it over: --secret-from-file {id}=FILE, or --secret-fd {id}=N", id=id),
            )
    filled = dict(data["accounts"])
    for id, secret in given.items():
        rest = {key: value for key, value in filled[id].items() if key != "credential"}
        filled[id] = {**rest, "password": secret}
    return {**data, "accounts": filled}


def _given_secrets(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    found = []
    for text in arguments.secret_from_file:
        id, name = pair(text, "--secret-from-file", "ID=FILE", _MEND)
        try:
            handle = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise MailgenError(
                Text("the secret cannot be read: {strerror}", strerror=error.strerror),
                name,
                "name a file that you may read",
            ) from None
        found.append((id, _secret(handle, name)))
    for text in arguments.secret_fd:
        id, number = pair(text, "--secret-fd", "ID=N", _MEND)
        where = Text("--secret-fd {id}=N", id=id)
        if not (number.isascii() and number.isdigit()):
            raise UsageError("a descriptor is a number", where, "write it as in --secret-fd home=3 3<FILE")
        try:
            handle = os.dup(int(number))
        except (OSError, OverflowError):
            raise UsageError("this descriptor is not open", where, "open it: 3<FILE") from None
        found.append((id, _secret(handle, where)))
    return found


def _secret(handle: int, where: str) -> str:
    """Read a secret, one line of UTF-8, from a descriptor, which is then closed."""
    try:
        with open(handle, "rb") as file:
            content = file.read(_LONGEST_SECRET + 1)
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise MailgenError(
            Text("the secret cannot be read: {strerror}", strerror=error.strerror), where, "name another file"
        ) from None
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > _LONGEST_SECRET or "\n" in text or "\r" in text:
        raise MailgenError(
            "this holds no secret: one line of text in UTF-8 is expected", where, "put it alone in the file"
        )
    return text
