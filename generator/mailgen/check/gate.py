"""One wrong attempt: providers lock accounts, and a secret that one server refused goes to no other."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailgen.check import StageFailed, StageLeftOut
from mailgen.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.model.tokens import Secret

#: So long an endpoint waits for those before it to come to their login; they may be in trouble.
TURN = 12.0


class Hosts:
    """The hosts that have refused somebody in this run: nobody else tries there."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}


class Gate:
    """Lets the endpoints of one account log in one after the other, and none after a refusal."""

    def __init__(self, count: int, hosts: Hosts) -> None:
        """Take the number of endpoints, which come in their order as far as they can."""
        self._waiting = set(range(count))
        self._hosts = hosts
        self._busy = False
        self._refused_by = ""
        #: A token that was fetched in this run, instead of the one that was kept.
        self.renewed: Secret | None = None
        self._changed = threading.Condition()

    @contextmanager
    def attempt(self, number: int, host: str, account: str, shared: bool = True) -> Iterator[None]:
        """Wait for the turn of an endpoint, and try. Raises StageLeftOut if that must not be.

        `shared` says that its secret is the account's. One of its own is shown after no refusal either.
        Whatever fails counts as refused: of a server that did not answer, nobody knows what it noted.
        """
        with self._changed:
            patience = time.monotonic() + TURN
            while self._busy or (min(self._waiting, default=number) < number and time.monotonic() < patience):
                self._changed.wait(max(0.05, patience - time.monotonic()) if not self._busy else None)
            if self._refused_by:
                same = Text("the same secret was refused by {host}", host=self._refused_by)
                other_one = Text(
                    "{host} has refused this account; one wrong try is enough", host=self._refused_by
                )
                raise StageLeftOut(same if shared else other_one)
            if self._hosts.refused.get(host, account) != account:
                other = self._hosts.refused[host]
                raise StageLeftOut(
                    Text("{host} has refused {other} in this run; try this one later", host=host, other=other)
                )
            self._busy = True
        try:
            yield
        except StageLeftOut:
            raise
        except BaseException as error:
            if not (isinstance(error, StageFailed) and error.causes[:1] == ("no-auth-offered",)):
                self._refused_by = host
                self._hosts.refused[host] = account
            raise
        finally:
            with self._changed:
                self._busy = False
                self._waiting.discard(number)
                self._changed.notify_all()

    def past(self, number: int) -> None:
        """Note that an endpoint has come past its login, or will never come to it."""
        with self._changed:
            self._waiting.discard(number)
            self._changed.notify_all()
