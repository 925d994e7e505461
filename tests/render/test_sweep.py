"""Every provider with every target and protocol: a file that asks for TLS, or a refusal that says why."""

from __future__ import annotations

import os
from typing import Any

import pytest

from mailgen.api import Result, generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import is_published, login, targets
from tests.render.law import refusal, unsaid
from tests.support import answer
from tests.templates import asks_for_tls

CATALOGUE = open_catalogue()
PROVIDERS = [provider.id for provider in CATALOGUE.providers()]
#: In a copy of the checkout with one thing more (test_openness.py) those that it is about are enough.
SWEPT = os.environ.get("MAILGEN_SWEPT", "").split() or PROVIDERS
CREDENTIALS = {
    "prompt": Credential(),
    "command": Credential("command", Command(("pass", "show", "mail/x"))),
    "token": Credential("token", Command(("token", "x"))),
}


def configured(target: str, wish: Wish, provider: str) -> Result:
    return generate(target, "u@own.example", wish, provider=provider, catalogue=CATALOGUE)


@pytest.mark.parametrize("target", targets())
def test_every_provider_renders_or_is_refused_with_a_reason(target: str) -> None:
    """What is refused, and in which words, is what the law says; all else is a file that asks for TLS."""
    manifest = CATALOGUE.manifest(target)
    for provider in SWEPT:
        record = CATALOGUE.record(provider) or {}
        for protocol in (None, "imap", "pop3"):
            for kind, credential in CREDENTIALS.items():
                if kind != "prompt" and is_published(target):
                    continue  # no secret is asked for
                wish = Wish(name="Ada", username=login(target), protocol=protocol, credential=credential)
                result = answer(configured, target, wish, provider)
                said = result.what if isinstance(result, MailgenError) else None
                assert said == refusal(record, manifest, protocol, kind), (provider, protocol, kind)
                if said:
                    continue
                account = result.account
                incoming = account.published.incoming if account.published else (account.incoming,)
                outgoing = account.published.outgoing if account.published else (account.smtp,)
                servers = [server for server in (*incoming, *outgoing) if server]
                assert servers or not manifest["needs"]
                assert all(server.tls in ("implicit", "starttls") for server in servers)
                assert asks_for_tls(target, result.files[0].text)
                if protocol and result.target.incoming:
                    assert all(server and server.protocol == protocol for server in incoming)
                    assert incoming or account.published


#: Names of services that once lacked a server, or whose servers had been given up.
ONCE_WITHOUT = """
    charter.net spectrum.net bresnan.net centurylink.net embarqmail.com centurytel.net clds.net
    coastalnow.net cochill.net cswnet.com emadisonriver.com emadisonriver.net gallatinriver.net
    grics.net gulftel.com madisonriver.biz mebtel.net q.com elpasotel.net qwest.net kolabnow.com
    ocn.ne.jp biglobe.ne.jp aruba.it forwardemail.net
""".split()


@pytest.mark.parametrize("domain", ONCE_WITHOUT)
def test_who_reads_mail_can_send_it_too(domain: str) -> None:
    """msmtp needs a server for sending and mutt one for reading besides: both stand in the file."""
    for target in ("msmtp", "mutt"):
        result = generate(target, f"user@{domain}", catalogue=CATALOGUE)
        servers = [server for server in (result.account.incoming, result.account.smtp) if server]
        assert {server.protocol for server in servers} == {"smtp"} | ({"imap"} if target == "mutt" else set())
        text = "".join(file.text for file in result.files)
        assert all(server.host in text for server in servers)


