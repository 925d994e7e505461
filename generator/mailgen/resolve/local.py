"""What a client does through others on this machine: one keeps the mail here, one sends."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Option, Text
from mailgen.core.values import replace
from mailgen.model.account import Folders, handle
from mailgen.model.finding import Finding
from mailgen.model.tokens import Command, FileName, Folder
from mailgen.model.vocabulary import INCOMING, NO_INCOMING, ROLES
from mailgen.resolve.wish import wanted_protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mailgen.model.provider import Address
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish

#: Options by which a client that could read or send through others does so itself.
ONLINE, OWN_SMTP = "online", "own_smtp"


def with_fellows(
    target: Target,
    wish: Wish,
    fellows: Sequence[Target],
    address: Address,
    kept_in: Callable[[Target], str],
) -> Wish:
    """Return the wish for a client with what other targets of the same account do for it.

    Where one keeps the account's mail on this machine, the client reads it there; where one sends, it sends
    through that; one that keeps the mail runs afterwards what the others want run, and so does one that
    waits for mail, once that which keeps it has brought it here. Mail that only tags tell apart is for a
    client that reads by an index; others go on talking to the server. The servers that only these need are
    theirs. `fellows` are all targets of the account, `kept_in` tells where one of them keeps its mail, "" for
    one that keeps none. A place that the account names is for who always keeps the mail, if one does.
    """
    if target.keeps_named and any(one.maildir for one in fellows):
        wish = replace(wish, maildir=None)
    if target.watches:
        wish = replace(wish, brought_by=_brought_by(fellows, wish, address, kept_in))
    if keeps_mail(target, wish) or target.watches:
        wish = replace(wish, after_sync=tuple(Command(one.after_sync) for one in fellows if one.after_sync))
    if target.reads_maildir:
        keepers = (one for one in fellows if kept_in(one) and (target.by_index or not one.keeps_tags))
        if (kept_by := next(keepers, None)) is not None:
            wish = replace(wish, maildir=FileName(kept_in(kept_by)), kept_by=kept_by)
    if target.hands_over and wish.sendmail is None:
        sender = next((one for one in fellows if one.sends and one.scope == "user"), None)
        if sender is not None:
            # A name with a blank in it is cut there by programs that know no quotes.
            label = wish.label or handle(wish.id, str(address))
            cut = any(map(str.isspace, label)) and not target.passes_blanks
            way = "sender" if cut and "sender" in sender.sends else "account"
            argv = tuple(word.replace("{label}", label) for word in sender.sends[way])
            wish = replace(wish, sendmail=Command(argv))
    wish = replace(wish, protocol=wanted_protocol(wish)) if reads_here(target, wish) else wish
    unused: set[str] = set()
    if reads_here(target, wish):
        unused.update(INCOMING)
    if target.outgoing and sends_with(target, wish):
        unused.add("smtp")
    if unused & wish.servers.keys():
        wish = replace(wish, servers={key: one for key, one in wish.servers.items() if key not in unused})
    return wish


def _brought_by(
    fellows: Iterable[Target], wish: Wish, address: Address, kept_in: Callable[[Target], str]
) -> Command | None:
    """Return what has mail of the account come onto this machine now; None where nobody keeps it here."""
    keeper = next((one for one in fellows if one.brings), None)
    if keeper is None:
        return None
    name, place = handle(wish.id, str(address)), kept_in(keeper)
    words = (place if word == "{maildir}" else word.replace("{handle}", name) for word in keeper.brings)
    return Command(tuple(words))


def keeps_mail(target: Target, wish: Wish) -> bool:
    """Say whether a target keeps the mail of an account on this machine."""
    if not target.keeps_named:
        return bool(target.maildir)
    named = wish.maildir or wish.options.get("maildir")
    return bool(named) and not filed_by_another(target, wish.options)


def filed_by_another(target: Target, options: Mapping[str, object]) -> bool:
    """Say whether options of a target have another program file the mail, wherever that does so."""
    return any(one.files_mail and options.get(name) is not None for name, one in target.options.items())


def maildir_of(target: Target, wish: Wish, address: Address) -> FileName | None:
    """Return where the mail lies: the wished place, else the target's own; None if it has no use for it."""
    if not target.uses_maildir:
        return None
    option = wish.options.get("maildir")
    if isinstance(option, FileName):
        return option
    if wish.maildir or not target.maildir:
        return wish.maildir
    return FileName(target.maildir.replace("{handle}", handle(wish.id, str(address))))


