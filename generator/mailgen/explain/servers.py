"""Why this server: host, port, TLS, login name and authentication of an account's endpoints."""

from __future__ import annotations

from mailgen.explain.reason import Case, Reason, by_default, by_rule, by_user, from_provider, manifest, words
from mailgen.model.ports import USUAL
from mailgen.model.vocabulary import FURTHER, INCOMING, LOGINS, TLS
from mailgen.resolve.compat import usable_endpoints
from mailgen.resolve.evidence import confidence
from mailgen.resolve.own_servers import nearest_endpoint
from mailgen.resolve.slots import slots_in, with_slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.model.provider import Endpoint
    from mailgen.model.server import Server

#: Where the port of a protocol with a form of TLS is laid down.
RFC = {
    ("imap", "implicit"): "RFC 8314, section 3.2",
    ("pop3", "implicit"): "RFC 8314, section 3.1",
    ("smtp", "implicit"): "RFC 8314, section 3.3",
    ("imap", "starttls"): "RFC 9051, section 6.2.1",
    ("pop3", "starttls"): "RFC 2595, section 4",
    ("smtp", "starttls"): "RFC 6409, section 3.1",
}


def reasons_of_server(case: Case, server: Server | None, part: str) -> tuple[Reason, ...]:
    """Return the reasons for one part of a server (`host`, `url` ...), or for its being there at all."""
    if server is None:
        return (_protocol(case, None),)
    part = part.partition(".")[0]
    if server.resource and part != "username":
        return (_resource(case, server),)
    if part in ("url", "inbox", "host_port"):
        return tuple(
            reason
            for one in (("host", "port") if part == "host_port" else ("tls", "host", "port", "username"))
            for reason in reasons_of_server(case, server, one)
        )
    if part in ("", "protocol"):
        return (_protocol(case, server),)
    if part == "username":
        return (_username(case, server),)
    if part == "auth":
        return (_auth(case, server),)
    given = case.wish.servers.get(server.protocol) or {}
    if part in given:
        why = words("you named it", "由您指定")
        return (by_user(case, f"servers.{server.protocol}.{part}", why),)
    if given and part != "host":
        return (_usual(case, server, part),)
    return (_recorded(case, server, part),)


def _resource(case: Case, server: Server) -> Reason:
    """Return the reason for all that follows from the URL of a service over HTTPS."""
    why = words(
        f"the provider's own place for {FURTHER[server.protocol]}; https is TLS from the first byte",
        f"服务商的 {FURTHER[server.protocol]} 地址；https 即从第一个字节起使用 TLS",
    )
    return _attested(case, server, "url", why)


def _index(case: Case, server: Server) -> int | None:
    """Return the place of the endpoint among the provider's, or of the one that the user changed."""
    recorded = _endpoints(case, server.protocol)
    given = case.wish.servers.get(server.protocol)
    if given and case.provider:
        nearest = nearest_endpoint(case.provider, server.protocol, given)
        return recorded.index(nearest) if nearest else None
    return recorded.index(server.endpoint) if server.endpoint in recorded else None


def _endpoints(case: Case, protocol: str) -> tuple[Endpoint, ...]:
    """Return the provider's endpoints, with what the user told of their names."""
    provider = case.provider
    if provider and provider.has_slots:
        provider = with_slots(provider, case.address, case.wish.slots)
    return provider.endpoints.get(protocol, ()) if provider else ()


def _attested(case: Case, server: Server, part: str, why: Mapping[str, str]) -> Reason:
    index = _index(case, server)
    if index is None or case.provider is None:
        return by_default(case, f"servers.{server.protocol}.{part}", why)
    return _attested_by(case, server, _endpoints(case, server.protocol)[index], part, why)


def _attested_by(case: Case, server: Server, endpoint: Endpoint, part: str, why: Mapping[str, str]) -> Reason:
    assert case.provider is not None
    index = _endpoints(case, server.protocol).index(endpoint)
    level = confidence(endpoint, case.provider.sources)
    field = f"services.{server.protocol}[{index}].{part}"
    return from_provider(case, field, endpoint.sources, why, level)


def _recorded(case: Case, server: Server, part: str) -> Reason:
    protocol = server.protocol.upper()
    if case.wish.servers.get(server.protocol):
        why = words(
            f"the provider's {protocol} server; you changed other parts of it",
            f"服务商的 {protocol} 服务器；您只改了其他部分",
        )
    elif part == "tls":
        why = _tls_sentence(server)
    elif part == "port" and len(_endpoints(case, server.protocol)) == 1:
        why = _port_sentence(server)
    else:
        why = _choice(case, server)
    index = _index(case, server)
    if part == "host" and case.provider and case.provider.has_slots and index is not None:
        named = case.provider.endpoints[server.protocol][index].host
        if slots := [f"{{{slot}}}" for slot in slots_in(named)]:
            why = words(
                f"{why['en']}; of its name you told {', '.join(slots)}",
                f"{why['zh']}；其名称中的 {'、'.join(slots)} 由您给出",
            )
    return _attested(case, server, part, why)


