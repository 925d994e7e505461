"""Autoconfig files from anywhere: what is carried over, what is told as lost, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.drafts import Draft
from mailgen.drafts.autoconfig import from_autoconfig
from tests.drafts.documents import IMAP, SMTP, SOURCE, WEAK, autoconfig, lost, server, sound
from tests.support import answer


def draft(content: bytes, domain: str | None = None, source: tuple[str, Any] = SOURCE) -> Draft:
    return sound(from_autoconfig(content, "config.xml", source, domain))


def endpoints(content: bytes, protocol: str = "imap", domain: str | None = None) -> list[dict[str, Any]]:
    return draft(content, domain).record["services"].get(protocol, [])  # type: ignore[no-any-return]


def test_a_whole_file_becomes_a_whole_record() -> None:
    made = draft(
        autoconfig(
            IMAP
            + server("pop3", "pop.example.org", 995, user="%EMAILLOCALPART%")
            + SMTP
            + server("smtp", port=587, tls="STARTTLS", auth=("OAuth2", "password-cleartext"))
            + '<documentation url="https://help.example.org/imap"><descr>How</descr></documentation>'
            + '<incomingServer type="jmap"><url>https://jmap.example.org/</url></incomingServer>',
            '<calendar type="caldav"><url>https://dav.example.org/%EMAILLOCALPART%/</url></calendar>'
            '<addressbook type="carddav"><url>https://dav.example.org/%EMAILADDRESS%</url></addressbook>'
            "<oAuth2><issuer>https://auth.example.org/</issuer><scope>mail offline_access</scope>"
            "<authURL>https://auth.example.org/a</authURL><tokenURL>https://auth.example.org/t</tokenURL></oAuth2>",
            domains=("Example.ORG", "bücher.example", "xn--bcher-kva.example"),
        )
    )
    by = {"sources": ["autoconfig"]}
    host = {"host": "mail.example.org"}
    assert made.id == "example.org"
    assert made.losses == ()
    assert made.record == {
        "name": {"en": "Example Mail"},
        "domains": ["example.org", "bücher.example"],
        "services": {
            "imap": [{**host, "port": 993, "tls": "implicit", **by}],
            "pop3": [
                {"host": "pop.example.org", "port": 995, "tls": "implicit", "username": "localpart", **by}
            ],
            "smtp": [
                {**host, "port": 465, "tls": "implicit", **by},
                {**host, "port": 587, "tls": "starttls", "auth": ["xoauth2", "password"], **by},
            ],
            "jmap": [{"url": "https://jmap.example.org/", **by}],
            "caldav": [{"url": "https://dav.example.org/{localpart}/", **by}],
            "carddav": [{"url": "https://dav.example.org/{address}", **by}],
        },
        "credentials": {"kind": "unknown"},
        "oauth2": {
            "issuer": "auth.example.org",
            "auth_url": "https://auth.example.org/a",
            "token_url": "https://auth.example.org/t",
            "scopes": {"smtp": ["mail", "offline_access"]},
            **by,
        },
        "docs": ["https://help.example.org/imap"],
        "sources": {"autoconfig": SOURCE[1]},
    }


@pytest.mark.parametrize(
    ("user", "form", "told"),
    [
        ("%EMAILADDRESS%", None, ""),
        (" %emailaddress% ", None, ""),
        ("%EMAILLOCALPART%@%EMAILDOMAIN%", None, ""),
        ("%EMAILLOCALPART%@example.org", None, ""),
        ("%EMAILLOCALPART%", "localpart", ""),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", "localpart.domain", ""),
        ("%EMAILLOCALPART%@elsewhere.example", "account-id", "login name '%EMAILLOCALPART%@elsewhere"),
        ("joe", "account-id", "login name 'joe'"),
        ("%CUSTOMER%", "account-id", "'%CUSTOMER%'"),
        ("", "account-id", "a missing login name"),
        (None, "account-id", "a missing login name"),
    ],
)
def test_login_names(user: str | None, form: str | None, told: str) -> None:
    made = draft(autoconfig(server(user=user)))
    assert made.record["services"]["imap"][0].get("username") == form
    assert told in lost(made)
    assert bool(told) == bool(made.losses)


@pytest.mark.parametrize(
    ("auth", "kept", "told"),
    [
        (("password-cleartext",), None, ()),
        (("plain",), None, ()),
        (("password-encrypted", "secure"), None, ()),
        (("OAuth2", "password-cleartext"), ["xoauth2", "password"], ()),
        (("password-cleartext", "OAuth2"), ["password", "xoauth2"], ()),
        (("GSSAPI", "password-cleartext", "NTLM"), None, ("GSSAPI", "NTLM")),
        ((), None, ("does not say how to log in",)),
    ],
)
def test_authentication(auth: tuple[str, ...], kept: list[str] | None, told: tuple[str, ...]) -> None:
    made = draft(autoconfig(server(auth=auth)))
    assert made.record["services"]["imap"][0].get("auth") == kept
    assert len(made.losses) == len(told)
    assert all(word in lost(made) for word in told)


@pytest.mark.parametrize(
    "way", ["GSSAPI", "NTLM", "client-IP-address", "TLS-client-cert", "none", "x\u202ey"]
)
def test_a_server_without_a_way_to_log_in_is_left_out(way: str) -> None:
    made = draft(autoconfig(server(auth=(way,)) + SMTP))
    assert "imap" not in made.record["services"]
    assert "there is no way to log in" in lost(made)


def test_only_tokens_make_credentials_of_their_own() -> None:
    made = draft(autoconfig(server(auth=("OAuth2",))))
    assert made.record["credentials"]["kind"] == "oauth2-only"
    assert made.record["credentials"]["hint"].keys() == {"en", "zh"}


def test_scopes_that_name_a_protocol_are_its_own() -> None:
    way = ("OAuth2",)
    made = draft(
        autoconfig(
            server(auth=way) + server("smtp", port=465, auth=way),
            "<oAuth2><issuer>login.example.org</issuer><scope>https://x.example/IMAP.All"
            " https://x.example/POP.All https://x.example/SMTP.Send offline_access</scope></oAuth2>",
        )
    )
    assert made.record["oauth2"]["scopes"] == {
        "imap": ["https://x.example/IMAP.All", "offline_access"],
        "smtp": ["https://x.example/SMTP.Send", "offline_access"],
    }


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("<oAuth2><issuer>login.example.org</issuer></oAuth2>", "needs the issuer's host and scopes"),
        ("<oAuth2><issuer>Log in here</issuer><scope>a</scope></oAuth2>", "no host name"),
        ("<oAuth2><issuer>login.example.org</issuer><scope>a</scope></oAuth2>", "takes such tokens"),
        (
            "<oAuth2><issuer>https://login.example.org/t/?a</issuer></oAuth2>",
            "the path '/t/?a' of the OAuth2",
        ),
        ("<oAuth2><clientSecret>hunter2</clientSecret></oAuth2>", "client id and secret"),
    ],
)
def test_oauth2_that_a_record_cannot_hold(block: str, told: str) -> None:
    made = draft(autoconfig(outside=block))
    assert "oauth2" not in made.record
    assert told in lost(made)
    assert "hunter2" not in lost(made)


def test_implicit_tls_comes_first_and_that_is_told() -> None:
    content = autoconfig(
        server(port=143, tls="plain")
        + server(port=1143, tls="STARTTLS")
        + server(host="b.example.org")
        + IMAP
    )
    made = draft(content)
    assert [(item["host"], item["port"], item["tls"]) for item in made.record["services"]["imap"]] == [
        ("b.example.org", 993, "implicit"),
        ("mail.example.org", 993, "implicit"),
        ("mail.example.org", 1143, "starttls"),
        ("mail.example.org", 143, "none"),
    ]
    assert "the order of the imap servers" in lost(made)


def test_the_same_server_twice_is_one() -> None:
    twice = IMAP + server(user="%EMAILLOCALPART%", auth=("OAuth2",)) + IMAP
    (one,) = endpoints(autoconfig(twice))
    assert one["auth"] == ["password", "xoauth2"]
    assert one["username_alternatives"] == ["localpart"]
    made = draft(autoconfig(server(port=143, tls="plain") + server(port=143, tls="STARTTLS")))
    assert [item["tls"] for item in made.record["services"]["imap"]] == ["starttls"]
    assert "only starttls is kept" in lost(made)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (server(host="localhost"), "no host name"),
        (server(host="127.0.0.1"), "no host name"),
        (server(host="10.0.0.10"), "no host name"),
        (server(host="[::1]"), "no host name"),
        (server(host="a b.example"), "no host name"),
        (server(host="imap.example.org/x"), "no host name"),
        (server(host="-x.example.org"), "no host name"),
        (server(host="x" * 64 + ".example"), "no host name"),
        (server(host="é" * 5000 + ".example"), "no host name"),
        (server(host=""), "no host name"),
        (server(port=0), "no number from 1"),
        (server(port=65536), "no number from 1"),
        (server(port=-993), "no number from 1"),
        (server(port="993 "), ""),
        (server(port="٩٩٣"), "no number from 1"),
        (server(port=""), "no number from 1"),
        (server(port=993, tls="STARTTLS"), "does not go with"),
        (server(port=143, tls="SSL"), "does not go with"),
        (server(port=995), "belongs to another protocol"),
        (server(tls="SSL3"), "socketType 'SSL3'"),
        (server("exchange"), "the kind 'exchange'"),
        (server("imap4"), "the kind 'imap4'"),
        ('<incomingServer type="jmap"/>', "no URL is given"),
        ('<incomingServer type="jmap"><url>http://j.example/</url></incomingServer>', "no HTTPS address"),
        ('<incomingServer type="jmap"><url>https://a:b@j.example/</url></incomingServer>', "without tricks"),
        ('<incomingServer type="jmap"><url>https://j.example/{x}</url></incomingServer>', "without tricks"),
        ('<documentation url="javascript:alert(1)"/>', "no address"),
        ('<documentation url="https://x.example/\u202egnp.exe"/>', "without tricks"),
        ("<domain>com</domain>", "no domain of mail"),
        ("<domain>*.example.org</domain>", "no domain of mail"),
        ("<domain>../../etc/passwd</domain>", "no domain of mail"),
        ("<domain>1.2.3.44</domain>", "no domain of mail"),
        ('<domain purpose="mx">*.mx.example.org</domain>', "no host name"),
        ('<enable visiturl="https://x.example/"><instruction>Go</instruction></enable>', "switched on"),
        (server(more="<restriction>only at home</restriction>"), "restricted: 'only at home'"),
        (server(more="<password>hunter2</password>"), "a password stands"),
        (server(more="<pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>"), "treat messages"),
        (server(more="<useGlobalPreferredServer>true</useGlobalPreferredServer>"), "prefer another server"),
        (server(more="<odd/>"), "the element 'odd'"),
        ("<odd/>", "the element 'odd'"),
        ("<displayShortName>EM</displayShortName>", "short name 'EM'"),
        ('<emailProvider xmlns="urn:other"/>', "the element '{urn:other}emailProvider'"),
    ],
)
def test_what_cannot_be_carried_is_told_with_its_line(bad: str, told: str) -> None:
    made = draft(autoconfig(server("pop3", port=995) + bad))
    assert made.record["services"]["pop3"]
    assert told in lost(made)
    assert "hunter2" not in lost(made)
    assert bool(made.losses) == bool(told)
    assert all(loss.where.startswith("config.xml:") for loss in made.losses)


def test_losses_are_counted_when_there_are_too_many() -> None:
    made = draft(autoconfig(IMAP + "".join(f"<odd{index}/>" for index in range(500))))
    assert len(made.losses) == 101
    assert made.losses[-1].what == "400 more things of the kind"


@pytest.mark.parametrize(
    ("name", "kept", "told"),
    [
        ("", {"en": "example.org"}, ""),
        ("<displayName> </displayName>", {"en": "example.org"}, ""),
        ("<displayName>A\n  B</displayName>", {"en": "A B"}, ""),
        ("<displayName>网易邮箱</displayName>", {"en": "网易邮箱", "zh": "网易邮箱"}, ""),
        ('<displayName lang="zh-CN">网易</displayName><displayName>NetEase</displayName>',
         {"en": "NetEase", "zh": "网易"}, ""),
        ('<displayName xml:lang="de">Post</displayName>', {"en": "Post", "de": "Post"}, ""),
        ('<displayName lang="zh-Hant-HK">網</displayName>', {"en": "網", "zh-TW": "網"}, ""),
        ('<displayName lang="tlh">Qapla</displayName>', {"en": "example.org"}, "in the language 'tlh'"),
        ("<displayName>A</displayName><displayName>B</displayName>", {"en": "A"}, "a second name: 'B'"),
        ("<displayName>A\u202eB\u200b&#x85;</displayName>", {"en": "AB"}, "invisible or control"),
        (f"<displayName>{'x' * 300}</displayName>", {"en": "example.org"}, "too long"),
    ],
)  # fmt: skip
def test_names(name: str, kept: dict[str, str], told: str) -> None:
    made = draft(autoconfig(name=name))
    assert made.record["name"] == kept
    assert told in lost(made)
    assert bool(told) == bool(made.losses)


def test_the_domain_that_asked_stands_for_a_file_that_names_none() -> None:
    made = draft(autoconfig(server(host="imap.%EmailDomain%"), domains=()), domain="Bücher.example")
    assert made.id == "bücher.example"
    assert made.record["services"]["imap"][0]["host"] == "imap.xn--bcher-kva.example"
    assert made.losses == ()
    assert draft(autoconfig(domains=("%EMAILDOMAIN%",)), domain="example.net").id == "example.net"


@pytest.mark.parametrize(("asked", "host"), [("example.net", "imap.example.net"), (None, "imap.example.org")])
def test_hosts_that_depend_on_the_domain_serve_no_other(asked: str | None, host: str) -> None:
    made = draft(autoconfig(server(host="imap.%EMAILDOMAIN%"), domains=("example.org", "example.net")), asked)
    assert made.record["services"]["imap"][0]["host"] == host
    assert made.record["domains"] == [asked or "example.org"]
    assert "its hosts have names of their own" in lost(made)


def test_a_provider_of_other_peoples_domains_has_mx_only() -> None:
    made = draft(autoconfig('<domain purpose="mx">mx.example.org</domain>' + IMAP, domains=()))
    assert (made.id, made.record["mx"]) == ("example.org", ["mx.example.org"])
    assert "domains" not in made.record


def test_a_weak_source_makes_an_unverified_draft() -> None:
    made = draft(autoconfig(), source=WEAK)
    assert made.record["status"] == "unverified"
    assert made.record["note"].keys() == {"en", "zh"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (autoconfig(inside=server(port=0)), "no mail server in it can be used"),
        (autoconfig(inside=""), "no mail server"),
        (autoconfig(domains=()), "no domain of mail addresses"),
        (autoconfig(domains=("com",)), "no domain of mail addresses"),
        (b"<clientConfig/>", "no emailProvider"),
        (b"<html><body/></html>", "the root of this XML is 'html'"),
        (b"", "not well-formed XML: no element found"),
        (b"\xef\xbb\xbf", "not well-formed"),
        (b"\x00" * 100, "not well-formed"),
        (b"mailgen", "not well-formed"),
        (autoconfig()[:-20], "not well-formed"),
        (autoconfig() + autoconfig(), "not well-formed"),
        (autoconfig().replace(b"UTF-8", b"klingon"), "encoding"),
        (autoconfig().replace(b"UTF-8", b"utf-7"), "encoding"),
        (autoconfig().replace(b"UTF-8", b"idna"), "encoding"),
        (autoconfig().replace(b"UTF-8", b"rot13"), "encoding"),
        (autoconfig().replace(b"Example Mail", b"caf\xe9"), "not well-formed"),
        (autoconfig().replace(b"Example Mail", b"&#0;"), "not well-formed"),
        (autoconfig().replace(b"Example Mail", b"&nbsp;"), "not well-formed"),
        (b"<!DOCTYPE clientConfig><clientConfig/>", "DTD"),
        (b'<!DOCTYPE c SYSTEM "file:///etc/passwd"><c/>', "DTD"),
        (b'<!DOCTYPE c SYSTEM "http://127.0.0.1/x.dtd"><c/>', "DTD"),
        (b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><clientConfig>&x;</clientConfig>', "DTD"),
        (b'<!DOCTYPE c [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><c/>', "DTD"),
        (b'<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 9 + b'">]><c>&b;</c>', "DTD"),
        ('<!DOCTYPE c [<!ENTITY a "b">]><c>&a;</c>'.encode("utf-16"), "DTD"),
        (autoconfig() + b" " * (300 << 10), "larger than 256 KiB"),
        (b"<clientConfig>" + b"<a/>" * 60_000 + b"</clientConfig>", "more than 5000 elements"),
        (b"<a>" * 80_000, "nested too deep"),
        (b"<a " + b" ".join(b'x%d=""' % i for i in range(9999)) + b"/>", "the root of this XML is 'a'"),
        (b"<clientConfig " + b"a" * 200_000 + b"/>", "not well-formed"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(MailgenError) as caught:
        from_autoconfig(content, "config.xml", SOURCE)
    assert told in caught.value.what
    assert caught.value.where.startswith("config.xml")
    assert caught.value.mend
    assert "\n" not in caught.value.what + caught.value.where + caught.value.mend


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + autoconfig(),
        autoconfig().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        autoconfig().replace(b"UTF-8", b"windows-1252"),
        autoconfig().replace(b'version="1.1"', b'xmlns="urn:ietf:params:xml:ns:autoconfig" version="9"'),
        autoconfig().replace(b"clientConfig", b"m:clientConfig").replace(b"emailProvider", b"m:emailProvider")
        .replace(b"m:clientConfig version", b'm:clientConfig xmlns:m="urn:m" version'),
        autoconfig().replace(b"Example Mail", b"<![CDATA[Example Mail]]>"),
        autoconfig().replace(b"\n", b"\r\n"),
    ],
)  # fmt: skip
def test_other_spellings_of_the_same_file(content: bytes) -> None:
    assert draft(content).record == draft(autoconfig()).record


def test_a_domain_that_asks_must_be_one() -> None:
    with pytest.raises(MailgenError):
        from_autoconfig(autoconfig(), "config.xml", SOURCE, "not a domain")


texts = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=12)
words = st.sampled_from(
    """imap pop3 smtp jmap managesieve exchange example.org bücher.example xn--bcher-kva.example
    %EMAILDOMAIN% x.%emaildomain% 127.0.0.1 localhost 143 993 995 465 587 25 4190 2525 0 SSL STARTTLS
    plain %EMAILADDRESS% 网易 %EMAILLOCALPART% password-cleartext OAuth2 NTLM none https://x.example/
    http://y.example 𠀀.example""".split()
)
either = st.one_of(words, texts)


