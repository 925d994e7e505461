"""A draft of a provider record, gathered fact by fact; what cannot stand in it becomes a loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.printing import is_hidden, printable
from mailgen.core.text import Text
from mailgen.dataset.providers import fits
from mailgen.dataset.rules import PREFERENCE
from mailgen.drafts import Draft, DraftLoss
from mailgen.model.ports import port_objection
from mailgen.model.provider import Endpoint, Source
from mailgen.model.vocabulary import FURTHER, INCOMING, PROTOCOLS
from mailgen.resolve.address import normalise_domain, shown
from mailgen.resolve.evidence import confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The order in which a record names its services.
SERVICES = (*PROTOCOLS, *FURTHER)
#: Longer than this is no name, and no link that anybody wrote by hand.
LONGEST_NAME = 80
LONGEST_URL = 500
#: So many losses are told one by one.
MOST_LOSSES = 100

_LINK = Text("link")
_NO_LINK = "the {what} {text} is no address without tricks"
_NO_HTTPS = "the {what} {text} is no HTTPS address without tricks"
_DOMAIN_WORD = re.compile("%EMAILDOMAIN%", re.IGNORECASE)
_PROTOCOL_WORD = re.compile(r"(?<![a-z])(imap|pop|smtp|caldav|carddav|webdav|jmap)(?![a-z])")
#: RFC 6749 section 3.3.
_SCOPE = re.compile(r"[!#-\[\]-~]{1,200}")

UNVERIFIED = {
    "en": "Taken over from other people's settings; nobody has compared it with the operator's own words.",
    "zh": "摘自他人整理的设置，尚未与服务商的官方说明核对。",
}
ONLY_OAUTH2 = {
    "en": "No password works in mail programs: use one that can do OAuth2, or a helper that fetches tokens.",
    "zh": "邮件程序无法使用密码登录：请使用支持 OAuth2 的程序，或配合获取令牌的辅助工具。",
}


class Drafting:
    """Gathers what a foreign file says of one provider.

    `name` is what errors call the file; `source` the short name and the description of the source
    that attests each fact; `domain` the domain that asked, if one did. Every method takes text as it
    stood in the file, with the place where it stood, and keeps what may stand in a record.
    """

    def __init__(self, name: str, source: tuple[str, dict[str, Any]], domain: str | None = None) -> None:
        self.name = name
        self.source, self.described = source[0], dict(source[1])
        self.asked = (
            normalise_domain(domain, Text("the domain {domain}", domain=shown(domain)))[1] if domain else None
        )
        self.id: str | None = None
        self.names: dict[str, str] = {}
        self.domains: list[str] = []
        self._served: set[str] = set()
        self.mx: list[str] = []
        self.services: dict[str, list[dict[str, Any]]] = {}
        self.docs: list[str] = []
        self.oauth2: dict[str, Any] = {}
        self._losses: list[DraftLoss] = []
        self._stood: dict[str, str] = {}  # where the first server of each protocol stood, kept or not
        self._untold = 0
        self._one_domain = False
        self._oauth2_where = ""

    def lose(self, what: str, where: str = "") -> None:
        """Note that something was not carried over. Words of the file in `what` are shown, not raw."""
        loss = DraftLoss(_printable(what), printable(where or self.name))
        if loss in self._losses:
            return
        if len(self._losses) < MOST_LOSSES:
            self._losses.append(loss)
        else:
            self._untold += 1

    def as_domain(self, text: str, where: str) -> str | None:
        """Return a mail domain as a record writes it; None, and a loss, if it is none."""
        try:
            a_labels, u_labels = _normal(text)
        except MailgenError:
            u_labels = ""
        if not u_labels or not fits("domain", u_labels) or a_labels.rpartition(".")[2].isdigit():
            self.lose(Text("{text} is no domain of mail addresses", text=shown(text)), where)
            return None
        return u_labels

    def as_host(self, text: str, where: str) -> str | None:
        """Return a host name as a record writes it; None, and a loss, if it is none.

        %EMAILDOMAIN% in it is replaced by the domain that asked, else by the first that is served.
        """
        named = text
        if _DOMAIN_WORD.search(text):
            asked = self.asked or next(iter(self.domains), None)
            if asked is None:
                self.lose(
                    Text("the host {text} depends on a domain that nobody named", text=shown(text)), where
                )
                return None
            named = _DOMAIN_WORD.sub(asked, text)
        try:
            host = _normal(named)[0]
        except MailgenError:
            host = ""
        if not fits("host", host) or host.rpartition(".")[2].isdigit():
            self.lose(Text("{text} is no host name that a certificate could hold", text=shown(text)), where)
            return None
        return host

    def as_url(self, text: str, where: str, what: str = _LINK, https: bool = False) -> str | None:
        """Return a link for people; None, and a loss, if it is none that should be shown."""
        try:
            parts = urlsplit(text)
            good = fits("url", text) and bool(parts.hostname) and parts.username is None
            good = good and (parts.scheme == "https" or not https) and parts.port != 0
        except ValueError:
            good = False
        if not good or len(text) > LONGEST_URL or any(map(is_hidden, text)):
            wrong = _NO_HTTPS if https else _NO_LINK
            self.lose(Text(wrong, what=what, text=shown(text)), where)
            return None
        return text

    def as_text(self, text: str, where: str) -> str | None:
        """Return a name on one line, without characters that nobody sees; None if nothing is left of it."""
        clean = " ".join("".join(" " if char in "\t\n\r" else char for char in text).split())
        visible = "".join(char for char in clean if not is_hidden(char))
        if visible != clean:
            self.lose(
                Text("invisible or control characters in the name {visible}", visible=shown(visible)), where
            )
        visible = " ".join(visible.split())
        if len(visible) > LONGEST_NAME:
            self.lose(Text("the name {visible}, which is too long for one", visible=shown(visible)), where)
            return None
        return visible or None

    def called(self, text: str, language: str, where: str) -> None:
        """Note what the provider is called; `language` may be empty."""
        name = self.as_text(text, where)
        if name is None:
            return
        key = re.sub("[-_].*", "", language.lower())
        if key == "zh" and re.search("tw|hk|mo|hant", language.lower()):
            key = "zh-TW"
        if not re.fullmatch("([a-z]{2}(-TW)?)?", key):
            self.lose(
                Text(
                    "the name {name} in the language {language}", name=shown(name), language=shown(language)
                ),
                where,
            )
        elif self.names.setdefault(key, name) != name:
            self.lose(Text("a second name: {name}", name=shown(name)), where)

    def serves(self, text: str, where: str) -> None:
        """Note a domain that the provider serves."""
        domain = self.as_domain(text, where)
        if domain and domain not in self._served:
            self._served.add(domain)
            self.domains.append(domain)

    def serves_mx(self, text: str, where: str) -> None:
        """Note a suffix of MX hosts."""
        host = self.as_host(text, where)
        if host and host not in self.mx:
            self.mx.append(host)

    def explained_at(self, text: str, where: str) -> None:
        """Note a page for people."""
        url = self.as_url(text, where)
        if url and url not in self.docs:
            self.docs.append(url)

    def reached_at(self, protocol: str, text: str, where: str) -> None:
        """Note the URL of a service, in which {address}, {localpart} and {domain} may stand."""
        plain = text
        for placeholder in ("{address}", "{localpart}", "{domain}"):
            plain = plain.replace(placeholder, "x")
        if self.as_url(plain, where, Text("{protocol} address", protocol=protocol), https=True) is None:
            return
        urls = self.services.setdefault(protocol, [])
        if text not in [item["url"] for item in urls]:
            urls.append({"url": text, "sources": [self.source]})

    def listens(
        self,
        protocol: str,
        host: str,
        port: int | None,
        tls: str,
        auth: Sequence[str],
        username: str,
        where: str,
    ) -> None:
        """Note an endpoint; `tls`, `auth` and `username` are words of the schema already."""
        self._stood.setdefault(protocol, where)
        name = self.as_host(host, where)
        if name is None:
            return
        place = Text("the {protocol} server {name}", protocol=protocol, name=name)
        if port is None or not 0 < port < 65536:
            self.lose(Text("{place}, whose port is no number from 1 to 65535", place=place), where)
            return
        if wrong := port_objection(protocol, port, tls):
            self.lose(Text("{place}: {what}", place=place, what=wrong[1]), where)
            return
        endpoint: dict[str, Any] = {"host": name, "port": port, "tls": tls}
        if list(auth) != ["password"]:
            endpoint["auth"] = list(auth)
        if username != "address":
            endpoint["username"] = username
        endpoint["sources"] = [self.source]
        self._one_domain |= bool(_DOMAIN_WORD.search(host))
        known = self.services.setdefault(protocol, [])
        for other in known:
            if (other["host"], other["port"]) == (name, port):
                self._again(other, endpoint, Text("{place}:{port}", place=place, port=port), where)
                return
        known.append(endpoint)

    def _again(self, first: dict[str, Any], second: dict[str, Any], place: str, where: str) -> None:
        """Join two endpoints of the same host and port, which a record knows once."""
        if first["tls"] != second["tls"]:
            better = min(first["tls"], second["tls"], key=PREFERENCE.index)
            self.lose(
                Text("{place} with another form of TLS: only {better} is kept", place=place, better=better),
                where,
            )
            first["tls"] = better
        auth = [*first.get("auth", ["password"]), *second.get("auth", ["password"])]
        form, other = first.get("username", "address"), second.get("username", "address")
        joined = {"host": first["host"], "port": first["port"], "tls": first["tls"]}
        if (ways := list(dict.fromkeys(auth))) != ["password"]:
            joined["auth"] = ways
        if form != "address":
            joined["username"] = form
        forms = dict.fromkeys((*first.get("username_alternatives", ()), other))
        forms.pop(form, None)
        if forms:
            joined["username_alternatives"] = list(forms)
        joined["sources"] = first["sources"]
        first.clear()
        first.update(joined)

    def authorised_by(
        self, issuer: str, auth_url: str | None, token_url: str | None, scopes: Iterable[str], where: str
    ) -> None:
        """Note who hands out OAuth2 tokens; it is kept by `draft` if a server takes tokens."""
        host = self.as_host(issuer, where)
        wanted = [scope for scope in dict.fromkeys(scopes) if _SCOPE.fullmatch(scope)]
        if host is None or not wanted:
            self.lose("the OAuth2 settings: a record needs the issuer's host and scopes", where)
            return
        if self.oauth2:
            self.lose("a second set of OAuth2 settings", where)
            return
        self.oauth2 = {"issuer": host}
        for key, text in (("auth_url", auth_url), ("token_url", token_url)):
            if text and (url := self.as_url(text, where, Text("OAuth2 address"), https=True)):
                self.oauth2[key] = url
        self.oauth2 |= {"scopes": wanted, "sources": [self.source]}
        self._oauth2_where = where

    def draft(self) -> Draft:
        """Return the draft; raises MailgenError if there is no mail server or nobody that it serves."""
        self.services = {name: self.services[name] for name in SERVICES if self.services.get(name)}
        for protocol, endpoints in self.services.items():
            self._in_order(protocol, endpoints)
        if not self.services.keys() & set(PROTOCOLS):
            raise MailgenError("no mail server in it can be used", self.name, self._first_loss())
        self._choose_domains()
        id = next(iter(self.domains), None) or self.id or next(iter(self.mx), None)
        if id is None or not (self.domains or self.mx):
            raise MailgenError("no domain of mail addresses stands in it", self.name, self._first_loss())
        self._lose_halves()
        losses = [*self._losses]
        record = self._record(id)
        losses += self._losses[len(losses) :]
        if self._untold:
            losses.append(DraftLoss(Text("{number} more things of the kind", number=self._untold), self.name))
        return Draft(id, record, tuple(losses))

    def _lose_halves(self) -> None:
        """Tell first what weighs most: of reading or of sending, nothing is left of all that there was."""
        for name, protocols in ((Text("sending"), ("smtp",)), (Text("reading"), INCOMING)):
            stood = [self._stood[protocol] for protocol in protocols if protocol in self._stood]
            if stood and self.services.keys().isdisjoint(protocols):
                what = Text(
                    "every server for {name}: the draft serves for the other half of mail only", name=name
                )
                self._losses.insert(0, DraftLoss(what, printable(stood[0])))

    def _record(self, id: str) -> dict[str, Any]:
        record: dict[str, Any] = {"name": self._named(id)}
        one = next(self.services[protocol][0] for protocol in PROTOCOLS if protocol in self.services)
        endpoint = Endpoint("imap", one["host"], one["port"], one["tls"], sources=(self.source,))
        source = Source(self.described["kind"], "", self.described["checked"])
        if confidence(endpoint, {self.source: source}) == "low":
            record |= {"status": "unverified", "note": UNVERIFIED}
        if self.domains:
            record["domains"] = self.domains
        if self.mx:
            record["mx"] = self.mx
        record["services"] = self.services
        takes = [item.get("auth", ["password"]) for name in PROTOCOLS for item in self.services.get(name, ())]
        if all("password" not in auth for auth in takes):
            record["credentials"] = {"kind": "oauth2-only", "hint": ONLY_OAUTH2, "sources": [self.source]}
        else:
            record["credentials"] = {"kind": "unknown"}
        if self.oauth2 and (oauth2 := self._tokens()):
            record["oauth2"] = oauth2
        if self.docs:
            record["docs"] = self.docs
        return record | {"sources": {self.source: self.described}}

    def _named(self, id: str) -> dict[str, str]:
        """Return the names, English first; the native one, or the id, stands in for it."""
        named = dict(self.names)
        unlabelled = named.pop("", "")
        if any("\u3400" <= char <= "\u9fff" for char in unlabelled):
            named.setdefault("zh", unlabelled)
        return {"en": unlabelled or next(iter(named.values()), id), **named}

    def _choose_domains(self) -> None:
        asked = self.asked or next(iter(self.domains), None)
        if not self.domains and self.asked:
            self.domains = [self.asked]
        elif self._one_domain and asked and self.domains != [asked]:
            for domain in self.domains:
                if domain != asked:
                    self.lose(
                        Text("the domain {domain}: its hosts have names of their own", domain=shown(domain))
                    )
            self.domains = [asked]

    def _in_order(self, protocol: str, endpoints: list[dict[str, Any]]) -> None:
        before = list(endpoints)
        endpoints.sort(key=lambda item: PREFERENCE.index(item.get("tls", "implicit")))
        if endpoints != before:
            order = "the order of the {protocol} servers: here implicit TLS stands before STARTTLS (RFC 8314)"
            self.lose(Text(order, protocol=protocol))

    def _tokens(self) -> dict[str, Any] | None:
        scopes = {
            protocol: _scopes_for(protocol, self.oauth2["scopes"])
            for protocol in PROTOCOLS
            if any("xoauth2" in item.get("auth", ()) for item in self.services.get(protocol, ()))
        }
        if not scopes:
            self.lose("the OAuth2 settings: no server that was kept takes such tokens", self._oauth2_where)
            return None
        return {key: scopes if key == "scopes" else value for key, value in self.oauth2.items()}

    def _first_loss(self) -> str:
        if not self._losses:
            return "name another file"
        return Text(
            "the first thing that stands in the way, at {where}: {what}",
            where=self._losses[0].where,
            what=self._losses[0].what,
        )


def _printable(text: str) -> str:
    """Return a text without invisible characters, as the Text that it was."""
    if not isinstance(text, Text):
        return printable(text)
    values = text.values.items()
    shown = {name: _printable(value) if isinstance(value, str) else value for name, value in values}
    return Text(text.template, **shown)


def _scopes_for(protocol: str, scopes: list[str]) -> list[str]:
    """Return the scopes to ask for: without those of other protocols, if one is for this by its name."""
    named = {scope: set(_PROTOCOL_WORD.findall(scope.lower().replace("pop3", "pop"))) for scope in scopes}
    word = protocol.replace("pop3", "pop")
    if not any(word in words for words in named.values()):
        word = "imap"  # some services call the scope of all mail so
    own = [scope for scope in scopes if not named[scope] or word in named[scope]]
    return own or scopes


def _normal(text: str) -> tuple[str, str]:
    """Return a name in A-labels and U-labels; raises MailgenError if it is none."""
    if len(text) > 300:  # and internationalised names are slow to take apart
        raise MailgenError("it is longer than a name can be", "", "")
    return normalise_domain(text, "")
