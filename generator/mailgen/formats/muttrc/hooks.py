"""Which of a muttrc's hooks make an account of their own, which a further sender, and which neither."""

from __future__ import annotations

import re

from mailgen.formats.muttrc.servers import host_of, path_of, unpatterned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.statements import Statement

#: Settings that tell of whom a hook is.
WHO = ("from", "imap_user", "smtp_url", "pop_user")
#: Settings that say by which way mail comes or goes.
_WAY = ("folder", "spoolfile", "pop_host", "imap_user", "pop_user", "smtp_url", "smtp_user", "sendmail")


def group_of(one: Statement) -> str:
    """Return what a statement belongs to, "" for the whole file: one server's or one folder's hooks together.

    A hook at the start of the program is as good as no hook.
    """
    scope = one.scope
    if not scope or scope.startswith("startup-hook "):
        return ""
    if host := host_of(scope):
        return host if not path_of(scope) else f"{host}/{path_of(scope)}"
    if scope.startswith("folder-hook "):
        pattern = unpatterned(scope.partition(" ")[2]).replace(".*", "").strip("^$*.+=/() ")
        return f"folder-hook {pattern}"
    return scope


def of_server(group: str) -> bool:
    """Say whether a group is of the hooks for a server that mail is read from."""
    return "://" in group and " " not in group.partition("://")[0]


def body_of(hook: Statement) -> str:
    """Return the group of what stands in a hook's body."""
    return group_of(hook._replace(scope=f"{hook.name} {hook.text}"))


def server_in(group: str) -> str:
    """Return the server of a group of hooks for a server: scheme, login name, host and port."""
    scheme, _, rest = group.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def path_in(group: str) -> str:
    """Return the folder below its server that a group of hooks is for."""
    return group.partition("://")[2].partition("/")[2]


def is_hook(one: Statement) -> bool:
    """Say whether a statement is a hook, whose body stands behind it as statements of their own."""
    return one.name.endswith("-hook") and bool(one.raw)


def for_all(group: str) -> bool:
    """Say whether a group is of the hook for any folder, which says what holds where no other does."""
    return group == "folder-hook "


def tells_sender(given: list[Statement]) -> bool:
    """Say whether a hook's settings name a sender."""
    return any(_set(one, ("from",)) or is_header(one, "from") for one in given)


def tells_way(given: list[Statement]) -> bool:
    """Say whether a hook's settings name a server, a login, or a program that sends."""
    return any(_set(one, _WAY) for one in given)


def is_header(one: Statement, header: str) -> bool:
    """Say whether a statement sets this header of what is sent."""
    return one.name == "my_hdr" and re.match(rf"\s*{header}\s*:", one.text, re.IGNORECASE) is not None


def tells_who(given: list[Statement]) -> bool:
    """Say whether a hook's settings tell whose account it is."""
    return any(_set(one, WHO) for one in given) or tells_sender(given)


def _set(one: Statement, names: tuple[str, ...]) -> bool:
    return one.name in names and not one.off and one.raw.startswith("set ")
