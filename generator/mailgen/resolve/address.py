"""From what somebody typed to a mail address (RFC 5321 section 4.1.2, RFC 6531), or a sentence why not."""

from __future__ import annotations

from mailgen.core.errors import UsageError
from mailgen.core.printing import is_hidden, printable
from mailgen.core.text import Option, OwnWord, Text
from mailgen.core.values import remembered
from mailgen.model.provider import Address

# Python's re is not used here: its import takes a third of the time that Python itself takes to start.
_SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
#: RFC 5322 section 3.2.3, and RFC 6532: whatever is not ASCII.
_ATEXT = _SMALL + "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+/=?^_`{|}~-"


def _first_bad(text: str) -> str:
    """Return the first character that is no atext, or ""."""
    return next((char for char in text if char.isascii() and char not in _ATEXT), "")


def _is_dot_atom(text: str) -> bool:
    if "" in text.split("."):
        return False
    return not text.strip(_ATEXT + ".") if text.isascii() else not _first_bad(text.replace(".", ""))


def _is_quoted(text: str) -> bool:
    """Say whether text is a quoted string (RFC 5322 section 3.2.4) that is not folded."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return False
    inner = iter(text[1:-1])
    for char in inner:
        if char == '"':
            return False
        if char == "\\" and next(inner, "") == "":
            return False
    return True


def _first_hidden(text: str) -> str | None:
    """Return the first control or invisible character, or blank other than the space, if there is one."""
    if text.isascii() and text.isprintable():
        return None
    return next((char for char in text if is_hidden(char) or (char.isspace() and char != " ")), None)


def _plain(text: str) -> str:
    """Return a text with ordinary characters for the full-width ones of ASCII (U+FF01 to U+FF5E)."""
    return "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)


def _probably(text: str) -> str | None:
    """Return the address that a text holds with something around it: a name, <>, mailto:, blanks."""
    meant = _plain(text).strip()
    if meant.endswith(">") and "<" in meant:
        meant = meant[meant.rindex("<") + 1 : -1].strip()
    meant = meant[len("mailto:") :] if meant.lower().startswith("mailto:") else meant
    try:
        _parsed(meant)
    except UsageError:
        return None
    return meant


@remembered(256)
def parse_address(text: str) -> Address:
    """Take `local@domain` as `_parsed` does; an error says which address was probably meant.

    A full-width letter before the @ is one of an input method that was left on, and no other mailbox; in a
    domain it stands for the plain one anyway.
    """
    local = text.rpartition("@")[0] or text
    plain = _plain(local)
    if plain != local:
        char = next(one for one, other in zip(local, plain, strict=True) if one != other)
        mend = Text("use the plain {plain}", plain=_plain(char))
        if meant := _probably(text):
            mend = Text("{mend}: did you mean {meant}?", mend=mend, meant=shown(meant))
        where = Text("the address {text}", text=shown(text))
        raise UsageError(Text("the address holds a full-width {char}", char=char), where, mend)
    try:
        return _parsed(text)
    except UsageError as error:
        meant = _probably(text)
        if meant is None:
            raise
        raise UsageError(error.what, error.where, Text("did you mean {meant}?", meant=shown(meant))) from None


def _parsed(text: str) -> Address:
    """Return what `_read` does; an error names the address as its place."""
    try:
        return _read(text)
    except UsageError as error:
        raise UsageError(error.what, Text("the address {text}", text=shown(text)), error.mend) from None


def _read(text: str) -> Address:
    """Take `local@domain` and return it with the domain in lower-case A-labels and U-labels.

    The local part is kept as it is, its case included, and may be quoted. Raises UsageError, without a
    place, for anything that is not one whole address: two @, empty or overlong parts, control or invisible
    characters, an address literal. Limits: 64 octets before the @, 254 in all (RFC 5321 4.5.3.1).
    """
    if hidden := _first_hidden(text):
        raise UsageError(
            Text(
                "the address holds a control or invisible character (U+{ord})", ord=format(ord(hidden), "04X")
            ),
            "",
            "type the address anew instead of pasting it",
        )
    local, at, domain = text.rpartition("@")
    if not at:
        raise UsageError("this is not a mail address: it has no @", "", "write it as name@example.org")
    if not local:
        raise UsageError("nothing stands before the @", "", "write it as name@example.org")
    if not domain:
        raise UsageError("nothing stands after the @", "", "write it as name@example.org")
    if not (_is_dot_atom(local) or _is_quoted(local)):
        raise UsageError(_why_not_local(local), "", _mend_local(local))
    if len(local.encode()) > 64:
        raise UsageError("the part before the @ is longer than 64 octets", "", "check its spelling")
    ascii_domain, unicode_domain = _labels(domain)
    if len(local.encode()) + 1 + len(ascii_domain) > 254:
        raise UsageError("the address is longer than 254 octets", "", "check its spelling")
    return Address(local, ascii_domain, unicode_domain)


def host_name(text: str, where: str, port: str) -> str:
    """Return the name of a server in A-labels; `port` is the setting that a port behind it belongs to.

    Raises UsageError as `normalise_domain`, and for what people copy with it: a port, a scheme.
    """
    name = text.rpartition("://")[2].rstrip("/")
    if name.startswith("[") or name.count(":") > 1:
        return _literal_host(text, name, where, port)
    host, colon, number = name.rpartition(":")
    if (colon and number.isdigit() and ":" not in host) or name != text:
        host, number = (host, number) if colon and number.isdigit() else (name, "")
        mend = Text("write {host}", host=shown(host))
        if number:
            mend = Text("write {host} alone, and {port}", host=shown(host), port=Option(port, number))
        raise UsageError("this is more than the name of a server", where, mend)
    return normalise_domain(text, where)[0]


def _literal_host(text: str, name: str, where: str, port: str) -> str:
    """Return an IP address in the place of a server's name, with or without brackets; see `host_name`."""
    from mailgen.model.hosts import ipv6

    inner, behind = name, ""
    if name.startswith("["):
        inner, _, behind = name[1:].partition("]")
    plain = inner[len("ipv6:") :] if inner.lower().startswith("ipv6:") else inner
    host = ipv6(plain)
    if host is None and plain.replace(".", "").isdigit() and plain.count(".") == 3:
        host = plain
    if host is None:
        address, interface, _ = plain.partition("%")
        if interface and ipv6(address):
            raise UsageError(
                Text("{name} is the address on one network card of one machine", name=shown(plain)),
                where,
                Text("give the host a name, in /etc/hosts for example"),
            )
        raise UsageError(
            Text("{name} is no IPv6 address", name=shown(plain)),
            where,
            Text("write it like {example}, or the name of the server", example="2001:db8::1"),
        )
    if host.startswith("::ffff:"):
        parts = [int(part or "0", 16) for part in host.split(":")[-2:]]
        old = ".".join(str(part >> shift & 255) for part in parts for shift in (8, 0))
        mend = Text("write {host}", host=shown(old))
        raise UsageError(Text("this IPv6 address stands for an IPv4 one"), where, mend)
    number = behind[1:]
    if behind[:1] == ":" and number.isdigit():
        mend = Text("write {host} alone, and {port}", host=shown(host), port=Option(port, number))
    elif text not in (plain, f"[{plain}]"):
        mend = Text("write {host}", host=shown(host))
    else:
        return host
    raise UsageError("this is more than the name of a server", where, mend)


