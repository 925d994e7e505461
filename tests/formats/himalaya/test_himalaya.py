"""Himalaya's config.toml: what both generations know, read by the standard library.

The program is in no archive that the tests have; its sources say which keys it takes, and it refuses others.
"""

from __future__ import annotations

import shlex
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.formats import structure
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import targets
from tests.templates import asks_for_tls

CATALOGUE = open_catalogue()
PASS = Credential("command", Command(("pass", "show", "mail/x y")))
TOKEN = Credential("token", Command(("token", "x")))
#: What an account may have: config.rs of v2.1.0, and of v1.2.0 with the crates of its lock file.
SECOND = """default email display-name imap.server imap.starttls imap.sasl-ir imap.id.auto smtp.server
    smtp.starttls mailbox.alias.sent mailbox.alias.drafts mailbox.alias.trash""".split() + [
    f"{part}.sasl.{way}"
    for part in ("imap", "smtp")
    for way in (
        "plain.username", "plain.password.command", "xoauth2.username", "xoauth2.token.command",
        "oauthbearer.username", "oauthbearer.token.command",
    )
]  # fmt: skip
FIRST = (
    "default email display-name folder.aliases.sent folder.aliases.drafts folder.aliases.trash".split()
    + [
        f"{part}.{key}"
        for part in ("backend", "message.send.backend")
        for key in "type host port encryption.type login auth.type auth.cmd".split()
    ]
)


def account(address: str, version: str = "2.1.0", **wish: Any) -> dict[str, Any]:
    given = Wish(**{"credential": PASS, "client_version": version, **wish})
    text = generate("himalaya", address, given, catalogue=CATALOGUE).files[0].text
    assert asks_for_tls("himalaya", text)
    [found] = tomllib.loads(text)["accounts"].values()
    return dict(flat(found))


def flat(table: dict[str, Any], above: str = "") -> Any:
    for name, value in table.items():
        yield from flat(value, f"{above}{name}.") if isinstance(value, dict) else [(f"{above}{name}", value)]


@pytest.mark.parametrize(("version", "known"), [("2.1.0", SECOND), ("1.2.0", FIRST)])
def test_every_provider_s_settings_are_known_to_the_program(version: str, known: list[str]) -> None:
    made = 0
    for provider in CATALOGUE.providers():
        for credential in (PASS, TOKEN):
            wish = Wish(name="Ada", username="u", credential=credential, client_version=version)
            try:
                result = generate(
                    "himalaya", "u@own.example", wish, provider=provider.id, catalogue=CATALOGUE
                )
            except MailgenError:
                continue
            [found] = tomllib.loads(result.files[0].text)["accounts"].values()
            assert {name for name, _ in flat(found)} <= set(known)
            made += 1
    assert made > 150


def test_coremail_is_told_who_it_is_and_logged_in_to_in_two_steps() -> None:
    found = account("u@163.com")
    assert found["imap.id.auto"] is True
    assert found["imap.sasl-ir"] is False
    with pytest.raises(MailgenError, match="ID command"):
        account("u@163.com", "1.2.0")


@pytest.mark.parametrize("version", ["2.1.0", "1.2.0"])
def test_starttls_is_never_left_to_chance(version: str) -> None:
    own = {"host": "h.example", "port": 143, "tls": "starttls"}
    found = account("u@own.example", version, servers={"imap": own, "smtp": {**own, "port": 587}})
    if version < "2":
        assert (
            found["backend.encryption.type"] == found["message.send.backend.encryption.type"] == "start-tls"
        )
    else:
        assert (found["imap.server"], found["imap.starttls"]) == ("imap://h.example:143", True)
        assert (found["smtp.server"], found["smtp.starttls"]) == ("smtp://h.example:587", True)


def test_a_command_is_what_was_meant_by_both() -> None:
    words = ("sh", "-c", "echo \"$1\" '#' \\ %", "it's")
    wish = {"credential": Credential("command", Command(words))}
    assert account("u@sohu.com", **wish)["imap.sasl.plain.password.command"] == [*words]
    assert shlex.split(account("u@sohu.com", "1.2.0", **wish)["backend.auth.cmd"]) == [*words]
    home = {"credential": Credential("command", Command(("cat", "~/my secret")))}
    assert account("u@sohu.com", **home)["smtp.sasl.plain.password.command"] == [
        "sh",
        "-c",
        "cat ~/'my secret'",
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=8),
    st.sampled_from(["2.1.0", "1.2.0"]),
)
def test_names_and_folders_are_read_back(value: str, version: str) -> None:
    found = account("u@sohu.com", version, name=value, folders={"sent": value})
    assert found["display-name"] == value
    assert found["mailbox.alias.sent" if version > "2" else "folder.aliases.sent"] == value


@pytest.mark.parametrize("name", ["$HOME", "a$b", "~", "~root", "${x}"])
def test_a_login_name_that_would_be_expanded_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable, match="expands"):
        account("u@sohu.com", username=name)
    assert account("u@sohu.com", "1.2.0", username=name)["backend.login"] == name


def test_version_1_is_given_no_token() -> None:
    with pytest.raises(Unrepresentable, match="from version 2 on"):
        account("u@gmail.com", "1.2.0", credential=TOKEN)
    assert account("u@gmail.com", credential=TOKEN)["imap.sasl.xoauth2.token.command"] == ["token", "x"]


def test_only_files_that_a_library_writes_are_merged_by_their_names() -> None:
    """Else a template's text would stand in the user's file; of an ini file settings are compared."""
    for target in targets():
        for file in CATALOGUE.target(target).files:
            assert file.merge != "keys" or file.encoder or file.under.startswith("ini ")
            if file.encoder:
                assert structure.encoder(file.encoder)
