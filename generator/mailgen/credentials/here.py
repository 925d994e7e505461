"""Which stores of secrets are set up on this machine, the one to take first standing first."""

from __future__ import annotations

import os
import shutil
import sys

from mailgen.credentials.stores import STORES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Signs that a store is not only installed but set up, in the order in which stores are to be taken. A
#: keyring that unlocks with the session comes first, a file last. Sources: their manual pages.
_SET_UP: dict[str, Callable[[], bool]] = {
    "secret-tool": lambda: bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")),
    "keychain": lambda: sys.platform == "darwin",
    "pass": lambda: os.path.exists(
        os.path.join(
            os.environ.get("PASSWORD_STORE_DIR") or os.path.expanduser("~/.password-store"), ".gpg-id"
        )
    ),
    "age": lambda: os.path.exists(os.path.expanduser(STORES["age"].parts["identity"])),
    "file": lambda: True,
    "systemd-creds": lambda: os.geteuid() == 0,  # before systemd 256 only root can use it
}


def stores_here(logins: bool = False) -> list[str]:
    """Return the stores that are set up here, the best first; of `logins` only those that can hold one.

    A file that only its owner can read is always there. Last come those of which nobody knows, as they tell
    it only to who has signed in.
    """
    others = [kind for kind, store in STORES.items() if kind not in _SET_UP and not store.kept_elsewhere]
    here = [kind for kind, there in _SET_UP.items() if _installed(kind, logins) and there()]
    return here + [kind for kind in others if _installed(kind, logins)]


def _installed(kind: str, logins: bool) -> bool:
    store = STORES[kind]
    return shutil.which(store.show[0]) is not None and (store.replaces or not logins)
