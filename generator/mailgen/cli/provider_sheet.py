"""Everything known about a provider, on one sheet: what it offers, what it asks for, and who says so."""

from __future__ import annotations

from mailgen.cli.terminal import cells, in_language
from mailgen.cli.wording import COLON, worded
from mailgen.core.text import Listed, Text
from mailgen.credentials.shapes import described
from mailgen.model.records import provider_from_record
from mailgen.model.vocabulary import FURTHER, KINDS, LANGUAGES, LEVELS, LOGINS, PROTOCOLS, SECRETS
from mailgen.resolve.evidence import confidence
from mailgen.resolve.terms import said_limits, settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from mailgen.model.provider import Credentials, Endpoint, Hurdle, Provider, Source, Term
    from mailgen.model.records import Record

#: How far the texts stand from the edge; the labels are before it.
INDENT = 13
TLS = {
    "implicit": {"en": "TLS", "zh": "TLS"},
    "starttls": {"en": "STARTTLS", "zh": "STARTTLS"},
    "none": {"en": "no TLS, never configured", "zh": "无 TLS，不予配置"},
}
#: The words in front of the lines, and what stands in their place in Chinese.
LABELS = {
    "domains": "域名", "families": "域名族", "your file": "您的文件", "hosts": "托管", "moving": "迁移",
    "moved in": "迁入", "or": "或", "off first": "须先开启", "plan": "套餐", "secret": "密码",
    "folders": "文件夹", "quirk": "特殊行为", "old host": "旧主机名", "limits": "限额", "see": "参见",
    "in the name": "主机名", "login": "登录名", "found by": "发现方式", "as with": "等同于",
    "foreign": "他人所有", "left out": "未包含", "differs": "不一致", "delivery": "投递", "known": "已知",
}  # fmt: skip
#: Whom an endpoint is for.
AUDIENCES = {
    "overseas": {"en": "customers abroad", "zh": "海外用户"},
    "paid": {"en": "paying customers", "zh": "付费用户"},
    "enterprise": {"en": "enterprises", "zh": "企业用户"},
    "device": {"en": "devices", "zh": "设备"},
    "eu": {"en": "Europe", "zh": "欧洲"},
    "in": {"en": "India", "zh": "印度"},
    "au": {"en": "Australia", "zh": "澳大利亚"},
    "jp": {"en": "Japan", "zh": "日本"},
    "cn": {"en": "mainland China", "zh": "中国大陆"},
    "sg": {"en": "Singapore", "zh": "新加坡"},
    "hk": {"en": "Hong Kong", "zh": "中国香港"},
    "de": {"en": "Germany", "zh": "德国"},
    "us": {"en": "the United States", "zh": "美国"},
    "uk": {"en": "the United Kingdom", "zh": "英国"},
}


def provider_sheet(id: str, record: Record, lang: str) -> Iterator[str]:
    """Yield the lines of a readable sheet about a provider, of all that its record says."""
    provider = provider_from_record(id, record)
    names = " / ".join(dict.fromkeys(provider.name.values()))
    yield names if provider.status == "ok" else f"{names} [{provider.status}]"
    yield from _whom(provider, lang)
    yield ""
    for protocol in PROTOCOLS:
        yield from _servers(provider, protocol, lang)
    for protocol in FURTHER:
        for item in record["services"].get(protocol, ()):
            place = item.get("url") or f"{item['host']}:{item['port']} ({TLS[item['tls']][lang]})"
            yield sheet_line(protocol, f"{place} {_names(item['sources'])}", lang)
    for name, slot in provider.slots.items():
        ask = in_language(slot["ask"], lang)
        yield sheet_line(
            "in the name", f"{{{name}}}{COLON[lang]}{ask} (--slot {name}={slot['example']})", lang
        )
    yield ""
    yield from _before(provider, lang)
    yield from _secret(provider, lang)
    yield from _oauth2(provider, lang)
    yield from _more(provider, lang)
    yield ""
    for name, item in record["sources"].items():
        yield from _source(name, item, provider.sources[name], lang)


def sheet_line(label: str, text: str, lang: str) -> str:
    """Return a line with its label; an empty label is none."""
    shown = LABELS.get(label, label) if lang == "zh" else label
    return f"  {shown}{' ' * max(1, INDENT - 2 - cells(shown))}{text}"


def _names(sources: Iterable[str]) -> str:
    return f"[{', '.join(sources)}]"


