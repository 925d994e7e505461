# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible and mailgen: finding the package, plain data, the options, one work order for a host."""

from __future__ import annotations

import base64
import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

with suppress(ImportError):  # missing or too old: need_mailgen says so when it matters
    # Ansible loads this before it makes a process for each host, which then has all that is imported here.
    getattr(import_module("mailgen.accounts.fleet"), "get_ready", lambda: None)()

#: The version of mailgen that this collection was released with; older ones do not fit.
NEEDED = "1.0.0"

CONFIGS: dict[str, dict[str, Any]] = {
    "users": {"type": "dict", "required": True},
    "defaults": {"type": "dict", "default": {}},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "adopt": {"type": "bool", "default": False},
    "backup": {"type": "bool", "default": False},
    "purge": {"type": "bool", "default": False},
    "missing_user": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "on_obstacle": {"type": "str", "choices": ["skip_user", "stop"], "default": "skip_user"},
    "user_timeout": {"type": "int", "default": 60},
    "validate": {"type": "bool", "default": True},
    "check": {"type": "bool", "default": False},
}
#: Options that are the worker's affair.
_HANDED_ON = ("adopt", "backup", "missing_user", "on_obstacle", "user_timeout")
PROVIDER_INFO: dict[str, dict[str, Any]] = {
    "names": {"type": "list", "elements": "str", "required": True},
}


def need_mailgen() -> None:
    """Raise AnsibleActionFail, with the way out, unless a mailgen that fits can be imported here."""
    try:
        from mailgen import __version__ as found
    except ImportError:
        # A folder of that name beside the playbook is imported as an empty package.
        found = ""
    if _numbers(found) >= _numbers(NEEDED):
        return
    what = f"mailgen {found} is too old" if found else "mailgen is missing"
    raise AnsibleActionFail(
        f"{what}; mailgen.mail needs {NEEDED} or newer here, and only here: hosts need Python alone\n"
        f"  where: the Python that runs Ansible, {sys.executable}\n"
        f"  mend:  {sys.executable} -m pip install 'mailgen>={NEEDED}'\n"
        f"         or, where pipx has installed Ansible: pipx inject ansible-core 'mailgen>={NEEDED}'"
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".")[:3] if part.isdigit())


