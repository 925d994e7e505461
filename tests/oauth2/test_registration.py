"""An issuer that takes any program: mailgen registers once, and says what it is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.oauth2.issuers import issuer_of
from mailgen.oauth2.loopback import HOSTS
from tests.oauth2.issuer import USER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home


@pytest.fixture
def open_home(home: Home, issuer: Issuer) -> Home:
    """A home without a registry, whose provider names an issuer and nothing of its addresses."""
    (home.config / "oauth2-clients.yaml").unlink()
    issuer.iss = issuer.url.replace("localhost", "127.0.0.1")
    path = home.config / "providers" / "lab.example.yaml"
    text = re.sub(r"^  (auth|token|device|revoke)_url: .*\n", "", path.read_text(), flags=re.MULTILINE)
    text = text.replace("registration: self", "registration: dynamic")
    text = text.replace("https://login.lab.example", issuer.iss)
    path.write_text(text.replace("issuer: login.lab.example", "issuer: 127.0.0.1"))
    return home


def record(home: Home) -> Path:
    [found] = (home.path / ".local/state/mailgen/logins").glob("client.*")
    return found


def test_mailgen_registers_once_and_is_used_for_all_logins(open_home: Home, issuer: Issuer) -> None:
    done = open_home.sign_in()
    assert done.status == 0, done.stderr
    [client] = issuer.registered
    assert client.metadata["redirect_uris"] == ["http://127.0.0.1/"]
    assert client.metadata["token_endpoint_auth_method"] == "none"
    assert issuer.tokens[-1].client_id == client.client_id
    assert record(open_home).stat().st_mode & 0o777 == 0o600
    assert json.loads(record(open_home).read_text())["client_secret"] not in done.stdout + done.stderr
    token = open_home.run("token", USER, "--fresh")
    assert (token.status, issuer.refreshes) == (0, 1), token.stderr
    assert open_home.sign_in().status == 0
    assert len(issuer.registered) == 1
    assert open_home.run("logout", USER).status == 0
    assert all(one.revoked for one in issuer.tokens[-1].family)


def test_a_secret_is_shown_where_the_registration_says_so(open_home: Home, issuer: Issuer) -> None:
    issuer.registers_with = "client_secret_post"
    done = open_home.sign_in()
    assert done.status == 0, done.stderr
    assert open_home.run("token", USER, "--fresh").status == 0


def test_a_registration_that_is_forgotten_there_is_made_anew(open_home: Home, issuer: Issuer) -> None:
    assert open_home.sign_in().status == 0
    kept = json.loads(record(open_home).read_text())
    record(open_home).write_text(json.dumps({**kept, "client_secret_expires_at": 1}))
    assert open_home.sign_in().status == 0
    assert len(issuer.registered) == 2


def test_who_may_not_register_is_told(open_home: Home, issuer: Issuer) -> None:
    issuer.registers = False
    done = open_home.run("login", USER, "--no-browser")
    assert done.status == 1
    assert "does not register mailgen: access_denied" in done.stderr
    assert "oauth2-clients.yaml" in done.stderr


def test_one_that_speaks_in_the_name_of_another_is_asked_for_nothing(open_home: Home, issuer: Issuer) -> None:
    issuer.iss = "https://elsewhere.example"
    done = open_home.run("login", USER, "--no-browser")
    assert done.status == 1
    assert "is of another issuer" in done.stderr
    assert not issuer.registered


def test_before_somebody_signs_in_nothing_is_missing(open_home: Home, issuer: Issuer) -> None:
    done = open_home.run("msmtp", USER)
    assert done.status == 0, done.stderr
    assert f"mailgen login {USER}" in done.stderr
    assert "client id" not in done.stderr
    assert not issuer.registered


def test_what_an_issuer_wants_of_programs_is_said_when_mailgen_registers(
    open_home: Home, issuer: Issuer
) -> None:
    """One that knows localhost only, and asks what the token is for (RFC 8707)."""
    path = open_home.config / "providers" / "lab.example.yaml"
    wants = (
        "redirect: [loopback-localhost, private-scheme]\n  parameters: {resource: https://jmap.lab.example/}"
    )
    path.write_text(path.read_text().replace("redirect: [loopback-127]", wants))
    done = open_home.sign_in()
    assert done.status == 0, done.stderr
    [client] = issuer.registered
    assert client.metadata["redirect_uris"] == ["http://localhost/"]
    assert "resource=https%3A%2F%2Fjmap.lab.example%2F" in done.stderr


def test_the_dataset_knows_who_registers_programs() -> None:
    """Such an issuer publishes its metadata, and sends browsers back to this machine."""
    found = {}
    for provider in open_catalogue().providers():
        if provider.oauth2.get("registration") == "dynamic":
            found[provider.id] = issuer_of(provider, ["imap", "smtp"])
    assert "fastmail.com" in found
    for issuer in found.values():
        assert issuer.registers
        assert issuer.url.startswith("https://")
        assert set(issuer.redirect) & HOSTS.keys()
        assert issuer.scopes