def _whom(provider: Provider, lang: str) -> Iterator[str]:
    """Yield whom a provider serves, and what has to be known of it first."""
    if provider.note:
        yield f"  {in_language(provider.note, lang)}"
    if provider.domains:
        yield sheet_line("domains", ", ".join(provider.domains), lang)
    if provider.families:
        yield sheet_line("families", ", ".join(f"*.{name}" for name in provider.families), lang)
    if provider.file:
        theirs = {
            "en": f", instead of mailgen's {provider.instead_of}",
            "zh": f"，代替 {provider.instead_of}",
        }
        yield sheet_line("your file", provider.file + (theirs[lang] if provider.instead_of else ""), lang)
    if provider.mx:
        suffixes = ", ".join(provider.mx)
        own = {
            "en": f"people's own domains whose MX ends in {suffixes}; name it with --provider {provider.id}",
            "zh": f"MX 以 {suffixes} 结尾的自有域名；请用 --provider {provider.id} 指定",
        }
        yield sheet_line("hosts", own[lang], lang)
    move = provider.migration
    if move:
        days = "; ".join(_days(move.term, lang))
        told = {
            "en": f"mailboxes move to {move.id}{days and f' ({days})'} {_names(move.sources)}",
            "zh": f"邮箱正迁移到 {move.id}{days and f'（{days}）'} {_names(move.sources)}",
        }
        yield sheet_line("moving", told[lang], lang)
        yield sheet_line("", in_language(move.how_to_tell, lang), lang)
    if provider.moved_in:
        yield sheet_line("moved in", ", ".join(provider.moved_in), lang)


def _servers(provider: Provider, protocol: str, lang: str) -> Iterator[str]:
    endpoints = provider.endpoints.get(protocol, ())
    refused = provider.not_offered.get(protocol)
    if not endpoints:
        absent = (
            {"en": f"not offered {_names(refused)}", "zh": f"不提供 {_names(refused)}"}
            if refused
            else {"en": "no server is known", "zh": "没有已知的服务器"}
        )
        yield sheet_line(protocol, absent[lang], lang)
    for index, endpoint in enumerate(endpoints):
        place = f"{endpoint.host}:{endpoint.port}"
        yield sheet_line("or" if index else protocol, f"{place:32} {'; '.join(_facts(endpoint, lang))}", lang)
        yield sheet_line("", f"{_trust(provider, endpoint, lang)} {_names(endpoint.sources)}", lang)


def _facts(endpoint: Endpoint, lang: str) -> list[str]:
    other = {"en": "a name that the address does not tell", "zh": "无法由地址推知的登录名"}
    forms = [LOGINS.get(form, other)[lang] for form in (endpoint.username, *endpoint.username_alternatives)]
    facts = [TLS[endpoint.tls][lang], {"en": "login: ", "zh": "登录名："}[lang] + _either(forms, lang)]
    if endpoint.unusual_port:
        facts.append({"en": "an unusual port, attested", "zh": "端口不寻常，已有来源证实"}[lang])
    if endpoint.auth != ("password",):
        ways = ["password" if way == "password" else way.upper() for way in endpoint.auth]
        facts.append({"en": "by ", "zh": "方式："}[lang] + _either(ways, lang))
    facts += _days(endpoint.term, lang)
    if endpoint.audience:
        facts.append({"en": "only for ", "zh": "仅供"}[lang] + AUDIENCES[endpoint.audience][lang])
    return facts


def _either(parts: list[str], lang: str) -> str:
    return worded(Listed(" or ", parts), lang)


def _trust(provider: Provider, endpoint: Endpoint, lang: str) -> str:
    """Return how far an endpoint is to be trusted, and why."""
    known = {provider.sources[name].what: provider.sources[name] for name in endpoint.sources}
    count = len(known)
    if any(source.kind == "vendor" for source in known.values()):
        why = {"en": "the operator says so", "zh": "运营者如此说明"}
    elif all(source.lead for source in known.values()):
        why = {"en": "no source that can be looked up", "zh": "没有可供查证的来源"}
    elif count == 1:
        why = {"en": "one source, not the operator", "zh": "仅一个来源，且非运营者"}
    else:
        why = {"en": f"{count} sources, not the operator", "zh": f"{count} 个来源，均非运营者"}
    level = LEVELS[confidence(endpoint, provider.sources)][lang]
    return f"{level}{COLON[lang]}{why[lang]}"


