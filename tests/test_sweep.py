"""Every provider with every target and protocol: a configuration, or a refusal that says why."""

from __future__ import annotations

import pytest

from mailgen.api import generate
from mailgen.catalog import open_catalogue
from mailgen.errors import MailgenError
from mailgen.model import Command, Credential
from mailgen.resolve import Wish
from tests.cases import targets

CATALOGUE = open_catalogue()
PROVIDERS = [id for id, _ in CATALOGUE.providers()]
CREDENTIALS = {
    "prompt": Credential(),
    "command": Credential("command", Command(("pass", "show", "mail/x"))),
    "token": Credential("token", Command(("token", "x"))),
}


@pytest.mark.parametrize("target", targets())
def test_every_provider_renders_or_is_refused_with_a_reason(target: str) -> None:
    rendered = 0
    refused: list[tuple[str | None, ...]] = []
    for provider in PROVIDERS:
        for protocol in (None, "imap", "pop3"):
            for kind, credential in CREDENTIALS.items():
                wish = Wish(name="Ada", username="u", protocol=protocol, credential=credential)
                try:
                    result = generate(target, "u@own.example", wish, provider=provider, catalogue=CATALOGUE)
                except MailgenError as error:
                    refused.append((error.what, error.where, error.mend, provider, protocol, kind))
                    continue
                rendered += 1
                servers = [server for server in (result.account.incoming, result.account.smtp) if server]
                assert servers
                assert all(server.tls in ("implicit", "starttls") for server in servers)
                if protocol and result.target.incoming:
                    assert result.account.incoming
                    assert result.account.incoming.protocol == protocol
    assert all(all(reason[:3]) for reason in refused)
    assert rendered > len(PROVIDERS), "most providers work with most clients"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_can_be_used_with_something(provider: str) -> None:
    wish = Wish(username="u", credential=CREDENTIALS["token"]), Wish(username="u")
    for one in wish:
        for target in targets():
            try:
                generate(target, "u@own.example", one, provider=provider, catalogue=CATALOGUE)
            except MailgenError:
                continue
            return
    pytest.fail(f"no target takes {provider}")
