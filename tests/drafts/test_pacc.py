"""PACC documents from anywhere: what is carried over, what is told as lost, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.drafts import Draft
from mailgen.drafts.pacc import from_pacc
from tests.drafts.documents import SOURCE, WEAK, lost, sound
from tests.support import answer

WHOLE: dict[str, Any] = {
    "protocols": {
        "imap": {"host": "imap.example.org"},
        "pop3": {"host": "pop.example.org"},
        "submit": {"host": "smtp.example.org"},
        "jmap": {"url": "https://jmap.example.org/session"},
        "caldav": {"url": "https://dav.example.org/calendars/"},
        "carddav": {"url": "https://dav.example.org/contacts/"},
    },
    "authentication": {"password": True},
    "info": {
        "provider": {"name": "Example Mail", "shortName": "Example Mail"},
        "help": {"documentation": "https://help.example.org/mail"},
    },
}


def draft(data: object, domain: str = "example.org", source: tuple[str, Any] = SOURCE) -> Draft:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return sound(from_pacc(content, "pacc.json", source, domain))


def changed(*path: str, to: object) -> dict[str, Any]:
    """Return the whole document with one value replaced or added."""
    data: dict[str, Any] = json.loads(json.dumps(WHOLE))
    place = data
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = to
    return data


def test_a_whole_document_becomes_a_whole_record() -> None:
    by = {"sources": ["autoconfig"]}
    made = draft(WHOLE)
    assert made.id == "example.org"
    assert made.losses == ()
    assert made.record == {
        "name": {"en": "Example Mail"},
        "domains": ["example.org"],
        "services": {
            "imap": [{"host": "imap.example.org", "port": 993, "tls": "implicit", **by}],
            "pop3": [{"host": "pop.example.org", "port": 995, "tls": "implicit", **by}],
            "smtp": [{"host": "smtp.example.org", "port": 465, "tls": "implicit", **by}],
            "jmap": [{"url": "https://jmap.example.org/session", **by}],
            "caldav": [{"url": "https://dav.example.org/calendars/", **by}],
            "carddav": [{"url": "https://dav.example.org/contacts/", **by}],
        },
        "credentials": {"kind": "unknown"},
        "docs": ["https://help.example.org/mail"],
        "sources": {"autoconfig": SOURCE[1]},
    }


def test_the_key_of_draft_02_is_read_too() -> None:
    made = draft({"protocols": {"smtp": {"host": "smtp.example.org"}}, "authentication": {"password": True}})
    assert made.record["services"]["smtp"][0]["port"] == 465
    both = draft(changed("protocols", "smtp", to={"host": "old.example.org"}))
    assert [item["host"] for item in both.record["services"]["smtp"]] == ["smtp.example.org"]
    assert "submit, its later name" in lost(both)


@pytest.mark.parametrize(
    ("authentication", "auth", "kind", "told"),
    [
        ({"password": True}, None, "unknown", ""),
        ({"oauth-public": {"issuer": "https://auth.example.org/"}}, ["xoauth2"], "oauth2-only", "scopes"),
        ({"password": True, "oauth-public": {"issuer": "https://a.example/"}}, ["password", "xoauth2"],
         "unknown", "'https://a.example/'"),
        ({"password": False}, None, "unknown", "does not say how to log in"),
        ({}, None, "unknown", "does not say how to log in"),
        ({"password": True, "passkey": {}}, None, "unknown", "'passkey'"),
    ],
)  # fmt: skip
def test_authentication(authentication: object, auth: list[str] | None, kind: str, told: str) -> None:
    made = draft(changed("authentication", to=authentication))
    assert made.record["services"]["imap"][0].get("auth") == auth
    assert made.record["credentials"]["kind"] == kind
    assert told in lost(made)
    assert bool(told) == bool(made.losses)


@pytest.mark.parametrize(
    ("path", "to", "told"),
    [
        (("protocols", "imap", "host"), "localhost", "no host name"),
        (("protocols", "imap", "host"), "127.0.0.1", "no host name"),
        (("protocols", "imap", "host"), "imap.example.org:993", "no host name"),
        (("protocols", "imap", "host"), "a\u0000b.example", "no host name"),
        (("protocols", "imap", "host"), "\ud800.example", "no host name"),
        (("protocols", "imap"), {}, "no host name"),
        (("protocols", "imap", "port"), 143, "the key 'port'"),
        (("protocols", "jmap"), {}, "no HTTPS address"),
        (("protocols", "jmap", "url"), "http://jmap.example.org/", "no HTTPS address"),
        (("protocols", "jmap", "url"), "https://jmap.example.org/\n", "without tricks"),
        (("protocols", "managesieve"), {"host": "sieve.example.org"}, "the protocol 'managesieve'"),
        (("info", "provider", "name"), "A\u0007\u202eB", "invisible or control"),
        (("info", "provider", "logo"), [], "the provider's 'logo'"),
        (("info", "provider", "shortName"), "EM", "short name 'EM'"),
        (("info", "help", "contact"), ["mailto:a@example.org"], "'contact'"),
        (("info", "help", "documentation"), "mailto:a@example.org", "no address"),
        (("more",), 1, "the key 'more'"),
    ],
)
def test_what_cannot_be_carried_is_told(path: tuple[str, ...], to: object, told: str) -> None:
    made = draft(changed(*path, to=to))
    assert made.record["services"]["pop3"]
    assert told in lost(made)


DEEP = b'{"protocols":' + b'{"a":' * 50 + b"1" + b"}" * 51


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not JSON"),
        (b"<clientConfig/>", "not JSON"),
        (b"[]", "no object"),
        (b"null", "no object"),
        (b"{}", "no object 'protocols'"),
        (b'{"protocols": []}', "no object 'protocols'"),
        (b'{"protocols": {}}', "no mail server"),
        (b'{"protocols": {"jmap": {"url": "https://x.example/"}}}', "no mail server"),
        (b'{"protocols": {"imap": []}}', "must be an object"),
        (b'{"protocols": {"imap": {"host": 993}}}', "'host' must be text"),
        (b'{"protocols": {"jmap": {"url": ["a"]}}}', "'url' must be text"),
        (b'{"protocols": {"jmap": "a"}}', "'jmap' must be an object"),
        (b'{"protocols": {}, "authentication": []}', "'authentication' must be an object"),
        (b'{"protocols": {}, "authentication": {"password": 1}}', "true or false"),
        (b'{"protocols": {}, "authentication": {"oauth-public": true}}', "must be an object"),
        (b'{"protocols": {}, "info": "x"}', "'info' must be an object"),
        (b'{"protocols": {}, "protocols": {}}', "stands twice"),
        (b'{"protocols": {"imap": {"host": "a.example", "host": "b.example"}}}', "stands twice"),
        (b'{"protocols": {}, "x": NaN}', "no number"),
        (b'{"protocols": {}, "x": 1' + b"0" * 100_000 + b"}", "longer than"),
        (b'{"protocols": {}, "x": 1e99999999999999999999}', "longer than"),
        (b'{"protocols": {},}', "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ('{"protocols": {}}'.encode("utf-16-le"), "not JSON"),
        (b"{" + b" " * (300 << 10) + b"}", "larger than 256 KiB"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 40_000, "nested deeper"),
        (DEEP, "nested deeper"),
    ],
)
def test_hostile_and_broken_documents_are_refused_with_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(MailgenError) as caught:
        from_pacc(content, "pacc.json", SOURCE, "example.org")
    assert told in caught.value.what
    assert caught.value.where.startswith("pacc.json")
    assert "\n" not in caught.value.what + caught.value.where + caught.value.mend


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(-9, 99999)
    | st.sampled_from(["imap.example.org", "https://x.example/", "网易"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["host", "url", "name", "issuer", "documentation"]), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip
paths = st.sampled_from(
    [("protocols", name) for name in ("imap", "submit", "smtp", "jmap", "caldav", "x")]
    + [("protocols", "imap", "host"), ("protocols", "jmap", "url"), ("info", "provider"), ("info", "help")]
    + [("info", "provider", "name"), ("info", "help", "documentation"), ("authentication",), ("x",)]
    + [("authentication", "oauth-public"), ("authentication", "password")]
)


@given(paths, values, st.sampled_from(["example.org", "bücher.example"]), st.sampled_from([SOURCE, WEAK]))
def test_whatever_is_drafted_is_sound(
    path: tuple[str, ...], value: object, domain: str, source: tuple[str, Any]
) -> None:
    got = answer(draft, changed(*path, to=value), domain, source)
    assert isinstance(got, Draft) or "\n" not in got.what