def reads_here(target: Target, wish: Wish) -> bool:
    """Say whether a client reads mail that lies on this machine, instead of a server."""
    if wish.protocol == NO_INCOMING:
        return False
    here = target.reads_maildir and bool(wish.maildir or wish.options.get("maildir"))
    return here and not wish.options.get(ONLINE)


def sends_with(target: Target, wish: Wish) -> Command | None:
    """Return the program that sends for a client; None if it sends itself."""
    if not target.hands_over or wish.options.get(OWN_SMTP):
        return None
    given = wish.options.get("sendmail")
    return given if isinstance(given, Command) else wish.sendmail


def beside_others(target: Target, wish: Wish) -> Target:
    """Return a client as it is chosen for: without the servers that others talk to for it."""
    reads, sends = reads_here(target, wish), sends_with(target, wish)
    if not reads and not sends:
        return target
    return replace(target, incoming=target.incoming and not reads, outgoing=target.outgoing and not sends)


def no_mail_here(target: Target, wish: Wish) -> Finding:
    """Return the note that a program which only reads mail on this machine finds none of an account."""
    return Finding(
        "note",
        "no-mail-here",
        Text("{title} reads mail on this machine, and nobody is known to keep any there", title=target.title),
        wish.label or Text("the account"),
        Text(
            "add a target that keeps it to the account, or say where it lies: {maildir}",
            maildir=Option(f"options.{target.name}.maildir", "DIR"),
        ),
    )


def local_folders(wish: Wish) -> Folders:
    """Return what lies in the mail on this machine by role.

    Each role has its own name there, whatever the server calls it; but who keeps the mail with another
    program names what that one makes.
    """
    names: Mapping[str, str] = {} if wish.kept_by else wish.folders
    roles = [role for role in ROLES if role != "all"]
    return Folders(**{role: Folder(names.get(role) or role.capitalize()) for role in roles})


def shared(places: Iterable[tuple[str, str]]) -> tuple[str, str, str] | None:
    """Return the first two of ids with paths whose mail would lie in one folder, and that folder.

    One within another is the same: whoever mirrors the outer one takes the inner one for its mailboxes.

    >>> shared([("a", "~/Mail/a"), ("b", "~/Mail//a/")]), shared([("a", "~/Mail"), ("b", "~/Mail/b")])
    (('a', 'b', '~/Mail/a'), ('a', 'b', '~/Mail'))
    >>> shared([("a", "~/Mail/a"), ("a", "~/Mail/a"), ("b", "~/Mail/ab")])
    """
    seen: list[tuple[str, str]] = []
    for id, path in places:
        path = _plain(path)
        for other, there in seen:
            outer, inner = sorted((path, there), key=len)
            if other != id and (outer == inner or inner.startswith(outer.rstrip("/") + "/")):
                return other, id, outer
        seen.append((id, path))
    return None


def path_within(path: str, folder: str) -> str:
    """Return a path as seen from a folder; empty for the folder itself.

    Raises ValueError if it does not lie there, or nobody can tell: whose home `~/` is only the program knows.

    >>> path_within("~/Mail//ada/", "~/Mail"), path_within("/srv/x", "/"), path_within("~/Mail", "~/Mail/")
    ('ada', 'srv/x', '')
    """
    inner, outer = _plain(path), _plain(folder)
    if inner == outer:
        return ""
    if not inner.startswith(outer.rstrip("/") + "/"):
        raise ValueError(f"{path} is not below {folder}")
    return inner[len(outer.rstrip("/")) + 1 :]


def mirrored(wish: Wish, choose: Callable[[Target], str]) -> bool:
    """Say whether all folders of the server come onto this machine, as far as that is known.

    `choose` tells over which protocol a target would work, and raises MailgenError if over none.
    """
    if wish.kept_by is None:
        return (wish.protocol or "imap") == "imap"
    if wish.kept_by.kind != "sync" or wish.kept_by.keeps_tags:
        return wish.kept_by.keeps_tags
    try:
        return choose(wish.kept_by) == "imap"
    except MailgenError:
        return True  # that target itself says why it cannot


def _plain(path: str) -> str:
    """Return a path without what means nothing in it: slashes too many, `.`, and `..` behind a name."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return ("/" if path.startswith("/") else "") + "/".join(steps)
