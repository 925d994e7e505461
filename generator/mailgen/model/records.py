"""From records, the plain data that the catalogue holds, to the providers and targets it answers with."""

from __future__ import annotations

from mailgen.core.files import Clash
from mailgen.core.values import EMPTY
from mailgen.model.provider import (
    ALWAYS,
    Credentials,
    Endpoint,
    Hurdle,
    Migration,
    Provider,
    Quirk,
    Shape,
    Source,
    Term,
)
from mailgen.model.target import QuirkSupport, Target, TargetFile, TargetOption
from mailgen.model.vocabulary import PROTOCOLS, ROLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: A provider or a manifest as plain data.
    Record = dict[str, Any]


def provider_from_record(id: str, record: dict[str, Any]) -> Provider:
    """Return the provider that a record, valid by provider.schema.json, describes.

    A catalogue adds `aged`, which names the sources that were last compared too long ago, `quirk_facts`,
    what the schema says of its quirks, and, to a record with days in it, `compared`, the newest comparison
    of the dataset; without these facts there is none to be judged. `moved_in` are the domains of those
    that move to this one.
    """
    aged = record.get("aged", ())
    compared = record.get("compared", "")
    credentials = _credentials(record["credentials"], compared)
    folders = record.get("folders", EMPTY)
    return Provider(
        id=id,
        name=record["name"],
        status=record.get("status", "ok"),
        note=record.get("note", {}),
        domains=tuple(record.get("domains", ())),
        mx=tuple(record.get("mx", ())),
        endpoints={
            protocol: tuple(_endpoint(protocol, item, compared) for item in items)
            for protocol, items in record["services"].items()
        },
        credentials=credentials,
        folders={role: folders[role] for role in ROLES if role in folders},
        folder_language=folders.get("language", ""),
        folder_others=folders.get("others", EMPTY),
        quirks={
            quirk: Quirk(tuple(record["quirks"][quirk]), **facts)
            for quirk, facts in record.get("quirk_facts", {}).items()
        },
        old_hosts={item["host"]: item["replaced_by"] for item in record.get("old_hosts", ())},
        bare_logins=tuple(record.get("bare_logins", {}).get("domains", ())),
        own_domain_login="own_domain_login" in record,
        sources={name: _source(item, name in aged) for name, item in record["sources"].items()},
        docs=tuple(record.get("docs", ())),
        file=record.get("file", ""),
        instead_of=record.get("instead_of", ""),
        oauth2=record.get("oauth2", EMPTY),
        off_by_default=tuple(_hurdle(item, "where") for item in record.get("off_by_default", ())),
        plans=tuple(_hurdle(item, "name") for item in record.get("plan", ())),
        not_offered=record.get("not_offered", EMPTY),
        migration=_migration(record["migrating_to"], compared) if "migrating_to" in record else None,
        moved_in=tuple(record.get("moved_in", ())),
        families=tuple(name[2:] for name in record.get("families", ())),
        slots=record.get("slots", EMPTY),
        limits=record.get("limits", EMPTY),
    )


def _hurdle(item: dict[str, Any], text: str) -> Hurdle:
    protocols, sources = tuple(item.get("protocols", ())), tuple(item["sources"])
    return Hurdle(protocols, item.get(text, EMPTY), sources, item.get("by", "user"))


def _migration(item: dict[str, Any], compared: str) -> Migration:
    return Migration(item["provider"], item["how_to_tell"], term_of(item, compared), tuple(item["sources"]))


def _credentials(item: dict[str, Any], compared: str) -> Credentials:
    return Credentials(
        kind=item["kind"],
        hint=item.get("hint", EMPTY),
        format=item.get("format", EMPTY),
        per_service=item.get("per_service", False),
        shown_once=item.get("shown_once", False),
        url=item.get("url"),
        shape=Shape(**item["shape"]) if "shape" in item else None,
        at_most=item.get("at_most"),
        expires=item.get("expires", False),
        sources=tuple(item.get("sources", ())),
        term=term_of(item, compared),
        protocols=tuple(item.get("protocols", ())),
        when=item.get("when", EMPTY),
        cases=tuple(_credentials(case, compared) for case in item.get("cases", ())),
    )


def term_of(item: dict[str, Any], compared: str) -> Term:
    """Return when something is so, judged beside the day `compared` (empty: it is taken to be so).

    Where only a month is told, the whole of it counts.
    """
    since, until = item.get("from", ""), item.get("until", "")
    if not since and not until:
        return ALWAYS
    if compared[: len(since)] < since and compared:
        return Term(since, until, "future")
    return Term(since, until, "past" if until and compared[: len(until)] > until else "now")


def _endpoint(protocol: Any, item: dict[str, Any], compared: str) -> Endpoint:
    url = item.get("url", "")
    host, port = _at(url) if url else (item["host"], item["port"])
    return Endpoint(
        protocol,
        host,
        port,
        "implicit" if url else item["tls"],
        tuple(item.get("auth", ("password",))),
        item.get("username", "address"),
        tuple(item.get("username_alternatives", ())),
        item.get("audience"),
        tuple(item["sources"]),
        term_of(item, compared),
        item.get("unusual_port", False),
        url,
    )


