"""What a provider's terms mean for the chosen servers: days, and secrets that depend on something."""

from __future__ import annotations

from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.model.finding import Finding
from mailgen.model.vocabulary import SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailgen.model.account import Server
    from mailgen.model.provider import Credentials, Endpoint, Provider

#: Settings of an account on which a secret depends, and what they are where they are on and off.
_SETTINGS = {
    ("two_factor", True): Text("two-factor sign-in is on"),
    ("two_factor", False): Text("two-factor sign-in is off"),
    ("separate_password", True): Text("a separate password for mail programs is demanded"),
    ("separate_password", False): Text("no separate password for mail programs is demanded"),
    ("passwordless", True): Text("sign-in without a password is on"),
    ("passwordless", False): Text("sign-in without a password is off"),
}


def about_terms(provider: Provider, servers: Iterable[Server]) -> Iterator[Finding]:
    """Yield what people should know of the days and conditions that concern the chosen servers.

    Days are told as days: none of them is compared with a clock.
    """
    chosen = tuple(servers)
    for server in chosen:
        if server.endpoint.term.until:
            yield _server_ends(provider, server.endpoint)
    protocols = [server.protocol for server in chosen if server.auth == "password"]
    for secret in provider.secrets(protocols):
        over = [one for one in protocols if provider.credentials.over(one) is secret]
        if secret.term.until:
            yield _secret_ends(provider, secret, over)
    for case in provider.credentials.cases:
        over = [one for one in protocols if case.concerns(one)]
        if over and case.term.state == "future":
            yield _secret_changes(provider, case, over)
        elif over and case.when and case.term.in_force:
            yield _secret_depends(provider, case, over)


def settings(when: Iterable[tuple[str, bool]]) -> Text:
    """Return the settings of an account on which something depends, as part of a sentence.

    >>> settings([("two_factor", True)])
    'two-factor sign-in is on'
    """
    return Text("{settings}", settings=Listed(" and ", [_SETTINGS[one] for one in when]))


def _server_ends(provider: Provider, endpoint: Endpoint) -> Finding:
    later = [one for one in provider.endpoints[endpoint.protocol] if one.term.state == "future"]
    what = Text(
        "{host}:{port} ({protocol}) is in use until {day} only",
        host=endpoint.host,
        port=endpoint.port,
        protocol=endpoint.protocol.upper(),
        day=endpoint.term.until,
    )
    mend = (
        Text("from {day} on take {host}", day=later[0].term.since, host=later[0].host)
        if later
        else Text(
            "see by then what the provider says, and name another server with {host}",
            host=Option(f"{endpoint.protocol}.host"),
        )
    )
    return Finding("warning", "server-ends", what, provider.name["en"], mend)


def _wants(secret: Credentials) -> Text:
    """Return what mail programs must present, as the end of "the provider ..."."""
    if secret.kind == "none":
        return Text("refuses mail programs")
    return Text("wants {secret}", secret=Translated(SECRETS[secret.kind]))


def _where(provider: Provider, over: Sequence[str]) -> Text:
    protocols = Listed(", ", [one.upper() for one in over])
    return Text("{name}, {protocol}", name=Translated(provider.name), protocol=protocols)


def _hint(provider: Provider, secret: Credentials) -> str:
    return Translated(secret.hint) if secret.hint else Text("see 'mailgen show {id}'", id=provider.id)


def _secret_ends(provider: Provider, secret: Credentials, over: Sequence[str]) -> Finding:
    name, base = Translated(provider.name), provider.credentials
    facts = {"name": name, "secret": Translated(SECRETS[secret.kind]), "day": secret.term.until}
    if not secret.term.in_force:
        what = Text("{name} wanted {secret} until {day}; what it wants now is not known", **facts)
    elif secret is base:
        what = Text("{name} wants {secret} until {day} only", **facts)
    else:
        what = Text("{name} wants {secret} until {day} only; then it {wants}", wants=_wants(base), **facts)
    mend = _hint(provider, base) if secret is not base else Text("see 'mailgen show {id}'", id=provider.id)
    return Finding("warning", "secret-ends", what, _where(provider, over), mend)


def _secret_changes(provider: Provider, case: Credentials, over: Sequence[str]) -> Finding:
    what = Text(
        "from {day} on {name} {wants}",
        day=case.term.since,
        name=Translated(provider.name),
        wants=_wants(case),
    )
    return Finding("warning", "secret-changes", what, _where(provider, over), _hint(provider, case))


def _secret_depends(provider: Provider, case: Credentials, over: Sequence[str]) -> Finding:
    what = Text(
        "where {settings} for the account, {name} {wants}",
        settings=settings(case.when.items()),
        name=Translated(provider.name),
        wants=_wants(case),
    )
    return Finding("note", "secret-depends", what, _where(provider, over), _hint(provider, case))
