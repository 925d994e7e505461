"""Whether a provider and a client can work together: the whole truth table, on values made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.model.finding import Finding
from mailgen.model.provider import Endpoint, Provider
from mailgen.model.target import QuirkSupport, Target
from mailgen.resolve.compat import (
    Verdict,
    judge,
    meets,
    usable_endpoints,
    version_key,
)
from tests.support import QUIRKS, client, endpoint, provider

IMAP_ONLY_PASSWORD = {"imap": {"tls": ("implicit",), "auth": ("password",)}}
SUPPORTS = ("always", "option", "none", "unknown")


def protocol_of(quirk: str) -> str:
    concerns: str = QUIRKS[quirk]["concerns"]
    return "imap" if concerns == "any" else concerns


def expected(quirk: str, support: str | None) -> str:
    """Say, independently of compat.py, what must come of a quirk that is met so."""
    if "beyond_clients" in QUIRKS[quirk]:
        return "degraded"
    if support in ("always", "option"):
        return "ok"
    if support == "none" and QUIRKS[quirk]["severity"] == "refusal":
        return "refused"
    return "degraded"


@pytest.mark.parametrize("support", [*SUPPORTS, None])
@pytest.mark.parametrize("quirk", QUIRKS)
def test_each_quirk_with_each_support(quirk: str, support: str | None) -> None:
    target = client(quirks={quirk: QuirkSupport(support)} if support else {})
    verdict = judge(provider(quirks={quirk: ("s",)}), target, "2.0", protocol_of(quirk))
    assert verdict.state == expected(quirk, support)
    if verdict.findings:
        [finding] = verdict.findings
        assert finding.code == quirk
        assert finding.what.startswith("X ")
        assert finding.where == f"X, {protocol_of(quirk).upper()}"
        assert finding.mend


@pytest.mark.parametrize("quirk", [quirk for quirk in QUIRKS if "beyond_clients" not in QUIRKS[quirk]])
def test_a_quirk_concerns_its_protocol_only(quirk: str) -> None:
    target = client(quirks={quirk: QuirkSupport("none")})
    for protocol in {"imap", "pop3", "smtp"} - {protocol_of(quirk)}:
        assert judge(provider(quirks={quirk: ("s",)}), target, "2.0", protocol) == Verdict()


def test_where_the_network_is_restricted_every_protocol_is_concerned() -> None:
    for protocol in ("imap", "pop3", "smtp"):
        found = judge(provider(quirks={"ip-restricted": ("s",)}), client(), "2.0", protocol)
        assert found.state == "degraded"
        assert found.findings[0].severity == "warning"


@pytest.mark.parametrize(
    ("version", "state"),
    [("1.9", "refused"), ("2.3", "refused"), ("2.10", "ok"), ("2.11", "ok"), ("3", "ok")],
)
def test_a_newer_client_may_cope(version: str, state: str) -> None:
    target = client(quirks={"imap-id-required": QuirkSupport("option", "2.10")})
    found = judge(provider(quirks={"imap-id-required": ("s",)}), target, version, "imap")
    assert found.state == state
    if state == "refused":
        assert "Y 2.10 or newer" in found.findings[0].mend
        assert f"Y {version} does not" in found.findings[0].what


@pytest.mark.parametrize(("version", "state"), [("2.4", "refused"), ("2.5", "ok"), ("2.10", "ok")])
def test_a_way_to_log_in_may_come_with_a_version(version: str, state: str) -> None:
    can = {"tls": ("implicit",), "auth": ("password", "xoauth2"), "since": {"xoauth2": "2.5"}}
    mine = provider(endpoint(auth=("xoauth2",)))
    found = judge(mine, client(protocols={"imap": can}), version, "imap")
    assert found.state == state
    assert state == "ok" or "2.5 or newer" in found.findings[0].mend


def test_a_quirk_nobody_can_meet_is_answered_with_another_client() -> None:
    target = client(quirks={"enable-hangs": QuirkSupport("none")})
    found = judge(provider(quirks={"enable-hangs": ("s",)}), target, "2.0", "imap")
    assert found.findings[0].mend == "use another client"


#: Name: servers, what the client speaks (None: everything), words of the refusal.
HOPELESS: dict[str, tuple[list[Endpoint], dict[str, Any] | None, str]] = {
    "no server known": ([endpoint("smtp")], None, "no IMAP server is known for X"),
    "no TLS at all": ([endpoint(tls="none")], None, "the IMAP servers known for X offer no TLS"),
    "client does not speak it": ([endpoint()], {"pop3": {}}, "Y does not speak IMAP"),
    "OAuth2 only": ([endpoint(auth=("xoauth2",))], IMAP_ONLY_PASSWORD, "X accepts only OAuth2 over IMAP"),
    "other TLS": ([endpoint(tls="starttls")], IMAP_ONLY_PASSWORD, "no IMAP server of X suits Y"),
    "for others": ([endpoint(audience="paid")], None, "only for some customers (paid)"),
    "for others or clear": (
        [endpoint(audience="eu"), endpoint(tls="none")],
        None,
        "no IMAP server of X suits Y",
    ),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_cannot_work_is_refused_with_the_reason(name: str) -> None:
    servers, speaks, words = HOPELESS[name]
    target = client(protocols=speaks) if speaks else client()
    verdict = judge(provider(*servers), target, "2.0", "imap")
    assert verdict.state == "refused"
    [finding] = verdict.findings
    assert finding.code == "no-imap"
    assert words in finding.what
    assert finding.mend


def test_endpoints_are_usable_in_the_order_of_the_provider() -> None:
    servers = [
        endpoint(tls="none", port=1),
        endpoint(tls="starttls", port=2),
        endpoint(audience="overseas", port=3),
        endpoint(auth=("oauthbearer",), port=4),
        endpoint(port=5),
    ]
    mine = provider(*servers)
    assert [one.port for one in usable_endpoints(mine, client(), "imap")] == [2, 4, 5]
    assert [one.port for one in usable_endpoints(mine, client(protocols=IMAP_ONLY_PASSWORD), "imap")] == [5]
    assert usable_endpoints(mine, client(), "pop3") == ()


def test_the_gravest_finding_decides() -> None:
    def finding(severity: str) -> Finding:
        return Finding(severity, "c", "what", "where", "mend")  # type: ignore[arg-type]

    assert Verdict().state == "ok"
    assert Verdict((finding("note"),)).state == "degraded"
    assert Verdict((finding("note"), finding("refusal"), finding("warning"))).state == "refused"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1.8.23", (1, 8, 23)),
        ("20220429", (20220429,)),
        ("2.2.12-rc1", (2, 2, 12)),
        ("115.3esr", (115, 3)),
        ("6.4.37+SSL", (6, 4, 37)),
        ("1..2", (1,)),
        ("2.x", (2,)),
    ],
)
def test_a_version_is_its_numbers(text: str, key: tuple[int, ...]) -> None:
    assert version_key(text) == key


@pytest.mark.parametrize("text", ["", "new", "v1.8", ".1", "-1", "²", "٣", " 1"])
def test_what_has_no_numbers_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="no version number"):
        version_key(text)


def test_a_version_without_its_zeros_is_the_same_version() -> None:
    target = client(quirks={"enable-hangs": QuirkSupport("option", "3.0")})
    assert meets(target, "enable-hangs", "3") == "option"


versions = st.lists(st.integers(0, 30_000_000), min_size=1, max_size=4)


@given(versions, versions, st.sampled_from(["", "-rc1", "esr", "+deb12"]))
@settings(deadline=None)
def test_versions_are_ordered_as_numbers(one: list[int], other: list[int], tail: str) -> None:
    first, second = (".".join(map(str, numbers)) + tail for numbers in (one, other))
    if len(one) == len(other):
        assert (version_key(first) < version_key(second)) == (one < other)


protocols = st.sampled_from(["imap", "pop3", "smtp"])
methods = st.lists(st.sampled_from(["password", "xoauth2", "oauthbearer"]), min_size=1, unique=True).map(
    tuple
)
endpoints = st.builds(
    Endpoint,
    protocols,
    st.just("h.x.example"),
    st.integers(1, 65535),
    st.sampled_from(["implicit", "starttls", "none"]),
    methods,
    st.sampled_from(["address", "localpart", "localpart.domain", "account-id"]),
    st.just(()),
    st.sampled_from([None, "overseas", "paid"]),
)
providers = st.builds(
    lambda servers, quirks, kind: provider(*servers, kind=kind, quirks=dict.fromkeys(quirks, ("s",))),
    st.lists(endpoints, max_size=6),
    st.sets(st.sampled_from(sorted(QUIRKS))),
    st.sampled_from(["app-password", "oauth2-only", "unknown"]),
)
speech = st.fixed_dictionaries(
    {"tls": st.sampled_from([("implicit",), ("starttls",), ("implicit", "starttls")]), "auth": methods}
)
clients = st.builds(
    lambda speaks, quirks, secret: client(protocols=speaks, quirks=quirks, secret=secret),
    st.dictionaries(protocols, speech, min_size=1),
    st.dictionaries(
        st.sampled_from(sorted(QUIRKS)),
        st.builds(QuirkSupport, st.sampled_from(SUPPORTS), st.sampled_from([None, "1.5", "3"])),
    ),
    st.sampled_from([("prompt",), ("command", "token", "prompt"), ("prompt", "oauth2")]),
)


@given(providers, clients, st.sampled_from(["1", "2.0", "20220429"]), protocols)
@settings(deadline=None)
def test_a_judgement_always_comes_with_reasons(
    mine: Provider, target: Target, version: str, protocol: str
) -> None:
    verdict = judge(mine, target, version, protocol)
    assert verdict == judge(mine, target, version, protocol)
    assert verdict.state in ("ok", "degraded", "refused")
    for finding in verdict.findings:
        assert finding.what
        assert finding.where
        assert finding.mend
    if verdict.state != "refused":
        usable = usable_endpoints(mine, target, protocol)
        assert usable
        assert all(one.tls != "none" and one.audience is None for one in usable)


@given(providers, clients, protocols)
@settings(deadline=None)
def test_a_newer_client_is_never_worse(mine: Provider, target: Target, protocol: str) -> None:
    rank = {"ok": 0, "degraded": 1, "refused": 2}
    supported = {name: item for name, item in target.quirks.items() if item.support != "unknown"}
    target = client(protocols=target.protocols, quirks=supported)
    older, newer = (judge(mine, target, version, protocol) for version in ("1.0", "9.9"))
    assert rank[newer.state] <= rank[older.state]
