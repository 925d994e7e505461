"""Mail that a muttrc reads on this machine: which folder it is, and what lies in it by role."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.formats.muttrc.settings import Settings
    from mailgen.formats.statements import Statement

#: Settings for the special folders -> their roles.
COPIES = {"record": "sent", "postponed": "drafts", "trash": "trash"}
#: Settings that tell in which folders of this machine the mail lies.
PLACES = frozenset(("folder", "spoolfile", "mbox", "mbox_type", *COPIES))


@dataclass(frozen=True, slots=True)
class LocalMail:
    """A `folder` of this machine, with its `inbox` and the `folders` of some roles in it.

    `inbox` is "." where it is the folder itself, and "" where it lies elsewhere or is no Maildir: then it is
    mail that no account can tell of. `guessed` says that no setting tells of the inbox; INBOX is usual.
    `said` are the names of the settings that say just this.
    """

    folder: str = ""
    inbox: str = ""
    folders: Mapping[str, str] = EMPTY
    said: frozenset[str] = frozenset()
    guessed: bool = False


def local_mail(settings: Settings) -> LocalMail:
    """Return the mail that the settings read on this machine; no folder if they name none."""
    base = _path(settings.get("folder"), "")
    spool = _path(settings.get("spoolfile"), base)
    if not base and not spool:
        return LocalMail()
    folder, inbox = _inbox(base, spool)
    guessed = bool(base) and settings.get("spoolfile") is None
    inbox = "INBOX" if guessed else inbox
    if not inbox or settings.text("mbox_type").lower() not in ("", "maildir"):
        return LocalMail(folder)
    folders, said = {}, {"folder", "spoolfile", "mbox_type"}
    for name, role in COPIES.items():
        path = _path(settings.get(name), base)
        if path.startswith(f"{folder}/"):
            folders[role] = path[len(folder) + 1 :]
            said.add(name)
    return LocalMail(folder, inbox, folders, frozenset(said), guessed)


def _inbox(base: str, spool: str) -> tuple[str, str]:
    """Return the folder of an account, and its inbox in it; several accounts may lie in one `base`.

    >>> _inbox("~/Mail", "~/Mail/INBOX"), _inbox("~/Mail", "~/Mail/work/INBOX"), _inbox("~/Mail", "~/Mail")
    (('~/Mail', 'INBOX'), ('~/Mail/work', 'INBOX'), ('~/Mail', '.'))
    >>> _inbox("", "~/Maildir")
    ('~/Maildir', '.')
    >>> _inbox("", "~/Mail/work/Inbox"), _inbox("~/Mail", ""), _inbox("~/Mail", "/var/mail/ada")
    (('~/Mail/work', 'Inbox'), ('~/Mail', ''), ('~/Mail', ''))
    """
    outer, _, inner = spool.rpartition("/")
    if spool and (spool == base or (not base and not outer.strip("~/"))):
        return spool, "."
    within = not base or spool.startswith(f"{base}/")
    if not spool or not within or not outer.strip("~/") or spool.startswith(("/var/mail/", "/var/spool/")):
        return base or outer, ""
    return outer, inner


def _path(one: Statement | None, base: str) -> str:
    """Return a path of this machine without a slash at its end; "" for what is none."""
    if one is None or not is_plain(one):
        return ""
    text = one.text
    if text[:1] in ("+", "=") and base:
        text = f"{base}/{text[1:]}"
    return text.rstrip("/") if text.startswith(("~/", "/")) else ""


def is_plain(one: Statement) -> bool:
    """Say whether a setting says what it says: no variable, no command, and it is not taken away."""
    return not (one.runs or one.expands or one.off)
