"""What `mailgen setup` has to know before it writes anything: options first, then answers on a terminal."""

from __future__ import annotations

import os

from mailgen.cli import account_options, prompts
from mailgen.cli.check_subjects import as_here
from mailgen.cli.new_account import free_id, results_of, tried
from mailgen.cli.terminal import language, report
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.core.values import dataclass, replace
from mailgen.credentials.here import stores_here
from mailgen.credentials.stores import STORES, kind_of, stored

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.api import Result
    from mailgen.cli.login_dialogue import Fresh
    from mailgen.cli.unlisted import Served
    from mailgen.credentials.stores import Store
    from mailgen.model.tokens import Secret

#: Stores that mailgen can fill, and how often a secret may be typed that will not do.
FILLED = tuple(kind for kind, store in STORES.items() if not store.kept_elsewhere)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account with its clients, as they would be set up.

    `way` is how they come by the secret: store, login, or none where they ask, or sign in, by themselves.
    `new` says that the accounts file does not have it yet.
    """

    id: str
    account: dict[str, Any]
    request: Request
    results: list[Result]
    way: str
    new: bool = True

    @property
    def used(self) -> list[tuple[Any, Any]]:
        """The provider and the account in each client."""
        return [(one.provider, one.account) for one in self.results]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to go into a store: a secret that was typed, or a login. `former` is what lies there."""

    kind: str
    store: Store | None = None
    secret: Secret | None = None
    former: Secret | None = None
    login: Fresh | None = None

    @property
    def there(self) -> bool:
        """Whether clients will find a secret."""
        return any((self.secret, self.former, self.login)) or self.kind == "login"


