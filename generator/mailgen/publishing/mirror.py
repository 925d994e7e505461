"""A mirror: the settings of all providers, where programs fetch them by domain, and as data."""

from __future__ import annotations

import json

from mailgen.api import generate
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset import document
from mailgen.languages import FORMAT, sentence
from mailgen.model.finding import Finding
from mailgen.publishing import Publication, snippets
from mailgen.publishing.owner import WWW
from mailgen.publishing.picker import CONTENT_POLICY
from mailgen.resolve.address import normalise_domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider

#: The format that programs fetch by domain, and the folder in which they look for it.
_TARGET, _BY_DOMAIN = "autoconfig-xml", "v1.1"
#: What `mailgen data update` reads.
DOCUMENT = "data/mailgen-data.json"
_ELSEWHERE = Text("ask the operator, or see what 'mailgen show' says")


def publish_all(
    catalogue: Catalogue,
    host: str,
    root: str,
    serial: int = 0,
    signature: bytes | None = None,
    step: Callable[[], None] = lambda: None,
) -> Publication:
    """Return the mirror of a catalogue, for a web server called `host` that has the files in `root`.

    `serial` is that of the document for `mailgen data update`, by default the one of the catalogue, and
    `signature` lies beside it. Providers and domains that the format cannot say are findings, and stand in
    `left-out.json`. `step` is called after each provider.
    """
    files: dict[str, bytes] = {}
    listed, lacking, findings = [], [], []
    for provider in catalogue.providers():
        record = catalogue.record(provider.id) or {}
        files[f"{WWW}/api/v1/providers/{provider.id}.json"] = _json({"id": provider.id, **record})
        domains = [normalise_domain(name, provider.id)[0] for name in provider.domains]
        listed.append(
            {"id": provider.id, "name": dict(provider.name), "domains": domains, "mx": list(provider.mx)}
        )
        finding = _described(catalogue, provider, domains, files)
        if finding is not None:
            findings.append(finding)
            lacking.append({"id": provider.id, "domains": domains, "what": sentence(finding.what)})
        for family in record.get("families", ()):
            what = Text("a file has one domain, and {family} is many", family=family)
            lacking.append({"id": provider.id, "domains": [family], "what": sentence(what)})
        step()
    data: dict[str, Any] = {"format": FORMAT, "compared": catalogue.compared}
    files[f"{WWW}/api/v1/index.json"] = _json({**data, "providers": listed})
    files[f"{WWW}/api/v1/left-out.json"] = _json({**data, "left_out": lacking})
    files |= snippets.sites_of("mirror", {"host": host, "root": root, "csp": CONTENT_POLICY})
    beside = [] if serial else [one for one in (_own_files(catalogue),) if one]
    if not beside:
        records = dict(catalogue.records())
        files[f"{WWW}/{DOCUMENT}"] = document.document_bytes(records, serial or catalogue.serial)
        files |= {f"{WWW}/{DOCUMENT}.minisig": signature} if signature else {}
    return Publication(files, (*_summed(findings), *beside))


def _own_files(catalogue: Catalogue) -> Finding | None:
    """Return why there is no document: with provider files of one's own it is not the one of this serial."""
    own = next((record["file"] for _, record in catalogue.records() if "file" in record), None)
    if own is None:
        return None
    what = Text("there is no {path}: provider files of your own are among the data", path=DOCUMENT)
    mend = Text("give your data a serial of their own: {option}", option="--serial YYYYMMDDNN")
    return Finding("warning", "no-document", what, own, mend)


def _described(
    catalogue: Catalogue, provider: Provider, domains: list[str], files: dict[str, bytes]
) -> Finding | None:
    """Put a file for each domain of a provider among the `files`; returns why, if that cannot be done."""
    if not domains:
        return None
    try:
        made = generate(_TARGET, f"you@{domains[0]}", provider=provider.id, catalogue=catalogue)
    except MailgenError as error:
        return Finding("warning", "left-out", error.what, error.where, error.mend)
    content = made.files[0].content
    files.update((f"{WWW}/{_BY_DOMAIN}/{domain}", content) for domain in domains)
    return None


def _summed(findings: list[Finding]) -> Iterator[Finding]:
    """Yield one warning for all that is left out: each has its reason in left-out.json."""
    if findings:
        yield Finding(
            "warning",
            "left-out",
            Text("{number} providers are left out where programs look by domain", number=len(findings)),
            Text("{path} has the reasons", path=f"{WWW}/api/v1/left-out.json"),
            _ELSEWHERE,
        )


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
