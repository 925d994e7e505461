"""Whole households: the data of an accounts file become the files of all its clients."""

from __future__ import annotations

from mailgen.accounts import requests as household
from mailgen.accounts.objections import shared_maildir
from mailgen.accounts.plan import Made as Made
from mailgen.accounts.plan import Plan as Plan
from mailgen.catalog.lookup import find_provider, needed_protocols, resolved
from mailgen.core.errors import DataError, MailgenError, Unrepresentable, UsageError
from mailgen.core.text import OwnWord, Text
from mailgen.core.values import replace
from mailgen.credentials.stores import STORES, kind_of
from mailgen.render.files import render
from mailgen.resolve.address import shown
from mailgen.resolve.findings import no_account
from mailgen.resolve.send_only import has_place
from mailgen.resolve.wish import Refusal, Resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.records import Record
    from mailgen.model.target import Target

    #: Is told how many things there are; its answer is called after each of them.
    Watch = Callable[[int], Callable[[], None]]

#: So many providers are kept as values; a stream of households mostly asks for the same few.
_PROVIDERS_KEPT = 1000


class Planner:
    """Plans households with one catalogue, whose records it keeps. May be used by many threads at once."""

    def __init__(self, catalogue: Catalogue, watch: Watch | None = None) -> None:
        """Keep a catalogue; `watch` is told how many accounts a plan has, its answer called after each."""
        self._catalogue = catalogue
        self._watch = watch
        self._targets: dict[str, Target] = {}
        self._providers: dict[tuple[str | None, str], Provider] = {}

    def plan(self, data: Mapping[str, Any]) -> Plan:
        """Return the plan of a household, whose data are valid by accounts.schema.json.

        Nothing is read but the catalogue. Raises DataError for the first account that cannot be made.
        """
        wanted: dict[str, list[Request]] = {}
        for request in household.requests(data):
            for name in request.targets:
                wanted.setdefault(name, []).append(request)
        files: list[RenderedFile] = []
        made: list[Made] = []
        step = self._watch(sum(map(len, wanted.values()))) if self._watch else None
        for name, requests in wanted.items():
            target = self._target(name, requests[0])
            told = [one for one in requests if _has_place(target, one)]
            if target.one_account and len(told) > 1:
                from mailgen.accounts.machine import second_account

                raise second_account(target, told[1])
            ours = []
            for one in told:
                ours.append(self._made(one, target))
                if step is not None:
                    step()
            if ours:
                ours[0] = _beside(made, ours[0], told[0])
            made += ours
            if any(one.account.maildir is not None for one in ours):
                refuse_shared_maildirs((one.id, one.account) for one in made)
            files += _rendered(target, ours)
        return Plan(tuple(files), tuple(made))

    def alone(self, request: Request) -> tuple[Made, ...]:
        """Return how one account is made for each of its targets; no file is rendered.

        Its identities with a server of their own are other accounts, with other secrets, and not among these.
        Raises DataError as `plan` does.
        """
        made: list[Made] = []
        for target in (self._target(name, request) for name in request.targets):
            if _has_place(target, request):
                made.append(_beside(made, self._made(request, target), request))
        return tuple(made)

    def _target(self, name: str, request: Request) -> Target:
        kept = self._targets.get(name)
        if kept is None:
            try:
                target = self._catalogue.target(name)
            except MailgenError as error:
                raise DataError(error.what, request.field("targets"), error.mend) from None
            if target.published:
                refusal = no_account(target, request.address)
                raise DataError(refusal.what, request.field("targets"), refusal.mend)
            kept = self._targets[name] = target
        return kept

    def _made(self, request: Request, target: Target) -> Made:
        try:
            resolution = self._resolution(request, target)
        except DataError:
            raise
        except MailgenError as error:
            field = request.field("targets") if isinstance(error, Refusal) else request.place
            raise DataError(error.what, field, error.mend) from None
        account = resolution.account
        for server in (account.incoming, account.smtp):
            if server and server.credential.kind == "literal" and server.credential.secret is None:
                own = "credential" in (request.data.get(server.protocol) or ())
                raise DataError(
                    "the secret is to be written into the files of this account, and none is given",
                    request.field(server.protocol, "credential") if own else request.field("credential"),
                    "give it as password, or name another credential",
                )
        store = None
        if account.credential.kind == "command":
            kind = kind_of(request.data)[0]
            store = kind if kind in STORES else None
        return Made(request.id, target, account, resolution.provider, resolution.findings, store)

    def _resolution(self, request: Request, target: Target) -> Resolution:
        wish = household.wish_for(request, target, self._fellows(request, target))
        named = request.data.get("provider")
        key = (named, request.address.domain)
        provider = self._providers.get(key)
        if provider is None:
            needed = needed_protocols(target, wish)
            try:
                provider = find_provider(self._catalogue, request.address, wish, named, needed)
            except UsageError:
                if named is None:
                    raise
                raise self._no_provider(request, named) from None
            if provider is not None:
                if len(self._providers) >= _PROVIDERS_KEPT:
                    self._providers.clear()
                self._providers[key] = provider
        return resolved(self._catalogue, request.address, provider, target, wish)

    def _fellows(self, request: Request, target: Target) -> list[Target]:
        """Return all targets of an account, where they matter to one of them."""
        if not target.works_with_others:
            return []
        return [self._target(name, request) for name in request.targets]

    def _no_provider(self, request: Request, named: str) -> DataError:
        """Return the refusal of a provider's name, which may be a secret in the wrong place."""
        from mailgen.resolve.suggest import nearest

        near = nearest(named.lower(), self._catalogue.domains())
        where = request.field("provider")
        if near:
            return DataError(
                Text("no provider is called {named}", named=shown(named)),
                where,
                Text("did you mean {near}?", near=OwnWord(near[0])),
            )
        return DataError("no provider has this name", where, "'mailgen providers' lists them all")