class Questions:
    """Asks for what the options leave open, if somebody is there and `--yes` does not answer for him."""

    def __init__(self, arguments: argparse.Namespace, path: str, data: dict[str, Any]) -> None:
        self.arguments, self._path, self._data = arguments, path, data
        self.lang = language(arguments.lang)
        self.asking = prompts.welcome() and not arguments.yes

    def choose(self, who: Served) -> Chosen:
        """Return the account as its clients will have it; raises MailgenError if there is none to be had."""
        for request in self._known():
            if str(request.address) == str(who.address):
                return self._as_it_is(request, who)
        account = {"address": who.written, **account_options.account_given(self.arguments)}
        if who.provider or self.arguments.hosted_by:
            account["provider"] = who.provider or _hosting(who, self.arguments.hosted_by)
        named = self.arguments.name is not None or "name" in self._data.get("defaults", {})
        chosen = self._clients(who, account)
        if chosen.way == "login":
            self._look_for_client(chosen)
        if self.asking and not named:
            asked = worded(Text("your name as others shall read it (may be empty)"), self.lang)
            if name := prompts.ask(asked, "", lambda _: None):
                account = {"address": who.written, "name": name, **chosen.account}
                chosen = self._trial(who, account, chosen.request.targets)
        return chosen

    def _known(self) -> list[Request]:
        from mailgen.accounts.requests import requests

        return requests(self._data) if self._data["accounts"] else []

    def _as_it_is(self, request: Request, who: Served) -> Chosen:
        """Return an account that the accounts file has already: what stands there counts."""
        from mailgen.cli.terminal import say

        if self.arguments.clients or self.arguments.store:
            raise UsageError(
                Text("the account {id} is there already, with clients and a store", id=request.id),
                self._path,
                Text("leave {options} out, or change it: {command}", options="--client, --store",
                     command=f"mailgen accounts set {request.id} targets=... credential=..."),
            )  # fmt: skip
        say(Text("{address} is the account {id} already; it stays as it is", address=request.address,
                 id=request.id))  # fmt: skip
        results = results_of(request, who.catalogue)
        return Chosen(request.id, dict(request.given), request, results, _way_of(results), new=False)

    def _clients(self, who: Served, account: dict[str, Any]) -> Chosen:
        """Return the trial of the clients that are named, or asked for until some will do."""
        from mailgen.cli.clients_here import tell_clients

        known = account_options.people_use(who.catalogue)
        given = " ".join(self.arguments.clients) or " ".join(
            self._data.get("defaults", {}).get("targets", ())
        )
        if given:
            return self._trial(who, account, account_options.named_targets(given, known, "--client"))
        proposed = " ".join(tell_clients(who, account, self.lang))
        if not self.asking:
            if self.arguments.yes and proposed:
                return self._trial(who, account, proposed.split())
            raise UsageError(
                Text("no mail program is named"), "--client", Text("name one: 'mailgen targets' lists them")
            )
        found: list[Chosen] = []

        def check(answer: str) -> None:
            found.append(self._trial(who, account, account_options.named_targets(answer, known)))

        prompts.ask(worded(Text("mail programs to set up"), self.lang), proposed, check)
        return found[-1]

    def _look_for_client(self, chosen: Chosen) -> None:
        """Raise what is missing for a login, before more is asked."""
        from mailgen.cli.logins import client_for
        from mailgen.oauth2.logins import is_remembered

        address, asked = str(chosen.request.address), self.arguments
        if not is_remembered(address):
            provider = chosen.results[0].provider
            client_for(provider, address, asked.tenant or "", asked.oauth2_client or "")

    def _trial(self, who: Served, account: dict[str, Any], names: Sequence[str]) -> Chosen:
        """Return the account for these clients, by the first way to a secret that all of them take.

        Raises what stands in the way of the first.
        """
        id = free_id(account["address"], self._data["accounts"])
        base = {**account, "targets": list(names)}
        kind = self.arguments.store
        ways: list[dict[str, Any]] = [{"credential": kind or "file"}]
        ways.append({"credential": {"kind": "mailgen", "store": kind} if kind else "mailgen"})
        if not kind and kind_of(self._data.get("defaults", {}))[0] != "prompt":
            ways = [{}]  # as the defaults of the accounts file say
        data = as_here({**self._data, "accounts": {**self._data["accounts"], id: base}}, who.catalogue)
        data["accounts"].pop(id)
        first: MailgenError | None = None
        for way in ways:
            try:
                request, results = tried(self._path, data, id, {**base, **way}, who.catalogue)
            except MailgenError as error:
                first = first or error
                continue
            found = _way_of(results)
            if found == "none" and way:
                base["credential"] = "prompt" if way == ways[0] else "oauth2"
                request, results = tried(self._path, data, id, base, who.catalogue)
                way = {}
            return Chosen(id, {**base, **way}, request, results, found)
        assert first is not None
        raise first

    def store(self, chosen: Chosen) -> Chosen:
        """Return the account with the store in which its secret shall lie."""
        if chosen.way != "store" or not chosen.new or "credential" not in chosen.account:
            return chosen
        kind = self.arguments.store or self._store_asked()
        return replace(chosen, account={**chosen.account, "credential": kind})

    def _store_asked(self) -> str:
        here = stores_here()
        if not self.asking or len(here) == 1:
            return here[0]

        def check(answer: str) -> None:
            if answer not in FILLED:
                raise UsageError(
                    Text("there is no such store"),
                    "the answer",
                    Text("write one of {names}", names=", ".join(FILLED)),
                )

        asked = Text("where to keep the secret ({names})", names=Listed(", ", here))
        return prompts.ask(worded(asked, self.lang), here[0], check)

    def secret(self, chosen: Chosen) -> Kept:
        """Return what is to be kept for the account: typed, or signed in for, or there already."""
        if chosen.way == "login":
            return self._signed_in(chosen)
        kind, given = kind_of(chosen.request.data)
        if chosen.new and "credential" in chosen.account:
            kind, given = kind_of(chosen.account)
        if chosen.way != "store" or kind not in FILLED:
            return Kept("")
        store = stored(kind, chosen.request.address, chosen.id, given)
        former = _lying_there(store)
        use = Text("{kind} holds a secret of {address} already; use it?", kind=kind,
                   address=chosen.request.address)  # fmt: skip
        if (
            former
            and not self.arguments.from_stdin
            and (not self.asking or prompts.agreed(use, usually=True))
        ):
            return Kept(kind, store, former=former)
        if store.form == "asks" or not (self.asking or self.arguments.from_stdin):
            return Kept(kind, store, former=former)
        return Kept(kind, store, self.typed(chosen), former)

    def typed(self, chosen: Chosen, again: bool = False) -> Secret:
        """Return the secret that is typed unseen, or comes in; what will not do may be typed anew."""
        from mailgen.cli.hints import tell_secret
        from mailgen.cli.secret_dialogue import given_secret, judge_secret

        if not again:
            for provider, account in chosen.used[:1]:
                tell_secret(provider, account, self.lang)
        where = Text("the secret of {id}", id=chosen.id)
        from_stdin = self.arguments.from_stdin and not again
        for left in reversed(range(_TRIES)):
            try:
                secret = given_secret(str(chosen.request.address), chosen.used, from_stdin, self.lang)
                judge_secret(secret, chosen.used, where, from_stdin, self.lang)
            except MailgenError as error:
                if from_stdin or not left:
                    raise
                report(error, self.lang)
            else:
                return secret
        raise AssertionError  # the last try returns or raises

    def _signed_in(self, chosen: Chosen) -> Kept:
        from mailgen.cli.login_dialogue import have_signed_in
        from mailgen.oauth2 import logins

        address = chosen.request.address
        if logins.remembered(str(address)) is not None:
            return Kept("login")
        given = kind_of(chosen.request.data)[1]
        store = given.get("store") or stores_here(logins=True)[0]
        if not STORES[store].replaces:
            raise UsageError(
                Text("{store} cannot hold a login", store=store),
                "--store",
                Text("name one of {names}", names=", ".join(stores_here(logins=True))),
            )
        fresh = have_signed_in(
            address, chosen.results[0].provider, self.arguments, self.arguments.oauth2_client or ""
        )
        return Kept("login", None, login=replace(fresh, store=store))


def _way_of(results: Sequence[Result]) -> str:
    """Return how the clients come by the secret."""
    credentials = [
        one.credential
        for result in results
        for one in (result.account, result.account.incoming, result.account.smtp)
        if one is not None
    ]
    if any(one.is_own_token for one in credentials):
        return "login"
    return "store" if any(one.kind == "command" for one in credentials) else "none"


def _lying_there(store: Store) -> Secret | None:
    """Return the secret that a store holds for the account already, or None."""
    from mailgen.credentials import keeping

    path = store.parts.get("path", "")
    if path and not os.path.exists(os.path.expanduser(path)):
        return None
    try:
        return keeping.came_out(store.show)[0]
    except MailgenError:
        return None


def _hosting(who: Served, domain: str) -> str:
    from mailgen.catalog.lookup import hosting_provider

    return hosting_provider(who.catalogue, domain)
