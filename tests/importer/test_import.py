"""Importing files that mailgen wrote gives the same accounts again; what others wrote is kept or listed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailgen.accounts.requests import requests, wish_for
from mailgen.api import Result, generate, plan
from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.commands.import_ import as_yaml
from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.importer.convert import accounts_file
from mailgen.importer.templates import is_filled
from mailgen.lint.linter import lint
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import PROGRAMS_FILES, Case, forms, run, whose_files
from tests.lint.test_lint import GOOD
from tests.render.law import refusal
from tests.support import ROOT, assert_refused, cli

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailgen.importer.losses import Loss

CATALOGUE = open_catalogue()
SHELF = CatalogueShelf(CATALOGUE)
TARGETS = {name: SHELF.target(name) for name in forms()}
PROVIDERS = [provider.id for provider in CATALOGUE.providers()]
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "schema" / "accounts.schema.json").read_text(encoding="utf-8"))
)

PASS = Credential("command", Command(("pass", "show", "mail/x")))
WISHES = (
    Wish(),
    Wish(name="Ada", username="u", credential=PASS),
    Wish(protocol="pop3", username="u"),
    Wish(protocol="imap", credential=Credential("token", Command(("token", "x")))),
)


def imported(*files: tuple[str, str] | tuple[str, str, str]) -> tuple[dict[str, Any], list[Loss]]:
    """Import files, each a target, a text and maybe a path, by way of YAML; the data must be valid."""
    readings = [
        (path[0] if path else f"{target}.txt", SHELF.formats[target].read(text, target))
        for target, text, *path in files
    ]
    data, losses = accounts_file(readings, SHELF, TARGETS, SHELF.formats)
    again = yaml.safe_load(as_yaml(data, ["x"]))
    assert again == data
    SCHEMA.validate(data)
    return data, losses


def rendered(target: str, data: Mapping[str, Any]) -> list[str]:
    """Render each account of an accounts file by itself."""
    texts = []
    for request in requests(data):
        wish = wish_for(request, TARGETS[target])
        result = generate(
            target, str(request.address), wish, provider=request.data.get("provider"), catalogue=CATALOGUE
        )
        texts.append(result.files[0].text)
    return texts


def assert_comes_back(result: Result) -> dict[str, Any]:
    """What is rendered from the import of a file is that file, and nothing was lost on the way."""
    target, text = result.target.name, result.files[0].text
    data, losses = imported((target, text))
    assert rendered(target, data) == [text], data
    told = [loss for loss in losses if loss.name != "the address"]
    assert told == []
    (entry,) = data["accounts"].values()
    if TARGETS[target].outgoing:  # the files of the others do not tell it
        assert entry["address"] == result.account.address
    return entry


@pytest.mark.parametrize("case", PROGRAMS_FILES, ids=str)
def test_golden_files_come_back(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    target = whose_files(case.target)
    data, losses = imported((target, text))
    assert [loss for loss in losses if loss.name != "the address"] == []
    if target == case.target:
        assert rendered(target, data) == [text], data
    else:
        assert said(target, *rendered(target, data)) == said(target, text), data


def said(target: str, text: str) -> tuple[object, ...]:
    """Return what a file says of its one account, wherever in it: another target has lines of its own."""
    (one,) = SHELF.formats[target].read(text, target).accounts
    servers = [server and replace(server, statements={}) for server in (one.incoming, one.smtp)]
    others = sorted(other.raw for other in one.others)
    return (
        one.label,
        one.address,
        servers,
        [(secret.kind, secret.statement.text) for secret in one.secrets],
        others,
    )


def test_what_a_machine_needs_to_send_is_kept() -> None:
    """What mailgen writes for the whole system, and the same below defaults, as people have it."""
    (case,) = [case for case in PROGRAMS_FILES if str(case) == "msmtp-system-pass"]
    text = case.file.read_text(encoding="utf-8")
    lines = [
        "set_from_header on",
        "allow_from_override off",
        "aliases /etc/aliases",
        "undisclosed_recipients on",
    ]
    people = "\n".join(
        ["defaults", *lines, "account relay", *text.splitlines()[3:13], "account default: relay"]
    )
    for written, kept in ((text, lines[:2]), (people, lines)):
        data, losses = imported(("msmtp", written))
        ((_, account),) = data["accounts"].items()
        assert sorted(account["extra"]["msmtp"]) == sorted(kept), losses
        assert losses == []
        assert SHELF.formats["msmtp"].read(rendered("msmtp", data)[0], "msmtp").accounts[0].smtp


@pytest.mark.parametrize("target", forms())
def test_every_provider_comes_back(target: str) -> None:
    came = set()
    for id in PROVIDERS:
        provider = SHELF.of_id(id)
        assert provider
        for address in ["ada@own.example", *(f"ada@{domain}" for domain in provider.domains[:1])]:
            for wish in WISHES:
                try:
                    result = generate(target, address, wish, provider=id, catalogue=CATALOGUE)
                except MailgenError:
                    continue
                entry = assert_comes_back(result)
                came.add(id)
                if SHELF.of_domain(address.rpartition("@")[2]) == provider and wish.username is None:
                    assert not entry.keys() & {"provider", "imap", "pop3", "smtp", "username"}, entry
    ways = [
        (protocol, kind) for protocol in (None, "imap", "pop3") for kind in ("prompt", "command", "token")
    ]
    manifest = CATALOGUE.manifest(target)
    nobody = {
        id
        for id in PROVIDERS
        if all(refusal(CATALOGUE.record(id) or {}, manifest, *way) is not None for way in ways)
    }
    assert set(PROVIDERS) - came == nobody


#: What people call themselves and their accounts: one line, nothing that a terminal would act upon.
NAMES = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=30)
IDS = st.from_regex("[a-z][a-z0-9.-]{0,8}", fullmatch=True)
PLAIN = st.from_regex("[a-z][a-z0-9]{0,5}", fullmatch=True)
LOCALS = st.from_regex(r"[a-z0-9!#$&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,5})?", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(
    target=st.sampled_from(forms()),
    domain=st.sampled_from(["sohu.com", "qq.com", "gmail.com", "yahoo.co.jp"]),
    local=LOCALS,
    name=NAMES,
    label=st.none() | NAMES,
    username=st.none() | NAMES,
    argv=st.lists(NAMES, min_size=1, max_size=3),
)
def test_any_words_come_back(
    target: str,
    domain: str,
    local: str,
    name: str,
    label: str | None,
    username: str | None,
    argv: list[str],
) -> None:
    # What looks like a place that another program fills in is lost, and told: see the corpus.
    assume(not any(map(is_filled, (f"{local}@{domain}", local, name, label or "", username or ""))))
    wish = Wish(
        name=name, label=label, username=username, credential=Credential("command", Command(tuple(argv)))
    )
    try:
        result = generate(target, f"{local}@{domain}", wish, catalogue=CATALOGUE)
    except MailgenError:
        return
    _, losses = imported((target, result.files[0].text))
    # A command that holds a word to fill in, or what may be the secret, is lost, and that is told.
    assume(not any(loss.name.startswith("pass") or loss.name.endswith("_pass") for loss in losses))
    assert_comes_back(result)


HOUSEHOLD: dict[str, dict[str, Any]] = {
    "home": {
        "address": "ada@sohu.com",
        "name": "Ada O'Brien",
        "password_command": ["pass", "mail/ada"],
        "reply_to": "mail@sohu.com",
        "identities": [{"address": "dr.ada@sohu.com", "name": "Dr. Ada"}, "a.d.a@sohu.com"],
    },
    "work": {"address": "ada@qq.com", "name": "艾达", "default": True, "folders": {"sent": "已发送"}},
    "lab": {
        "address": "ada@lab.example",
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "smtp": {"host": "smtp.lab.example", "port": 587, "tls": "starttls"},
        "extra": {"msmtp": "logfile ~/x", "mutt": "set imap_keepalive = 60", "fetchmail": "fetchall"},
    },
    "jp": {"address": "ada@yahoo.co.jp", "protocol": "pop3", "credential": "prompt"},
}


def household(target: str, accounts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Render all accounts for one target; returns the texts by path."""
    data = {"accounts": {id: {**entry, "targets": [target]} for id, entry in accounts.items()}}
    return {file.path: file.text for file in plan(data, catalogue=CATALOGUE)}


