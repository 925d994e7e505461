"""The ways to sign in, one by one: whose answers are taken, and what is shown of the rest."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest

from mailgen.core.errors import MailgenError
from mailgen.oauth2.clients import Client
from mailgen.oauth2.issuers import Issuer as Known
from mailgen.oauth2.issuers import for_client
from mailgen.oauth2.loopback import Loopback
from mailgen.oauth2.signing_in import by_paste, completed
from tests.oauth2.issuer import NAME, SCOPE, USER
from tests.support import answer

if TYPE_CHECKING:
    from tests.oauth2.issuer import Issuer

CLIENT = Client("mine", NAME, "mailgen-test")


def known(issuer: Issuer) -> Known:
    return Known(NAME, f"{issuer.url}/authorize", f"{issuer.url}/token", scopes=(SCOPE,), sends_iss=True)


@pytest.fixture
def trusted(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.ca))
    return issuer


def got(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_answer_with_another_state_is_sent_away_and_waiting_goes_on() -> None:
    waiting = Loopback("right")
    statuses: list[int] = []

    def browser() -> None:
        for query in ("state=wrong&code=1", "code=1", "state=right&code=2"):
            statuses.append(got(f"{waiting.redirect}?{query}"))

    thread = threading.Thread(target=browser)
    thread.start()
    found = waiting.answer(lambda: None)
    thread.join(20)
    assert statuses == [404, 404, 200]
    assert found == f"{waiting.redirect.rstrip('/')}/?state=right&code=2"


def test_a_port_that_another_program_holds_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(MailgenError) as refused:
            Loopback("state", port=port)
    assert "the browser cannot come back to this port: Address already in use" in str(refused.value)
    assert refused.value.where == f"127.0.0.1:{port}"
    assert "--paste" in refused.value.mend


def test_the_address_at_the_end_can_be_pasted(trusted: Issuer) -> None:
    tokens = by_paste(known(trusted), CLIENT, USER, None, lambda page: f"  {trusted.browse(page)}\n")
    assert tokens.refresh is not None
    assert tokens.access.text == trusted.tokens[-1].access_token


def test_an_address_of_another_run_is_refused_and_its_code_not_used(trusted: Issuer) -> None:
    def pasted(page: str) -> str:
        parts = urlsplit(trusted.browse(page))
        return urlunsplit(parts._replace(query=parts.query.replace("state=", "state=x")))

    with pytest.raises(MailgenError, match="belongs to another request"):
        by_paste(known(trusted), CLIENT, USER, None, pasted)
    assert not trusted.tokens


def test_what_the_dataset_lacks_the_issuer_is_asked_for(trusted: Issuer) -> None:
    trusted.iss = trusted.url
    asked = completed(Known(trusted.url.removeprefix("https://"), scopes=(SCOPE,)))
    assert (asked.auth_url, asked.token_url) == (f"{trusted.url}/authorize", f"{trusted.url}/token")
    assert asked.sends_iss


def test_no_secret_goes_to_an_address_without_tls() -> None:
    plain = Known(NAME, f"https://{NAME}/a", f"http://{NAME}/t")
    assert isinstance(answer(for_client, plain, CLIENT), MailgenError)


def test_the_tenant_is_the_clients_then_the_one_that_is_named_then_the_datasets() -> None:
    issuer = Known(NAME, f"https://{NAME}/{{tenant}}/a", f"https://{NAME}/{{tenant}}/t", tenant="common")
    own = Client("own", NAME, "x", tenant="lab.example")
    urls = [
        for_client(issuer, client, tenant).auth_url
        for client, tenant in ((own, "other"), (CLIENT, "other"), (CLIENT, ""))
    ]
    assert urls == [f"https://{NAME}/{tenant}/a" for tenant in ("lab.example", "other", "common")]
