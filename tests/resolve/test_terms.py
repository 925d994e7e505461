"""Days and conditions of a provider: what is chosen, what is said of it, and on which day it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError
from mailgen.model.provider import Address
from mailgen.model.records import provider_from_record
from mailgen.model.server import Credential, Server
from mailgen.resolve.choose import resolve
from mailgen.resolve.terms import about_terms
from mailgen.resolve.wish import Wish
from tests.support import answer, client

if TYPE_CHECKING:
    from mailgen.model.finding import Finding
    from mailgen.model.provider import Provider
    from mailgen.resolve.wish import Resolution

YOU = Address("you", "x.example", "x.example")
COMPARED = "2026-11-28"
HINT = {"en": "Make one.", "zh": "请生成一个。"}
PASSWORD = {"kind": "login-password"}
CODE = {"kind": "app-password", "hint": HINT}
TOKEN = {"kind": "oauth2-only", "hint": HINT}


def server(protocol: str, **more: Any) -> dict[str, Any]:
    return {"host": f"{protocol}.x.example", "port": 1, "tls": "implicit", "sources": ["page"], **more}


def record(credentials: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a record of a catalogue whose newest comparison was on COMPARED; `more` by protocol."""
    both = {"auth": ["password", "xoauth2"]}
    return {
        "name": {"en": "X", "zh": "某邮箱"},
        "domains": ["x.example"],
        "services": {"imap": [server("imap", **both)], "smtp": [server("smtp", **both)], **more},
        "credentials": credentials,
        "sources": {"page": {"kind": "vendor", "url": "https://x.example/", "checked": COMPARED}},
        "compared": COMPARED,
    }


def provider(credentials: dict[str, Any], *cases: dict[str, Any], **more: Any) -> Provider:
    whole = (
        {**credentials, "cases": [{"sources": ["page"], **case} for case in cases]} if cases else credentials
    )
    return provider_from_record("x.example", record(whole, **more))


def made(of: Provider, wish: Wish | None = None, **changes: Any) -> Resolution:
    return resolve(YOU, of, client(**changes), wish or Wish())


def found(of: Provider, wish: Wish | None = None) -> dict[str, Finding]:
    return {finding.code: finding for finding in made(of, wish).findings if finding.code != "folders-unknown"}


def test_a_secret_may_be_another_over_each_protocol() -> None:
    """As where passwords still send mail, but read none: who only sends is not asked for a token."""
    of = provider(TOKEN, {"protocols": ["smtp"], **PASSWORD})
    sending = made(of, incoming=False, kind="submit").account
    assert sending.smtp is not None
    assert sending.smtp.auth == "password"
    refused = answer(made, of)
    assert isinstance(refused, MailgenError)
    assert "only OAuth2" in refused.what
    both = made(of, Wish(credential=Credential("token"))).account
    assert [one.auth for one in (both.incoming, both.smtp) if one] == ["xoauth2", "xoauth2"]


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        ({"from": "2026-11-28"}, "login-password"),
        ({"from": "2026-11-29"}, "app-password"),
        ({"from": "2026-11"}, "login-password"),
        ({"from": "2026-12"}, "app-password"),
        ({"until": "2026-11-28"}, "login-password"),
        ({"until": "2026-11-27"}, "app-password"),
        ({"until": "2026-11"}, "login-password"),
        ({"until": "2026-10"}, "app-password"),
        ({"from": "2025-01", "until": "2027-01-01"}, "login-password"),
        ({"from": "2026-12-01", "until": "2027-01-01"}, "app-password"),
    ],
)
def test_a_day_is_judged_beside_the_newest_comparison(days: dict[str, str], kind: str) -> None:
    """The day itself is part of it, and a month is so as a whole."""
    of = provider(CODE, {**PASSWORD, **days})
    assert [of.credentials.over(one).kind for one in ("imap", "smtp")] == [kind, kind]
    assert [one.kind for one in of.secrets(["imap", "smtp"])] == [kind]