@pytest.mark.parametrize("target", forms())
def test_several_accounts_come_back(target: str) -> None:
    can = TARGETS[target]
    given = {
        id: entry
        for id, entry in HOUSEHOLD.items()
        if not can.incoming or entry.get("protocol", "imap") in can.protocols
    }
    if "prompt" not in can.secret:  # such a program asks nobody
        given = {id: {"password_command": ["pass", "x"], **entry} for id, entry in given.items()}
        given.get("jp", {}).pop("credential", None)
    texts = household(target, given)
    data, losses = imported(*((target, text, path) for path, text in texts.items()))
    assert household(target, data["accounts"]) == texts, data
    assert len(data["accounts"]) == len(given)
    assert [loss for loss in losses if loss.name != "the address"] == []
    if can.outgoing:  # the others have no word for the default
        default = [] if target == "himalaya" else ["work"]  # the user's own part may name one
        assert [id for id, entry in data["accounts"].items() if entry.get("default")] == default
        assert list(data["accounts"]) == [id for id in ("work", "home", "lab", "jp") if id in given]


@st.composite
def households(draw: st.DrawFn) -> dict[str, Any]:
    found = {}
    for id in draw(st.lists(IDS, unique=True, min_size=1, max_size=4)):
        domain = draw(st.sampled_from(["sohu.com", "qq.com", "gmail.com", "yahoo.co.jp", "lab.example"]))
        address = f"{draw(PLAIN)}.{len(found)}@{domain}"
        entry: dict[str, Any] = {"address": address}
        if domain == "lab.example":
            entry |= {"imap": {"host": "imap.lab.example"}, "smtp": {"host": f"smtp.{draw(PLAIN)}.example"}}
        for key, values in {
            "name": NAMES,
            "password_command": st.lists(NAMES, min_size=1, max_size=3),
            # Not twice at one server: to the hooks of mutt two such accounts are one.
            "username": PLAIN.map(f"u{len(found)}{{}}".format),
            "reply_to": st.just("answers@sohu.com"),
        }.items():
            if draw(st.booleans()):
                entry[key] = draw(values)
        if draw(st.booleans()):
            entry["identities"] = [
                {"address": f"i{count}.{address}", **({"name": draw(NAMES)} if draw(st.booleans()) else {})}
                for count in range(draw(st.integers(1, 2)))
            ]
        found[id] = entry
    return found


