"""What the owner of one domain publishes: each format that can describe its mail, and where it belongs."""

from __future__ import annotations

from mailgen.answer import servers_data
from mailgen.api import generate
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass, replace
from mailgen.model.finding import Finding
from mailgen.publishing import Publication, profile, snippets, zone
from mailgen.publishing.frame import index_pages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from mailgen.api import Result
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.publishing.signing import Signature
    from mailgen.resolve.wish import Wish

#: The part of the folder that a web server serves.
WWW = "www"


@dataclass(frozen=True, slots=True)
class Said:
    """What a format says of the domain: its target, what was made, and where programs look for it."""

    target: Target
    result: Result
    places: tuple[str, ...]

    @property
    def content(self) -> bytes:
        return self.result.files[0].content


def publish_domain(
    domain: str,
    wish: Wish,
    provider: str | Provider | None,
    catalogue: Catalogue,
    root: str,
    signature: Signature | None = None,
) -> Publication:
    """Describe the mail of `domain` (in A-labels) in every format there is.

    `provider` hosts it, or `wish` names its servers; `root` is where the web server will have the files.
    What a format cannot say is a finding of the code left-out. Raises MailgenError if no format can say
    anything, and for a request that is wrong.
    """
    said, refused = _said(domain, wish, provider, catalogue)
    files = {path: one.content for one in said for path in _paths(one.places)}
    findings = [*_once(said), *refused]
    name = next(one.result.account.published.name for one in said if one.result.account.published)
    try:
        content = profile.profile(domain, wish, name, provider, catalogue)
    except MailgenError as error:
        finding = left_out(catalogue.target(profile.TARGET).title, error)
        # What helps one person, as a proxy on his machine, is nothing to publish.
        findings.append(finding if wish.servers else replace(finding, mend=_TELL))
    else:
        files[f"{WWW}/{profile.PATH}"] = signature.of(content) if signature else content
    settings = _most(said)
    for setting in settings:
        if why := zone.unsaid(setting):
            where = Text("{host}:{port} in the zone", host=setting.host, port=setting.port)
            what = Text("an SRV record cannot say it: {why}", why=why)
            findings.append(Finding("warning", "left-out", what, where, _TELL))
    hosts = sorted({place.split("/")[2] for one in said for place in one.places} - {domain})
    records = {
        f"{WWW}/{_path(one.places[0])}": step.copy
        for one in said
        if (step := one.result.step) and step.copy and step.copy.startswith("_")
    }
    files["zone.txt"] = zone.fragment(domain, settings, hosts, records.values()).encode()
    values = {"domain": domain, "hosts": " ".join(hosts), "sites": ", ".join(hosts), "root": root}
    web_servers = snippets.sites_of("owner", values)
    files |= web_servers
    pasted = ["zone.txt", *web_servers]
    rows = _rows(said, files)
    files |= index_pages(domain, rows, _servers(said), findings, files["zone.txt"].decode(), pasted)
    return Publication(files, tuple(findings), records)


_TELL = Text("tell your people by other means")


def _said(
    domain: str, wish: Wish, provider: str | Provider | None, catalogue: Catalogue
) -> tuple[list[Said], list[Finding]]:
    """Return what each format says, and what is left out because one cannot."""
    said, refused, first = [], [], None
    for target in catalogue.targets():
        if not target.published:
            continue
        asked = replace(
            wish, options={key: value for key, value in wish.options.items() if key in target.options}
        )
        try:
            result = generate(target, f"you@{domain}", asked, provider=provider, catalogue=catalogue)
        except MailgenError as error:
            if error.status == 2:
                raise
            first = first or error
            refused.append(left_out(target.title, error))
        else:
            places = tuple(place.replace("{domain}", domain) for place in target.published["places"])
            said.append(Said(target, result, places))
    if not said:
        raise first or MailgenError(
            Text("there is no format to publish in"), Text("the targets"), Text("see 'mailgen targets'")
        )
    return said, refused


def left_out(title: str, error: MailgenError) -> Finding:
    """Return the warning that a whole format is left out, with the reason of its refusal."""
    what = Text("{title} is left out: {why}", title=title, why=error.what)
    return Finding("warning", "left-out", what, error.where, error.mend)


def _once(said: list[Said]) -> Iterator[Finding]:
    """Yield the findings of all formats, those that several have in common once."""
    seen = []
    for finding in (finding for one in said for finding in one.result.findings):
        if finding not in seen:
            seen.append(finding)
            yield finding


def _most(said: list[Said]) -> Any:
    """Return the servers of the format that can say the most of them."""
    found = [one.result.account.published.settings for one in said if one.result.account.published]
    return max(found, key=len)


def _servers(said: list[Said]) -> list[dict[str, Any]]:
    return max((servers_data(one.result.account) for one in said), key=len)


def _path(place: str) -> str:
    """Return the path of a place on its host.

    >>> _path("https://autoconfig.x.example/mail/config-v1.1.xml")
    'mail/config-v1.1.xml'
    """
    return place.split("/", 3)[3]


def _paths(places: tuple[str, ...]) -> list[str]:
    return [f"{WWW}/{_path(place)}" for place in places]


def _rows(said: list[Said], files: dict[str, bytes]) -> list[dict[str, str]]:
    """Return what the index says of each file: where it lies, where programs look for it, its type."""
    lines = [(one.target.title, place, one.target.published["type"]) for one in said for place in one.places]
    if f"{WWW}/{profile.PATH}" in files:
        host = said[0].places[0].split("/")[2]
        lines.append((profile.TITLE, f"https://{host}/{profile.PATH}", profile.TYPE))
    return [
        {"title": title, "file": f"{WWW}/{_path(url)}", "url": url, "type": type}
        for title, url, type in lines
    ]