def _has_place(target: Target, request: Request) -> bool:
    """Say whether a target is told of a request; that an identity is left out is said at its account."""
    return request.owner is None or (not target.one_account and has_place(target))


def _beside(others: Iterable[Made], one: Made, request: Request) -> Made:
    """Return an account with what is to be known of its target beside those of the others on one machine.

    Raises DataError where only one of two can be there.
    """
    if not one.target.sendmail:
        return one
    from mailgen.accounts.machine import beside

    there = {other.target.name: other.target for other in others if other.target.sendmail}
    return replace(
        one, findings=(*one.findings, *beside(there.values(), one.target, request.field("targets")))
    )


def refuse_shared_maildirs(accounts: Iterable[tuple[str, Account]]) -> None:
    """Raise DataError if the mail of two accounts would lie in one folder; takes them with their ids."""
    from mailgen.resolve.local import shared

    places = [(id, account.maildir.path) for id, account in accounts if account.maildir is not None]
    if (found := shared(places)) is not None:
        raise shared_maildir(*found)


def harmless_checks(records: Mapping[str, Record]) -> dict[str, Any]:
    """Return the checks of some manifests, by name, that can be made without running a command.

    That of a target's first file by its name, that of a file which has its own by `RenderedFile.check`.
    """
    found = {}
    for name, record in records.items():
        own = {f"{name}/{file['template']}": file["check"] for file in record["files"] if "check" in file}
        for key, check in {name: record.get("check"), **own}.items():
            if check and (not check.get("runs_commands") or "replace" in check):
                found[key] = check
    return found


def _rendered(target: Target, made: list[Made]) -> list[RenderedFile]:
    accounts = [one.account for one in made]
    try:
        return render(target, accounts, "household")
    except Unrepresentable as error:
        raise DataError(error.what, _guilty(target, made), error.mend) from None


def _guilty(target: Target, made: list[Made]) -> tuple[str, ...]:
    """Return the account that cannot be written: rendering a file of several does not tell which."""
    for one in made:
        try:
            render(target, [one.account], "household")
        except Unrepresentable:
            return "accounts", one.id
    return ("accounts",)
