"""What an owner publishes: valid, the same every time, of nobody, and told where a format cannot say it."""

from __future__ import annotations

import base64
import hashlib
import json
import plistlib
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.publishing import Publication, profile, zone
from mailgen.publishing.frame import style
from mailgen.publishing.owner import WWW, publish_domain
from mailgen.publishing.signing import Signature
from mailgen.resolve.wish import Wish
from tests.formats.xml import program_xmllint as xmllint
from tests.formats.xml import reader_autoconfig
from tests.outputs import objections
from tests.programs import need
from tests.support import ROOT
from tests.support import answer as answered

CATALOGUE = open_catalogue()
DOMAIN = "company.example"
AUTOCONFIG = [f"{WWW}/mail/config-v1.1.xml", f"{WWW}/.well-known/autoconfig/mail/config-v1.1.xml"]
PACC = f"{WWW}/.well-known/user-agent-configuration.json"
OWN = {"imap": {"host": "imap.company.example"}, "smtp": {"host": "smtp.company.example"}}


def made(provider: str | None = None, domain: str = DOMAIN, **wished: Any) -> Publication:
    signature = wished.pop("signature", None)
    return publish_domain(domain, Wish(**wished), provider, CATALOGUE, "/srv/www/x", signature)


EXMAIL = made("exmail.qq.com")
HOSTERS = [provider.id for provider in CATALOGUE.providers() if provider.mx]


def left_out(publication: Publication) -> str:
    return "\n".join(f"{one.what} {one.mend}" for one in publication.findings if one.code == "left-out")


def test_there_is_a_file_for_each_format_and_the_owner() -> None:
    assert set(EXMAIL.files) == {
        *AUTOCONFIG,
        PACC,
        f"{WWW}/autodiscover/autodiscover.xml",
        f"{WWW}/mail.mobileconfig",
        "zone.txt",
        "nginx.conf",
        "Caddyfile",
        "index.html",
        "index.zh.html",
    }
    assert EXMAIL.files[AUTOCONFIG[0]] == EXMAIL.files[AUTOCONFIG[1]]


def test_the_same_is_made_the_same_way() -> None:
    assert made("exmail.qq.com").files == EXMAIL.files


@pytest.mark.parametrize("provider", HOSTERS)
def test_every_hoster_can_be_published(provider: str) -> None:
    """What a format cannot say is told; what is there is valid and of the domain alone."""
    publication = answered(made, provider)
    if isinstance(publication, MailgenError):
        assert publication.mend
        return
    files = publication.files
    for path in (*AUTOCONFIG, f"{WWW}/autodiscover/autodiscover.xml"):
        if path in files:
            ET.fromstring(files[path])
        else:
            assert left_out(publication)
    if AUTOCONFIG[0] in files:
        described = reader_autoconfig.read(files[AUTOCONFIG[0]].decode())
        assert (described.id, described.domains) == (DOMAIN, (DOMAIN,))
    if PACC in files:
        assert not objections("pacc", json.loads(files[PACC]))
        digest = base64.b64encode(hashlib.sha256(files[PACC]).digest()).decode()
        assert (
            f'_ua-auto-config.{DOMAIN}. IN TXT "v=UAAC1; a=sha256; d={digest}"\n'
            in files["zone.txt"].decode()
        )
    assert all(b"you@" not in content for path, content in files.items() if path.startswith(WWW))


def test_the_xml_is_valid_by_the_schema() -> None:
    texts = {id: made(id).files.get(AUTOCONFIG[0], b"").decode() for id in ("exmail.qq.com", "fastmail.com")}
    texts["own"] = made(servers=OWN).files[AUTOCONFIG[0]].decode()
    found = xmllint.judged(ROOT / "schema/autoconfig.rng", texts)
    assert found == dict.fromkeys(texts, True)


