"""Settings that a file has, or lacks, and its provider's departures from the standards."""

from __future__ import annotations

from mailgen.core.text import Text, Translated
from mailgen.formats.problems import Problem
from mailgen.lint.drift import address_of, client_version, owner_of
from mailgen.resolve.compat import meets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, FoundServer, Reading
    from mailgen.lint.drift import Shelf
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target

#: The quirk of a provider that files what is sent by itself.
_SAVES = "saves-sent-copy"


def quirk_problems(reading: Reading, format: Format, shelf: Shelf, target: Target) -> Iterator[Problem]:
    """Yield copies that are saved twice, and settings that a provider's server needs and the file has not."""
    version = client_version(reading, format, target)
    for account in reading.accounts:
        address = address_of(account)
        home = shelf.of_domain(address.domain) if address else None
        server = account.incoming
        if server is None or not server.host:
            continue
        provider = home or owner_of(server, shelf)
        if provider is None or not _is_theirs(server, provider):
            continue
        if _SAVES in provider.quirks and (account.smtp is None or _is_theirs(account.smtp, provider)):
            yield from _copies(reading, account, provider, format)
        yield from _lacking(reading, account, provider, format, target, version)


def _is_theirs(server: FoundServer, provider: Provider) -> bool:
    hosts = {endpoint.host for endpoint in provider.endpoints.get(server.protocol, ())}
    return server.host.lower() in hosts | provider.old_hosts.keys()


def _copies(reading: Reading, account: FoundAccount, provider: Provider, format: Format) -> Iterator[Problem]:
    if (found := format.saves_copy(reading, account)) is None:
        return
    one, instead = found
    what = Text(
        "{name} files what is sent by itself, and {setting} files a second copy",
        name=Translated(provider.name),
        setting=one.name,
    )
    mend = Text("write: {line}", line=instead)
    yield Problem("sent-twice", one.mark, what, mend, format.instead(one, instead))


def _lacking(
    reading: Reading, account: FoundAccount, provider: Provider, format: Format, target: Target, version: str
) -> Iterator[Problem]:
    """Yield settings without which the server does not answer; none if other files may have them."""
    server, said = account.incoming, {format.quirk(one) for one in reading.statements}
    if server is None or any(one.name == "source" for one in reading.statements):
        return
    for name, quirk in provider.quirks.items():
        line = format.quirk_lines.get(name)
        if line is None or name in said or quirk.concerns != server.protocol or server.auth != "password":
            continue
        if meets(target, name, version) == "option":
            what = Text("{name} {happens}", name=Translated(provider.name), happens=Text(quirk.says["en"]))
            mark = server.mark(*format.places.get("host", ())) or account.mark
            mend = Text("add: {line}", line=line)
            yield Problem("needs-setting", mark, what, mend, format.added(line))