@settings(max_examples=100, deadline=None)
@given(target=st.sampled_from(forms()), accounts=households())
def test_any_household_comes_back(target: str, accounts: dict[str, Any]) -> None:
    try:
        texts = household(target, accounts)
    except MailgenError:
        return
    data, losses = imported(*((target, text, path) for path, text in texts.items()))
    assert household(target, data["accounts"]) == texts, data
    assert [loss for loss in losses if loss.name != "the address"] == []
    if TARGETS[target].outgoing:
        assert {entry["address"] for entry in data["accounts"].values()} == {
            entry["address"] for entry in accounts.values()
        }


MSMTP = """defaults
tls on
logfile ~/.msmtp.log
account home
host smtp.sohu.com
port 465
tls_starttls off
auth on
from ada@sohu.com
user ada@sohu.com
passwordeval "gpg -dq ~/.pw.gpg | head -1"
account work : home
host smtp.qq.com
from ada@qq.com
user ada@qq.com
password "hunter2 secret"
tls_certcheck off
account default : work
"""
MUTT = r"""set from="ada@sohu.com" realname='Ada' imap_user=ada@sohu.com
set imap_pass="`pass show mail/ada`" imap_keepalive=60
set folder=imaps://imap.sohu.com/ spoolfile=+INBOX
color normal white black
bind index j next-entry
bind index k previous-entry
my_hdr Reply-To: dr.ada@sohu.com
source ~/.mutt/colours
"""