def test_login_names_that_a_format_cannot_say_are_left_out_and_told() -> None:
    told = made(servers=OWN, username="you")
    assert set(told.files) & {PACC, f"{WWW}/autodiscover/autodiscover.xml"} == set()
    assert "PACC is left out" in left_out(told)
    assert "Microsoft Autodiscover is left out" in left_out(told)
    assert "%EMAILLOCALPART%" in told.files[AUTOCONFIG[0]].decode()
    for lang in ("", ".zh"):
        assert "PACC" in told.files[f"index{lang}.html"].decode()
    odd = made(servers=OWN, username=f"you.{DOMAIN}")
    assert "an SRV record cannot say it" in left_out(odd)
    assert "_imaps._tcp.company.example. IN SRV 0 0 0 ." in odd.files["zone.txt"].decode()


@pytest.mark.parametrize(
    "servers",
    [
        {"imap": {"host": "192.0.2.1"}, "smtp": {"host": "192.0.2.1"}},
        {
            "imap": {"host": "imap.x.example", "tls": "none", "port": 143},
            "smtp": {"host": "s.x.example", "tls": "none", "port": 25},
        },
    ],
    ids=["addresses", "no TLS"],
)
def test_servers_that_no_format_can_say_are_refused(servers: Any) -> None:
    with pytest.raises(MailgenError) as caught:
        made(servers=servers)
    assert "imap" in str(caught.value).lower()
    assert caught.value.mend


def test_nobody_knows_a_domain_without_a_hoster() -> None:
    with pytest.raises(MailgenError, match="no provider is known"):
        made()


# The zone


