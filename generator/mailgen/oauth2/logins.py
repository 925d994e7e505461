"""A login that lasts: its refresh token in a store of secrets, and what this machine remembers of it.

The store holds the refresh token alone, which changes; a file in the state folder holds the rest, none of
which is secret. A store that fails while the server has already changed the token must not cost the login:
then the new one waits in a file of the user's alone in the run-time folder, and the next call tries again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager, suppress

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.credentials import keeping
from mailgen.credentials.stores import STORES, stored
from mailgen.model.tokens import Secret
from mailgen.oauth2 import cached
from mailgen.writer.private import alone_in, make_private_folders, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.credentials.stores import Store
    from mailgen.model.provider import Address

#: Another process of ours may have to ask a server meanwhile; after this something is wrong.
PATIENCE = 30
_POLL = 0.05
#: How trouble is noted that only signing in mends.
_ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Login:
    """What is remembered of a login: all but its secrets. `since` is a day."""

    address: str
    store: str
    issuer: str
    token_url: str
    revoke_url: str
    client: str
    client_id: str
    client_secret_command: tuple[str, ...]
    scope: tuple[str, ...]
    since: str


def store_of(kind: str, address: Address) -> Store:
    """Return the place of a login in a store: beside the place of a password, and never the same."""
    name_of_files = cached.token_file(str(address))
    named = {
        name: f"{cached.state()}/{name_of_files}{os.path.splitext(default)[1]}"
        if name == "path"
        else f"mail-oauth2/{name_of_files}"
        for name, default in STORES[kind].parts.items()
        if "{" in default
    }
    return stored(kind, address, given=named)


def remembered(address: str) -> Login | None:
    """Return what is remembered of the login of an address, or None. Raises MailgenError if it is damaged."""
    path = _path(address)
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        lists = {name: tuple(data[name]) for name in ("client_secret_command", "scope")}
        return Login(**{**data, **lists})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        raise MailgenError(
            Text("what is remembered of the login cannot be read"), path, _again(address)
        ) from None


def is_remembered(address: str) -> bool:
    """Say whether somebody has signed in for an address; whether that still holds only a refresh tells."""
    return os.path.exists(_path(address))


def keep_login(login: Login, address: Address, refresh: Secret) -> None:
    """Keep a login: its refresh token in the store, read back, then the rest. Raises MailgenError."""
    put_refresh_token(login, address, refresh)
    with _state_folder() as folder:
        data = {name: getattr(login, name) for name in Login.__slots__}
        text = json.dumps(data, indent=1, sort_keys=True) + "\n"
        replace_file(folder, _path(login.address), text.encode(), 0o600)


def put_refresh_token(login: Login, address: Address, refresh: Secret) -> None:
    """Put a refresh token into the store and read it back: a store may cut it off without a word.

    secret-tool 0.20 keeps 8,192 of 9,000 bytes and ends with 0. Raises MailgenError if it does not come back.
    """
    store = store_of(login.store, address)
    keeping.keep(login.store, store, refresh, login.address)
    if keeping.read_out(store.show) != refresh:
        raise MailgenError(
            Text("{store} did not keep the login whole", store=login.store),
            login.store,
            Text("choose another store: {option}", option="--store"),
        )


def refresh_token(login: Login, address: Address) -> Secret:
    """Return the refresh token: the one that waits for its store, else the store's. Raises MailgenError.

    One that waits is offered to its store again.
    """
    waiting = _waiting(login.address)
    if waiting:
        renewed(login, address, waiting)
    return waiting or keeping.read_out(store_of(login.store, address).show)


def renewed(login: Login, address: Address, refresh: Secret) -> MailgenError | None:
    """Keep another refresh token in the place of the old one; if the store fails, let it wait and say why.

    It waits from the beginning: the server takes the old one no more, and whoever is stopped while a store
    asks for a passphrase must not lose the login.
    """
    path = _waiting_path(login.address)
    _private(path, refresh.text)
    try:
        put_refresh_token(login, address, refresh)
    except MailgenError as error:
        return error
    with suppress(FileNotFoundError):
        os.unlink(path)
    return None


def drop_login(login: Login, address: Address) -> None:
    """Take a login and its tokens away; what is remembered of it goes last. Raises MailgenError."""
    for path in (
        _waiting_path(login.address),
        os.path.join(cached.tokens_folder(), cached.token_file(login.address)),
    ):
        with suppress(FileNotFoundError):
            os.unlink(path)
    keeping.drop(store_of(login.store, address))
    for path in (_path(login.address), _trouble_path(login.address)):
        with suppress(FileNotFoundError):
            os.unlink(path)


def keep_token(address: str, token: Secret, good_for: float) -> None:
    """Let a token be found by `cached` as long as it is good."""
    path = os.path.join(cached.tokens_folder(), cached.token_file(address))
    _private(path, f"{time.time() + good_for:.0f}\n{token.text}")


@contextmanager
def alone_with(address: str) -> Iterator[None]:
    """Keep other processes from refreshing the same login meanwhile.

    The lock lies in the state folder wherever the tokens lie: cron, which has no run-time folder, and a
    session that both refresh would make a server end the login. Raises MailgenError after half a minute.
    """
    make_private_folders(cached.state())
    path = os.path.join(cached.state(), f"{cached.token_file(address)}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends:
                    raise MailgenError(
                        Text("another run of mailgen does not come to an end"),
                        path,
                        Text("end it, and try again"),
                    ) from None
                time.sleep(_POLL)
        yield
    finally:
        os.close(handle)


def note_trouble(address: str, what: str, seconds: float, ended: bool = False) -> None:
    """Remember for a while why no token could be had: ten programs that wait for one ask a server once.

    `ended` says that the login is over.
    """
    _private(_trouble_path(address), f"{time.time() + seconds:.3f} {_ENDED if ended else '-'}\n{what}")


def trouble(address: str) -> tuple[str, bool] | None:
    """Return why no token could be had a moment ago, and whether the login is over; None if all was well."""
    with suppress(OSError, ValueError), open(_trouble_path(address), encoding="utf-8") as file:
        first, _, what = file.read().partition("\n")
        ends, _, how = first.partition(" ")
        return (what, how == _ENDED) if what and float(ends) > time.time() else None
    return None


def _path(address: str) -> str:
    return os.path.join(cached.state(), f"{cached.token_file(address)}.json")


def _trouble_path(address: str) -> str:
    return os.path.join(cached.state(), f"{cached.token_file(address)}.trouble")


def _waiting_path(address: str) -> str:
    return os.path.join(cached.tokens_folder(), f"{cached.token_file(address)}.waiting")


def _waiting(address: str) -> Secret | None:
    with suppress(OSError, UnicodeDecodeError), open(_waiting_path(address), encoding="ascii") as file:
        return Secret(file.read().strip()) if os.fstat(file.fileno()).st_uid == os.geteuid() else None
    return None


def _private(path: str, text: str) -> None:
    folder = os.path.dirname(path)
    make_private_folders(folder)
    with alone_in(folder) as handle:
        replace_file(handle, path, text.encode(), 0o600)


@contextmanager
def _state_folder() -> Iterator[int]:
    make_private_folders(cached.state())
    with alone_in(cached.state()) as handle:
        yield handle


def _again(address: str) -> Text:
    return Text("run 'mailgen login {address}'", address=address)