def test_files_of_one_address_become_one_account() -> None:
    data, losses = imported(("msmtp", MSMTP), ("mutt", MUTT))
    assert list(data["accounts"]) == ["home", "work"]
    home, work = data["accounts"].values()
    assert home == {
        "address": "ada@sohu.com",
        "name": "Ada",
        "reply_to": "dr.ada@sohu.com",
        "smtp": {"password_command": ["sh", "-c", "gpg -dq ~/.pw.gpg | head -1"]},
        "password_command": ["pass", "show", "mail/ada"],
        "targets": ["msmtp", "mutt"],
        "extra": {"msmtp": ["logfile ~/.msmtp.log"], "mutt": ["set imap_keepalive=60"]},
    }
    assert work == {
        "address": "ada@qq.com",
        "targets": ["msmtp"],
        "extra": {"msmtp": ["logfile ~/.msmtp.log"]},
        "default": True,
    }
    told = {(loss.name, loss.where) for loss in losses}
    assert ("password", "msmtp.txt:16") in told
    assert ("tls_certcheck", "msmtp.txt:17") in told
    assert not {name for name, _ in told} & {"imap_pass", "passwordeval"}  # each server has its own
    assert ("bind", "mutt.txt:5-6") in told
    assert ("color", "mutt.txt:4") in told
    assert ("source", "mutt.txt:8") in told
    assert "hunter2" not in repr(losses) + repr(data)


def test_words_mean_what_their_own_program_means() -> None:
    include = "include more\naccount a\nhost smtp.sohu.com\nfrom ada@sohu.com\n"
    _, losses = imported(("msmtp", include), ("mutt", "set include = yes\n"))
    told = {loss.where: loss.why for loss in losses if loss.name == "include"}
    assert told == {
        "msmtp.txt:1": "another file, which was not read",
        "mutt.txt:1": "it is about the program and not about an account",
    }


HOOKS = r"""unset imap_user
account-hook . 'unset imap_user; unset imap_pass'
account-hook imaps://imap\.sohu\.com 'set imap_user="user@sohu.com"; set imap_pass="`cat ~/.pw-sohu`"'
account-hook imaps://imap\.qq\.com   'set imap_user="user@qq.com"; set imap_pass="`cat ~/.pw-qq`"'
set folder = 'imaps://imap.sohu.com/'
folder-hook 'imaps://imap\.sohu\.com/' 'set from="user@sohu.com" smtp_url="smtps://user%40sohu.com@smtp.sohu.com:465/"'
folder-hook 'imaps://imap\.qq\.com/' 'set from="user@qq.com" smtp_url="smtp://user%40qq.com@smtp.qq.com:587/"'
"""


def test_accounts_in_hooks_are_found() -> None:
    data, _ = imported(("mutt", HOOKS))
    assert list(data["accounts"].values()) == [
        {"address": "user@sohu.com", "password_command": ["cat", "~/.pw-sohu"], "targets": ["mutt"]},
        {
            "address": "user@qq.com",
            "smtp": {"host": "smtp.qq.com", "port": 587, "tls": "starttls"},
            "password_command": ["cat", "~/.pw-qq"],
            "targets": ["mutt"],
        },
    ]


FETCHMAIL = """set daemon 300
defaults protocol pop3 timeout 60
poll mail.lab.example with interval 2
  user ada there has password "s3cret!" is ada here ssl keep fetchall mda "procmail -d %T"
  user "bob@lab.example" pass 's3cret2!' no sslcertck
poll label via imap.sohu.com proto imap user "ada@sohu.com" ssl keep sslcertfile "/etc/ca.pem"
"""


