"""What a provider's terms mean for the chosen servers: days, and secrets that depend on something."""

from __future__ import annotations

from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.model.finding import Finding
from mailgen.model.vocabulary import SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mailgen.model.finding import Severity
    from mailgen.model.provider import Credentials, Endpoint, Hurdle, Provider
    from mailgen.model.server import Server

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

    Of several servers of one protocol it is told once. Days are told as days: none of them is
    compared with a clock.
    """
    chosen = tuple(servers)
    for server in chosen:
        if server.endpoint.term.until:
            yield _server_ends(provider, server.endpoint)
    yield from _move(provider)
    used = list(dict.fromkeys(server.protocol for server in chosen))
    for hurdle in provider.off_by_default:
        if over := [one for one in used if hurdle.concerns(one)]:
            yield _switched_off(provider, hurdle, over)
    for hurdle in provider.plans:
        if over := [one for one in used if hurdle.concerns(one)]:
            yield _paid(provider, hurdle, over)
    yield from _limits(provider, used)
    by_password = [server for server in chosen if server.auth == "password"]
    protocols = list(dict.fromkeys(server.protocol for server in by_password))
    if len(by_password) < len(chosen):
        yield from _registration(provider)
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


def _move(provider: Provider) -> Iterator[Finding]:
    """Yield that a provider moves its mailboxes to another one."""
    move = provider.migration
    if move is None or move.term.state == "future":
        return
    facts = {"name": Translated(provider.name), "id": move.id}
    if move.term.state == "past":
        what = Text("{name} has moved its mailboxes to {id} by {day}", day=move.term.until, **facts)
    elif move.term.since:
        what = Text("since {day} {name} moves its mailboxes to {id}", day=move.term.since, **facts)
    else:
        what = Text("{name} moves its mailboxes to {id}", **facts)
    mend = Text(
        "{how_to_tell} If yours has moved, take {provider}",
        how_to_tell=Translated(move.how_to_tell),
        provider=Option("provider", move.id),
    )
    yield Finding("warning", "migrating", what, Translated(provider.name), mend)


def _switched_off(provider: Provider, hurdle: Hurdle, over: Sequence[str]) -> Finding:
    name, protocols = Translated(provider.name), Listed(", ", [one.upper() for one in over])
    what = (
        Text("the administrator must switch {protocols} on first at {name}", protocols=protocols, name=name)
        if hurdle.by == "administrator"
        else Text("{protocols} must be switched on first at {name}", protocols=protocols, name=name)
    )
    return Finding("note", "off-by-default", what, _where(provider, over), Translated(hurdle.text))


def _paid(provider: Provider, hurdle: Hurdle, over: Sequence[str]) -> Finding:
    name, protocols = Translated(provider.name), Listed(", ", [one.upper() for one in over])
    what = (
        Text(
            "{name} offers {protocols} only with {plan}",
            name=name,
            protocols=protocols,
            plan=Translated(hurdle.text),
        )
        if hurdle.text
        else Text("{name} offers {protocols} to paying customers only", name=name, protocols=protocols)
    )
    mend = Text("see 'mailgen show {id}'; without it the login is refused", id=provider.id)
    return Finding("warning", "needs-plan", what, _where(provider, over), mend)


#: Who may have a program registered where tokens come from, if not everybody, and how grave that is. A review
#: concerns makers of programs, and nobody who has a command that prints tokens.
_REGISTRATION: dict[str, tuple[Severity, str]] = {
    "closed": ("warning", Text("only partners' programs can have tokens")),
    "request": ("note", Text("programs are registered on application only")),
}
#: What is sent is bounded by these; how it is said of a number.
SENDING = {
    "messages_per_hour": "{number} messages an hour",
    "messages_per_day": "{number} messages a day",
    "recipients_per_message": "{number} recipients a message",
    "recipients_per_day": "{number} recipients a day",
    "message_mb": "{number} MB a message",
    "attachment_mb": "{number} MB of attachments",
}


def said_limits(limits: Mapping[str, int]) -> list[Text]:
    """Return what bounds the sending of mail, as parts of a sentence.

    >>> said_limits({"messages_per_day": 500, "mailbox_mb": 5000})
    ['500 messages a day']
    """
    return [Text(said, number=limits[key]) for key, said in SENDING.items() if key in limits]


def _limits(provider: Provider, used: Sequence[str]) -> Iterator[Finding]:
    """Yield what a service takes at most; told where an account is for sending only, as by programs."""
    said = said_limits(provider.limits) if used == ["smtp"] else []
    if said:
        name = Translated(provider.name)
        what = Text("{name} takes at most {limits}", name=name, limits=Listed(", ", said))
        mend = Text("see 'mailgen show {id}' for who says so", id=provider.id)
        yield Finding("note", "limits", what, _where(provider, used), mend)


def _registration(provider: Provider) -> Iterator[Finding]:
    severity, who = _REGISTRATION.get(provider.oauth2.get("registration", ""), ("note", ""))
    if who:
        what = Text("at {name} {who}", name=Translated(provider.name), who=who)
        mend = Text("use a program that it has registered, or a password if it still takes one")
        yield Finding(severity, "oauth2-registration", what, Text("the secret"), mend)


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
    return Finding("warning", "server-ends", what, Translated(provider.name), mend)


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