def _before(provider: Provider, lang: str) -> Iterator[str]:
    """Yield what stands before the first login: switches and plans."""
    administrator = {"en": "by the administrator, ", "zh": "由管理员开启，"}
    for hurdle in provider.off_by_default:
        who = administrator[lang] if hurdle.by == "administrator" else ""
        where = in_language(hurdle.text, lang)
        yield sheet_line("off first", f"{_over(hurdle, lang)}{who}{where} {_names(hurdle.sources)}", lang)
    paying = {"en": "paying customers only", "zh": "仅限付费用户"}
    for hurdle in provider.plans:
        plan = in_language(hurdle.text, lang) or paying[lang]
        yield sheet_line("plan", f"{_over(hurdle, lang)}{plan} {_names(hurdle.sources)}", lang)


def _over(of: Hurdle, lang: str) -> str:
    protocols = ", ".join(one.upper() for one in of.protocols)
    return f"{protocols}{COLON[lang]}" if protocols else ""


def _secret(provider: Provider, lang: str) -> Iterator[str]:
    credentials = provider.credentials
    if credentials.kind == "unknown" and provider.status == "retired":
        # Nobody should try a password on servers that may be another's by now.
        over = {"en": "none any more: the service is over", "zh": "不再需要：服务已停止"}
        yield sheet_line("secret", over[lang], lang)
    elif credentials.kind == "unknown":
        at = credentials.url or next(iter(provider.docs), "")
        told = {
            "en": "not known: try the mailbox password; "
            f"if it is refused, look for an app password{at and ' at'}",
            "zh": f"未知：请先试邮箱密码；若被拒绝，请查找应用专用密码{at and '：'}",
        }
        yield sheet_line("secret", f"{told[lang]} {at}".rstrip(), lang)
    else:
        yield sheet_line(
            "secret", f"{SECRETS[credentials.kind][lang]} {_sources_of(credentials)}".rstrip(), lang
        )
    yield from _told(credentials, lang)
    for case in credentials.cases:
        places = [", ".join(one.upper() for one in case.protocols)] if case.protocols else []
        if case.when:
            places.append(worded(Text("where {settings}", settings=settings(case.when.items())), lang))
        places += _days(case.term, lang)
        wanted = f"{SECRETS[case.kind][lang]} {_sources_of(case)}".rstrip()
        yield sheet_line("", f"{'; '.join(places)}{COLON[lang]}{wanted}", lang)
        for line in _told(case, lang, days=False):
            yield f"  {line}"


def _sources_of(credentials: Credentials) -> str:
    return _names(credentials.sources) if credentials.sources else ""


def _told(credentials: Credentials, lang: str, days: bool = True) -> Iterator[str]:
    """Yield what a secret looks like, and where it is to be had."""
    texts = [in_language(credentials.format, lang)]
    if credentials.shape and not credentials.format:
        texts.append(worded(described(credentials.shape), lang))
    texts.append(in_language(credentials.hint, lang))
    most = credentials.at_most
    for said, text in (
        (credentials.shown_once, {"en": "shown only once", "zh": "只显示一次"}),
        (credentials.per_service, {"en": "one for each service", "zh": "各服务分别使用"}),
        (most, {"en": f"at most {most} at the same time", "zh": f"同时最多 {most} 个"}),
        (credentials.expires, {"en": "ends after a while", "zh": "有有效期"}),
    ):
        if said:
            texts.append(text[lang])
    texts += _days(credentials.term, lang) if days else []
    texts.append(credentials.url or "")
    yield from (sheet_line("", text, lang) for text in texts if text)


def _oauth2(provider: Provider, lang: str) -> Iterator[str]:
    """Yield where tokens come from, and what a program needs for them."""
    oauth2 = provider.oauth2
    if not oauth2:
        return
    yield sheet_line("oauth2", f"{oauth2['issuer']} {_names(oauth2['sources'])}", lang)
    for protocol, scopes in oauth2["scopes"].items():
        yield sheet_line("", f"{protocol}: {' '.join(scopes)}", lang)
    registration = {
        "dynamic": {"en": "a program registers by itself", "zh": "程序可自行注册"},
        "self": {"en": "anybody may register a program", "zh": "任何人都可以注册程序"},
        "review": {
            "en": "a program that others use is registered after a review only",
            "zh": "供他人使用的程序须经审核才能注册",
        },
        "request": {"en": "programs are registered on application only", "zh": "程序须申请才能注册"},
        "closed": {
            "en": "no new program can register: only partners' programs can have tokens",
            "zh": "新程序无法注册：只有合作伙伴的程序能取得令牌",
        },
    }
    if "registration" in oauth2:
        yield sheet_line("", registration[oauth2["registration"]][lang], lang)
    said = {
        "issuer_url": {"en": "metadata: ", "zh": "元数据："},
        "tenant": {"en": "{tenant} in its addresses: ", "zh": "地址中的 {tenant}："},
        "device_url": {"en": "sign-in on another device: ", "zh": "可在另一设备上登录："},
        "revoke_url": {"en": "a token is given back at: ", "zh": "归还令牌："},
        "pkce": {"en": "PKCE: ", "zh": "PKCE："},
        "redirect": {"en": "calls back: ", "zh": "回调："},
        "parameters": {"en": "a request has to say: ", "zh": "请求中须写明："},
    }
    for key, label in said.items():
        if key in oauth2:
            yield sheet_line("", label[lang] + _as_words(oauth2[key]), lang)
    if "iss" in oauth2:
        yield sheet_line(
            "",
            {"en": "its answers name their issuer (RFC 9207)", "zh": "其应答会写明签发者（RFC 9207）"}[lang],
            lang,
        )