def test_fetchmail_is_imported() -> None:
    data, losses = imported(("fetchmail", FETCHMAIL))
    ada, bob, sohu = data["accounts"].values()
    assert ada["address"] == "ada@lab.example"
    assert ada["username"] == "ada"
    assert ada["pop3"] == {"host": "mail.lab.example", "port": 995, "tls": "implicit"}
    assert ada["options"] == {"fetchmail": {"mda": ["procmail", "-d", "%T"]}}
    assert ada["extra"] == {"fetchmail": ["fetchall", "is ada"]}
    assert bob["pop3"] == {"host": "mail.lab.example", "port": 110, "tls": "starttls"}
    assert sohu == {
        "address": "ada@sohu.com",
        "targets": ["fetchmail"],
        "options": {"fetchmail": {"ca_file": "/etc/ca.pem"}},
    }
    told = {(loss.name, loss.where) for loss in losses}
    assert ("password", "fetchmail.txt:4-5") in told
    assert ("daemon", "fetchmail.txt:1") in told
    assert ("interval", "fetchmail.txt:3") in told
    assert ("sslcertck", "fetchmail.txt:5") in told
    assert ("keep", "fetchmail.txt:5") in told  # bob's mail was deleted on the server
    assert "s3cret" not in repr(losses) + repr(data)


def test_a_thunderbird_profile_is_imported() -> None:
    result = generate("thunderbird", "ada@sohu.com", Wish(name="Ada"), catalogue=CATALOGUE)
    text = result.files[0].text.replace('identities", "id1"', 'identities", "id1,id2"')
    text += """user_pref("mail.identity.id2.useremail", "dr.ada@sohu.com");
user_pref("mail.identity.id2.fullName", "Dr. Ada");
user_pref("mail.identity.id2.smtpServer", "smtp1");
user_pref("mail.server.server1.timeout", 29);
user_pref("app.update.lastUpdateTime.x", 1);
user_pref("app.update.lastUpdateTime.y", 2);
user_pref("broken", "\\t");
"""
    data, losses = imported(("thunderbird", text))
    (entry,) = data["accounts"].values()
    assert entry["identities"] == [{"address": "dr.ada@sohu.com", "name": "Dr. Ada"}]
    last = text.count("\n")
    assert {(loss.name, loss.lines) for loss in losses} == {
        ("mail.server.server1.timeout", (last - 3,)),
        ("app.update.*", (last - 2, last - 1)),
        ("unreadable", (last,)),
    }


#: Target, what is replaced in a good file of the lab's servers and by what, and the server that comes of it.
CONTRADICTIONS = [
    ("msmtp", "tls_starttls off", "tls_starttls on", "smtp", 465, "implicit", 7),
    ("fetchmail", "  ssl\n", "", "imap", 993, "implicit", 1),
    ("mutt", "smtps://", "smtp://", "smtp", 465, "implicit", 8),
    ("neomutt", "imap.sohu.com:993", "imap.sohu.com:143", "imap", 143, "starttls", 7),
    ("thunderbird", 'socketType", 3', 'socketType", 2', "imap", 993, "implicit", 8),
]


@pytest.mark.parametrize(("target", "old", "new", "protocol", "port", "tls", "line"), CONTRADICTIONS)
def test_a_form_of_tls_that_the_port_speaks_against_is_told_and_mended(
    target: str, old: str, new: str, protocol: str, port: int, tls: str, line: int
) -> None:
    text = GOOD[target].replace(old, new).replace("sohu.com", "lab.example")
    data, losses = imported((target, text))
    [account] = data["accounts"].values()
    assert account[protocol] == {"host": f"{protocol}.lab.example", "port": port, "tls": tls}
    [told] = losses
    assert (told.name, told.lines) == (f"{protocol}.tls", (line,))
    assert f"port {port} of {protocol} does not go with" in told.why
    assert f"{tls} goes with it" in told.why


