"""Facts of other sets as JSON lines: a draft for each entry, or the sentence why there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.drafts import Draft
from mailgen.drafts.jsonl import from_facts
from tests.dataset.test_facts import facts
from tests.drafts.documents import lost, sound

DESCRIBED = {"kind": "dataset", "dataset": "owner/set", "checked": "2026-11-26"}
IMAP: dict[str, Any] = {
    "proto": "imap", "host": "imap.example.org", "port": 993, "tls": "implicit",
    "auth": ["password-cleartext"], "username": "address",
}  # fmt: skip
SMTP = {**IMAP, "proto": "smtp", "host": "smtp.example.org", "port": 465}
ENTRY: dict[str, Any] = {
    "source": "ispdb", "id": "example", "file": "example.xml", "name": "Example Mail",
    "domains": ["example.org", "Bücher.example"], "incoming": [IMAP], "outgoing": [SMTP],
    "docs": ["https://help.example.org/"], "oauth2": {},
}  # fmt: skip


def drafts(*entries: object, short: str = "") -> list[Draft | MailgenError]:
    lines = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    return list(from_facts(lines, "facts.jsonl", (short, DESCRIBED)))


def draft(**changes: Any) -> Draft:
    (made,) = drafts({**ENTRY, **changes})
    assert isinstance(made, Draft), made
    return sound(made)


def test_an_entry_becomes_a_record() -> None:
    by = {"sources": ["ispdb"]}
    made = draft(oauth2={"issuer": "auth.example.org", "scopes": ["mail"], "auth_url": "https://a.example/"})
    assert made.record == {
        "name": {"en": "Example Mail"},
        "domains": ["example.org", "bücher.example"],
        "services": {
            "imap": [{"host": "imap.example.org", "port": 993, "tls": "implicit", **by}],
            "smtp": [{"host": "smtp.example.org", "port": 465, "tls": "implicit", **by}],
        },
        "credentials": {"kind": "unknown"},
        "docs": ["https://help.example.org/"],
        "sources": {"ispdb": DESCRIBED},
    }
    assert lost(made) == "facts.jsonl:1: the OAuth2 settings: no server that was kept takes such tokens"


@pytest.mark.parametrize(
    ("change", "expected", "told"),
    [
        ({}, {}, ""),
        ({"auth": []}, {}, ""),
        ({"auth": ["OAuth2", "password-cleartext"]}, {"auth": ["xoauth2", "password"]}, ""),
        ({"auth": ["LOGIN", "NTLM"]}, {}, "authentication 'NTLM'"),
        ({"username": "localpart"}, {"username": "localpart"}, ""),
        ({"username": "{localpart}.{domain}"}, {"username": "localpart.domain"}, ""),
        ({"username": None}, {"username": "account-id"}, "the login name 'None'"),
        ({"restriction": ["client-IP-address"]}, {}, "restriction of the imap server"),
        ({"tls_opportunistic": True}, {}, "tls_opportunistic of the imap server 'imap.example.org': 'true'"),
        ({"port": 143, "tls": "starttls"}, {"port": 143, "tls": "starttls"}, ""),
        ({"port": 143, "tls": "none"}, {"port": 143, "tls": "none"}, ""),
    ],
)
def test_endpoints(change: dict[str, Any], expected: dict[str, Any], told: str) -> None:
    made = draft(incoming=[{**IMAP, **change}])
    usual = {"host": "imap.example.org", "port": 993, "tls": "implicit", "sources": ["ispdb"]}
    assert made.record["services"]["imap"] == [{**usual, **expected}]
    assert told in lost(made)
    assert bool(told) == bool(made.losses)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"port": 993, "tls": "starttls"}, "port 993 of imap does not go with"),
        ({"port": 25, "tls": "implicit"}, "port 25 belongs to another protocol"),
        ({"proto": "pop3"}, "port 993 belongs to another protocol"),
        ({"port": 99999}, "no number from 1"),
        ({"port": "993"}, "no number from 1"),
        ({"port": True}, "no number from 1"),
        ({"tls": "ssl"}, "form of TLS 'ssl'"),
        ({"auth": ["GSSAPI"]}, "no way to log in"),
        ({"proto": "ews"}, "protocol 'ews'"),
        ({"host": "localhost"}, "no host name"),
        ({"host": None}, "no host name"),
    ],
)
def test_wrong_endpoints_are_left_out_not_corrected(change: dict[str, Any], told: str) -> None:
    made = draft(incoming=[{**IMAP, **change}])
    assert made.record["services"].keys() == {"smtp"}
    assert told in lost(made)


def test_what_is_no_domain_is_lost() -> None:
    made = draft(domains=["example.org", "*.example.org", "localhost", 7])
    assert made.record["domains"] == ["example.org"]
    assert [word in lost(made) for word in ("'*.example.org'", "'localhost'", "'7'")] == [True] * 3


def test_a_host_that_depends_on_the_domain_is_the_first_domains() -> None:
    made = draft(incoming=[{**IMAP, "host": "mail.{domain}"}])
    assert made.record["services"]["imap"][0]["host"] == "mail.example.org"
    assert made.record["domains"] == ["example.org"]


def test_keys_without_a_place_are_told_with_what_they_say() -> None:
    told = lost(draft(enable_url="https://x.example/\u202e", aliases=["A"], retired=False))
    assert r"enable_url of the entry: 'https://x.example/\u202e'" in told
    assert """aliases of the entry: '["A"]'""" in told
    assert "retired" not in told


@pytest.mark.parametrize(
    "line",
    ["7", "null", "[]", "{}", "{", '{"source": "x"}', json.dumps({**ENTRY, "domains": "example.org"}),
     json.dumps({**ENTRY, "incoming": [7]}), json.dumps({**ENTRY, "docs": 7}), "[" * 50_000],
)  # fmt: skip
def test_a_line_that_is_no_entry_is_told_and_the_rest_is_read(line: str) -> None:
    first, error, last = drafts(ENTRY, line, "", ENTRY)
    assert isinstance(first, Draft)
    assert isinstance(last, Draft)
    assert isinstance(error, MailgenError)
    assert (error.what, error.where) == ("this line is no entry of a set", "facts.jsonl:2")


def test_an_entry_without_a_server_or_domain_is_told() -> None:
    one, other = drafts({**ENTRY, "incoming": [], "outgoing": []}, {**ENTRY, "domains": ["*"]})
    assert isinstance(one, MailgenError)
    assert isinstance(other, MailgenError)
    assert "no mail server" in one.what
    assert "no domain" in other.what


@pytest.mark.parametrize(
    ("named", "short", "key"),
    [("ispdb", "", "ispdb"), ("A b", "", "facts"), ("ispdb", "mine", "mine"), (7, "", "7")],
)
def test_the_source_is_the_set_unless_another_is_named(named: object, short: str, key: str) -> None:
    (made,) = drafts({**ENTRY, "source": named}, short=short)
    assert isinstance(made, Draft)
    assert list(sound(made).record["sources"]) == [key]


@given(
    st.dictionaries(
        st.sampled_from([*ENTRY, "x"]),
        st.none() | st.integers() | st.text() | st.lists(st.text(), max_size=2),
    ),
    st.dictionaries(st.sampled_from([*IMAP, "x"]), st.none() | st.integers(0, 70000) | st.text()),
)
def test_whatever_is_drafted_is_sound(entry: dict[str, Any], endpoint: dict[str, Any]) -> None:
    for made in drafts({**ENTRY, "incoming": [{**IMAP, **endpoint}], **entry}):
        assert isinstance(made, MailgenError) or sound(made)


def test_the_public_sets_become_sound_drafts() -> None:
    made = list(from_facts(map(json.dumps, facts()), "facts.jsonl", ("", DESCRIBED)))
    good = [sound(one) for one in made if isinstance(one, Draft)]
    assert len(good) > 550
    assert {error.what for error in made if isinstance(error, MailgenError)} == {
        "no mail server in it can be used",
        "no domain of mail addresses stands in it",
    }