def test_the_law_knows_every_reason() -> None:
    """The dataset has an example of each refusal that the law knows: none of them is there in vain."""
    said = set()
    for target in targets():
        manifest = CATALOGUE.manifest(target)
        for provider in PROVIDERS:
            record = CATALOGUE.record(provider) or {}
            for protocol in (None, "imap", "pop3"):
                for kind in CREDENTIALS:
                    found = refusal(record, manifest, protocol, kind) or ""
                    said.add(found.replace(record["name"]["en"], "").strip())
            if "published" in manifest:
                said |= {
                    unsaid(record, server, manifest, protocol) or ""
                    for protocol in manifest["protocols"]
                    for server in record["services"].get(protocol, ())
                }
    reasons = "closed", "no POP3 server", "no TLS", "Unsafe Login", "only OAuth2", "takes no OAuth2", "bridge"
    reasons += "does not offer POP3", "something that only you know", "another for each customer"
    for words in (*reasons, "cannot log in", "cannot ask", "for some customers", "login name", "its port"):
        assert any(words in one for one in said), words


def test_a_file_without_tls_is_noticed() -> None:
    """The judge of the sweep can say no."""
    text = generate("msmtp", "u@sohu.com", catalogue=CATALOGUE).files[0].text
    assert asks_for_tls("msmtp", text)
    assert not asks_for_tls("msmtp", text.replace("tls            on", "tls off"))
    text = generate("mutt", "u@sohu.com", catalogue=CATALOGUE).files[0].text
    assert not asks_for_tls("mutt", text.replace("ssl_force_tls = yes", "ssl_force_tls = no"))
    text = generate("thunderbird", "u@sohu.com", catalogue=CATALOGUE).files[0].text
    assert not asks_for_tls("thunderbird", text.replace('try_ssl", 3', 'try_ssl", 1'))


def without_tls(provider: str) -> bool:
    """Say whether every mail server recorded for a provider takes passwords in the clear."""
    services = (CATALOGUE.record(provider) or {})["services"]
    ways = [one["tls"] for protocol in ("imap", "pop3", "smtp") for one in services.get(protocol, ())]
    return set(ways) == {"none"}


def speaks_none(target: str, record: dict[str, Any]) -> bool:
    """Say whether a target needs incoming mail, and speaks no protocol of it that a provider offers."""
    manifest = CATALOGUE.manifest(target)
    spoken = manifest["protocols"].keys() & record["services"].keys() & {"imap", "pop3"}
    return "incoming" in manifest["needs"] and not spoken


def test_what_has_no_tls_is_refused_for_that_reason() -> None:
    """Every target, every protocol that is recorded; and naming a server of one's own is the way out."""
    refused = [id for id in PROVIDERS if without_tls(id)]
    assert len(refused) >= 15
    for provider in refused:
        record = CATALOGUE.record(provider) or {}
        domain = record["domains"][0]
        if record.get("status") == "retired":
            continue
        for target in targets():
            if not CATALOGUE.manifest(target)["needs"]:
                continue  # it talks to no server
            words, mend = "offer no TLS: anybody on the way", "ask the provider for a server with TLS"
            if is_published(target):
                words = "it has no TLS, which would show passwords"
                mend = "if there is such a server, name it"
            elif speaks_none(target, record):
                words, mend = "server is known", "give one with"
            with pytest.raises(MailgenError, match=words) as raised:
                generate(target, f"you@{domain}", catalogue=CATALOGUE)
            assert mend in raised.value.mend
        own = Wish(servers={"smtp": {"host": "smtp.own.example"}})
        result = generate("msmtp", f"you@{domain}", own, catalogue=CATALOGUE)
        assert asks_for_tls("msmtp", result.files[0].text)


@pytest.mark.parametrize("provider", [id for id in SWEPT if not without_tls(id)])
def test_every_provider_can_be_used_with_something(provider: str) -> None:
    for credential in (CREDENTIALS["token"], CREDENTIALS["prompt"]):
        for target in targets():
            if is_published(target):
                continue
            slots = (CATALOGUE.record(provider) or {}).get("slots", {})
            examples = {name: slot["example"] for name, slot in slots.items()}
            wish = Wish(username=login(target), credential=credential, slots=examples)
            try:
                generate(target, "u@own.example", wish, provider=provider, catalogue=CATALOGUE)
            except MailgenError:
                continue
            return
    pytest.fail(f"no target takes {provider}")
