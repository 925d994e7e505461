"""How OfflineIMAP 8.0.0 reads its file: with Python's ConfigParser, and some values with Python itself."""

from __future__ import annotations

import ast
import configparser
import os
import re

from tests.readers import Doubtful, Rejected

Sections = dict[str, dict[str, str]]


def read(text: str) -> Sections:
    """Return the sections with their settings, interpolated. Raises Rejected for what OfflineIMAP refuses."""
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
        return {name: dict(parser[name]) for name in parser.sections()}
    except configparser.Error as error:
        raise Rejected(0, str(error)) from None


def server_of(text: str, account: str) -> dict[str, str]:
    """Return the settings of an account's server."""
    sections = read(text)
    return sections[f"Repository {sections[f'Account {account}']['remoterepository']}"]


def here_of(text: str, account: str) -> dict[str, str]:
    """Return the settings of an account's folder on this machine."""
    sections = read(text)
    return sections[f"Repository {sections[f'Account {account}']['localrepository']}"]


def argv(value: str) -> tuple[str, ...]:
    """Return the command whose first line of output an expression is."""
    found = re.fullmatch(
        r"__import__\('subprocess'\)\.check_output\((\(.*\)), text=True\)\.split\('\\n'\)\[0\]", value
    )
    words = ast.literal_eval(found[1]) if found else None
    if not isinstance(words, tuple):
        raise ValueError(value)
    return words


def folder(value: str, home: str) -> str:
    """Return a path as OfflineIMAP makes it of a value: with the home filled in."""
    if re.search(r"\$(\w|\{)", value):
        raise Doubtful(0, "a variable of the environment")
    return os.path.join(home, value[2:]) if value.startswith("~/") else value