def normalise_domain(domain: str, where: str) -> tuple[str, str]:
    """Return a domain name in A-labels and in U-labels, both lower case, without a final dot.

    Non-ASCII names go through IDNA 2008 with the mapping of UTS 46, as browsers do it. `where`
    is what an error names as the place. Raises UsageError if it is not a domain name.
    """
    try:
        return _labels(domain)
    except UsageError as error:
        raise UsageError(error.what, where, error.mend) from None


def mail_domain(domain: str, where: str) -> tuple[str, str]:
    """Return the domain of mail addresses as `normalise_domain` does.

    Raises UsageError as it does, and for a number at the end: no top-level domain is one (RFC 3696
    section 2), so that 192.0.2.1 is never read as a name.

    >>> mail_domain("Company.Example", "--domain")[0]
    'company.example'
    """
    names = normalise_domain(domain, where)
    last = names[0].rpartition(".")[2]
    if last.isdigit():
        raise UsageError(
            Text("no domain ends in a number, as {label}", label=shown(last)),
            where,
            "write what stands behind the @ of its addresses",
        )
    return names


@remembered(256)
def _labels(domain: str) -> tuple[str, str]:
    """Return a domain as `normalise_domain` does; an error is without a place."""
    if domain.startswith("["):
        raise UsageError(
            "an address literal names a machine, not a mail service",
            "",
            "give an address with a domain name",
        )
    name = domain.removesuffix(".")
    if name.isascii() and "xn--" not in name.lower():
        a_labels = u_labels = name.lower()
    else:
        import idna

        try:
            a_labels = idna.encode(name, uts46=True).decode().lower()
            u_labels = idna.decode(a_labels)
        except idna.IDNAError as error:
            raise UsageError(
                Text(
                    "{domain} is no internationalised domain name: {error}", domain=shown(domain), error=error
                ),
                "",
                "check its spelling",
            ) from None
    for label in a_labels.split("."):
        if not label:
            raise UsageError("the domain has an empty part between its dots", "", "remove the spare dot")
        if len(label) > 63:
            raise UsageError("a part of the domain is longer than 63 octets", "", "check its spelling")
        if label.strip(_SMALL + "-") or label[0] == "-" or label[-1] == "-":
            raise UsageError(
                Text("{label} cannot be a part of a domain name", label=shown(label)),
                "",
                "use letters, digits and inner hyphens between the dots",
            )
    if len(a_labels) > 253:
        raise UsageError("the domain is longer than 253 octets", "", "check its spelling")
    return a_labels, u_labels


def shown(text: str) -> str:
    """Return `text` in quotes for a message: short, and with nothing a terminal would act upon."""
    short = text if len(text) <= 80 else text[:77] + "..."
    return OwnWord(printable(short))


def _why_not_local(local: str) -> str:
    if "@" in local:
        return "the address has two @"
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return "the part before the @ starts or ends with a dot, or has two in a row"
    bad = _first_bad(local.replace(".", ""))
    return (
        Text("{char} may not stand before the @", char=OwnWord(printable(bad)))
        if bad
        else "the part before the @ is empty"
    )


def _mend_local(local: str) -> str:
    if "@" in local:
        return "give one address; a second one is a second call"
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return "remove the spare dot"
    return 'remove it; if it really belongs there, quote the part before the @ ("a b"@example.org)'