def test_what_ends_and_what_comes_is_told_with_its_day() -> None:
    ends = found(provider(TOKEN, {"protocols": ["imap", "smtp"], **PASSWORD, "until": "2026-12-31"}))[
        "secret-ends"
    ]
    assert ends.severity == "warning"
    assert ends.what == (
        "X wants the password of its web site until 2026-12-31 only; then it wants OAuth2; no password works"
    )
    assert ends.mend == "Make one."
    comes = found(provider(PASSWORD, {**CODE, "from": "2027-01"}))["secret-changes"]
    assert comes.what == "from 2027-01 on X wants an app password, not the login password"
    assert worded(comes.what, "zh") == "自 2027-01 起，某邮箱需要使用应用专用密码，而非登录密码"
    assert worded(comes.mend, "zh") == "请生成一个。"
    over = found(provider({**PASSWORD, "until": "2026-01"}))["secret-ends"]
    assert over.what == (
        "X wanted the password of its web site until 2026-01; what it wants now is not known"
    )
    assert "secret-ends" not in found(
        provider(TOKEN, {**PASSWORD, "until": "2026-12-31"}), Wish(credential=Credential("token"))
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"two_factor": True}, "where two-factor sign-in is on for the account, X wants an app password"),
        ({"passwordless": False}, "where sign-in without a password is off for the account, X wants an app"),
        ({"separate_password": True, "two_factor": False}, "is demanded and two-factor sign-in is off for"),
    ],
)
def test_what_a_setting_of_the_account_decides_is_told_and_not_guessed(
    when: dict[str, bool], said: str
) -> None:
    of = provider(PASSWORD, {**CODE, "when": when})
    assert of.credentials.over("imap").kind == "login-password"
    note = found(of)["secret-depends"]
    assert note.severity == "note"
    assert said in note.what
    assert note.mend == "Make one."


def test_mail_programs_may_be_refused() -> None:
    refused = answer(made, provider(PASSWORD, {"protocols": ["smtp"], "kind": "none"}))
    assert isinstance(refused, MailgenError)
    assert refused.what == "X lets no mail program log in over SMTP"
    depends = found(provider(PASSWORD, {"when": {"two_factor": True}, "kind": "none"}))["secret-depends"]
    assert depends.what == "where two-factor sign-in is on for the account, X refuses mail programs"


def test_a_server_is_chosen_within_its_days() -> None:
    old, new = server("imap", host="old.x.example"), server("imap", host="new.x.example")
    for until, host in (("2026-11-27", "new.x.example"), ("2026-11-28", "old.x.example")):
        chosen = made(provider(PASSWORD, imap=[{**old, "until": until}, new])).account.incoming
        assert chosen is not None
        assert chosen.host == host
    of = provider(PASSWORD, imap=[{**old, "until": "2026-12"}, {**new, "from": "2027-01"}])
    told = found(of)["server-ends"]
    assert told.what == "old.x.example:1 (IMAP) is in use until 2026-12 only"
    assert told.mend == "from 2027-01 on take new.x.example"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"until": "2026-10"}, "X has offered SMTP until 2026-10, and does not any more"),
        ({"from": "2027-01-01"}, "X offers SMTP from 2027-01-01 on only"),
    ],
)
def test_a_protocol_of_another_time_is_refused_with_the_day(days: dict[str, str], said: str) -> None:
    refused = answer(made, provider(PASSWORD, smtp=[server("smtp", **days)]))
    assert isinstance(refused, MailgenError)
    assert refused.what == said


def test_a_server_of_the_users_own_follows_the_one_of_its_name() -> None:
    """Its login and its ways to log in are those of the recorded server, whomever that is for."""
    of = provider(
        PASSWORD,
        imap=[
            server("imap", until="2026-01"),
            server("imap", host="far.x.example", username="localpart", audience="cn"),
        ],
    )
    chosen = made(of, Wish(servers={"imap": {"host": "far.x.example"}})).account.incoming
    assert chosen is not None
    assert (chosen.host, chosen.username) == ("far.x.example", "you")


