"""`mailgen accounts show`, `set` and `edit`: one account as it is, changed by words, or in an editor."""

from __future__ import annotations

import os

from mailgen.accounts import reader
from mailgen.cli.account_ids import require
from mailgen.cli.terminal import cells, language, padded, say, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.core.errors import DataError


def show_account(path: str, arguments: argparse.Namespace, catalogue: Catalogue) -> bool:
    """Print an account with the defaults in it, and the servers that its clients will use; returns false."""
    from mailgen.accounts.planner import Planner
    from mailgen.accounts.requests import requests
    from mailgen.model.hosts import in_url

    data = reader.load_accounts(path, catalogue.target_names())
    require(arguments.id, data["accounts"], path)
    request = next(one for one in requests(data) if one.id == arguments.id)
    try:
        made = Planner(catalogue).alone(request)
    except MailgenError as error:
        raise MailgenError(error.what, path, error.mend) from None
    servers: dict[Text, list[str]] = {}
    for one in made:
        for server in (one.account.incoming, one.account.smtp):
            if server:
                line = Text(
                    "{protocol} {host}:{port} ({tls}, {username})",
                    protocol=server.protocol,
                    host=in_url(server.host),
                    port=server.port,
                    tls=server.tls,
                    username=server.username,
                )
                servers.setdefault(line, []).append(one.target.name)
    if arguments.json:
        show_data({"id": arguments.id, **request.data, "servers": servers})
        return False
    lang = language(arguments.lang)
    label = worded(Text("servers"), lang)
    width = max(map(cells, (*request.data, label)))
    indent = " " * (width + 2)
    for key, value in request.data.items():
        show(f"{key:{width}}  {_shown(value)}", indent)
    for number, (line, targets) in enumerate(servers.items()):
        text = worded(Text("{server}: {targets}", server=line, targets=Listed(", ", targets)), lang)
        show(f"{padded('' if number else label, width)}  {text}", indent)
    return False


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value))
    return str(value)


def set_in_account(path: str, arguments: argparse.Namespace, catalogue: Catalogue) -> bool:
    """Change keys of an account in the file; KEY= takes one away. Every other line stays.

    Returns whether anything has changed.
    """
    from mailgen.accounts import edit, saving
    from mailgen.accounts.overrides import with_overrides

    names = catalogue.target_names()

    def edited(text: str) -> str:
        data = reader.parsed(text, path)
        found = reader.problems(data, names, passwords=False)
        if found:
            raise reader.together(text, path, found)
        require(arguments.id, data["accounts"], path)
        for one in arguments.changes:
            key, equals, value = one.partition("=")
            if equals and not value:
                data = _without(data, arguments.id, key)
            else:
                data = with_overrides(data, [f"{arguments.id}.{one}"], names, "accounts set")
        new = edit.with_changes(text, path, arguments.id, data["accounts"][arguments.id])
        data = reader.parsed(new, path)
        found = reader.problems(data, names, passwords=False) or _without_place(data, catalogue)
        if found:
            raise reader.together(new, path, found)
        return new

    changed = saving.change(path, edited, follow_links=arguments.follow_links)
    if not changed:
        say(Text("the account {id} is so already", id=arguments.id))
    return changed


def _without(data: dict[str, Any], id: str, key: str) -> dict[str, Any]:
    """Return a household in which an account lacks a key, which may lie deeper (smtp.port)."""
    steps = key.split(".")
    whole = {**data, "accounts": {**data["accounts"], id: dict(data["accounts"][id])}}
    part = whole["accounts"][id]
    above = []
    for step in steps[:-1]:
        part[step] = dict(part[step]) if isinstance(part.get(step), dict) else {}
        above.append((part, step))
        part = part[step]
    if steps[-1] not in part:
        raise UsageError(
            Text("the account {id} has no {key}", id=id, key=key),
            Text("accounts set {key}=", key=key),
            Text("'mailgen accounts show {id}' shows it", id=id),
        )
    del part[steps[-1]]
    for outer, step in reversed(above):
        if not outer[step]:
            del outer[step]
    return whole


def edit_file(path: str, arguments: argparse.Namespace, catalogue: Catalogue) -> bool:
    """Open the accounts file in the user's editor, at an account if one is named, and judge it then.

    Returns whether it has changed.
    """
    import shlex
    import subprocess

    line = 1
    if arguments.id is not None:
        data = reader.read_accounts(path)
        there = data.get("accounts") if isinstance(data, dict) else None
        require(arguments.id, there if isinstance(there, dict) else {}, path)
        line = _line_of(path, arguments.id)
    elif not os.path.lexists(path):
        from mailgen.accounts import edit, saving

        saving.change(path, lambda _: edit.HEADER, create=True)
    before = reader.accounts_text(path)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        status = subprocess.call([*shlex.split(editor), *([f"+{line}"] if line > 1 else []), path])
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MailgenError(
            Text("the editor cannot be run: {reason}", reason=reason),
            editor,
            "name another in VISUAL or EDITOR",
        ) from None
    if status:
        raise MailgenError(
            Text("the editor ended with status {status}", status=status),
            editor,
            Text("see whether {path} is as you want it", path=path),
        )
    data = reader.read_accounts(path)
    if data is not None:
        data = reader.load_accounts(path, catalogue.target_names())
        if found := _without_place(data, catalogue):
            raise reader.together(reader.accounts_text(path), path, found)
    return reader.accounts_text(path) != before


def _without_place(data: dict[str, Any], catalogue: Catalogue) -> list[DataError]:
    """Return which accounts cannot be on one machine with the others, as `apply` would refuse them."""
    from mailgen.accounts.machine import without_place
    from mailgen.accounts.requests import requests

    return without_place(requests(data), catalogue.target)


def _line_of(path: str, id: str) -> int:
    from mailgen.accounts import edit

    return edit.line_of(reader.accounts_text(path), id)
