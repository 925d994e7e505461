"""Mozilla's autoconfig XML, version 1.1 and its successors, as a draft of a provider record.

The format as draft-ietf-mailmaint-autoconfig describes it and as the public set of Thunderbird uses it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.drafts.builder import Drafting
from mailgen.drafts.markup import parse
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from mailgen.drafts import Draft
    from mailgen.drafts.markup import Element

_TLS = {"ssl": "implicit", "tls": "implicit", "starttls": "starttls", "plain": "none"}
_PASSWORD = ("password-cleartext", "password-encrypted", "plain", "secure", "basic", "digest", "http-basic")
_USERNAMES = {
    "%emailaddress%": "address",
    "%emaillocalpart%@%emaildomain%": "address",
    "%emaillocalpart%": "localpart",
    "%emaillocalpart%.%emaildomain%": "localpart.domain",
}
#: (element, type) of the services that a record gives a URL.
_URLS = {
    ("incomingServer", "jmap"): "jmap",
    ("calendar", "caldav"): "caldav",
    ("addressbook", "carddav"): "carddav",
    ("addressBook", "carddav"): "carddav",
}
_HOSTS = {
    ("incomingServer", "imap"): "imap",
    ("incomingServer", "pop3"): "pop3",
    ("outgoingServer", "smtp"): "smtp",
    ("setupServer", "managesieve"): "managesieve",
}
_SERVERS = (
    "incomingServer", "outgoingServer", "setupServer", "calendar", "addressbook", "addressBook",
    "fileShare", "chatServer", "videoConference",
)  # fmt: skip


def from_autoconfig(
    content: bytes, name: str, source: tuple[str, dict[str, Any]], domain: str | None = None
) -> Draft:
    """Read an autoconfig file; `name` is what errors call it.

    `source` is the short name of the source and its description as in `sources` of the schema. `domain`
    is the domain that asked: it takes the place of %EMAILDOMAIN% in hosts, and stands for a file that
    names no domain. Raises MailgenError for what is no autoconfig file or has no mail server to use.
    """
    root = parse(content, name)
    if root.name != "clientConfig":
        raise MailgenError(
            Text("the root of this XML is {name}, not clientConfig", name=shown(root.name)),
            f"{name}:{root.line}",
            "name an autoconfig file (config-v1.1.xml)",
        )
    provider = root.first("emailProvider")
    if provider is None:
        raise MailgenError("no emailProvider stands in it", name, "name an autoconfig file (config-v1.1.xml)")
    return _Reader(Drafting(name, source, domain)).read(root, provider)


class _Reader:
    """Takes the elements one by one to the drafting."""

    def __init__(self, drafting: Drafting) -> None:
        self.drafting = drafting

    def at(self, element: Element) -> str:
        return f"{self.drafting.name}:{element.line}"

    def lose(self, what: str, element: Element) -> None:
        self.drafting.lose(what, self.at(element))

    def read(self, root: Element, provider: Element) -> Draft:
        for element in provider.all("domain"):
            self.domain(element)
        if not self.drafting.domains and "id" in provider.attributes:
            self.drafting.id = self.drafting.as_host(provider.attributes["id"], self.at(provider))
        for element in provider.children:
            if element.name != "domain":
                self.element(element)
        for element in root.children:
            if element is not provider:
                self.element(element)
        return self.drafting.draft()

    def domain(self, element: Element) -> None:
        text, where = element.text, self.at(element)
        if element.attributes.get("purpose") == "mx":
            self.drafting.serves_mx(text, where)
        elif text.lower() == "%emaildomain%" and self.drafting.asked:
            self.drafting.serves(self.drafting.asked, where)
        else:
            self.drafting.serves(text, where)

    def element(self, element: Element) -> None:
        where = self.at(element)
        match element.name:
            case "displayName":
                self.drafting.called(element.text, element.language, where)
            case "documentation":
                self.drafting.explained_at(element.attributes.get("url", element.text), where)
            case "oAuth2":
                self.oauth2(element)
            case "enable" | "instruction":
                self.enable(element)
            case "webMail":
                self.lose("where and how webmail is read", element)
            case "emailProvider":
                self.lose("a second provider in the same file", element)
            case name if name in _SERVERS:
                self.server(element)
            case "displayShortName":
                if element.text not in self.drafting.names.values():
                    self.lose(Text("the short name {name}", name=shown(element.text)), element)
            case name:
                self.lose(Text("the element {name}", name=shown(name)), element)

    def enable(self, element: Element) -> None:
        url = element.attributes.get("visiturl") or element.attributes.get("url")
        switched = Text("how mail programs are switched on")
        self.lose(Text("{what}, at {url}", what=switched, url=shown(url)) if url else switched, element)

    def server(self, element: Element) -> None:
        kind = (element.name, element.attributes.get("type", "").lower())
        if kind in _URLS:
            self.url_server(_URLS[kind], element)
        elif kind in _HOSTS:
            self.host_server(_HOSTS[kind], element)
        else:
            self.lose(Text("a service of the kind {kind}", kind=shown(kind[1] or kind[0])), element)

    def url_server(self, protocol: str, element: Element) -> None:
        url = element.first("url") or element.first("serverURL")
        if url is None:
            self.lose(Text("the {protocol} service: no URL is given", protocol=protocol), element)
            return
        text = url.text
        for placeholder, ours in (
            ("%EMAILADDRESS%", "{address}"),
            ("%EMAILLOCALPART%", "{localpart}"),
            ("%EMAILDOMAIN%", "{domain}"),
        ):
            text = re.sub(placeholder, ours, text, flags=re.IGNORECASE)
        self.drafting.reached_at(protocol, text, self.at(url))

    def host_server(self, protocol: str, element: Element) -> None:
        said = {name: _text(element, name) for name in ("hostname", "port", "socketType", "username")}
        for child in element.children:
            if child.name not in (*said, "authentication"):
                self.part(protocol, child)
        place = Text("the {protocol} server {host}", protocol=protocol, host=shown(said["hostname"]))
        tls = _TLS.get(said["socketType"].lower())
        if tls is None:
            self.lose(
                Text(
                    "{place}: the socketType {word} is not known", place=place, word=shown(said["socketType"])
                ),
                element,
            )
            return
        auth = self.authentication(place, element)
        if not auth:
            self.lose(Text("{place}: there is no way to log in that a record knows", place=place), element)
            return
        port = int(said["port"]) if re.fullmatch(r"[0-9]{1,5}", said["port"]) else None
        self.drafting.listens(
            protocol,
            said["hostname"],
            port,
            tls,
            auth,
            self.username(place, said["username"], element),
            self.at(element),
        )

    def part(self, protocol: str, element: Element) -> None:
        match element.name:
            case "restriction":
                self.lose(
                    Text(
                        "a {protocol} server is restricted: {text}",
                        protocol=protocol,
                        text=shown(element.text),
                    ),
                    element,
                )
            case "password":
                self.lose(Text("a password stands in the file, for {protocol}", protocol=protocol), element)
            case "pop3" | "leaveMessagesOnServer" | "downloadOnBiff" | "daysToLeaveMessagesOnServer":
                self.lose("how a mail program should treat messages on the POP3 server", element)
            case "addThisServer" | "useGlobalPreferredServer":
                self.lose("whether a mail program should prefer another server for sending", element)
            case name:
                self.lose(
                    Text("the element {name} of a {protocol} server", name=shown(name), protocol=protocol),
                    element,
                )

    def authentication(self, place: str, element: Element) -> list[str]:
        """Return the ways to log in, in the file's order; a loss for each that a record does not know."""
        told = [(child, child.text) for child in element.all("authentication")]
        if not told:
            self.lose(
                Text("{place} does not say how to log in; a password is taken for granted", place=place),
                element,
            )
            return ["password"]
        ways: list[str] = []
        for child, text in told:
            if text.lower() in _PASSWORD:
                ways.append("password")
            elif text.lower() == "oauth2":
                ways.append("xoauth2")
            else:
                self.lose(Text("{place}: the authentication {way}", place=place, way=shown(text)), child)
        return list(dict.fromkeys(ways))

    def username(self, place: str, text: str, element: Element) -> str:
        """Return the form of the login name, as a record says it."""
        known = _USERNAMES.get(text.lower())
        if known:
            return known
        domains = self.drafting.domains or [self.drafting.asked or ""]
        if len(domains) == 1 and text.lower() == f"%emaillocalpart%@{domains[0]}":
            return "address"
        told = Text("the login name {name}", name=shown(text)) if text else Text("a missing login name")
        self.lose(
            Text("{place}: {name}; the user is asked for an account id", place=place, name=told), element
        )
        return "account-id"

    def oauth2(self, element: Element) -> None:
        for child in element.children:
            if child.name in ("clientID", "clientSecret"):
                self.lose("the client id and secret for OAuth2: no record holds one", child)
        url = re.fullmatch("https://([^/?#]*)(/.*)?", issuer := _text(element, "issuer"))
        if url:
            issuer = url[1]
            if url[2] not in (None, "/"):
                self.lose(Text("the path {path} of the OAuth2 issuer", path=shown(url[2])), element)
        self.drafting.authorised_by(
            issuer,
            _text(element, "authURL"),
            _text(element, "tokenURL"),
            _text(element, "scope").split(),
            self.at(element),
        )


def _text(element: Element, name: str) -> str:
    child = element.first(name)
    return child.text if child else ""
