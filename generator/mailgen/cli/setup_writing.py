"""What `mailgen setup` writes: all of it or nothing, whatever stops it on the way."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from functools import partial

from mailgen.accounts import reader, saving
from mailgen.cli.household_options import home_and_record, planned, stoppable
from mailgen.cli.kept import forget_kept, remember_kept
from mailgen.cli.new_account import with_new_account
from mailgen.cli.taking_back import missing_folders, taken_back, write_provider
from mailgen.core.errors import DataError, MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.credentials import keeping

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from mailgen.cli.household_options import Wanted
    from mailgen.cli.setup_answers import Chosen, Kept
    from mailgen.cli.unlisted import Served
    from mailgen.writer.changes import FileChange

#: Signals that wait while the files get their names, which takes no time.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An accounts file as it shall be (`after`; `before` is None where there was none), and what follows."""

    path: str
    before: str | None
    after: str
    wanted: Wanted
    changes: tuple[FileChange, ...]


def draft_of(arguments: argparse.Namespace, path: str, who: Served, chosen: Chosen) -> Proposal:
    """Return what would be written; raises MailgenError for whatever stands in the way."""
    from mailgen import writer

    before = reader.accounts_text(path) if os.path.lexists(path) else None
    after = before or ""
    if chosen.new:
        after = with_new_account(after, path, chosen.id, chosen.account, who.catalogue)
    try:
        wanted = planned(reader.parsed(after, path), who.catalogue, arguments, home_and_record(arguments))
    except DataError as error:
        raise reader.together(after, path, [error]) from None
    changes = wanted.survey(writer.read_state(wanted.state, wanted.tree), arguments)
    wanted.check(changes)
    return Proposal(path, before, after, wanted, changes)


def write_all(
    arguments: argparse.Namespace, who: Served, chosen: Chosen, kept: Kept, draft: Proposal
) -> Sequence[FileChange]:
    """Write provider file, account, secret and the clients' files; return what has changed of the last.

    The clients' files are staged first and named last; whatever fails or is interrupted before, the rest is
    taken back. Raises MailgenError, or KeyboardInterrupt.
    """
    from mailgen import writer

    with stoppable(), writer.locked(draft.wanted.state, tree=draft.wanted.tree) as state:
        changes = draft.wanted.survey(state, arguments)
        draft.wanted.check(changes)
        with draft.wanted.staged(changes, state) as put_in_place, taken_back() as back:
            if who.path:
                write_provider(who, back)
            if chosen.new:
                _write_account(draft, arguments.follow_links, back)
            keep_secret(chosen, kept, back)
            with _signals_waiting():
                put_in_place()
                back.clear()
        return changes


@contextmanager
def _signals_waiting() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write_account(draft: Proposal, follow_links: bool, back: list[Callable[[], object]]) -> None:
    def edited(text: str) -> str:
        if text != (draft.before or ""):
            raise MailgenError(
                Text("the accounts file has been changed meanwhile"), draft.path, Text("start again")
            )
        return draft.after

    def restored(text: str) -> str:
        return draft.before or "" if text == draft.after else text

    back += [partial(os.rmdir, folder) for folder in missing_folders(draft.path)]
    saving.change(draft.path, edited, create=True, follow_links=follow_links)
    if draft.before is None:
        back.append(partial(os.unlink, draft.path))
    back.append(partial(saving.change, draft.path, restored, follow_links=follow_links))


def keep_secret(chosen: Chosen, kept: Kept, back: list[Callable[[], object]]) -> None:
    """Put a secret or a login where it belongs, and note in `back` how it is taken back."""
    from mailgen.cli.login_dialogue import keep_signed_in

    address = chosen.request.address
    if kept.login:
        back.append(partial(_drop_login, chosen))
        keep_signed_in(kept.login)
        return
    store = kept.store
    if store is None:
        return
    if store.form == "asks" and not kept.former:
        keeping.ask_by_itself(store)
    elif kept.secret:
        if kept.former:
            back.append(partial(keeping.keep, kept.kind, store, kept.former, str(address)))
        elif store.drop or "path" in store.parts:
            path = os.path.expanduser(store.parts.get("path", ""))
            back += [partial(os.rmdir, folder) for folder in missing_folders(path)] if path else []
            back.append(partial(keeping.drop, store))
        keeping.keep(kept.kind, store, kept.secret, str(address))
    elif not kept.former:
        return
    back.append(partial(forget_kept, store.show))
    remember_kept(store.show)


def _drop_login(chosen: Chosen) -> None:
    from mailgen.oauth2 import logins

    address = chosen.request.address
    if (login := logins.remembered(str(address))) is not None:
        logins.drop_login(login, address)
