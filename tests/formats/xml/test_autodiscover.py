"""Autodiscover says of every provider what its record says, as far as a file for everybody can."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from mailgen.core.errors import MailgenError, Unrepresentable
from tests.formats.test_quoting import control, text
from tests.formats.xml import reader_autodiscover as reader
from tests.readers import Doubtful, Rejected
from tests.resolve.test_publish import PROVIDERS, one, published

GOOD = one("autodiscover-xml", "you@qq.com").files[0].text


def test_the_servers_are_those_of_the_record() -> None:
    """All that have TLS, log in with the address and a password, and are for everybody now; in its order."""
    made = published("autodiscover-xml")
    assert len(made) > 200
    for id, result in made.items():
        servers = reader.read(result.files[0].text).servers
        settings = result.account.published.settings if result.account.published else ()
        assert [(one.type, one.host, one.port, one.tls) for one in servers] == [
            (one.protocol, one.host, one.port, one.tls) for one in settings
        ]
        recorded = [
            (protocol, one["host"], one["port"], one["tls"])
            for protocol in ("imap", "pop3", "smtp")
            for one in PROVIDERS[id]["services"].get(protocol, ())
            if one.get("username", "address") == "address" and "password" in one.get("auth", ["password"])
        ]
        assert set(map(tuple, servers)) <= set(recorded), id


@given(name=text)
@settings(max_examples=100, deadline=None)
def test_a_name_is_read_back_or_refused(name: str) -> None:
    servers = {"imap": {"host": "i.x.example"}, "smtp": {"host": "s.x.example"}}
    try:
        made = one("autodiscover-xml", "you@x.example", servers=servers, options={"name": name})
    except Unrepresentable:
        assert control(name) or set(name) & set("\ufffe\uffff")
        return
    except MailgenError:
        assert not name.strip()
        return
    assert reader.read(made.files[0].text).name == name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2006a", "2007"),
        (">settings<", ">redirect<"),
        (">email<", ">x<"),
        ("</Autodiscover>", ""),
    ],
)
def test_what_is_no_answer_is_rejected(old: str, new: str) -> None:
    with pytest.raises(Rejected):
        reader.read(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"), [("<SSL>on", "<SSL>off"), (">SSL<", ">None<"), ("<SPA>", "<LoginName>x</LoginName><SPA>")]
)
def test_what_would_be_guessed_is_a_doubt(old: str, new: str) -> None:
    with pytest.raises(Doubtful):
        reader.read(GOOD.replace(old, new))
