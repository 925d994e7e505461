"""What is published of a provider: valid, complete, in order, of nobody, and read by the real client."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from mailgen import paths
from mailgen.api import Result, generate, plan
from mailgen.catalog.lookup import alternatives
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.wish import Wish
from tests.cases import run
from tests.formats.json import reader_pacc as pacc
from tests.formats.test_quoting import control, text
from tests.formats.xml import program_thunderbird as thunderbird_autoconfig
from tests.formats.xml import program_xmllint as xmllint
from tests.formats.xml import reader_autoconfig as autoconfig
from tests.readers import Rejected
from tests.support import QUIRKS, assert_refused

CATALOGUE = open_catalogue()
PROVIDERS = dict(CATALOGUE.records())
SCHEMA = Path(paths.data_folder("schema"))
PACC = json.loads((SCHEMA / "pacc.schema.json").read_text(encoding="utf-8"))
FORMATS = ("autoconfig-xml", "pacc")
#: The same, and one that nobody reads back into a draft.
PUBLISHED = (*FORMATS, "autodiscover-xml")
SOCKETS = {"implicit": "SSL", "starttls": "STARTTLS"}
LOGINS = {
    "address": "%EMAILADDRESS%",
    "localpart": "%EMAILLOCALPART%",
    "localpart.domain": "%EMAILLOCALPART%.%EMAILDOMAIN%",
}
LOCAL = "somebody-in-particular"


def address_of(id: str) -> str:
    """Return an address of a provider: at its first domain, or at a customer's own."""
    return f"{LOCAL}@{PROVIDERS[id].get('domains', ['company.example'])[0]}"


@cache
def published(target: str) -> dict[str, Result]:
    """Return what is published of each provider that the format can describe."""
    found = {}
    for id in PROVIDERS:
        try:
            found[id] = generate(target, address_of(id), provider=id, catalogue=CATALOGUE)
        except MailgenError:
            continue  # test_sweep.py looks at the reasons
    return found


def texts(target: str) -> dict[str, str]:
    return {id: result.files[0].text for id, result in published(target).items()}


def one(target: str, address: str, **wished: Any) -> Result:
    provider = wished.pop("provider", None)
    return generate(target, address, Wish(**wished), provider=provider, catalogue=CATALOGUE)


def described(address: str, **wished: Any) -> autoconfig.Described:
    return autoconfig.read(one("autoconfig-xml", address, **wished).files[0].text)


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


# Mozilla autoconfig


#: What is wrong -> what is replaced in a good document, by what.
WRONG = {
    "port": (">993<", ">99999<"),
    "no-port": ("      <port>993</port>\n", ""),
    "socketType": (">SSL<", ">TLS<"),
    "authentication": (">password-cleartext<", ">secret<"),
    "type": ('type="imap"', 'type="nntp"'),
    "host": (">imap.qq.com<", ">imap qq com<"),
    "no-domain": ("<domain>qq.com</domain>", ""),
    "no-id": (' id="qq.com"', ""),
    "not-well-formed": ("</clientConfig>", ""),
    "nothing": ("clientConfig", "client"),
    "page": ('url="https://', 'url="javascript:'),
}


def test_every_document_is_valid_by_our_schema_and_wrong_ones_are_not() -> None:
    good = texts("autoconfig-xml")
    single = one("autoconfig-xml", "you@foxmail.com", servers={"imap": {"host": "imap.qq.com"}}).files[0].text
    single = single.replace("foxmail.com", "qq.com")
    bad = {f"wrong-{name}": single.replace(old, new) for name, (old, new) in WRONG.items()}
    assert all(text != single for text in bad.values())
    found = xmllint.judged(SCHEMA / "autoconfig.rng", {**good, **bad, "single": single})
    assert {name for name, valid in found.items() if valid} == {*good, "single"}
    assert len(good) > 220


#: Services that take tokens only, and whose authority this Thunderbird does not know: it cannot log in there.
UNKNOWN_AUTHORITY = {"partner.outlook.cn"}


def test_thunderbird_reads_what_we_meant() -> None:
    good = texts("autoconfig-xml")
    answers = thunderbird_autoconfig.read({**good, "none": '<clientConfig version="1.1"/>'}, "ada@x.example")
    assert "does not contain" in str(answers.pop("none"))
    for id in UNKNOWN_AUTHORITY:
        assert "Lacking OAuth2 config" in str(answers.pop(id))
    for id, answer in answers.items():
        meant = autoconfig.read(good[id])
        assert not isinstance(answer, str), f"{id}: {answer}"
        assert (answer["id"], answer["name"]) == (meant.id, meant.name)
        assert answer["domains"] == list(meant.domains)
        assert [as_set_up(server, "ada@x.example") for server in meant.incoming] == answer["incoming"]
        assert [as_set_up(server, "ada@x.example")[:5] for server in meant.outgoing] == [
            server[:5] for server in answer["outgoing"]
        ]
        assert as_set_up(meant.outgoing[0], "ada@x.example") == answer["outgoing"][0]