WHERE = {"en": "Open the settings.", "zh": "打开设置。"}


def plus(**facts: Any) -> Provider:
    """Return the provider with more in its record."""
    return provider_from_record("x.example", {**record(PASSWORD), **facts})


def test_a_protocol_that_is_off_at_first_is_told_with_the_way_to_its_switch() -> None:
    of = plus(off_by_default=[{"protocols": ["smtp"], "where": WHERE, "sources": ["page"]}])
    note = found(of)["off-by-default"]
    assert (note.severity, note.what, note.mend) == (
        "note",
        "SMTP must be switched on first at X",
        WHERE["en"],
    )
    assert worded(note.what, "zh") == "某邮箱的 SMTP 须先开启"
    assert worded(note.mend, "zh") == WHERE["zh"]
    both = plus(off_by_default=[{"where": WHERE, "by": "administrator", "sources": ["page"]}])
    assert found(both)["off-by-default"].what == "the administrator must switch IMAP, SMTP on first at X"
    pop3 = plus(off_by_default=[{"protocols": ["pop3"], "where": WHERE, "sources": ["page"]}])
    assert "off-by-default" not in found(pop3)


def test_a_plan_that_a_protocol_needs_is_told() -> None:
    named = found(plus(plan=[{"protocols": ["imap"], "name": {"en": "X Plus"}, "sources": ["page"]}]))[
        "needs-plan"
    ]
    assert (named.severity, named.what) == ("warning", "X offers IMAP only with X Plus")
    paying = found(plus(plan=[{"sources": ["page"]}]))["needs-plan"]
    assert paying.what == "X offers IMAP, SMTP to paying customers only"
    assert "needs-plan" not in found(plus(plan=[{"protocols": ["pop3"], "sources": ["page"]}]))


def test_what_is_not_offered_is_told_from_what_is_not_known() -> None:
    only = Wish(protocol="pop3")
    gap, refusal = answer(made, plus(), only), answer(made, plus(not_offered={"pop3": ["page"]}), only)
    assert isinstance(gap, MailgenError)
    assert isinstance(refusal, MailgenError)
    assert gap.what == "no POP3 server is known for X"
    assert "pop3.host" in gap.mend
    assert refusal.what == "X does not offer POP3"
    assert "pop3.host" not in refusal.mend


@pytest.mark.parametrize(
    ("days", "what"),
    [
        ({}, "X moves its mailboxes to y.example"),
        ({"from": "2025-06"}, "since 2025-06 X moves its mailboxes to y.example"),
        ({"until": "2026-10"}, "X has moved its mailboxes to y.example by 2026-10"),
        ({"from": "2027-01"}, None),
    ],
)
def test_a_move_is_told_with_how_to_tell(days: dict[str, str], what: str | None) -> None:
    move = {"provider": "y.example", "how_to_tell": WHERE, "sources": ["page"], **days}
    told = found(plus(migrating_to=move)).get("migrating")
    assert (told.what if told else None) == what
    assert told is None or told.mend == "Open the settings. If yours has moved, take provider: y.example"


def test_who_moves_in_is_no_stranger() -> None:
    stays = found(plus(domains=["y.example"]))
    assert "foreign-domain" in stays
    assert "foreign-domain" not in found(plus(domains=["y.example"], moved_in=["x.example"]))


def test_limits_are_told_to_who_only_sends() -> None:
    of = plus(limits={"messages_per_day": 500, "message_mb": 25, "mailbox_mb": 9, "sources": ["page"]})
    sending = {one.code: one for one in made(of, incoming=False, kind="submit").findings}
    assert sending["limits"].what == "X takes at most 500 messages a day, 25 MB a message"
    assert worded(sending["limits"].what, "zh") == "某邮箱最多接受每天 500 封、每封 25 MB"
    assert "limits" not in found(of)


