"""One server of an account, stage by stage: the first failure ends it, and says what else would work."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mailgen.check import StageFailed, StageLeftOut, Step
from mailgen.check.certificates import SOON, days_left
from mailgen.check.entering import entered, session_over
from mailgen.check.folders import compared
from mailgen.check.imap import Imap
from mailgen.check.pop3 import Pop3
from mailgen.check.quoting import fit_to_show
from mailgen.check.sasl import bearer, plain_words
from mailgen.check.smtp import Smtp
from mailgen.check.speech import MECHANISM
from mailgen.check.verdicts import family_of, meaning, weighed
from mailgen.check.wire import Wire, connected, looked_up
from mailgen.core.text import Listed, Option, Text
from mailgen.model.hosts import is_loopback
from mailgen.model.ports import USUAL
from mailgen.model.provider import Endpoint

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from mailgen.check import Key, Patience, Subject
    from mailgen.check.folders import FolderReport
    from mailgen.check.gate import Gate
    from mailgen.check.speech import Session
    from mailgen.model.provider import Credentials
    from mailgen.model.server import Server

#: Stages that end because of the network between: another server of the provider may be reached.
_NETWORK = ("tcp", "tls", "greeting", "starttls")


class _Ended(Exception):
    """The endpoint is done with."""


class Examination:
    """The stages of one server. `tell` is called for each as it is done; `go` returns when all are."""

    def __init__(
        self,
        subject: Subject,
        server: Server,
        number: int,
        gate: Gate,
        context: ssl.SSLContext,
        patience: Patience,
        login: bool,
        tell: Callable[[Step], None],
        end: float,
    ) -> None:
        self.subject, self.server, self.number, self.gate = subject, server, number, gate
        self.address = ""
        self.folders: FolderReport | None = None
        self._context, self._patience, self._login, self._tell, self._end = (
            context,
            patience,
            login,
            tell,
            end,
        )
        self._wire: Wire | None = None
        self._session: Session | None = None
        self._addresses: list[str] = []

    def go(self) -> None:
        """Go through the stages. Only bugs of ours are raised."""
        try:
            self._connect()
            self._enter()
        except _Ended:
            pass
        finally:
            self.gate.past(self.number)
            if self._wire:
                with suppress(StageFailed, OSError):
                    self._wire.allow(1)
                    if self._session:
                        self._session.goodbye()
                self._wire.close()

    def _do(self, stage: str, work: Callable[[], Step | str | None]) -> None:
        """Do one stage and tell it; raises _Ended unless it is good. `work` returns a note, or a step."""
        start = time.monotonic()
        if self._wire:
            self._wire.allow(self._patience.of(stage))

        def taken() -> int:
            return round((time.monotonic() - start) * 1000)

        try:
            found = work()
        except StageLeftOut as left:
            self._tell(Step(stage, None, taken(), left.why))
            raise _Ended from None
        except StageFailed as failed:
            self._tell(self._failed(stage, failed, taken()))
            raise _Ended from None
        if isinstance(found, Step):
            self._tell(found)
        else:
            self._tell(Step(stage, True, taken(), found or ""))

    def _failed(self, stage: str, failed: StageFailed, ms: int) -> Step:
        greeting = self._session.words if self._session else ""
        family = family_of(self.server.host, greeting)
        kind = self.key.kind
        found = meaning(self.server.protocol, failed.said, family, kind)
        known = found.causes != ("unknown",)
        causes = found.causes if known or not failed.causes else failed.causes
        causes = weighed(causes, kind, self.wanted) if stage == "login" else causes
        more = failed.more
        if stage in _NETWORK and (other := self._other_way()):
            more = (*more, other)
        said = fit_to_show(failed.said, self._secrets()) if failed.said else ""
        note = failed.note
        if failed.said and not said:
            note = note or Text("what the server said is not shown: it may repeat a word of the secret")
        return Step(stage, False, ms, note, causes, said, more, found.sources if known else ())

    @property
    def key(self) -> Key:
        """What opens this server: of a token that was renewed for another, the new one."""
        key = self.subject.key_of(self.server)
        if self.gate.renewed is not None and key.renewed is not None:
            return replace(key, secret=self.gate.renewed)
        return key

    @property
    def wanted(self) -> Credentials | None:
        """What the provider wants mail programs to present here."""
        provider = self.subject.provider
        return provider.credentials.over(self.server.protocol) if provider else None

    def _secrets(self) -> tuple[str, ...]:
        """Return the secret in all forms in which it was sent."""
        key, server = self.key, self.server
        if key.secret is None:
            return ()
        secret = key.secret.text
        if key.kind != "token":
            return secret, plain_words(server.username, secret).decode()
        return (
            secret,
            *(
                bearer(one, server.username, secret, server.host, server.port).decode()
                for one in MECHANISM.values()
            ),
        )

    def _connect(self) -> None:
        """From the name to an answer in TLS."""
        server = self.server
        self._do("dns", self._looked_up)
        self._do("tcp", self._connected)
        assert self._wire
        self._session = session_over(self._wire, server)
        if server.tls == "implicit":
            self._do("tls", self._secured)
        self._do("greeting", self._session.greeting)
        if server.tls == "starttls":
            self._do("starttls", self._session.consent_to_tls)
            self._do("tls", self._secured)
        self._do("capabilities", self._session.capabilities)

    def _looked_up(self) -> str:
        self._addresses = looked_up(self.server.host, self.server.port, self._patience.of("dns"))
        first, rest = self._addresses[0], len(self._addresses) - 1
        return Text("{address} and {rest} more", address=first, rest=rest) if rest else first

    def _connected(self) -> Step:
        start = time.monotonic()
        self._wire, dead = connected(self._addresses, self.server.port, self._patience.of("tcp"), self._end)
        self.address = self._wire.address
        ms = round((time.monotonic() - start) * 1000)
        if not dead:
            return Step("tcp", True, ms, self.address)
        note = Text(
            "{address}; {dead} did not answer, which costs clients time as well",
            address=self.address,
            dead=Listed(", ", dead),
        )
        return Step("tcp", True, ms, note, ("unreachable",), odd=True)

    def _secured(self) -> Step:
        start = time.monotonic()
        assert self._wire
        secured = self._wire.start_tls(self._context, self.server.host)
        version = (secured.version() or "TLS").replace("TLSv", "")
        days = days_left(secured)
        ms = round((time.monotonic() - start) * 1000)
        note = Text("{version}, certificate good for {days} days more", version=version, days=days)
        if days is not None and days < SOON:
            return Step("tls", True, ms, note, ("cert-expired",), odd=True)
        return Step("tls", True, ms, note)

    def _enter(self) -> None:
        """Log in, and look at what is there."""
        self._do("login", self._logged_in)
        session = self._session
        if isinstance(session, Imap):
            if session.can("ID"):
                self._do("id", session.identify)
            self._do("folders", self._compared)
            self._do("inbox", lambda: _messages(session.examine()))
        elif isinstance(session, Pop3):
            self._do("inbox", lambda: _messages(session.count()))
        elif isinstance(session, Smtp):
            self._send(session)

    def _logged_in(self) -> None:
        if not self._login:
            raise StageLeftOut(Text("nobody logs in, as asked"))
        assert self._wire
        assert self._session
        key = self.key
        if not self._wire.secure and not is_loopback(self.server.host):
            raise StageFailed("no-starttls", note=Text("no secret is sent without TLS"))
        if self.wanted and self.wanted.kind == "oauth2-only" and key.kind != "token":
            raise StageFailed("oauth-only", note=Text("no password was sent"))
        if key.secret is None and key.ended:
            raise StageFailed("login-ended", note=key.why, more=(key.ended,))
        if key.secret is None:
            raise StageLeftOut(key.why)
        if (key.kind == "token") != (self.server.auth != "password"):
            raise StageFailed("no-auth-offered", note=Text("nothing was sent"))
        if not self.server.username:
            raise StageLeftOut(Text("no login name is known"))
        shared = self.subject.key_of(self.server) is self.subject.key
        with self.gate.attempt(self.number, self.server.host, self.subject.name, shared):
            key = self.key  # it may have been renewed while this one waited for its turn
            if self._end - time.monotonic() < 1:
                raise StageLeftOut(Text("the time was over before it came to this"))
            self._wire.allow(self._patience.of("login"))  # waiting for one's turn costs nothing
            try:
                self._session.login(key)
            except StageFailed:
                if not self._with_another_token(key):
                    raise

    def _with_another_token(self, key: Key) -> bool:
        """Log in anew with a token just fetched, if there is one; raises StageFailed if it is refused."""
        secret = key.renewed() if key.renewed else None
        if secret is None:
            return False
        if self._wire:
            self._wire.close()
        self.gate.renewed = secret
        session = entered(self.server, replace(key, secret=secret), self._context, self._patience, self._end)
        self._session, self._wire = session, session.wire
        return True

    def _compared(self) -> Step:
        assert isinstance(self._session, Imap)
        start = time.monotonic()
        self.folders = compared(self._session.folders(), self.subject.folders or {})
        ms = round((time.monotonic() - start) * 1000)
        report = self.folders
        roles = [f"{role}: {name}" for role, name in report.found.items()]
        note = Listed(", ", roles) if roles else Text("the server tells no roles")
        return Step("folders", True, ms, note, more=report.mends, odd=bool(report.mends))

    def _send(self, session: Smtp) -> None:
        for number, address in enumerate(self.subject.senders):
            self._do("sender", partial(_as_sender, session, address))
            if number == 0:
                self._do("recipient", partial(_to_recipient, session, address))
            session.forget()

    def _other_way(self) -> Text | None:
        """Return what else answers, up to TLS and without a word of a login; None if nothing does."""
        for other in self._alternatives():
            if self._end - time.monotonic() < 1:
                return None
            if self._answers(other):
                ways = [Option(f"{other.protocol}.port", str(other.port))]
                if other.host != self.server.host:
                    ways.insert(0, Option(f"{other.protocol}.host", other.host))
                if other.tls != self.server.tls:
                    ways.append(Option(f"{other.protocol}.tls", other.tls))
                return Text(
                    "{host}, port {port}, answers from here: use {ways}",
                    host=other.host,
                    port=other.port,
                    ways=Listed(" ", ways),
                )
        return None

    def _alternatives(self) -> Iterator[Endpoint]:
        yield from (one for one in self.subject.others(self.server))
        server, protocol = self.server, self.server.endpoint.protocol
        known = {one.port for one in self.subject.others(server)}
        for (name, port), tls in USUAL.items():
            if name == protocol and port not in (server.port, 25, *known):
                yield Endpoint(protocol, server.host, port, tls)  # type: ignore[arg-type]

    def _answers(self, other: Endpoint) -> bool:
        wire = None
        end = min(self._end, time.monotonic() + self._patience.of("tcp") + self._patience.of("tls"))
        try:
            wire, _ = connected(looked_up(other.host, other.port, 2), other.port, 3, end)
            wire.allow(self._patience.of("tls"))
            session = session_over(wire, self.server, other.protocol)
            if other.tls == "starttls":
                session.greeting()
                session.consent_to_tls()
            wire.start_tls(self._context, other.host)
            return True
        except (StageFailed, OSError):
            return False
        finally:
            if wire:
                wire.close()


def _messages(count: int) -> Text:
    return Text("{count} messages", count=count)


def _as_sender(session: Smtp, address: str) -> str:
    session.sender(address)
    return address


def _to_recipient(session: Smtp, address: str) -> str:
    session.recipient(address)
    return address
