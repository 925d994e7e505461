"""Why each value of a published description is what it is."""

from __future__ import annotations

import re

from mailgen.explain.reason import Reason, by_default, by_rule, by_user, from_provider, manifest, words
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.resolve.evidence import confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.explain.reason import Case
    from mailgen.model.published import Published, Setting

_OPTIONS = ("name", "short_name")


def reason_of_published(case: Case, path: str) -> Reason:
    """Return the reason for a value at `path` of what is published (`incoming[0].host`, `domains[0].name`).

    Raises KeyError for a path that leads nowhere.
    """
    published = case.account.published
    assert published is not None
    first, _, rest = path.partition(".")
    if found := re.fullmatch(r"(incoming|outgoing)\[(\d+)\]", first):
        return _setting(case, getattr(published, found[1])[int(found[2])], rest)
    if first in PROTOCOLS:
        return _protocol(case, first, published, rest)
    if first in _OPTIONS:
        return _name(case, first)
    if found := re.match(r"(domains|mx|pages)(?:\[(\d+)\])?", first):
        return _listed(case, {"pages": "docs"}.get(found[1], found[1]), found[2])
    return {"id": _id, "oauth2": _oauth2}[first](case, rest)


def _protocol(case: Case, protocol: str, published: Published, part: str) -> Reason:
    setting: Setting | None = getattr(published, protocol)
    if setting is not None and part:
        return _setting(case, setting, part)
    name = protocol.upper()
    if setting is None:
        why = words(
            f"there is no {name} server that the format can express", f"没有此格式能表达的 {name} 服务器"
        )
    else:
        why = words(f"the format has a place for {name}", f"此格式可描述 {name}")
    return by_rule(manifest(case, "protocols"), why)


def _setting(case: Case, setting: Setting, part: str) -> Reason:
    protocol = setting.protocol
    part = {"": "host", "ways": "auth"}.get(part, part)
    if part == "protocol":
        why = words("all that the format can express, in its order", "此格式能表达的全部服务器，按其顺序")
        return by_rule(manifest(case, "protocols"), why)
    if part == "username" and case.wish.username is not None:
        why = words("as you wrote it for your own address", "按您为自己的地址所写的形式")
        return by_user(case, "username", why)
    given = case.wish.servers.get(protocol) or {}
    if part in given:
        return by_user(case, f"servers.{protocol}.{part}", words("you named it", "由您指定"))
    endpoints = case.provider.endpoints.get(protocol, ()) if case.provider else ()
    if given or setting.endpoint not in endpoints or case.provider is None:
        why = words("the usual one; you named no other", "通常的值；您未另行指定")
        return by_default(case, f"servers.{protocol}.{part}", why)
    field = f"services.{protocol}[{endpoints.index(setting.endpoint)}].{part}"
    if part == "username":
        why = words("the form of login names that the provider asks for", "服务商要求的登录名形式")
        return from_provider(case, field, (), why)
    if part == "auth":
        why = words("the ways to log in that the server takes", "服务器接受的登录方式")
        return from_provider(case, field, (), why)
    level = confidence(setting.endpoint, case.provider.sources)
    why = words("the provider's server, in the provider's order", "服务商的服务器，按服务商的顺序")
    return from_provider(case, field, setting.endpoint.sources, why, level)


def _name(case: Case, option: str) -> Reason:
    given = next((one for one in (option, "name") if case.wish.options.get(one) is not None), None)
    if given:
        return by_user(case, f"options.{given}", words("you set it", "由您设置"))
    if case.provider is None:
        why = words("the domain, for you set no name", "您未设置名称，故用域名")
        return by_default(case, "options.name", why)
    why = words("what the operator calls the service", "运营者对服务的称呼")
    return from_provider(case, "name.en", (), why)


def _listed(case: Case, section: str, index: str | None) -> Reason:
    """Return the reason for one of the domains, suffixes or pages, or for the list being there."""
    if section == "domains" and not _whole(case):
        return by_user(case, "address", words("your domain", "您的域名"))
    if case.provider is None or not getattr(case.provider, section):
        return by_rule("the dataset", words("none is on record", "没有记录"))
    sentences = {
        "domains": words("a domain that the provider serves", "服务商所服务的域名"),
        "mx": words(
            "customers' own domains are known by these names in their MX records",
            "客户自有域名可由其 MX 记录中的这些名称识别",
        ),
        "docs": words("a page for people", "供用户阅读的页面"),
    }
    return from_provider(case, f"{section}[{index or 0}]", (), sentences[section])


def _whole(case: Case) -> bool:
    """Say whether the provider is described with all its domains, and not for one of its customers."""
    given = any(case.wish.servers.values())
    return case.provider is not None and not given and case.provider.serves(case.address.unicode_domain)


def _id(case: Case, _: str) -> Reason:
    why = words(
        "a name that stays the same, by which programs know the description",
        "固定不变的标识，供程序识别此描述",
    )
    return by_rule(manifest(case, "manual"), why)


def _oauth2(case: Case, part: str) -> Reason:
    if case.provider is None or not case.provider.oauth2:
        return by_rule("the dataset", words("nothing is known of OAuth2 here", "没有 OAuth2 的记录"))
    field = {"scope": "scopes", "": "issuer"}.get(part, part)
    why = words("where programs fetch tokens", "程序获取令牌之处")
    return from_provider(case, f"oauth2.{field}", case.attested.get("oauth2", ()), why)
