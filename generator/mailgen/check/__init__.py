"""Floor 3: a live test of an account, stage by stage: what answers, and why something does not.

`run` has the order and the threads, `gate` lets one wrong secret out and no second, `wire` is a connection
whose time is watched; `imap`, `pop3` and `smtp` are what is said over it, `sending` the way of one message.
`verdicts` judges what servers say by the table in `answers/`. No server is known here by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mailgen.model.provider import Endpoint, Provider
    from mailgen.model.server import Server
    from mailgen.model.tokens import Secret

#: All stages, in their order; of a protocol some are left out. The names are stable in --json.
STAGES = (
    "dns", "tcp", "tls", "greeting", "starttls", "capabilities", "login", "id", "folders", "inbox", "sender",
    "recipient", "round-trip",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a stage may take, and all of one endpoint, in seconds, whatever the other side does."""

    look_up: float = 5
    connect: float = 5
    secure: float = 8
    answer: float = 15
    delivery: float = 60
    whole: float = 40

    def of(self, stage: str) -> float:
        """Return the seconds for a stage."""
        own = {"dns": self.look_up, "tcp": self.connect, "tls": self.secure, "round-trip": self.delivery}
        return own.get(stage, self.answer)


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one stage: `ok` is None where it was left out; with `odd` it is good, and a warning.

    `note` says in a few words what was found, or why the stage was left out; `said` is what the server
    said, fit to be shown. `causes` are of the closed list, the likeliest first; `more` is what else to do.
    """

    stage: str
    ok: bool | None
    ms: int = 0
    note: str = ""
    causes: tuple[str, ...] = ()
    said: str = ""
    more: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    odd: bool = False

    @property
    def warns(self) -> bool:
        """Good, and yet there is something to be told."""
        return self.ok is True and self.odd


@dataclass(frozen=True, slots=True)
class Key:
    """What opens an account: a password, or a token (`kind`); without a secret, `why` there is none.

    `ended` is what mends where there is none because nobody is signed in any more.
    `renewed` gives another token where the kept one may have been revoked: it is no guess, and tried once.
    """

    kind: str = "password"
    secret: Secret | None = None
    why: str = ""
    renewed: Callable[[], Secret | None] | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """An account as its clients use it: its servers, the way in, and what is known of its provider.

    `senders` are the addresses that it sends as, its own first; `folders` are the special ones by role.
    `own_keys` are the ways in of single protocols that do not share `key`.
    """

    name: str
    address: str
    servers: tuple[Server, ...]
    key: Key
    provider: Provider | None = None
    senders: tuple[str, ...] = ()
    folders: Mapping[str, str] | None = None
    own_keys: Mapping[str, Key] | None = None

    def key_of(self, server: Server) -> Key:
        """Return what opens a server: nobody is shown the secret of another."""
        return (self.own_keys or {}).get(server.protocol, self.key)

    def others(self, server: Server) -> tuple[Endpoint, ...]:
        """Return the other servers of the provider for the same protocol that anybody may use."""
        known = self.provider.endpoints.get(server.protocol, ()) if self.provider else ()
        return tuple(
            one
            for one in known
            if (one.host, one.port) != (server.host, server.port)
            and one.tls != "none"
            and one.audience is None
            and one.term.in_force
            and "{" not in one.host
        )


#: How long people wait.
USUAL_PATIENCE = Patience()


class StageFailed(Exception):
    """A stage that failed: the likeliest causes, and what the server said, as it came."""

    def __init__(self, *causes: str, said: str = "", note: str = "", more: tuple[str, ...] = ()) -> None:
        super().__init__(*causes)
        self.causes, self.said, self.note, self.more = causes, said, note, more


class StageLeftOut(Exception):
    """A stage that is not tried, and why; what follows from it is not tried either."""

    def __init__(self, why: str, causes: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.causes = why, causes