def as_set_up(server: autoconfig.Server, address: str) -> list[str | int]:
    """Return a server in Thunderbird's numbers, the login name filled in."""
    local, _, domain = address.partition("@")
    name = server.username.replace("%EMAILADDRESS%", address)
    name = name.replace("%EMAILLOCALPART%", local).replace("%EMAILDOMAIN%", domain)
    socket = {"SSL": 3, "STARTTLS": 2}[server.socket]
    way = {"password-cleartext": 3, "OAuth2": 10}[server.ways[0]]
    return [server.type, server.host, server.port, socket, way, name]


def sayable(record: dict[str, Any], protocol: str) -> list[autoconfig.Server]:
    """Return the servers of a record that anybody may use, as the format writes them."""
    found = []
    for item in record["services"].get(protocol, ()):
        form = item.get("username", "address")
        if (
            item["tls"] == "none"
            or "audience" in item
            or form == "account-id"
            or item["host"] == "127.0.0.1"
            or "{" in item["host"]
        ):
            continue
        auth = item.get("auth", ["password"])
        ways = dict.fromkeys("password-cleartext" if way == "password" else "OAuth2" for way in auth)
        found.append(
            autoconfig.Server(
                protocol, item["host"], item["port"], SOCKETS[item["tls"]], LOGINS[form], tuple(ways)
            )
        )
    return found


def test_all_that_the_dataset_knows_is_said_in_its_order() -> None:
    said = texts("autoconfig-xml")
    for id, record in PROVIDERS.items():
        incoming = [*sayable(record, "imap"), *sayable(record, "pop3")]
        outgoing = sayable(record, "smtp")
        assert (id in said) == bool(incoming and outgoing and record.get("status") != "retired"), id
        if id not in said:
            continue
        found = autoconfig.read(said[id])
        assert [*found.incoming] == incoming
        assert [*found.outgoing] == outgoing
        assert found.pages == tuple(record.get("docs", ()))
        assert (found.name, found.short_name) == (record["name"]["en"], record["name"]["en"])
        domains = [normalise_domain(name, "")[0] for name in record.get("domains", ["company.example"])]
        assert [*found.domains] == domains
        assert found.mx == (tuple(record.get("mx", ())) if "domains" in record else ())
        assert found.id == (id if "domains" in record else "company.example")
        known = record.get("oauth2")
        if known and any("OAuth2" in server.ways for server in (*incoming, *outgoing)):
            used = {server.type for server in (*incoming, *outgoing) if "OAuth2" in server.ways}
            scopes = {scope for name in used for scope in known["scopes"].get(name, ())}
            assert {*found.oauth2.pop("scope").split(" ")} == scopes
            assert found.oauth2 == {
                "issuer": known["issuer"],
                "authURL": known["auth_url"].replace("{tenant}", "common"),
                "tokenURL": known["token_url"].replace("{tenant}", "common"),
            }
        else:
            assert found.oauth2 == {}


def test_a_customer_of_a_provider_publishes_the_own_domain_only() -> None:
    found = described("you@company.example", provider="exmail.qq.com")
    assert (found.id, found.domains, found.mx) == ("company.example", ("company.example",), ())
    assert found.incoming[0].host == "imap.exmail.qq.com"


def test_own_servers_are_those_that_appear() -> None:
    servers = {"imap": {"host": "mail.lab.example"}, "smtp": {"host": "mail.lab.example", "port": 587}}
    found = described(
        "you@lab.example", servers=servers, options={"name": "Lab & Söhne", "short_name": "Lab"}
    )
    ways = ("%EMAILADDRESS%", ("password-cleartext",))
    assert found == autoconfig.Described(
        id="lab.example",
        name="Lab & Söhne",
        short_name="Lab",
        domains=("lab.example",),
        mx=(),
        incoming=(autoconfig.Server("imap", "mail.lab.example", 993, "SSL", *ways),),
        outgoing=(autoconfig.Server("smtp", "mail.lab.example", 587, "STARTTLS", *ways),),
        pages=(),
        oauth2={},
    )
    found = described("you@qq.com", servers={"imap": {"host": "mail.qq.com"}})
    assert (found.domains, found.mx) == (("qq.com",), ())
    assert [server.host for server in found.incoming] == ["mail.qq.com"]
    assert [server.host for server in found.outgoing] == ["smtp.qq.com", "smtp.qq.com"]


