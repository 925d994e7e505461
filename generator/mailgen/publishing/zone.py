"""The names that mail programs look for in the DNS of a domain, as a fragment of its zone file."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.model.hosts import is_address
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailgen.model.published import Setting

#: Protocol and TLS form -> the service (RFC 6186, section 3; RFC 8314, section 5.1).
_SERVICES = {
    ("imap", "implicit"): "imaps",
    ("imap", "starttls"): "imap",
    ("pop3", "implicit"): "pop3s",
    ("pop3", "starttls"): "pop3",
    ("smtp", "implicit"): "submissions",
    ("smtp", "starttls"): "submission",
}
_VOUCHING = "; It vouches for a document's bytes: change both together, the old record staying a while."
#: Forms of login names that programs try who know only the address (RFC 6186, section 4).
_LOGINS = ("address", "localpart")


def services(domain: str, settings: Sequence[Setting]) -> list[str]:
    """Return an SRV record for each server that can be said so, in order of preference.

    What is not there is said to be not there (RFC 2782: the root as target), so that nobody goes on guessing.
    Incoming servers share one order, for programs choose between IMAP and POP3 by it (RFC 6186, section 3.4).
    """
    said = [one for one in settings if not unsaid(one)]
    lines = []
    for sending in (False, True):
        ours = [one for one in said if (one.protocol == "smtp") is sending]
        for number, one in enumerate(ours):
            service = _SERVICES[one.protocol, one.tls]
            lines.append(_record(domain, service, f"{number * 10} 1 {one.port} {one.host}."))
    there = {_SERVICES[one.protocol, one.tls] for one in said}
    for protocol in PROTOCOLS:
        for form in ("implicit", "starttls"):
            if (service := _SERVICES[protocol, form]) not in there:
                lines.append(_record(domain, service, "0 0 0 ."))
    return lines


def _record(domain: str, service: str, data: str) -> str:
    return f"_{service}._tcp.{domain}. IN SRV {data}"


def unsaid(setting: Setting) -> Text | None:
    """Return why a server cannot be said by an SRV record, or None."""
    if is_address(setting.host):
        return Text("it is an address, and no name that a certificate could hold")
    if setting.username not in _LOGINS:
        return Text("the login name there does not follow from the address")
    return None


def fragment(domain: str, settings: Sequence[Setting], hosts: Iterable[str], records: Iterable[str]) -> str:
    """Return the fragment: the `hosts` that need an address, further `records`, and the services."""
    names = "".join(f";{host}. IN CNAME your-web-server.{domain}.\n" for host in hosts if host != domain)
    further = "".join(f"{record}\n" for record in records)
    return (
        f"; Records of {domain} for mail programs. Made by mailgen.\n"
        f";\n; Names of the web server: yours to fill in, as CNAME, A or AAAA.\n{names}"
        + (f";\n{_VOUCHING}\n{further}" if further else "")
        + ";\n; Where mail is read and sent (RFC 6186, RFC 8314); a dot: not offered.\n"
        + "".join(f"{line}\n" for line in services(domain, settings))
    )
