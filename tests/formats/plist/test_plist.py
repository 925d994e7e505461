"""Configuration profiles: two readers read back what is meant, and Apple knows every key and its type."""

from __future__ import annotations

import plistlib
import re
import string
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.api import generate
from mailgen.formats.plist.encoder import property_list
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case
from tests.formats.plist import reader
from tests.readers import Rejected

#: Apple's device management documentation: keys of each payload, their types, + where it must be there.
COMMON = """PayloadType:str+ PayloadVersion:int+ PayloadIdentifier:str+ PayloadUUID:str+
    PayloadDisplayName:str
    PayloadDescription:str PayloadOrganization:str"""
KEYS = {
    "Configuration": f"{COMMON} PayloadContent:list+",
    "com.apple.mail.managed": f"""{COMMON} EmailAccountDescription:str EmailAccountName:str
        EmailAccountType:str+ EmailAddress:str IncomingMailServerAuthentication:str+
        IncomingMailServerHostName:str+ IncomingMailServerPortNumber:int IncomingMailServerUseSSL:bool
        IncomingMailServerUsername:str OutgoingMailServerAuthentication:str+ OutgoingMailServerHostName:str+
        OutgoingMailServerPortNumber:int OutgoingMailServerUseSSL:bool OutgoingMailServerUsername:str
        OutgoingPasswordSameAsIncomingPassword:bool""",
    "com.apple.caldav.account": f"""{COMMON} CalDAVAccountDescription:str CalDAVHostName:str+ CalDAVPort:int
        CalDAVUseSSL:bool CalDAVUsername:str CalDAVPrincipalURL:str""",
    "com.apple.carddav.account": f"""{COMMON} CardDAVAccountDescription:str CardDAVHostName:str+
        CardDAVPort:int CardDAVUseSSL:bool CardDAVUsername:str CardDAVPrincipalURL:str""",
}
WORDS = {
    "EmailAccountType": {"EmailTypeIMAP", "EmailTypePOP"},
    "IncomingMailServerAuthentication": {"EmailAuthPassword"},
    "OutgoingMailServerAuthentication": {"EmailAuthPassword"},
    "PayloadVersion": {1},
}
PROFILES = [case for case in RENDERED if case.target == "apple-mobileconfig"]

texts = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=0)
values = st.recursive(
    st.booleans() | st.integers(0, 2**31) | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(string.ascii_letters, min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), values, max_size=4))
def test_what_is_meant_is_read_back_by_two_readers(structure: dict[str, Any]) -> None:
    text = property_list(structure)
    assert reader.read(text) == structure
    assert plistlib.loads(text.encode()) == structure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<plist/>",
        '<plist version="1.0"><dict><key>a</key></dict></plist>',
        '<plist version="1.0"><date/></plist>',
    ],
)
def test_the_reader_can_say_no(text: str) -> None:
    with pytest.raises(Rejected):
        reader.read(text)


@pytest.mark.parametrize("case", PROFILES, ids=str)
def test_apple_knows_every_key(case: Case) -> None:
    profile = reader.read(case.file.read_text(encoding="utf-8"))
    payloads = [profile, *profile["PayloadContent"]]
    for payload in payloads:
        known = [entry.rstrip("+").split(":") for entry in KEYS[payload["PayloadType"]].split()]
        types = dict(known)
        assert {name: type(value).__name__ for name, value in payload.items()} == {
            name: types[name] for name in payload
        }
        needed = {entry.partition(":")[0] for entry in KEYS[payload["PayloadType"]].split() if "+" in entry}
        assert needed <= payload.keys()
        assert all(payload[name] in WORDS[name] for name in WORDS.keys() & payload.keys())
    ids = [uuid.UUID(payload["PayloadUUID"]) for payload in payloads]
    assert len(set(ids)) == len(payloads) == len({payload["PayloadIdentifier"] for payload in payloads})
    assert {one.version for one in ids} == {5}


def test_a_profile_is_the_same_tomorrow_and_another_for_another() -> None:
    """The UUIDs are part of the contract with devices: these are what they were at first."""

    def ids(address: str, **wish: Any) -> list[str]:
        return re.findall(
            r"[0-9a-f]{8}-[0-9a-f-]{27}", generate("apple-mobileconfig", address, Wish(**wish)).files[0].text
        )

    assert ids("u@sohu.com")[0] == "153fa15a-b5c0-5013-ae6d-5953fd3d8273"
    assert ids("u@sohu.com") == ids("u@sohu.com", name="Ada", label="other")
    assert not {*ids("u@sohu.com")} & {*ids("v@sohu.com")}


def test_a_secret_that_is_handed_over_is_not_written() -> None:
    wish = Wish(credential=Credential("literal", secret=Secret("geheim")))
    result = generate("apple-mobileconfig", "u@sohu.com", wish)
    assert "geheim" not in result.files[0].text
    assert not re.search("Password</key>\n\t*<string>", result.files[0].text)


@pytest.mark.parametrize(("domain", "once"), [("sohu.com", True), ("qq.com", False)])
def test_the_password_is_asked_once_where_one_serves_for_all(domain: str, once: bool) -> None:
    profile = reader.read(generate("apple-mobileconfig", f"u@{domain}").files[0].text)
    assert profile["PayloadContent"][0]["OutgoingPasswordSameAsIncomingPassword"] is once
