"""`mailgen discover`: ask the Internet for the mail servers of a domain, and show what comes."""

from __future__ import annotations

from mailgen.cli.opening import opened
from mailgen.cli.parser import add_language, add_providers
from mailgen.cli.provider_sheet import INDENT, provider_sheet, sheet_line
from mailgen.cli.terminal import language, say, show, show_data, warn
from mailgen.cli.wording import worded
from mailgen.core.text import Text
from mailgen.resolve.address import mail_domain, parse_address, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from mailgen.discovery import Discovered


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add("what", metavar="ADDRESS|DOMAIN", help="an address, of which only the domain is told; or a domain")
    add("--json", action="store_true", help="print steps and result as JSON")
    add("--yaml", action="store_true", help="print the result as a provider file")
    add("--save", action="store_true", help="keep the result as a provider file of your own, if you agree")
    add("--yes", action="store_true", help="agree to the host names without being asked")
    add_language(parser)
    add_providers(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; raises MailgenError if nothing was."""
    from mailgen.cli import discovery_dialogue

    domain, unicode_domain = _domain(arguments.what)
    catalogue = opened(arguments.providers)
    known = catalogue.record_for(domain)
    if known:
        say(
            Text(
                "{unicode_domain} is served by {known}, as 'mailgen show {domain}' says; asked all the same",
                unicode_domain=unicode_domain,
                known=known[0],
                domain=domain,
            )
        )
    found, steps = discovery_dialogue.discover(domain, unicode_domain, catalogue)
    differing = discovery_dialogue.differences(found.draft.record, known[1]) if found and known else []
    if arguments.json:
        data = discovery_dialogue.discovery_data(found, steps, domain)
        data["known"] = {"id": known[0], "differences": differing} if known else None
        show_data(data)
    if found is None:
        raise discovery_dialogue.nothing_found(unicode_domain, steps)
    if arguments.yaml:
        from mailgen.drafts.yaml_text import yaml_of

        print(yaml_of(found.draft), end="")
    if arguments.json or arguments.yaml:
        for what in differing:
            warn("note", what, known[0] if known else "", "mailgen uses its own data")
    else:
        _print_sheet(found, differing, language(arguments.lang))
    if arguments.save:
        discovery_dialogue.tell_hosts(found, domain)
        _save(found, domain, arguments.yes)
    elif not (arguments.json or arguments.yaml):
        say(_what_next(found, domain, bool(known)))
    return 0


def _what_next(found: Discovered, domain: str, known: bool) -> str:
    if known:
        return Text("mailgen goes on using its own data; to keep this instead, add --save to this command")
    way = f"--provider {found.provider}" if found.provider else "--discover"
    return Text(
        "to use it: {command}; to keep it: add --save to this command",
        command=f"mailgen TARGET you@{domain} {way}",
    )


def _domain(what: str) -> tuple[str, str]:
    """Return the domain of an address or a domain; what stands before the @ goes no further than here."""
    if "@" in what:
        address = parse_address(what)
        return address.domain, address.unicode_domain
    return mail_domain(what, Text("the domain {domain}", domain=shown(what)))


def _print_sheet(found: Discovered, differing: list[str], lang: str) -> None:
    lines = [*provider_sheet(found.draft.id, found.draft.record, lang), ""]
    for line in lines:
        show(line, " " * INDENT)
    for label, text in _findings(found, differing):
        show(sheet_line(label, worded(text, lang), lang), " " * INDENT)


def _findings(found: Discovered, differing: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what a search has found beside the record: a label, and a text."""
    from mailgen.cli import discovery_dialogue

    yield (
        "found by",
        Text("{method}: {what}", method=found.method, what=discovery_dialogue.METHODS[found.method]),
    )
    if found.provider:
        yield "as with", Text("{id}; 'mailgen show {id}' tells more", id=found.provider)
    for what in discovery_dialogue.foreign_shown(found, found.draft.id):
        yield "foreign", what
    if elsewhere := discovery_dialogue.delivery_shown(found, found.draft.id):
        yield "delivery", elsewhere
    if found.known:
        yield "known", discovery_dialogue.known_shown(found)
    for loss in found.draft.losses:
        yield "left out", loss.what
    for what in differing:
        yield "differs", what


def _save(found: Discovered, domain: str, yes: bool) -> None:
    """Write the draft to the folder of the user's own provider files, once the hosts are agreed to."""
    from mailgen.cli import discovery_dialogue
    from mailgen.cli.discovery_keeping import file_of, place_of
    from mailgen.writer.inputs import create_text

    path, (text, _record) = place_of(found), file_of(found)
    discovery_dialogue.approve(
        found, domain, yes, Text("keep these servers for {domain} in {path}?", domain=domain, path=path)
    )
    create_text(str(path), text, folders=True)
    say(
        Text(
            "wrote {path}; from now on mailgen uses it for {id}, until you remove it",
            path=path,
            id=found.draft.id,
        )
    )
