"""Days and conditions of a provider: what is chosen, what is said of it, and on which day it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError
from mailgen.model.account import Credential
from mailgen.model.provider import Address
from mailgen.model.records import provider_from_record
from mailgen.resolve.choose import resolve
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