@pytest.mark.parametrize(
    ("username", "written"),
    [("you@qq.com", "address"), ("you", "localpart"), ("you.qq.com", "localpart.domain")],
)
def test_the_form_of_the_login_name_is_told_by_ones_own(username: str, written: str) -> None:
    found = described("you@qq.com", username=username)
    assert {server.username for server in (*found.incoming, *found.outgoing)} == {LOGINS[written]}


def test_a_login_name_of_one_person_is_refused() -> None:
    assert_refused(
        run("autoconfig-xml", "you@qq.com", "--username", "7001"), 2, "does not follow from the address"
    )
    assert_refused(run("autoconfig-xml", "you@docomo.ne.jp"), 1, "does not follow from the address")


def test_one_incoming_protocol_can_be_chosen() -> None:
    assert {server.type for server in described("you@qq.com", protocol="pop3").incoming} == {"pop3"}


# PACC


def test_every_document_is_valid_by_the_json_schema_and_canonical() -> None:
    validator = jsonschema.Draft202012Validator(PACC)
    good = texts("pacc")
    for made in good.values():
        whole = json.loads(made)
        validator.validate(whole)
        assert made == json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    assert len(good) > 180


def document(**changes: Any) -> dict[str, Any]:
    """Return a good document with some of its parts changed, or left out where they are None."""
    parts = {
        "authentication": {"password": True},
        "info": {"provider": {"name": "X"}},
        "protocols": {"imap": {"host": "imap.x.example"}},
        **changes,
    }
    return {key: part for key, part in parts.items() if part is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"protocols": None},
        {"protocols": {}},
        {"protocols": {"imap": {"host": "a b"}}},
        {"protocols": {"imap": {"host": "a.example", "port": 1993}}},
        {"protocols": {"nntp": {"host": "a.example"}}},
        {"authentication": {"password": 1}},
        {"info": {"provider": {"name": "x" * 61}}},
        {"info": {"provider": {"name": "X", "shortName": "x" * 21}}},
        {"odd": {}},
    ],
)
def test_wrong_documents_are_not_valid(changes: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(PACC)
    assert validator.is_valid(document())
    assert not validator.is_valid(document(**changes))


def test_what_pacc_can_say_is_said_and_nothing_else() -> None:
    said = texts("pacc")
    for id, record in PROVIDERS.items():
        hosts = {}
        for protocol, name in (("imap", "imap"), ("pop3", "pop3"), ("smtp", "submit")):
            able = [
                server.host
                for server in sayable(record, protocol)
                if (server.socket, server.port) == ("SSL", pacc.PORTS[name])
                and server.username == LOGINS["address"]
                and "password-cleartext" in server.ways
            ]
            if able:
                hosts[name] = able[0]
        long = len(record["name"]["en"]) > 60
        assert (id in said) == bool(hosts and not long and record.get("status") != "retired"), id
        if id not in said:
            continue
        found = pacc.read(said[id].encode())
        assert found == pacc.Described(
            record["name"]["en"],
            record["name"]["en"] if len(record["name"]["en"]) <= 20 else "",
            record.get("docs", [""])[0],
            hosts,
            True,
        )
        missing = {"imap", "pop3", "submit"} - hosts.keys()
        told = [finding for finding in published("pacc")[id].findings if finding.code == "left-out"]
        recorded = {"submit" if protocol == "smtp" else protocol for protocol in record["services"]}
        assert len(told) == len(missing & recorded)


def test_the_record_vouches_for_exactly_the_bytes_on_standard_output() -> None:
    done = run("pacc", "you@company.example", "--provider", "exmail.qq.com")
    [line] = [line for line in done.stderr.splitlines() if "_ua-auto-config" in line]
    name, _, kind, record = line.split(maxsplit=3)
    assert (name, kind) == ("_ua-auto-config.company.example.", "TXT")
    assert pacc.agrees(record.strip('"'), done.stdout.encode())
    assert not pacc.agrees(record.strip('"'), done.stdout.strip().encode())


def test_a_protocol_that_pacc_cannot_say_is_left_out_aloud() -> None:
    servers = {"imap": {"host": "i.x.example"}, "smtp": {"host": "s.x.example", "port": 587}}
    result = one("pacc", "you@x.example", servers=servers)
    assert pacc.read(result.files[0].text.encode()).hosts == {"imap": "i.x.example"}
    [finding] = [finding for finding in result.findings if finding.code == "left-out"]
    assert finding.severity == "warning"
    assert finding.what.startswith("SMTP at s.x.example is left out: it has STARTTLS")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["you@x.example", "--imap-host", "i.x.example", "--imap-port", "1993", "--imap-tls", "implicit"],
            "its port is 1993",
        ),
        (["you@x.example", "--imap-host", "i.x.example", "--imap-tls", "starttls"], "it has STARTTLS"),
        (["you@yahoo.co.jp"], "the part before the @"),
        (["you@outlook.com"], "OAuth2 only"),
        (["you@qq.com", "--set", f"name={'x' * 61}"], "has 61 characters, and PACC allows 60"),
        (["you@qq.com", "--set", f"short_name={'x' * 21}"], "has 21 characters, and PACC allows 20"),
    ],
)
def test_what_pacc_cannot_say_is_refused_with_the_reason(words: list[str], said: str) -> None:
    assert_refused(run("pacc", *words), 1, said)