def _at(url: str) -> tuple[str, int]:
    """Return host and port of an https URL, which the schema has looked at."""
    host, _colon, port = url.removeprefix("https://").partition("/")[0].partition(":")
    return host, int(port or 443)


def _source(item: dict[str, Any], aged: bool) -> Source:
    what = item.get("title") or item.get("url") or item["dataset"]
    lead = item["kind"] != "vendor" and not item.keys() & {"url", "dataset"}
    return Source(item["kind"], what, item["checked"], aged, lead)


def target_from_record(name: str, record: dict[str, Any]) -> Target:
    """Return the target that a manifest, valid by target.schema.json, describes.

    `templates`, which a catalogue adds, are the compiled templates by name.
    """
    return Target(
        name=name,
        title=record["title"],
        kind=record["kind"],
        grammar=record["grammar"],
        incoming="incoming" in record["needs"],
        outgoing="smtp" in record["needs"],
        protocols=record["protocols"],
        secret=tuple(record["secret"]["delivery"]),
        steps=record["secret"]["steps"],
        version=record["version"]["default"],
        min_version=record["version"]["min"],
        quirks={
            quirk: QuirkSupport(item["support"], item.get("since"))
            for quirk, item in record.get("quirks", {}).items()
        },
        files=tuple(
            TargetFile(
                f"{name}/{item['template']}" if "template" in item else "",
                item["path"],
                int(item["mode"], 8),
                item.get("secret", False),
                item.get("merge", "replace"),
                _comment(item.get("comment")),
                item.get("layout", "both"),
                item.get("each", ""),
                item.get("group"),
                item.get("kind", "file"),
                item.get("grammar", ""),
                item.get("goal", ""),
                item.get("when", ""),
                "check" in item,
                tuple(tuple(one["argv"]) for one in item.get("after", ())),
                _clashes(item) if "clashes" in item else None,
                item.get("encoder", ""),
                item.get("under", ""),
                item.get("aside", False),
            )
            for item in record["files"]
        ),
        options={
            option: TargetOption(
                item["type"],
                item["help"],
                item.get("default"),
                tuple(item.get("choices", ())),
                item.get("shared", False),
                item.get("holds_mail", False),
                item.get("files_mail", False),
            )
            for option, item in record.get("options", {}).items()
        },
        notes=tuple(record.get("notes", ())),
        manual=record["manual"],
        rewrites_quoted_local=record.get("addresses", {}).get("rewrites_quoted_local", False),
        ipv6=tuple(record.get("hosts", {}).get("ipv6", PROTOCOLS)),
        address_certificates=record.get("hosts", {}).get("address_certificates", True),
        folder_roles=tuple(record.get("folders", ())),
        folders_found=record.get("folders_found", False),
        folder_defaults=record.get("folder_defaults", EMPTY),
        folders_unnamed=record.get("folders_unnamed", EMPTY),
        utf8_locale=tuple(record.get("utf8_locale", ())),
        own_lines=record.get("own_lines", EMPTY),
        identity_parts=tuple(record.get("identity", {}).get("parts", ())),
        several_identities=record.get("identity", {}).get("several", False),
        sender_patterns=record.get("identity", {}).get("patterns", ""),
        send_only=record.get("identity", {}).get("send_only", False),
        uses_maildir=bool(record.get("maildir", False)),
        reads=tuple(record.get("reads", ())),
        secret_file=record["secret"].get("file", ""),
        oauth2_hosts=tuple(record["secret"].get("oauth2_hosts", ())),
        token_length=tuple(record["secret"].get("token_length", ())),
        maildir=maildir if str(maildir := record.get("maildir", "")).startswith("~/") else "",
        keeps_named=record.get("maildir") == "named",
        by_index=record.get("maildir") == "index",
        keeps_tags=record.get("keeps_tags", False),
        only_at=tuple(record.get("only_at", ())),
        clashes=_clashes(record),
        sends={way: tuple(argv) for way, argv in record.get("sends", {}).items()},
        hands_over=bool(record.get("hands_over", False)),
        passes_blanks=record.get("hands_over") == "shell",
        after_sync=tuple(record.get("after_sync", ())),
        brings=tuple(record.get("brings", ())),
        watches=record.get("watches", False),
        scope=record.get("scope", "user"),
        confined=record.get("confined", EMPTY),
        published=record.get("published", EMPTY),
        templates=record["templates"],
        further=tuple(name for name in record["protocols"] if name not in PROTOCOLS),
        needs=tuple(record["needs"]),
        one_account=record.get("one_account", False),
        sendmail=record.get("sendmail", ""),
        certificates=record.get("certificates", EMPTY),
        logins_without=record.get("logins", {}).get("without", ""),
    )


def _comment(given: Any) -> str | None:
    """Return what a comment begins with, and behind a blank what it ends with, where it has an end."""
    return f"{given['open']} {given['close']}" if isinstance(given, dict) else given


def _clashes(record: dict[str, Any]) -> tuple[Clash, ...]:
    return tuple(
        Clash(item["pattern"], item["what"], item["mend"], item.get("path", ""), item.get("first", False))
        for item in record.get("clashes", ())
    )