@pytest.mark.parametrize(
    ("registration", "severity"),
    [("closed", "warning"), ("request", "note"), ("review", None), ("self", None), ("dynamic", None)],
)
def test_who_may_have_tokens_is_told_to_who_wants_some(registration: str, severity: str | None) -> None:
    oauth2 = {"issuer": "x.example", "scopes": {"imap": ["mail"]}, "sources": ["page"]}
    of = plus(oauth2={**oauth2, "registration": registration})
    told = found(of, Wish(credential=Credential("token"))).get("oauth2-registration")
    assert (told.severity if told else None) == severity
    assert "oauth2-registration" not in found(of)


SLOT = {"customer": {"ask": WHERE, "example": "w1", "sources": ["page"]}}


def slotted(host: str = "{customer}.x.example") -> Provider:
    return provider_from_record(
        "x.example", {**record(PASSWORD, smtp=[server("smtp", host=host)]), "slots": SLOT}
    )


def test_a_part_of_a_host_that_only_the_user_knows_is_asked_for() -> None:
    refused = answer(made, slotted())
    assert isinstance(refused, MailgenError)
    assert refused.what == "the name of this server holds something that only you know: Open the settings."
    assert worded(refused.mend, "zh") == "请用 --slot customer=w1 给出"
    filled = made(slotted(), Wish(slots={"customer": "w042"})).account.smtp
    assert filled is not None
    assert filled.host == "w042.x.example"
    own = made(slotted(), Wish(servers={"smtp": {"host": "w7.x.example", "port": 465}})).account.smtp
    assert own is not None
    assert own.host == "w7.x.example"
    domain = made(slotted("mail.{domain}")).account.smtp
    assert domain is not None
    assert domain.host == "mail.x.example"


@pytest.mark.parametrize(
    "value", ["", "a.b", "evil.example/", "-a", "a-", "A", "a b", "a\n", "{customer}", "é", "a" * 64]
)
def test_what_fills_it_is_a_part_of_one_label(value: str) -> None:
    refused = answer(made, slotted(), Wish(slots={"customer": value}))
    assert isinstance(refused, MailgenError)
    assert "cannot be a part of a host name" in refused.what
    assert refused.mend == "Open the settings. It looks like w1"


@pytest.mark.parametrize("of", [slotted(), plus()])
def test_what_no_host_has_a_place_for_is_refused(of: Provider) -> None:
    refused = answer(
        made, of, Wish(slots={"customer": "w1", "region": "eu"} if of.slots else {"region": "eu"})
    )
    assert isinstance(refused, MailgenError)
    assert refused.what == "no server of X has a name with 'region'"


def test_the_servers_of_a_slot_are_known_by_their_form() -> None:
    [one] = slotted("w0{customer}-mail.x.example").endpoints["smtp"]
    assert one.is_at("w0123-mail.x.example")
    for other in ("w0-mail.x.example", "w0123.x.example", "w0a.b-mail.x.example", "w01-mail.evil.example"):
        assert not one.is_at(other)


def test_several_servers_of_one_protocol_are_one_protocol() -> None:
    """As a document for everybody has them: all servers, in order of preference."""
    of = provider_from_record(
        "x.example",
        {
            **record({**CODE, "until": "2026-12-31"}, smtp=[server("smtp"), server("smtp", port=2)]),
            "off_by_default": [{"where": HINT, "sources": ["page"]}],
        },
    )
    chosen = [Server(one, "you", "password") for one in (*of.endpoints["imap"], *of.endpoints["smtp"])]
    said = {finding.code: finding for finding in about_terms(of, chosen)}
    assert said["off-by-default"].what == "IMAP, SMTP must be switched on first at X"
    assert said["secret-ends"].where == "X, IMAP, SMTP"
