"""`mailgen data`: how new the provider data are, and newer ones, when somebody asks for them."""

from __future__ import annotations

from mailgen.cli.parser import add_actions, add_language
from mailgen.cli.progress import add_progress, watch
from mailgen.cli.terminal import language, say, show, show_data, warn
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.printing import many
from mailgen.core.text import Listed, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.updates.minisign import SigningKey
    from mailgen.updates.offer import Offer

ACTIONS = {
    "status": "print which provider data are in use, and how old they are",
    "update": "take newer provider data from a file or a web server, if their signature is good",
    "remove": "go back to the provider data of mailgen itself",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    made = add_actions(parser, ACTIONS)
    add = made["status"].add_argument
    add("--json", action="store_true", help="print it as JSON")
    add("--max-age", metavar="DAYS", type=_days, help="exit status 3 if the data are older than this")
    add = made["update"].add_argument
    add(
        "source",
        metavar="FILE|URL",
        help="what 'mailgen publish --all' has made; an address begins with https",
    )
    add("--signature", metavar="FILE|URL", help="where its signature is (default: the same with .minisig)")
    add(
        "--key",
        metavar="KEY",
        action="append",
        default=[],
        help="whose signature counts: a public key of minisign, or its file",
    )
    add("--yes", action="store_true", help="take them though a login may go elsewhere or unprotected")
    add("--json", action="store_true", help="print what changes as JSON")
    add_progress(made["update"])
    made["update"].epilog = "Exit status: 0 taken, or nothing newer; 1 refused, and nothing has changed."
    for one in made.values():
        add_language(one)


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    if arguments.action == "status":
        return _status(arguments)
    if arguments.action == "update":
        return _update(arguments)
    from mailgen.updates.keeping import take_away

    say("mailgen's own provider data count again" if take_away() else "no other provider data were in use")
    return 0


def _days(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ArgumentTypeError("this is no number of days")
    return int(text)


def _in_use() -> tuple[Catalogue, int]:
    """Return the catalogue without provider files of the user's own, and the serial of mailgen's own data."""
    from mailgen.catalog.opening import open_catalogue
    from mailgen.catalog.updated import newest

    own = open_catalogue()
    return newest(own), own.serial


def _status(arguments: argparse.Namespace) -> int:
    """Print what is in use; returns 3 if it is older than --max-age allows."""
    from mailgen.dataset.document import day_of
    from mailgen.updates.keeping import kept_document

    today = _today()
    catalogue, own = _in_use()
    lang = language(arguments.lang)
    for finding in catalogue.findings:
        if finding.severity == "warning":
            warn(finding.severity, finding.what, finding.where, finding.mend, lang=lang)
    try:
        kept = kept_document()
    except MailgenError:
        kept = None  # told above
    day = day_of(catalogue.serial)
    data: dict[str, Any] = {
        "format": 1,
        "in_use": "own" if catalogue.serial == own else "fetched",
        "serial": catalogue.serial,
        "day": day.isoformat(),
        "age": max((today - day).days, 0),
        "compared": catalogue.compared,
        "providers": sum(1 for _ in catalogue.records()),
        "own": own,
        "fetched": kept and {"serial": kept.serial, "expires": kept.expires.isoformat()},
    }
    if arguments.json:
        show_data(data)
    else:
        for line in _lines(data):
            show(worded(line, lang))
    if kept and kept.expires < today:
        what = Text("the fetched data have expired, on {day}", day=kept.expires.isoformat())
        where, mend = Text("the provider data"), Text("look for newer ones: 'mailgen data update'")
        warn("warning", what, where, mend, lang=lang)
    return 3 if arguments.max_age is not None and data["age"] > arguments.max_age else 0


def _lines(data: dict[str, Any]) -> list[Text]:
    whose = Text("fetched") if data["in_use"] == "fetched" else Text("mailgen's own")
    lines = [
        Text(
            "in use: {whose}, {serial}, of {providers}",
            whose=whose,
            serial=data["serial"],
            providers=many(data["providers"], "provider"),
        ),
        Text(
            "age: {days}; the newest comparison of a source is of {compared}",
            days=many(data["age"], "day"),
            compared=data["compared"],
        ),
    ]
    if data["fetched"]:
        lines += [
            Text("mailgen's own: {own}", own=data["own"]),
            Text("fetched: {serial}, good as news until {expires}", **data["fetched"]),
        ]
    return lines


def _update(arguments: argparse.Namespace) -> int:
    """Take newer data, or say why not; returns the exit status."""
    from mailgen.cli.dataset_differences import differences_data, listed_counts, show_differences
    from mailgen.cli.own_servers import own_servers, show_own_servers
    from mailgen.dataset.review import SEVERITIES
    from mailgen.updates import keeping
    from mailgen.updates.fetching import content_at
    from mailgen.updates.offer import judged_offer

    keys = _keys(arguments.key)
    content = content_at(arguments.source, watch(arguments.progress, "fetched"))
    signature = content_at(arguments.signature or f"{arguments.source}.minisig")
    lang = language(arguments.lang)
    with keeping.alone() as folder:
        catalogue, _own = _in_use()
        offer = judged_offer(content, signature, keys, catalogue, _today(), arguments.source)
        ours = own_servers(dict(catalogue.records()), offer.document.providers, catalogue)
        refused = offer.is_dangerous and not arguments.yes
        if offer.is_new and not refused:
            keeping.keep_document(folder, content, offer.document.serial)
    if arguments.json:
        show_data(
            {
                "format": 1,
                "taken": offer.is_new and not refused,
                "before": catalogue.serial,
                "serial": offer.document.serial,
                "signer": offer.signer,
                "differences": differences_data(offer.differences),
                "accounts": ours,
            }
        )
    else:
        show_differences(offer.differences, lang)
        show_own_servers(ours, lang)
    if refused:
        raise _danger(offer, arguments.source)
    if not offer.is_new:
        say(Text("nothing is newer: {serial} is in use already", serial=offer.document.serial), lang=lang)
        return 0
    counts = {one: sum(found.severity == one for found in offer.differences) for one in SEVERITIES}
    say(listed_counts(counts), lang=lang)
    what = Text(
        "the provider data are now those of {serial}, signed by {signer}; they were those of {before}",
        serial=offer.document.serial,
        signer=offer.signer,
        before=catalogue.serial,
    )
    say(what, lang=lang)
    return 0


def _danger(offer: Offer, where: str) -> MailgenError:
    found = sorted({one.provider for one in offer.differences if one.severity == "danger"})
    return MailgenError(
        Text(
            "with these data a login may go elsewhere, or less well protected: {names}",
            names=Listed(", ", found),
        ),
        where,
        Text("look at each danger above; if the operators say the same, take them with {yes}", yes="--yes"),
    )


def _keys(given: Sequence[str]) -> list[SigningKey]:
    """Return the keys that are trusted: those that were given, else mailgen's own."""
    import os

    from mailgen.dataset.document import content_of
    from mailgen.updates.keys import KEYS
    from mailgen.updates.minisign import signing_key

    if not given and not KEYS:
        raise UsageError(
            Text("no key is known whose signature counts"),
            "--key",
            Text("name the public key of whoever makes the data; it should not come from where the data lie"),
        )
    texts = [content_of(one).decode(errors="replace") if os.path.isfile(one) else one for one in given]
    return [signing_key(text, "--key") for text in texts or KEYS]


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