def test_a_contradiction_at_a_known_server_needs_no_words_of_its_own() -> None:
    data, losses = imported(("msmtp", GOOD["msmtp"].replace("tls_starttls off", "tls_starttls on")))
    [account] = data["accounts"].values()
    assert account.keys().isdisjoint(("smtp", "imap"))
    assert [told.name for told in losses] == ["smtp.tls"]


def test_a_port_of_another_protocol_is_kept_and_told() -> None:
    text = GOOD["msmtp"].replace("port 465", "port 993").replace("sohu.com", "lab.example")
    data, losses = imported(("msmtp", text))
    [account] = data["accounts"].values()
    assert account["smtp"]["port"] == 993
    [told] = losses
    assert (told.name, told.lines) == ("smtp.port", (6,))


def test_a_pair_that_is_on_record_comes_back_as_it_is() -> None:
    """Implicit TLS at port 587 is a mistake elsewhere; here the operator has it so."""
    for target in ("msmtp", "mutt"):
        data, losses = imported((target, generate(target, "ada@charter.net").files[0].text))
        [account] = data["accounts"].values()
        assert account.keys().isdisjoint(("smtp", "imap"))
        assert "smtp.tls" not in [told.name for told in losses]


def test_a_server_without_tls_is_left_to_the_provider() -> None:
    text = "account default\nhost smtp.163.com\nport 25\nauth on\nfrom ada@163.com\nuser ada@163.com\n"
    data, losses = imported(("msmtp", text))
    assert data["accounts"] == {
        "ada-163.com": {"address": "ada@163.com", "username": "ada@163.com", "targets": ["msmtp"]}
    }
    assert [loss.why for loss in losses if "differs" in loss.why] == ["it differs for msmtp (smtp: port 25)"]


#: Target, settings that no field of an account holds, and whether they are kept as lines of the user's own.
FURTHER = [
    ("msmtp", "logfile ~/x", True),
    ("msmtp", f"tls_fingerprint {':'.join(['AA'] * 20)}", True),
    ("msmtp", "timeout 30", True),
    ("msmtp", "auth login", False),
    ("msmtp", "protocol lmtp", False),
    ("msmtp", "eval echo x", False),
    ("fetchmail", "fetchall", True),
    ("fetchmail", "is ada here", True),
    ("fetchmail", "no rewrite", True),
    ("fetchmail", "limit 1000", True),
    ("fetchmail", 'sslproto "tls1.3+"', False),
    ("fetchmail", "interval 5", False),
    ("mutt", "set imap_keepalive = 60", True),
    ("mutt", "set hostname = ada.example", True),
    ("mutt", "unset imap_passive", True),
    ("mutt", "set imap_authenticators = 'plain'", True),
    ("mutt", "set record = ~/sent", False),
    ("mutt", "set spoolfile = ~/Mail/inbox", False),
    ("mutt", "set folder = imaps://imap.sohu.com/below", False),
    ("mutt", "set smtp_url = imaps://imap.sohu.com/", False),
    ("mutt", "set sendmail = '/usr/bin/msmtp'", False),
    ("mutt", "set sort = threads", False),
    ("mutt", "set imap_headers = `date`", False),
    ("mutt", "macro index x y", False),
    ("mutt", "set pop_delete = yes", False),
    ("mutt", "set signature = 'fortune|'", False),
    ("thunderbird", 'user_pref("mail.server.server1.timeout", 29);', False),
    ("thunderbird", 'user_pref("mail.identity.id1.organization", "x");', False),
    ("thunderbird", 'user_pref("mail.server.server1.leave_on_server", false);', False),
    ("thunderbird", 'user_pref("mail.server.server1.authMethod", 5);', False),
    ("thunderbird", 'user_pref("mailnews.x", 1);', False),
]


