"""Servers beyond mail: set up where a provider has them, left out and told, or refused where needed."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.api import Result, generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.resolve.own_servers import is_theirs
from mailgen.resolve.wish import Wish

CATALOGUE = open_catalogue()
TARGET = CATALOGUE.target("apple-mobileconfig")


def made(address: str, target: Any = TARGET, **wish: Any) -> Result:
    return generate(target, address, Wish(**wish), catalogue=CATALOGUE)


def hosts(result: Result) -> dict[str, str]:
    return {protocol: server.host for protocol, server in result.account.further.items()}


def told(result: Result) -> list[str]:
    return [str(finding.what) for finding in result.findings if finding.code == "left-out"]


def test_what_the_provider_has_is_set_up() -> None:
    result = made("u@163.com")
    assert hosts(result) == {"caldav": "caldav.163.com", "carddav": "contacts.163.com"}
    servers = result.account.servers
    assert servers["caldav"]
    assert servers["imap"]
    assert servers["smtp"]
    assert servers["caldav"].username == "u@163.com"
    assert servers["pop3"] is None
    assert servers["jmap"] is None


def test_a_port_and_a_path_are_part_of_the_address() -> None:
    caldav = made("u@posteo.de").account.servers["caldav"]
    assert caldav
    assert (caldav.host, caldav.port, caldav.path) == ("posteo.de", 8443, "")
    caldav = made("u@fastmail.com").account.servers["caldav"]
    assert caldav
    assert (caldav.port, caldav.path, caldav.link.url) == (443, "/dav/", "https://caldav.fastmail.com/dav/")


@pytest.mark.parametrize(("option", "left"), [("calendars", {"carddav"}), ("contacts", {"caldav"})])
def test_an_option_leaves_it_out_in_silence(option: str, left: set[str]) -> None:
    result = made("u@163.com", options={option: False})
    assert hosts(result).keys() == left
    assert told(result) == []


def test_what_would_not_work_is_left_out_and_told() -> None:
    result = made("u@gmail.com")
    assert hosts(result) == {}
    where = {"CalDAV": "apidata.googleusercontent.com", "CardDAV": "www.googleapis.com"}
    assert told(result) == [
        f"{name} at {host} is left out: Gmail accepts only OAuth2 over {name}, which Apple Mail cannot do"
        for name, host in where.items()
    ]
    result = made("u@ik.me")
    assert hosts(result) == {}
    assert ["does not follow from the address" in one for one in told(result)] == [True, True]


def test_what_little_attests_is_told() -> None:
    what = [str(finding.what) for finding in made("u@163.com").findings if finding.code == "unconfirmed"]
    assert [one for one in what if one.startswith("contacts.163.com:443 (CardDAV) is not confirmed")]


def test_who_has_servers_of_his_own_has_no_calendar_at_another_s() -> None:
    own = {"imap": {"host": "imap.own.example"}, "smtp": {"host": "smtp.own.example"}}
    assert hosts(made("u@163.com", servers=own)) == {}
    assert hosts(made("u@163.com", servers={"smtp": own["smtp"]})) == {}
    theirs = {"imap": {"host": "imap.163.com"}}
    assert hosts(made("u@163.com", servers=theirs)).keys() == {"caldav", "carddav"}


def test_what_is_needed_is_refused_where_it_cannot_be_had() -> None:
    needy = replace(TARGET, needs=(*TARGET.needs, "caldav"))
    assert hosts(made("u@163.com", needy, options={"calendars": False})).keys() == {"caldav", "carddav"}
    with pytest.raises(MailgenError, match="no CalDAV server is known for Sohu Mail"):
        made("u@sohu.com", needy)
    with pytest.raises(MailgenError, match="Gmail accepts only OAuth2 over CalDAV"):
        made("u@gmail.com", needy)


def test_the_user_s_own_parts_of_an_address_are_filled_in() -> None:
    able = replace(
        TARGET,
        secret=("token",),
        protocols={
            name: {**can, "auth": ["xoauth2", "oauthbearer"]} for name, can in TARGET.protocols.items()
        },
    )
    from mailgen.model.server import Credential
    from mailgen.model.tokens import Command

    token = Credential("token", Command(("token",)))
    link = made("a+b/c@gmail.com", able, credential=token).account.servers["caldav"].link  # type: ignore[union-attr]
    assert link.url == "https://apidata.googleusercontent.com/caldav/v2/a%2Bb%2Fc@gmail.com/user"


def test_a_server_beyond_mail_does_not_say_whose_a_host_is() -> None:
    """Where calendars lie, other people's programs lie too."""
    gmail = CATALOGUE.provider("gmail.com")
    assert gmail
    assert gmail.endpoints["caldav"][0].host == "apidata.googleusercontent.com"
    assert not is_theirs(gmail, "mail.customer.googleusercontent.com")
    assert is_theirs(gmail, "imap.gmail.com")
