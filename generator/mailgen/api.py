"""The one verb: from a target's name and an address to files, in the order of the floors below."""

from __future__ import annotations

import re
import shlex

from mailgen.address import normalise_domain, parse_address, shown
from mailgen.catalog import Catalogue, open_catalogue
from mailgen.compat import judge
from mailgen.errors import MailgenError, Unquotable, UsageError
from mailgen.quoting import netrc
from mailgen.records import provider_from_record, target_from_record
from mailgen.render import render
from mailgen.resolve import Refusal, Wish, resolve
from mailgen.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.catalog import Record
    from mailgen.model import Account, Address, Command, Finding, Provider, RenderedFile, Target


@dataclass(frozen=True, slots=True)
class Step:
    """What the user does next: `text` by language, and a line to `copy`, or None."""

    text: Mapping[str, str]
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """All that came of one request; `files` the main one first."""

    target: Target
    account: Account
    provider: Provider
    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]
    step: Step | None


def generate(
    target: str,
    address: str,
    wish: Wish | None = None,
    *,
    provider: str | None = None,
    settings: Mapping[str, str | Command | bool | int] | None = None,
    catalogue: Catalogue | None = None,
) -> Result:
    """Make the configuration of `target` for `address`.

    `provider` names a provider by id or by one of its domains, for people with a domain of their
    own; `settings` are the target's own options. Reads the catalogue and nothing else, and writes
    nothing. Raises MailgenError with what, where and how to mend.
    """
    catalogue = catalogue or open_catalogue()
    wish = wish or Wish()
    record = target_record(catalogue, target)
    chosen = target_from_record(target, record)
    parsed = parse_address(address)
    found = find_provider(catalogue, parsed, wish, provider)
    try:
        resolution = resolve(parsed, found, chosen, wish)
    except Refusal as refusal:
        raise _with_alternatives(refusal, catalogue, target) from None
    findings = tuple(
        replace(finding, mend=_mend(finding, catalogue, resolution.provider, target))
        for finding in resolution.findings
    )
    files = render(chosen, [resolution.account], record["templates"], settings)
    step = next_step(chosen, resolution.account)
    return Result(chosen, resolution.account, resolution.provider, tuple(files), findings, step)


def target_record(catalogue: Catalogue, name: str) -> Record:
    """Return the manifest of the target `name`; raises UsageError with the nearest name."""
    record = catalogue.target(name)
    if record is not None:
        return record
    import difflib

    names = catalogue.target_names()
    near = difflib.get_close_matches(name, names, 1)
    mend = f"did you mean '{near[0]}'?" if near else f"the targets are {', '.join(names)}"
    raise UsageError(f"there is no target {shown(name)}", "the target", mend)


def find_provider(catalogue: Catalogue, address: Address, wish: Wish, named: str | None) -> Provider | None:
    """Return the provider of an address: the one `named`, else the one that lists exactly its domain.

    Returns None if nobody lists the domain and the wish names servers of its own. Raises
    MailgenError otherwise, with a suggestion that is never taken by itself.
    """
    if named is not None:
        record = catalogue.provider(named)
        if record is not None:
            return provider_from_record(named, record)
        hit = catalogue.provider_for(normalise_domain(named, f"--provider {shown(named)}")[0])
        if hit is None:
            raise UsageError(
                f"no provider is called {shown(named)}", "--provider", "'mailgen providers' lists them all"
            )
        return provider_from_record(*hit)
    hit = catalogue.provider_for(address.domain)
    if hit is not None:
        return provider_from_record(*hit)
    if any(wish.servers.values()):
        return None
    raise unknown_domain(catalogue, address)


def unknown_domain(catalogue: Catalogue, address: Address) -> MailgenError:
    """Return the refusal for a domain that nobody lists, with a suggestion where one is near."""
    from mailgen.suggest import nearest

    shown_domain = address.unicode_domain
    if address.domain != shown_domain:
        shown_domain = f"{shown_domain} ({address.domain})"
    ways = (
        "if a provider hosts this domain, name it with --provider ID; "
        "otherwise give --imap-host or --pop3-host, and --smtp-host"
    )
    near = nearest(address.domain, catalogue.domains())
    if near:
        ways = f"did you mean {' or '.join(repr(name) for name in near)}? Otherwise, {ways}"
    return MailgenError(
        f"no provider is known for the domain '{shown_domain}'", f"the address {shown(str(address))}", ways
    )


def alternatives(catalogue: Catalogue, provider: Provider, protocol: str, without: str) -> list[str]:
    """Return the other targets that can use `protocol` of `provider`, with the version it takes."""
    able = []
    for name, record in catalogue.targets():
        target = target_from_record(name, record)
        if name == without or protocol not in target.protocols:
            continue
        newer = [support.since for support in target.quirks.values() if support.since]
        for version in (target.version, *newer):
            if judge(provider, target, version, protocol).state != "refused":
                able.append(name if version == target.version else f"{name} from version {version}")
                break
    return able


def _with_alternatives(refusal: Refusal, catalogue: Catalogue, target: str) -> MailgenError:
    able = alternatives(catalogue, refusal.provider, refusal.protocol, target) if refusal.protocol else []
    return MailgenError(refusal.what, refusal.where, _named(refusal.mend, able))


def _named(mend: str, able: list[str]) -> str:
    """Name the other clients in a mend that speaks of them."""
    return mend.replace("use another client", f"use {' or '.join(able)}") if able else mend


def _mend(finding: Finding, catalogue: Catalogue, provider: Provider, target: str) -> str:
    """Name in the mend of a protocol that was passed over the clients that could use it."""
    if finding.passed_over is None:
        return finding.mend
    able = alternatives(catalogue, provider, finding.passed_over, target)
    return _named(finding.mend, able)


def next_step(target: Target, account: Account) -> Step | None:
    """Return what the user has to do before the first login, or None if nothing is left to do."""
    servers = [server for server in (account.incoming, account.smtp) if server]
    way: str = account.credential.kind
    if way == "prompt" and any(server.auth != "password" for server in servers):
        way = "oauth2"
    step = target.steps.get(way)
    if step is None:
        return None
    values = {"address": account.address}
    for role, server in (("incoming", account.incoming), ("smtp", account.smtp)):
        if server:
            values |= {
                f"{role}_host": server.host,
                f"{role}_username": server.username,
                f"{role}_protocol": server.protocol,
            }
    copy = step.get("command") or step.get("line")
    if copy is not None:
        quoted_by = shlex.quote if "command" in step else netrc
        try:
            copy = re.sub(r"\{(\w+)\}", lambda place: quoted_by(values[place[1]]), copy)
        except Unquotable:
            copy = None  # nothing is advised that would not work
    return Step({lang: text for lang, text in step.items() if lang not in ("command", "line")}, copy)
