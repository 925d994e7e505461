"""`mailgen publish`: a folder for a web server, in which every mail program finds the servers of a domain."""

from __future__ import annotations

from mailgen.cli.opening import opened
from mailgen.cli.parser import add_hosts, add_language, add_providers, add_slot, port
from mailgen.cli.progress import add_progress, watch
from mailgen.cli.report import DONE
from mailgen.cli.terminal import language, say, show, show_data, warn
from mailgen.cli.wish import named_provider, servers_from, slots_from
from mailgen.cli.wording import worded
from mailgen.core.errors import UsageError
from mailgen.core.printing import many
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.model.vocabulary import PROTOCOLS, SERVER, TLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mailgen.catalog.reader import Catalogue
    from mailgen.publishing import Publication
    from mailgen.publishing.folder import PublishedChange
    from mailgen.publishing.signing import Signature

#: What only the description of one domain takes.
_OF_A_DOMAIN = (
    *("provider", "hosted_by", "username", "name", "slot", "certificate", "key"),
    *(f"{protocol}_{part}" for protocol in PROTOCOLS for part in SERVER),
)
#: What only a mirror takes.
_OF_A_MIRROR = ("host", "pages", "documents", "picker", "url", "serial", "signature")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add("folder", metavar="DIR", help="an empty or new folder, or one that this verb has made")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--domain", metavar="DOMAIN", help="your domain: describe its mail in every format")
    what.add_argument(
        "--all", action="store_true", help="a mirror: the settings of all providers, for programs to fetch"
    )
    add("--check", action="store_true", help="write nothing; exit status 3 if something would change")
    add("--json", action="store_true", help="print what was done as JSON")
    add("--root", metavar="PATH", help="where the web server will have the folder www/")
    mirror = parser.add_argument_group("about a mirror")
    mirror.add_argument("--host", metavar="HOST", help="the name of the web server")
    mirror.add_argument(
        "--serial",
        metavar="YYYYMMDDNN",
        type=_serial,
        default=0,
        help="of the data, if they are not mailgen's own",
    )
    mirror.add_argument(
        "--signature",
        metavar="FILE",
        help="of the document of data, to lie beside it: minisign makes it",
    )
    mirror.add_argument(
        "--pages", action="store_true", help="pages for people too, one a provider and language"
    )
    mirror.add_argument(
        "--documents",
        metavar="PATH",
        action="append",
        default=[],
        help="with --pages: Markdown files, or a folder of them, in the same frame",
    )
    mirror.add_argument(
        "--picker",
        metavar="DIR",
        help="with --pages: the picker that was built there, beside them ('make picker')",
    )
    mirror.add_argument("--url", metavar="URL", help="with --pages: where the site will be, for its map")
    owner = parser.add_argument_group("about the domain")
    add_hosts(owner)
    add_providers(owner)
    add_slot(owner)
    add = owner.add_argument
    add("--name", metavar="NAME", help="what the service is called, if not as in the dataset")
    add("--username", metavar="NAME", help="the login name of you@DOMAIN, if it is not the address")
    for protocol in PROTOCOLS:
        add(f"--{protocol}-host", metavar="HOST")
        add(f"--{protocol}-port", metavar="PORT", type=port)
        add(f"--{protocol}-tls", choices=tuple(TLS))
    add(
        "--certificate",
        metavar="FILE",
        help="sign the profile for Apple's devices with it (PEM)",
    )
    add("--key", metavar="FILE", help="the key of the certificate; it is only read")
    add_progress(parser)
    add_language(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no hints and notes; warnings stay")


def run(arguments: argparse.Namespace) -> int:
    """Write the folder; returns 3 if something would change and is only to be looked at."""
    from mailgen.publishing import folder

    catalogue = opened(arguments.providers, quiet=arguments.quiet)
    made = _mirror(arguments, catalogue) if arguments.all else _owner(arguments, catalogue)
    changes = (folder.published_changes if arguments.check else folder.write_published)(
        arguments.folder, made.files
    )
    _tell(made, changes, arguments)
    return 3 if arguments.check and any(one.kind != "unchanged" for one in changes) else 0


def _serial(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdigit() and len(text) == 10):
        raise ArgumentTypeError("a serial is a day and a number on that day: YYYYMMDDNN")
    return int(text)


def _owner(arguments: argparse.Namespace, catalogue: Catalogue) -> Publication:
    """Describe a domain; raises MailgenError for one that is none, and for servers that no format can say."""
    from mailgen.publishing.owner import publish_domain
    from mailgen.resolve.address import mail_domain, shown
    from mailgen.resolve.wish import Wish

    for name in _OF_A_MIRROR:
        if getattr(arguments, name):
            raise UsageError(
                "this is for a mirror", f"--{name}", "leave it out, or say --all instead of --domain"
            )
    domain, _ = mail_domain(arguments.domain, Text("the domain {domain}", domain=shown(arguments.domain)))
    wish = Wish(
        username=arguments.username,
        servers=servers_from(arguments),
        slots=slots_from(arguments.slot),
        options={} if arguments.name is None else {"name": arguments.name},
    )
    root = _root(arguments, f"/srv/www/autoconfig.{domain}")
    return publish_domain(
        domain, wish, named_provider(arguments, catalogue), catalogue, root, _signature(arguments)
    )


def _signature(arguments: argparse.Namespace) -> Signature | None:
    if (arguments.certificate is None) != (arguments.key is None):
        given, lacking = ("certificate", "key") if arguments.key is None else ("key", "certificate")
        raise UsageError(
            Text("a profile is signed with a certificate and its key"),
            f"--{given}",
            Text("give {option} too, or leave both out", option=f"--{lacking} FILE"),
        )
    if arguments.key is None:
        return None
    from mailgen.publishing.signing import Signature

    return Signature(arguments.certificate, arguments.key)


def _mirror(arguments: argparse.Namespace, catalogue: Catalogue) -> Publication:
    from mailgen.publishing.mirror import publish_all
    from mailgen.resolve.address import host_name

    for name in _OF_A_DOMAIN:
        if getattr(arguments, name):
            raise UsageError(
                Text("a mirror is of all providers"),
                f"--{name.replace('_', '-')}",
                Text("leave it out, or say --domain instead of --all"),
            )
    host = host_name(arguments.host, "--host", "host") if arguments.host else "mail-settings.example"
    signature = _of_data(arguments.signature) if arguments.signature else None
    begun = watch(arguments.progress, "described")
    total = sum(1 for _ in catalogue.records())
    root = _root(arguments, f"/srv/www/{host}")
    made = publish_all(catalogue, host, root, arguments.serial, signature, begun(total))
    if not arguments.pages:
        for name in ("documents", "picker", "url"):
            if getattr(arguments, name):
                raise UsageError("this is for pages", f"--{name}", "say --pages too, or leave it out")
        return made
    from mailgen.publishing.picker import read_picker
    from mailgen.publishing.site import read_documents, site, site_address

    documents = read_documents(arguments.documents)
    picker = read_picker(arguments.picker) if arguments.picker else None
    pages = site(catalogue, documents, site_address(arguments.url), picker, begun(total))
    return replace(made, files={**made.files, **pages})


def _of_data(path: str) -> bytes:
    from mailgen.updates.minisign import check_signature_form
    from mailgen.writer.inputs import read_bytes

    content = read_bytes(path)
    check_signature_form(content, path)
    return content


def _root(arguments: argparse.Namespace, usual: str) -> str:
    """Return where the web server has the files; raises UsageError for what would need quotes there."""
    root: str = arguments.root or usual
    plain = root.replace("/", "").replace("-", "").replace(".", "").replace("_", "")
    if not root.startswith("/") or not plain.isascii() or not plain.isalnum():
        raise UsageError(
            Text("this is no path that a web server reads without quotes"),
            "--root",
            Text("write it from / on, with letters, digits and ._- only"),
        )
    return root.rstrip("/")


def _tell(made: Publication, changes: Sequence[PublishedChange], arguments: argparse.Namespace) -> None:
    """Print what was done, or would be, and what should be known of it."""
    from mailgen.languages import finding_data
    from mailgen.publishing.folder import counted

    lang = language(arguments.lang)
    if arguments.json:
        show_data(
            {
                "format": 1,
                "changes": [{"path": one.path, "change": one.kind} for one in changes],
                "findings": [finding_data(one) for one in made.findings],
            }
        )
        return
    counts = counted(changes)
    if arguments.all:
        for kind in ("create", "update", "remove"):
            if counts[kind]:
                files = many(counts[kind], "file")
                show(worded(Text(DONE[kind][arguments.check], path=files), lang))
    else:
        for one in changes:
            if one.kind != "unchanged":
                show(worded(Text(DONE[one.kind][arguments.check], path=one.path), lang))
    if counts["unchanged"]:
        show(worded(Text("unchanged {path}", path=many(counts["unchanged"], "file")), lang))
    for finding in made.findings:
        if finding.severity == "warning" or not arguments.quiet:
            what = finding.translations.get(lang) or finding.what
            warn(finding.severity, what, finding.where, finding.mend, lang=lang)
    updated = {one.path for one in changes if one.kind == "update"}
    for path, record in made.records.items():
        if path in updated:
            say(
                Text("{path} would change: put its new record beside the old one first", path=path)
                if arguments.check
                else Text(
                    "{path} has changed: put its new record beside the old one until that is over",
                    path=path,
                ),
                mend=record,
                lang=lang,
            )