# Both


@pytest.mark.parametrize("target", PUBLISHED)
def test_nothing_is_of_the_person_who_asked(target: str) -> None:
    credential = Credential("command", Command(("pass", "show", LOCAL)))
    wished = {"name": LOCAL, "label": LOCAL, "folders": {"sent": LOCAL}, "credential": credential}
    result = one(target, f"{LOCAL}@qq.com", **wished)
    assert codes(result).count("not-expressed") == 1
    assert result.files[0].text == one(target, "else@qq.com").files[0].text
    assert all(LOCAL not in made for made in texts(target).values())


@pytest.mark.parametrize("target", FORMATS)
@given(name=text)
@settings(max_examples=150, deadline=None)
def test_a_name_is_read_back_or_refused(target: str, name: str) -> None:
    servers = {"imap": {"host": "i.x.example"}, "smtp": {"host": "s.x.example"}}
    try:
        made = one(target, "you@x.example", servers=servers, options={"name": name}).files[0].text
    except Unrepresentable:
        assert control(name) or set(name) & set("\ufffe\uffff")
        return
    except MailgenError:
        assert not name.strip() or (target == "pacc" and len(name) > 60)
        return
    assert (pacc.read(made.encode()) if target == "pacc" else autoconfig.read(made)).name == name


@pytest.mark.parametrize("target", PUBLISHED)
def test_it_has_no_place_in_an_accounts_file(target: str) -> None:
    data = {"accounts": {"home": {"address": "you@qq.com", "targets": ["msmtp", target]}}}
    with pytest.raises(MailgenError) as caught:
        plan(data, catalogue=CATALOGUE)
    assert caught.value.where == "accounts.home.targets"
    assert f"mailgen {target} you@qq.com" in caught.value.mend


def test_it_is_not_added_to_one(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    done = run("accounts", "add", "you@qq.com", "--target", "pacc", "--accounts", str(file))
    assert_refused(done, 1, "make it by itself: mailgen pacc you@qq.com")
    assert not file.exists()


def test_no_format_is_advised_where_a_client_cannot_do_it() -> None:
    for id in ("163.com", "outlook.com", "qq.com"):
        found = CATALOGUE.provider(id)
        assert found
        assert not {*alternatives(CATALOGUE, found, "imap", CATALOGUE.target("mutt"))} & {*PUBLISHED}


def test_nobody_is_sent_from_a_program_of_his_own_to_files_of_root_s() -> None:
    found = CATALOGUE.provider("outlook.com")
    assert found
    of_system = {one.name for one in CATALOGUE.targets() if one.scope == "system"}
    own = {str(name) for name in alternatives(CATALOGUE, found, "imap", CATALOGUE.target("alpine"))}
    assert "thunderbird" in own
    assert not own & of_system
    everybody_s = CATALOGUE.target(next(iter(sorted(of_system))))
    assert {str(name) for name in alternatives(CATALOGUE, found, "imap", everybody_s)} & of_system


@pytest.mark.parametrize("target", PUBLISHED)
def test_what_clients_are_not_told_of_is_told_to_the_owner(target: str) -> None:
    assert CATALOGUE.target(target).published["usernames"]
    for id, result in published(target).items():
        grave = {
            quirk
            for quirk in PROVIDERS[id].get("quirks", ())
            if QUIRKS[quirk]["severity"] != "note" and QUIRKS[quirk]["concerns"] in ("imap", "any")
        }
        if result.account.published and result.account.published.imap:
            assert grave <= {*codes(result)}


@pytest.mark.parametrize("target", FORMATS)
def test_its_help_speaks_of_no_account(target: str) -> None:
    said = run(target, "--help").stdout
    assert "--set short_name=" in said
    assert "--provider" in said
    assert not re.search("--(name|label|folder|pass|password-command|client-version)|the secret", said)


def test_what_thunderbird_refuses_the_reader_refuses() -> None:
    with pytest.raises(Rejected):
        autoconfig.read("<clientConfig/>")


def test_a_tree_is_what_a_web_server_serves(tmp_path: Path) -> None:
    for target in FORMATS:
        done = run(target, "you@qq.com", "-o", str(tmp_path), "-q")
        assert done.status == 0
    found = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()}
    assert set(found) == {"mail/config-v1.1.xml", ".well-known/user-agent-configuration.json"}
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o644}