@given(
    st.lists(
        st.builds(server, words, either, either, words, st.none() | either, st.tuples(words)), max_size=4
    ),
    st.lists(either, max_size=3),
    either,
    st.none() | st.sampled_from(["example.net", "bücher.example"]),
    st.sampled_from([SOURCE, WEAK]),
)
def test_whatever_is_drafted_is_sound(
    servers: list[str], domains: list[str], name: str, asked: str | None, source: tuple[str, Any]
) -> None:
    content = autoconfig(
        IMAP + "".join(servers),
        f"<oAuth2><issuer>{_escaped(name)}</issuer><scope>{_escaped(name)}</scope></oAuth2>",
        tuple(domains),
        f"<displayName>{_escaped(name)}</displayName>",
    )
    got = answer(draft, content, asked, source)
    assert isinstance(got, Draft) or "\n" not in got.what


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")


@pytest.mark.parametrize(
    ("servers", "half"),
    [
        (IMAP + server("smtp", port=587, tls="SSL"), "sending"),
        (IMAP + server("smtp", host="-"), "sending"),
        (server("imap", port=995) + server("pop3", port=70000) + SMTP, "reading"),
    ],
)
def test_a_draft_of_half_a_service_says_so_first(servers: str, half: str) -> None:
    """A row that a rule refuses is told, and what comes of it before it: nobody may find out by an error."""
    made = draft(autoconfig(servers))
    first, *others = made.losses
    assert first.what == f"every server for {half}: the draft serves for the other half of mail only"
    assert first.where == others[0].where
    assert len(others) == servers.count("<hostname>") - 1
    whole = draft(autoconfig(servers + IMAP + SMTP))
    assert "every server" not in lost(whole)
    assert "every server" not in lost(draft(autoconfig(IMAP))), "nothing was lost"