def _tls_sentence(server: Server) -> dict[str, str]:
    if server.tls == "implicit":
        return words(
            "implicit TLS: encrypted from the first byte (RFC 8314, section 3)",
            "隐式 TLS：从第一个字节起即加密（RFC 8314，第 3 节）",
        )
    return words(
        "STARTTLS: the server begins in clear text, and the client insists on TLS before the login",
        "STARTTLS：以明文开始，客户端在登录前强制启用 TLS",
    )


def _port_sentence(server: Server) -> dict[str, str]:
    protocol, tls = server.protocol.upper(), server.tls
    if _is_usual(server):
        rfc = RFC[server.protocol, tls]
        return words(
            f"the usual port for {protocol} with {TLS[tls]['en']} ({rfc})",
            f"{protocol} 使用 {TLS[tls]['zh']} 的常用端口（{rfc}）",
        )
    return words(
        f"not the usual port for {protocol} with {TLS[tls]['en']}; the provider has it so",
        f"不是 {protocol} 使用 {TLS[tls]['zh']} 的常用端口；服务商如此规定",
    )


def _is_usual(server: Server) -> bool:
    return server.port != 25 and _goes_with_port(server)


def _goes_with_port(server: Server) -> bool:
    return USUAL.get((server.protocol, server.port)) == server.tls


def _choice(case: Case, server: Server) -> dict[str, str]:
    """Say why this endpoint and not another of the provider's."""
    recorded = _endpoints(case, server.protocol)
    protocol, title = server.protocol.upper(), case.target.title
    index = _index(case, server)
    if index is None or len(recorded) == 1:
        return words(f"the only {protocol} server on record", f"唯一有记录的 {protocol} 服务器")
    if index:
        passed = [_passed_over(case, server, endpoint) for endpoint in recorded[:index]]
        return words(
            f"the first that {title} can use; before it: {'; '.join(one['en'] for one in passed)}",
            f"{title} 能使用的第一个；排在前面的：{'；'.join(one['zh'] for one in passed)}",
        )
    later = next((endpoint for endpoint in recorded[1:] if endpoint.tls == "starttls"), None)
    if server.tls == "implicit" and later is not None:
        return words(
            f"port {server.port} with implicit TLS stands before {later.port} with STARTTLS: "
            "RFC 8314, section 3",
            f"端口 {server.port}（隐式 TLS）优先于 {later.port}（STARTTLS）：RFC 8314，第 3 节",
        )
    return words(
        f"first of {len(recorded)} {protocol} servers in the provider's order of preference",
        f"服务商 {len(recorded)} 个 {protocol} 服务器中排在首位",
    )


def _passed_over(case: Case, server: Server, endpoint: Endpoint) -> dict[str, str]:
    place, title = f"{endpoint.host}:{endpoint.port}", case.target.title
    if endpoint.tls == "none":
        return words(f"{place} (no TLS)", f"{place}（无 TLS）")
    if endpoint.audience:
        return words(f"{place} (for: {endpoint.audience})", f"{place}（仅限：{endpoint.audience}）")
    if endpoint.term.state == "past":
        return words(
            f"{place} (in use until {endpoint.term.until})", f"{place}（使用至 {endpoint.term.until}）"
        )
    if endpoint.term.state == "future":
        return words(
            f"{place} (in use from {endpoint.term.since})", f"{place}（自 {endpoint.term.since} 起使用）"
        )
    if endpoint not in usable_endpoints(case.provider, case.target, server.protocol):  # type: ignore[arg-type]
        return words(f"{place} ({title} cannot use it)", f"{place}（{title} 无法使用）")
    secret = words("password", "密码") if server.auth == "password" else words("OAuth2 token", "OAuth2 令牌")
    return words(f"{place} (takes no {secret['en']})", f"{place}（不接受{secret['zh']}）")


def _usual(case: Case, server: Server, part: str) -> Reason:
    """Return the reason for a part that follows from what the user named of their own server."""
    given = case.wish.servers.get(server.protocol) or {}
    at_host = [one for one in _endpoints(case, server.protocol) if one.host == server.host]
    recorded = [one for one in at_host if (one.port, one.tls) == (server.port, server.tls)]
    if recorded:
        why = words(
            f"what is recorded of {server.host}, with what you named",
            f"{server.host} 的记录中与您所指定者相符的一项",
        )
        return _attested_by(case, server, recorded[0], part, why)
    if server.tls == "none":
        rfc, usual = "RFC 8314, section 4.1", words("you named no port", "您未指定端口")
        return by_rule(rfc, usual)
    rfc = "RFC 3207" if server.port == 25 else RFC[server.protocol, server.tls]
    protocol, tls = server.protocol.upper(), TLS[server.tls]
    if part == "port":
        why = words(
            f"you named no port; this is the usual one for {protocol} with {tls['en']}",
            f"您未指定端口；这是 {protocol} 使用 {tls['zh']} 的常用端口",
        )
    elif "port" in given and _goes_with_port(server):
        why = words(
            f"you named no form of TLS; {tls['en']} goes with port {server.port}",
            f"您未指定 TLS 方式；端口 {server.port} 对应 {tls['zh']}",
        )
    elif "port" in given:
        why = words(
            f"you named no form of TLS; that port {server.port} means {tls['en']} is a guess",
            f"您未指定 TLS 方式；端口 {server.port} 使用 {tls['zh']} 只是推测",
        )
        return by_default(case, f"servers.{server.protocol}.tls", why)
    else:
        rfc = "RFC 8314, section 3"
        why = words(
            "you named no form of TLS, and no port that tells it: implicit TLS is preferred",
            "您未指定 TLS 方式，也没有可据以判断的端口：优先使用隐式 TLS",
        )
    return by_rule(rfc, why)


