"""What is exported of a provider and imported again is the same provider, as far as the format goes.

Over the whole dataset, in both formats; nothing else may be lost on the way.
"""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.api import Result
from mailgen.drafts import Draft
from mailgen.drafts.autoconfig import from_autoconfig
from mailgen.drafts.pacc import from_pacc
from mailgen.resolve.address import normalise_domain
from tests.resolve.test_publish import FORMATS, PROVIDERS, published

SOURCE = ("export", {"kind": "vendor", "title": "our own export", "checked": "2026-11-01"})
CUSTOMER = "company.example"


def imported(target: str, id: str, result: Result) -> Draft:
    content = result.files[0].text.encode()
    domain = PROVIDERS[id].get("domains", [CUSTOMER])[0]
    if target == "pacc":
        return from_pacc(content, id, SOURCE, domain)
    return from_autoconfig(content, id, SOURCE)


def auth(item: dict[str, Any]) -> list[str]:
    """Return the ways to log in; autoconfig has one word, OAuth2, for both mechanisms of a token."""
    ways = item.get("auth", ["password"])
    return list(dict.fromkeys("xoauth2" if way == "oauthbearer" else way for way in ways))


def endpoints(target: str, record: dict[str, Any], protocol: str) -> list[tuple[Any, ...]]:
    """Return what the format can say of a protocol: what a stranger may be told, and has the words for.

    A port that does not go with its TLS is left out: nothing in a document says that it is meant so.
    """
    told = [
        (item["host"], item["port"], item["tls"], item.get("username", "address"), auth(item))
        for item in record["services"].get(protocol, ())
        if "audience" not in item
        and item["tls"] != "none"
        and not item["host"].startswith("127.")
        and item.get("username", "address") != "account-id"
        and "unusual_port" not in item
    ]
    if target == "autoconfig-xml":
        return told
    usual = {"imap": 993, "pop3": 995, "smtp": 465}[protocol]
    fit = [one for one in told if one[1:4] == (usual, "implicit", "address") and "password" in one[4]]
    return [(*one[:4], ["password"]) for one in fit[:1]]


def tokens(record: dict[str, Any]) -> dict[str, Any]:
    """Return what autoconfig has elements for: the issuer, its two addresses and the scopes."""
    known = record["oauth2"]
    urls = {key: known.get(key, "").replace("{tenant}", "common") for key in ("auth_url", "token_url")}
    return {**urls, **{key: known.get(key) for key in ("issuer", "scopes")}}


@pytest.mark.parametrize("target", FORMATS)
def test_our_own_export_comes_back_as_the_same_provider(target: str) -> None:
    compared = 0
    for id, result in published(target).items():
        record, draft = PROVIDERS[id], imported(target, id, result)
        back = draft.record
        for protocol in ("imap", "pop3", "smtp"):
            meant = endpoints(target, record, protocol)
            assert endpoints(target, back, protocol) == meant, (id, protocol)
        domains = record.get("domains", [CUSTOMER])
        assert back["domains"] == (domains if target == "autoconfig-xml" else domains[:1])
        assert back["name"]["en"] == record["name"]["en"]
        docs = list(record.get("docs", ()))
        assert back.get("docs", []) == (docs if target == "autoconfig-xml" else docs[:1])
        assert draft.id == normalise_domain(domains[0], "")[1]
        if (
            target == "autoconfig-xml"
        ):  # a PACC document is of one domain, and knows no MX and no OAuth2 of ours
            assert back.get("mx", []) == (record.get("mx", []) if record.get("domains") else [])
            if "oauth2" in record:
                assert tokens(back) == tokens(record), id
        unusual = any("unusual_port" in item for items in record["services"].values() for item in items)
        if unusual and target == "autoconfig-xml":
            assert any("does not go with tls" in loss.what for loss in draft.losses), id
        else:
            assert draft.losses == (), (id, draft.losses)
        compared += 1
    assert compared >= {"autoconfig-xml": 220, "pacc": 150}[target]