@pytest.mark.parametrize(("target", "line", "kept"), FURTHER)
def test_nothing_is_dropped_in_silence(target: str, line: str, kept: bool) -> None:
    """A setting is kept as a line of the user's own, or told as lost with its line."""
    text = generate(target, "ada@sohu.com", catalogue=CATALOGUE).files[0].text
    place = text.index("account default") if target == "msmtp" else len(text)
    number = text.count("\n", 0, place) + 1
    data, losses = imported((target, f"{text[:place]}{line}\n{text[place:]}"))
    (entry,) = data["accounts"].values()
    if kept:
        assert entry["extra"] == {target: [line.removesuffix(" here")]}
        assert losses == []
    else:
        assert "extra" not in entry
        assert number in {told for loss in losses for told in loss.lines}, losses


#: What is put into files to make them odd: words of all grammars, and what stands between them.
PIECES = st.sampled_from(
    """defaults account host port user from auth tls tls_starttls password passwordeval poll skip via
    protocol imap pop3 service no ssl sslcertck sslproto keep mda is here set unset folder-hook account-hook
    send-hook source imap_user imap_pass smtp_url folder spoolfile record my_hdr Reply-To: from= imap_pass=
    user_pref( "mail.account.account1.server" "mail.accountmanager.accounts" "mail.smtpservers" "server1"
    "mail.server.server1.type" "mail.server.server1.port" "account1,account2" "imap" 993 465 -1 on off true
    imap.qq.com smtp.163.com pop3.163.com ada@qq.com u@x ada@163.com imaps://u@imap.qq.com:993/ localhost
    smtp://a:b@h:x/ imaps://[::1 imaps://[::1]:99/ `id` $x ${y} {address} : , ; ) ( = " ' \\ # // /* */
    | ~f ^a[.]b default * é \N{REPLACEMENT CHARACTER} \0 [ ] @ 1.2.3.4 99999 xoauth2 \\x41 \\101
    ssl_force_tls=no""".split()
) | st.sampled_from(["\n", "\n", " ", "\t", "\r\n", "\\\n", "", "", '", "', '");\n'])