def _username(case: Case, server: Server) -> Reason:
    if server.protocol in case.wish.logins:
        return by_user(case, f"logins.{server.protocol}", words("the login name you gave", "您指定的登录名"))
    if case.wish.username is not None:
        return by_user(case, "username", words("the login name you gave", "您指定的登录名"))
    form = server.endpoint.username
    name = LOGINS[form]
    if _index(case, server) is None:
        why = words(f"the login name is {name['en']}, as is usual", f"登录名为{name['zh']}（惯例）")
        return by_default(case, "username", why)
    why = words(f"the login name is {name['en']}", f"登录名为{name['zh']}")
    if form != "address":
        why = words(f"{why['en']}: the provider's rule", f"{why['zh']}：服务商的规定")
    return _written(case, server, "username", why, exception=form != "address")


def _auth(case: Case, server: Server) -> Reason:
    title = case.target.title
    if server.auth == "password":
        why = words(f"{title} logs in with a password, inside TLS", f"{title} 在 TLS 内使用密码登录")
    else:
        name = server.auth.upper()
        why = words(
            f"the first way to log in with an OAuth2 token that both the server and {title} know: {name}",
            f"服务器与 {title} 都支持的第一种 OAuth2 令牌登录方式：{name}",
        )
    if _index(case, server) is None:
        return by_rule(manifest(case, "protocols"), why)
    return _written(case, server, "auth", why, exception=server.endpoint.auth != ("password",))


def _written(case: Case, server: Server, part: str, why: Mapping[str, str], exception: bool) -> Reason:
    """Return the reason for a part that a record names only where it is out of the common."""
    if exception:
        return _attested(case, server, part, why)
    assert case.provider is not None
    rule = words(
        f"{why['en']}: the common case; the provider's record names no exception",
        f"{why['zh']}：通常情形；服务商记录中未列例外",
    )
    return from_provider(case, f"services.{server.protocol}[{_index(case, server)}].{part}", (), rule)


def _protocol(case: Case, server: Server | None) -> Reason:
    """Return the reason for how mail comes in, or for the sending of mail."""
    target = case.target
    if server is not None and server.protocol == "smtp":
        why = words(f"{target.title} sends mail, over SMTP", f"{target.title} 通过 SMTP 发信")
        return by_rule(manifest(case, "needs"), why)
    if server is None or not target.incoming:
        why = words(f"{target.title} needs no such server", f"{target.title} 不需要此类服务器")
        return by_rule(manifest(case, "needs"), why)
    protocol = server.protocol
    if case.wish.protocol:
        return by_user(case, "protocol", words("you chose it", "由您选择"))
    given = next(iter(case.wish.servers.get(protocol) or ()), None)
    if given and not case.wish.servers.get({"imap": "pop3", "pop3": "imap"}[protocol]):
        why = words("you named a server for this protocol only", "您只为此协议指定了服务器")
        return by_user(case, f"servers.{protocol}.{given}", why)
    return _preferred(case, protocol)


def _refuses(case: Case, protocol: str) -> bool:
    return case.provider is not None and protocol in case.provider.not_offered


def _preferred(case: Case, protocol: str) -> Reason:
    title, chosen = case.target.title, protocol.upper()
    offered = [one for one in case.target.protocols if one in INCOMING]
    passed = next((finding for finding in case.findings if finding.passed_over), None)
    if passed is not None:
        better = str(passed.passed_over).upper()
        why = words(
            passed.what,
            f"{title} {case.version} 无法使用该服务商的 {better}（{passed.code}），因此改用 {chosen}",
        )
        if case.provider and passed.code in case.provider.quirks:
            attested = case.provider.quirks[passed.code].sources
            return from_provider(case, f"quirks.{passed.code}", attested, why)
        return by_rule(manifest(case, "protocols"), why)
    refused = next((one for one in offered[: offered.index(protocol)] if _refuses(case, one)), None)
    if refused and case.provider:
        better = refused.upper()
        why = words(f"the provider does not offer {better}", f"服务商不提供 {better}")
        return from_provider(case, f"not_offered.{refused}", case.provider.not_offered[refused], why)
    if offered.index(protocol):
        why = words(
            f"no other incoming server is on record; {title} would rather use {offered[0].upper()}",
            f"没有其他收信服务器的记录；{title} 本来优先使用 {offered[0].upper()}",
        )
    else:
        why = words(
            f"{chosen} is the first that {title} speaks, and it works with this server",
            f"{chosen} 是 {title} 的首选协议，且可用于此服务器",
        )
    return by_rule(manifest(case, "protocols"), why)