def parsed_zone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "zone"
    soa = f"{DOMAIN}. IN SOA ns.{DOMAIN}. root.{DOMAIN}. 1 3600 600 86400 1"
    head = f"$TTL 60\n{soa}\n{DOMAIN}. IN NS ns.other.example.\n"
    path.write_text(head + text)
    argv = [need("kzonecheck", "knot-dnssecutils"), "-o", DOMAIN, str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_name_server_takes_the_fragment(tmp_path: Path) -> None:
    text = EXMAIL.files["zone.txt"].decode()
    parsed_zone(text, tmp_path)
    parsed_zone(re.sub("^;(?=.* IN CNAME )", "", text, flags=re.M), tmp_path)


def test_servers_stand_in_order_and_what_is_not_there_is_said() -> None:
    servers = {**OWN, "pop3": {"host": "pop.company.example", "port": 110, "tls": "starttls"}}
    lines = [
        line for line in made(servers=servers).files["zone.txt"].decode().splitlines() if " SRV " in line
    ]
    assert lines == [
        "_imaps._tcp.company.example. IN SRV 0 1 993 imap.company.example.",
        "_pop3._tcp.company.example. IN SRV 10 1 110 pop.company.example.",
        "_submissions._tcp.company.example. IN SRV 0 1 465 smtp.company.example.",
        "_imap._tcp.company.example. IN SRV 0 0 0 .",
        "_pop3s._tcp.company.example. IN SRV 0 0 0 .",
        "_submission._tcp.company.example. IN SRV 0 0 0 .",
    ]


def test_there_is_no_clear_text_in_a_zone() -> None:
    """RFC 6186 has no service for a server without TLS, and none is made up."""
    assert {service for (_, tls), service in zone._SERVICES.items() if tls == "none"} == set()


# The profile


def payload(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(content)["PayloadContent"][0]
    return found


def test_a_profile_is_of_the_domain_and_of_nobody() -> None:
    content = EXMAIL.files[f"{WWW}/{profile.PATH}"]
    inside = payload(content)
    assert inside["IncomingMailServerHostName"] == "imap.exmail.qq.com"
    assert not {
        "EmailAddress",
        "IncomingMailServerUsername",
        "OutgoingMailServerUsername",
        "IncomingPassword",
    } & set(inside)
    other = made("exmail.qq.com", domain="other.example").files[f"{WWW}/{profile.PATH}"]
    assert plistlib.loads(other)["PayloadUUID"] != plistlib.loads(content)["PayloadUUID"]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A certificate with its chain, its key, another's key, and the authority."""
    folder = tmp_path_factory.mktemp("papers")
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    leaf = authority.create_child_ca().issue_cert(f"autoconfig.{DOMAIN}", key_type=trustme.KeyType.RSA)
    other = authority.issue_cert("x.example", key_type=trustme.KeyType.RSA)
    texts = {
        "certificate": b"".join(pem.bytes() for pem in leaf.cert_chain_pems),
        "key": leaf.private_key_pem.bytes(),
        "other": other.private_key_pem.bytes(),
        "authority": authority.cert_pem.bytes(),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    return {name: str(folder / name) for name in texts}


def test_a_signed_profile_is_verified_with_its_chain(papers: dict[str, str], tmp_path: Path) -> None:
    signature = Signature(papers["certificate"], papers["key"])
    content = made("exmail.qq.com", signature=signature).files[f"{WWW}/{profile.PATH}"]
    assert content == made("exmail.qq.com", signature=signature).files[f"{WWW}/{profile.PATH}"]
    (tmp_path / "signed").write_bytes(content)
    words = (
        f"cms -verify -binary -inform DER -in {tmp_path}/signed -CAfile {papers['authority']} -purpose any"
    )
    done = subprocess.run(["openssl", *words.split()], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == EXMAIL.files[f"{WWW}/{profile.PATH}"]
    assert Path(papers["key"]).read_bytes().splitlines()[2] not in content


@pytest.mark.parametrize(
    ("certificate", "key"), [("certificate", "other"), ("key", "key"), ("certificate", "certificate")]
)
def test_a_certificate_without_its_key_is_refused(papers: dict[str, str], certificate: str, key: str) -> None:
    with pytest.raises(MailgenError) as caught:
        made("exmail.qq.com", signature=Signature(papers[certificate], papers[key]))
    assert papers[certificate] in caught.value.where
    assert "BEGIN" not in str(caught.value)


def test_files_that_are_not_there_are_named(papers: dict[str, str]) -> None:
    for signature in (
        Signature("/nonexistent/c", papers["key"]),
        Signature(papers["certificate"], "/nonexistent/k"),
    ):
        with pytest.raises(MailgenError) as caught:
            made("exmail.qq.com", signature=signature)
        assert caught.value.where.startswith("/nonexistent/")


def test_a_profile_that_cannot_be_made_is_told_and_the_rest_is_there() -> None:
    told = made("outlook.com")
    assert f"{WWW}/{profile.PATH}" not in told.files
    assert "Apple Mail is left out" in left_out(told)
    [apple] = [one for one in told.findings if "Apple Mail" in one.what]
    assert apple.mend == "tell your people by other means"
    assert AUTOCONFIG[0] in told.files


# The index


def test_the_index_says_of_each_file_where_it_belongs() -> None:
    for lang in ("", ".zh"):
        text = EXMAIL.files[f"index{lang}.html"].decode()
        for path in EXMAIL.files:
            assert path in text or path.startswith("index"), path
        for url in (
            "https://autoconfig.company.example/mail/config-v1.1.xml",
            "https://ua-auto-config.company.example/.well-known/user-agent-configuration.json",
            "https://autodiscover.company.example/autodiscover/autodiscover.xml",
            "https://autoconfig.company.example/mail.mobileconfig",
        ):
            assert url in text
        assert "<script" not in text
    assert "什么放在哪里" in EXMAIL.files["index.zh.html"].decode()


def test_names_are_escaped_in_pages() -> None:
    text = made(servers=OWN, options={"name": "<b>&\"'"}).files["index.html"].decode()
    assert "<b>" not in text.replace("<body>", "")


def test_the_style_of_the_index_is_read_as_it_was_written() -> None:
    """A quote that is escaped there takes the font of the whole page away."""
    for name in ("index.html", "index.zh.html"):
        text = made(servers=OWN).files[name].decode()
        assert text.partition("<style>\n")[2].partition("</style>")[0] == style()