@settings(max_examples=300, deadline=None)
@given(target=st.sampled_from(sorted(GOOD)), data=st.data())
def test_no_file_is_too_odd(target: str, data: st.DataObject) -> None:
    """Whatever is put into a file, it is read, judged and imported, and the outcome is valid."""
    words = re.split(r"(\s+|[\"'=@:/,;()])", GOOD[target])
    for _ in range(data.draw(st.integers(1, 6))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(PIECES)
    text = "".join(words)
    format = SHELF.formats[target]
    reading = format.read(text, target)
    lint(reading, format, SHELF, TARGETS[target])
    for one in (*reading.statements, *reading.unread):
        assert 1 <= one.mark.line <= one.mark.last_line <= text.count("\n") + 1
        assert one.mark.column >= 1
    found, _ = accounts_file([("x", reading)], SHELF, TARGETS, SHELF.formats)
    SCHEMA.validate(found)
    assert yaml.safe_load(as_yaml(found, ["x"])) == found


def test_the_command_line_prints_or_writes_and_never_overwrites(tmp_path: Path) -> None:
    file, accounts = tmp_path / ".msmtprc", tmp_path / "accounts.yaml"
    file.write_text(MSMTP, encoding="utf-8")
    outcome = cli("import", str(file))
    assert outcome.status == 0
    assert yaml.safe_load(outcome.stdout)["accounts"]["work"]["address"] == "ada@qq.com"
    assert outcome.stdout.startswith("# Made by mailgen import from .msmtprc.\n")
    assert "mailgen secret set" in outcome.stderr
    assert f"{file}:16" in outcome.stderr
    assert "hunter2" not in outcome.stdout + outcome.stderr
    assert cli("import", str(file), "-o", str(accounts)).stdout == ""
    assert accounts.read_text(encoding="utf-8") == outcome.stdout
    assert accounts.stat().st_mode & 0o777 == 0o600
    assert_refused(run("import", str(file), "-o", str(accounts)), 1, "does not write over it")
    file.write_text("logfile x\n", encoding="utf-8")
    assert_refused(run("import", str(file)), 1, "no account was found")
    assert_refused(run("import", str(file), "--as", "pine"), 2, "pine")


@pytest.mark.parametrize(
    ("target", "line", "lost"),
    [
        ("msmtp", "passwordeval echo {}", "passwordeval"),
        ("msmtp", "passwordeval get --password {}", "passwordeval"),
        ("mutt", "set imap_pass = `printf %s {}`", "imap_pass"),
        ("mutt", "set imap_oauth_refresh_command = 'echo {}'", "imap_oauth_refresh_command"),
        ("mutt", "set pop_host = pops://a:{}@pop.example.org", "pop_host"),
        ("mutt", "set tunnel = 'ssh -o PASSWORD={} h.example'", "tunnel"),
        ("mutt", "set trash = imaps://ada:{}@h.example/Trash", "trash"),
        ("fetchmail", "user ada@sohu.com keep preconnect 'curl -u a:{} h.example'", "preconnect"),
        ("fetchmail", "user ada@sohu.com keep mda 'curl -u a:{} h.example'", "mda"),
    ],
)
def test_a_secret_in_a_value_is_a_loss(target: str, line: str, lost: str) -> None:
    """Whatever it stands in: the line is told by its name, and neither told nor taken over itself."""
    above = {
        "msmtp": "account a\nhost smtp.sohu.com\nfrom ada@sohu.com\nauth on\n",
        "mutt": "set from = ada@sohu.com\nset folder = imaps://ada%40sohu.com@imap.sohu.com\n",
        "fetchmail": "poll imap.sohu.com protocol imap\n",
    }[target]
    data, losses = imported((target, above + line.replace("{}", "s3cret") + "\n"))
    assert next(iter(data["accounts"].values()))["address"] == "ada@sohu.com"
    assert lost in [loss.name for loss in losses]
    assert "s3cret" not in as_yaml(data, ["x"]) + repr(losses)


@pytest.mark.parametrize(
    "command",
    ["pass show x | awk '{print $2}'", 'printf %s "$(pass show x)"', "lpass show --password x", "echo $PW"],
)
def test_a_command_that_fetches_is_kept(command: str) -> None:
    text = f"account a\nhost smtp.sohu.com\nfrom ada@sohu.com\nauth on\npasswordeval {command}\n"
    data, _ = imported(("msmtp", text))
    assert "password_command" in data["accounts"]["a"]


def test_a_file_that_nobody_knows_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    known, letter = tmp_path / ".msmtprc", tmp_path / "letter"
    known.write_text(MSMTP, encoding="utf-8")
    letter.write_text("Dear Ada,\n", encoding="utf-8")
    outcome = run("import", str(letter), str(known))
    assert outcome.status == 2
    assert f"where: {letter}" in outcome.stderr
    assert list(yaml.safe_load(outcome.stdout)["accounts"]) == ["home", "work"]


def test_what_is_about_the_program_is_one_line_unless_all_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "muttrc"
    file.write_text(MUTT, encoding="utf-8")
    short, long = run("import", str(file)).stderr, run("import", "-v", str(file)).stderr
    assert "not taken over: 3 settings (color, bind): they are about the program" in short
    assert "not taken over: bind" not in short
    assert "not taken over: bind" in long


def test_losses_are_told_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "muttrc"
    file.write_text(
        "set from=ada@sohu.com\nset folder=~/Mail\nset spoolfile=/var/mail/ada\n", encoding="utf-8"
    )
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = run("import", str(file)).stderr
    assert "未接收：邮件的读取和发送方式：该文件读取本机的文件夹（~/Mail）" in said
    assert "targets 中去掉 mutt" in said