def _as_words(value: Any) -> str:
    """Return a value of a record as people read it, in a line.

    >>> _as_words({"access_type": "offline", "prompt": "consent"}), _as_words(["https", "loopback-127"])
    ('access_type=offline, prompt=consent', 'https, loopback-127')
    """
    if isinstance(value, str):
        return value
    return ", ".join(f"{key}={value[key]}" for key in value) if hasattr(value, "keys") else ", ".join(value)


def _more(provider: Provider, lang: str) -> Iterator[str]:
    if provider.limits:
        said = [worded(text, lang) for text in said_limits(provider.limits)]
        rest = {
            "mailbox_mb": {"en": "{} MB a mailbox", "zh": "邮箱 {} MB"},
            "inactive_days": {
                "en": "locked or deleted after {} days without a login",
                "zh": "{} 天未登录会被锁定或删除",
            },
        }
        said += [
            text[lang].format(provider.limits[key]) for key, text in rest.items() if key in provider.limits
        ]
        yield sheet_line(
            "limits", f"{worded(Listed(', ', said), lang)} {_names(provider.limits['sources'])}", lang
        )
    if provider.folders:
        names = ", ".join(f"{worded(Text(role), lang)}: {name}" for role, name in provider.folders.items())
        yield sheet_line("folders", names, lang)
    if provider.folder_language:
        language = in_language(LANGUAGES[provider.folder_language], lang)
        others = in_language(provider.folder_others, lang)
        told = {
            "en": f"in {language}; an account in another language has others" + f" ({others})" * bool(others),
            "zh": f"以上为{language}账号的名称；其他语言的账号另有名称" + f"（{others}）" * bool(others),
        }
        yield sheet_line("", told[lang], lang)
    for name, quirk in provider.quirks.items():
        happens = worded(Text(quirk.says["en"]), lang)
        it = {"en": "it ", "zh": ""}[lang]
        yield sheet_line("quirk", f"{name}{COLON[lang]}{it}{happens} {_names(quirk.sources)}", lang)
    for old, new in provider.old_hosts.items():
        yield sheet_line("old host", {"en": f"{old}, now {new}", "zh": f"{old}，现为 {new}"}[lang], lang)
    if provider.bare_logins:
        domains = ", ".join(provider.bare_logins)
        also = {"en": f"also the part before the @, at {domains}", "zh": f"{domains} 也可只用 @ 前的部分"}
        yield sheet_line("login", also[lang], lang)
    if provider.own_domain_login:
        own = {
            "en": "of an address at a domain of one's own: the address at the provider",
            "zh": "使用自有域名的地址：以服务商处的地址登录",
        }
        yield sheet_line("login", own[lang], lang)
    for page in provider.docs:
        yield sheet_line("see", page, lang)


def _source(name: str, item: Mapping[str, str], source: Source, lang: str) -> Iterator[str]:
    """Yield what a source is, when it was compared, and where it can be read."""
    old = {"en": ", long ago", "zh": "，时间较久"}[lang] if source.aged else ""
    compared = {"en": f"compared {source.checked}", "zh": f"比对于 {source.checked}"}[lang]
    what = item.get("title") or item.get("url") or item["dataset"]
    comma = {"en": ", ", "zh": "，"}[lang]
    yield f"  [{name}] {KINDS[source.kind][lang]}{comma}{compared}{old}{COLON[lang]}{what}"
    link = item.get("url") or (f"https://github.com/{item['dataset']}" if "dataset" in item else "")
    if link and link != what:
        yield sheet_line("", link, lang)


def _days(term: Term, lang: str) -> list[str]:
    """Return from when and until when something is so."""
    said = []
    if term.since:
        said.append(worded(Text("from {day} on", day=term.since), lang))
    if term.until:
        said.append(worded(Text("until {day}", day=term.until), lang))
    if term.state == "past":
        said.append(worded(Text("that is over"), lang))
    return said