def options(given: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a task as its specification says, plain. Raises AnsibleActionFail.

    Ansible copies what it checks; what is in a mapping is for mailgen to check, and is left out of that.
    """
    inside = {name: value for name, value in given.items() if isinstance(value, Mapping)}
    told = ArgumentSpecValidator(spec).validate({**given, **{name: {} for name in inside}})
    said = [
        f"unsupported options: {error.msg}" if isinstance(error, UnsupportedError) else error.msg
        for error in told.errors
    ]
    if said:
        raise AnsibleActionFail("; ".join(said))
    taken: dict[str, Any] = plain({**told.validated_parameters, **inside})
    return taken


def plain(value: Any) -> Any:
    """Return data without the types of Ansible: tagged, unsafe and vaulted text become str, and so on."""
    if getattr(value, "__ENCRYPTED__", False):
        return str(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool):
        return value
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind.__str__(value) if kind is str else kind(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain(item) for item in value]
    return value


def refusal(error: Any) -> AnsibleActionFail:
    """Return a MailgenError, and those found with it, as Ansible's; the field as a path in the data."""
    said = []
    for one in (error, *error.more):
        field = getattr(one, "field", None)
        where = "/".join(map(str, field)) if field else one.where
        said.append(f"{one.what}\n  where: {where}\n  mend:  {one.mend}")
    return AnsibleActionFail("\n".join(said))


def work_order(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return the arguments of managed_files for a host, and the plans they were made from.

    `arguments` are those of configs, plain. Raises MailgenError.
    """
    from mailgen.accounts.fleet import checks, plan_users
    from mailgen.catalog.opening import open_catalogue

    users = arguments["users"]
    if arguments["state"] == "absent":
        users = {name: {**(given or {}), "state": "absent"} for name, given in users.items()}
    catalogue = open_catalogue()
    plans = plan_users(users, arguments["defaults"], catalogue=catalogue)
    texts: dict[str, str] = {}
    orders = []
    for one in plans:
        for scope in ("user", "system"):
            files = [file for file in one.files if getattr(file, "scope", "user") == scope]
            if scope == "user" or files or (one.user == "root" and (one.plan is None or arguments["purge"])):
                orders.append(
                    {
                        "name": one.user,
                        "scope": scope,
                        "purge": arguments["purge"] or one.plan is None,
                        "files": [_as_data(file, texts) for file in files],
                    }
                )
    order = {
        "users": orders,
        "contents": packed({key: text for text, key in texts.items()}),
        "checks": checks(plans, catalogue=catalogue) if arguments["validate"] else {},
        **{name: arguments[name] for name in _HANDED_ON},
    }
    return order, plans


def servers_of(plans: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the mail servers of some plans, each once, as server_check takes them."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in plans:
        for made in one.plan.made if one.plan else ():
            for server in (made.account.incoming, made.account.smtp):
                if server is not None and server.tls != "none":
                    parts = (server.protocol, server.host, server.port, server.tls)
                    found[parts] = dict(zip(("protocol", "host", "port", "tls"), parts, strict=True))
    return list(found.values())


def reached(servers: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return warnings about servers that a host does not reach, and the servers with what is to be done."""
    from mailgen.check.verdicts import cause_sentences

    told = []
    done = []
    for one in servers:
        mend = "" if one["ok"] else cause_sentences()[one["cause"]]["en"]
        done.append({**one, "mend": mend})
        if mend:
            told.append(
                f"{one['protocol']} {one['host']}:{one['port']} is not reached from this host "
                f"({one['stage']}: {one['cause']}): {mend}"
            )
    return told, done


def packed(texts: Mapping[str, str]) -> str:
    """Return texts by key as managed_files takes them: JSON, compressed, in Base64."""
    return base64.b64encode(zlib.compress(json.dumps(texts).encode(), 1)).decode()


def _as_data(file: Any, texts: dict[str, str]) -> dict[str, Any]:
    """Return a rendered file as managed_files takes it; its text, or its bytes in Base64, go to `texts`."""
    binary = getattr(file, "binary", None)
    text = file.text if binary is None else base64.b64encode(binary).decode()
    data = {
        "path": file.path,
        "mode": f"{file.mode:04o}",
        "text": texts.setdefault(text, str(len(texts))),
        "binary": binary is not None,
        "target": file.target,
        "merge": file.merge,
        "under": getattr(file, "under", ""),
        "comment": file.comment,
        "group": getattr(file, "group", None),
        "check": getattr(file, "check", ""),
        "after": [list(argv) for argv in getattr(file, "after", ())],
        "reads": [_place_as_data(place) for place in getattr(file, "reads", ())],
        "kind": "" if getattr(file, "kind", "file") == "file" else file.kind,
        "holds_secret": file.holds_secret,
        "accounts": list(file.accounts),
        "grammar": getattr(file, "grammar", ""),
        "clashes": [_clash(one) for one in file.clashes],
    }
    return {name: value for name, value in data.items() if value}


def _clash(one: Any) -> dict[str, Any]:
    data = {"pattern": one.pattern, "what": one.what, "mend": one.mend}
    data |= {"path": getattr(one, "path", ""), "first": getattr(one, "first", False)}
    return {name: value for name, value in data.items() if value}


def _place_as_data(place: Any) -> dict[str, Any]:
    data = {"path": place.path, "platform": place.platform, "only": place.only}
    return {name: value for name, value in data.items() if value}


def told(
    plans: Sequence[Any], files: Sequence[Mapping[str, Any]] | None
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return warnings, and hints for the users, about changed files; about all files if `files` is None."""
    from mailgen.accounts.fleet import hints

    touched = None
    if files is not None:
        touched = {
            (file["user"], file["target"], id) for file in files if file["changed"] for id in file["accounts"]
        }
    warned: dict[str, None] = {}
    hinted: list[dict[str, Any]] = []
    for one in plans:
        made = [
            account
            for account in (one.plan.made if one.plan else ())
            if touched is None or (one.user, account.target.name, account.id) in touched
        ]
        hinted += hints(one.user, made)
        for account in made:
            for finding in account.findings:
                if finding.severity == "warning":
                    warned[f"users/{one.user}/accounts/{account.id}: {finding.what}; {finding.mend}"] = None
    return list(warned), hinted


def providers(names: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the record of each provider that a name, domain or address means. Raises AnsibleActionFail."""
    need_mailgen()
    from mailgen.catalog.lookup import provider_record
    from mailgen.catalog.opening import open_catalogue
    from mailgen.core.errors import MailgenError

    found = []
    for name in plain(names):
        try:
            id, record = provider_record(open_catalogue(), name)
        except MailgenError as error:
            raise refusal(error) from None
        found.append({"id": id, **record})
    return found
