"""Every line of every file has an answer: where it comes from, who says so, and why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from mailgen import paths
from mailgen.accounts import reader
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.dataset import templates
from mailgen.dataset.outlines import outline_text
from mailgen.explain.account import reasons_for
from mailgen.explain.lines import HIDDEN, ExplainedLine, explain, explain_files, explain_household, whys_for
from mailgen.explain.reason import Case, Reason
from mailgen.formats import structure
from mailgen.model.account import Account, Folders, Identity
from mailgen.model.provider import Source
from mailgen.model.server import Credential
from mailgen.model.target import TargetFile
from mailgen.model.tokens import Command, FileName, Folder, Label, Secret, Verbatim
from mailgen.render.files import render
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import resolve
from mailgen.resolve.compat import meets
from mailgen.resolve.wish import Wish
from tests.cases import ACCOUNTS, RENDERED, TESTS, is_published, run, targets
from tests.cases import Case as Golden
from tests.support import QUIRKS, assert_refused, cli, client, endpoint, on_terminal, provider

CATALOGUE = open_catalogue()
HOUSEHOLDS = sorted((TESTS / "households").glob("*.yaml"))
PROVIDERS = dict(CATALOGUE.records())
OPTIONS: dict[str, Any] = {
    "text": "x",
    "path": FileName("/x"),
    "command": Command(("x", "y")),
    "yesno": True,
    "number": 7,
    "address": "x@own.example",
}
COMMAND = Credential("command", Command(("pass", "show", "mail/x")))
LITERAL = Credential("literal", secret=Secret("x"))
TOKEN = Credential("token", Command(("token", "x")))
OWN = {
    "imap": {"host": "i.x.example", "port": 143},
    "pop3": {"host": "p.x.example", "tls": "starttls"},
    "smtp": {"host": "s.x.example"},
}


BRIDGE = {name: {"host": "127.0.0.1", "port": 1024, "tls": "none"} for name in OWN}


def wishes(target: str) -> list[Wish]:
    """Return wishes that together reach every branch of a target's templates."""
    options = {
        name: item.choices[-1] if item.choices else OPTIONS[item.type]
        for name, item in CATALOGUE.target(target).options.items()
    }
    folders = {"sent": "Sent", "drafts": "Drafts", "trash": "Trash"}
    plain = {"name": "Ada", "username": "u"}
    if is_published(target):
        return [Wish(), Wish(options=options, servers={"imap": {"host": "i.x.example"}, "smtp": OWN["smtp"]})]
    usual = Credential() if "prompt" in CATALOGUE.target(target).secret else COMMAND
    return [
        Wish(**plain, credential=usual),  # type: ignore[arg-type]
        Wish(**plain, protocol="imap", credential=COMMAND, options=options),  # type: ignore[arg-type]
        Wish(**plain, protocol="pop3", credential=COMMAND, folders=folders, options=options),  # type: ignore[arg-type]
        Wish(**plain, credential=TOKEN, client_version="999999999"),  # type: ignore[arg-type]
        Wish(**plain, credential=Credential("oauth2"), servers=OWN, protocol="imap"),  # type: ignore[arg-type]
        Wish(
            username="u",
            label="l",
            servers={"smtp": {"port": 587}},
            client_version="999999999",
            credential=usual,
        ),
        Wish(**plain, servers=BRIDGE, protocol="imap", credential=usual),  # type: ignore[arg-type]
        Wish(**plain, servers=BRIDGE, protocol="pop3", credential=usual),  # type: ignore[arg-type]
    ]


@cache
def swept(target: str) -> tuple[tuple[tuple[RenderedFile, ...], list[ExplainedLine], str], ...]:
    """Return files, their explanation and the provider's id for every provider, and each wish in its turn.

    The first wish is made at each provider, of the others two at one and two at the next: what a template
    does with a wish depends on what kind of provider it is, and there are many of each kind.
    """
    done = []
    first, *others = wishes(target)
    turns = cycle(others)
    for id in PROVIDERS:
        for wish in (first, next(turns), next(turns)) if len(others) > 1 else (first, *others):
            try:
                result, lines = explain(target, "u@own.example", wish, CATALOGUE, provider=id)
            except MailgenError:
                continue  # refused, which test_sweep.py looks at
            done.append((result.files, lines, id))
    return tuple(done)


def quirky(target: str) -> list[tuple[tuple[RenderedFile, ...], list[ExplainedLine]]]:
    """Return files and their explanation for a provider with every quirk that the newest client meets.

    Once for an account alone, and once for one beside it at a provider without any. None for a client that is
    for the accounts of some owners alone.
    """
    found = CATALOGUE.target(target)
    if found.only_at:
        return []
    version = "999999999"
    quirks = [quirk for quirk in QUIRKS if meets(found, quirk, version) in ("always", "option")]
    cases = []
    for id, ours in (("odd", quirks), ("plain", [])):
        ports = {"imap": 993, "pop3": 995, "smtp": 465}
        servers = [endpoint(protocol, port=port, sources=("s",)) for protocol, port in ports.items()]
        sources = {"s": Source("vendor", "a page", "2026-01-01")}
        known = provider(*servers, sources=sources, quirks=dict.fromkeys(ours, ("s",)))
        credential = Credential() if "prompt" in found.secret else COMMAND
        wish = Wish(id=id, client_version=version, credential=credential)
        address = parse_address(f"{id}@x.example")
        resolution = resolve(address, known, found, wish)
        cases.append(Case(address, resolution.account, known, found, version, wish, resolution.findings))
    done = []
    for made, layout in ((cases[:1], "single"), (cases, "household")):
        files = tuple(render(found, [one.account for one in made], layout))
        whys = whys_for(CATALOGUE, found)
        outlines = CATALOGUE.outlines(target)
        done.append((files, explain_files(found, made, files, outlines, whys, layout)))
    return done


@cache
def household(path: Path) -> tuple[tuple[RenderedFile, ...], list[ExplainedLine]]:
    """Return the files of a household and their explanation."""
    plan, lines = explain_household(reader.load_accounts(str(path), targets()), CATALOGUE)
    return plan.files, lines


def assert_explained(files: tuple[RenderedFile, ...], lines: list[ExplainedLine]) -> None:
    """Each line that is not blank is there as it is, has a place in a template, and is answered."""
    for file in files:
        own = [(line.number, line.text) for line in lines if line.file == file.path]
        if file.kind == "file" and (encoder := encoder_of(file)):
            said = encoder.read("\n".join(text for _, text in own))
            assert encoder.write(said) == (file.text if file.binary is None else file.binary)
        elif file.kind == "file":
            assert own == [(at, text) for at, text in enumerate(file.text.split("\n"), 1) if text.strip()]
    paths = [file.path for file in files if file.kind == "file"]
    assert [path for path in paths for line in lines if line.file == path] == [line.file for line in lines]
    for line in lines:
        assert line.places
        for name, number in line.places:
            source = template_line(name, number)
            for value in line.values:
                assert value.expression in source.replace("'", '"') or len(line.places) > 1
            if not line.values:
                assert source == line.text
        assert line.values or line.why, f"{line.places} {line.text!r}: say why in the manifest"
        assert all(value.reasons for value in line.values)
        for reason in reasons_of(line):
            assert reason.field
            assert all(reason.why[lang] for lang in ("en", "zh"))
            assert reason.kind in ("provider", "user", "default", "rule")
            assert not reason.field.startswith("account."), f"{reason.field}: reasons.py has no word for it"


def encoder_of(file: RenderedFile) -> structure.Encoder | None:
    """Return what writes a file, if a library does: it is explained by what is in it."""
    named = {Path(one.path).suffix: one.encoder for one in CATALOGUE.target(file.target).files}
    name = named.get(Path(file.path).suffix)
    return structure.encoder(name) if name else None


@cache
def _template(name: str) -> list[str]:
    return (Path(paths.data_folder("templates")) / name).read_text(encoding="utf-8").split("\n")


def template_line(name: str, number: int) -> str:
    return _template(name)[number - 1]


def reasons_of(line: ExplainedLine) -> list[Reason]:
    return [reason for holder in (*line.values, *line.grounds) for reason in holder.reasons]


@pytest.mark.parametrize("target", targets())
def test_every_line_of_every_target_is_explained(target: str) -> None:
    done = swept(target)
    assert len(done) > (0 if CATALOGUE.target(target).only_at else len(PROVIDERS) / 2)
    for files, lines in (*(one[:2] for one in done), *quirky(target)):
        assert_explained(files, lines)


@pytest.mark.parametrize("path", HOUSEHOLDS, ids=lambda path: path.stem)
def test_every_line_of_every_household_is_explained(path: Path) -> None:
    assert_explained(*household(path))


def test_an_accounts_file_is_named_with_the_place_in_it() -> None:
    path = next(path for path in HOUSEHOLDS if path.stem == "everything")
    named = {reason.field for line in household(path)[1] for reason in reasons_of(line)}
    assert {
        "accounts.first.address",
        "accounts.first.protocol",
        "accounts.first.password_command",
        "accounts.first.identities",
        "accounts.first.extra.msmtp",
        "accounts.second.folders.drafts",
        "accounts.second.label",
        "accounts.second.options.fetchmail.mda",
        "accounts.second.signature",
        "accounts.tokens.token_command",
        "accounts.asks",
        "defaults.name",
        "defaults.credential",
    } <= named


@pytest.mark.parametrize("target", targets())
def test_what_is_said_of_a_provider_stands_in_its_record(target: str) -> None:
    """The field that is named exists, holds the value that was used, and is attested by sources it has."""
    seen = 0
    for _, lines, id in swept(target):
        record: Any = PROVIDERS[id]
        for reason in (reason for line in lines for reason in reasons_of(line) if reason.kind == "provider"):
            seen += 1
            assert reason.provider == id
            assert {name: source.checked for name, source in reason.sources.items()} == {
                name: record["sources"][name]["checked"] for name in reason.sources
            }
            if service := re.fullmatch(r"services\.(\w+)\[(\d+)\]\.(\w+)", reason.field):
                item = record["services"][service[1]][int(service[2])]
                if service[3] in ("host", "port", "tls"):
                    assert reason.confidence
                    assert list(reason.sources) == item["sources"]
                assert item.get(service[3]) is not None or not reason.sources
            elif listed := re.fullmatch(r"(domains|mx|docs)\[(\d+)\]", reason.field):
                assert record[listed[1]][int(listed[2])]
            elif reason.field == "name.en":
                assert record["name"]["en"]
            else:
                section, _, name = reason.field.partition(".")
                assert record[section][name] if name else record[section]
                assert reason.sources or not name  # of the kind "unknown" nobody says anything
    assert seen > len(PROVIDERS) or not CATALOGUE.manifest(target)["needs"]


def test_a_run_that_explains_nothing_does_not_read_the_whys() -> None:
    for target in targets():
        assert "why" not in CATALOGUE.manifest(target)
        assert any(whys_for(CATALOGUE, CATALOGUE.target(target)).values())


def seldom(target: str) -> list[ExplainedLine]:
    """Return the lines for wishes that only some targets can meet: a secret in a file, senders by pattern."""
    found = CATALOGUE.target(target)
    many = (Identity("*@own.example", number=1, key="a", id="a.1"),)
    asked = [Wish(credential=LITERAL)] if found.secret_file else []
    asked += [Wish(identities=many, credential=COMMAND)] if found.several_identities else []
    return [
        line
        for wish in asked
        for line in explain(target, "u@own.example", wish, CATALOGUE, provider="sohu.com")[1]
    ]


@pytest.mark.timeout(900)  # every golden file of every target
def test_every_why_of_a_manifest_is_of_use() -> None:
    lines = [line for target in targets() for _, found, _ in swept(target) for line in found]
    lines += [line for target in targets() for _, found in quirky(target) for line in found]
    lines += [line for path in HOUSEHOLDS for line in household(path)[1]]
    lines += [line for target in targets() for line in seldom(target)]
    used = {(line.why["en"], line.source) for line in lines if line.why}
    for target in targets():
        for why in CATALOGUE.reasons(target):
            assert (why["en"], why.get("source", "")) in used, (
                f"no line of {target} begins with {why['line']}"
            )


@pytest.mark.parametrize("golden", RENDERED, ids=str)
def test_every_golden_file_is_explained(golden: Golden) -> None:
    done = run("explain", golden.target, *ACCOUNTS[golden.account]["words"], "--json")
    assert (done.status, done.stderr) == (0, "")
    text = golden.file.read_text(encoding="utf-8")
    lines = json.loads(done.stdout)
    found = [item for item in lines if Path(item["file"]).name.lstrip(".") == golden.file.name]
    if "{" in golden.file.name:  # named after the account
        found = [item for item in lines if item["file"] == lines[0]["file"]]
    [encoder] = {encoder_of(RenderedFile(item["file"], 0, "", target=golden.target)) for item in found}
    if encoder:
        assert encoder.write(encoder.read("\n".join(item["text"] for item in found))) == text
    else:
        assert {item["line"]: item["text"] for item in found} == {
            number: line for number, line in enumerate(text.split("\n"), 1) if line.strip()
        }
    assert all(item["values"] or item["why"]["en"] for item in found)


def test_what_is_refused_is_not_explained() -> None:
    words = ("msmtp", "u@outlook.com", "--pass")
    assert run("explain", *words) == run(*words)


#: Words of the command line, the line of the file, and what must be said of it.
SAID = {
    "implicit TLS first": (
        ["msmtp", "u@qq.com"],
        "port ",
        [
            "templates/msmtp/_account.j2:",
            "provider qq.com, services.smtp[0].port: ispdb (dataset, compared 2026-03-12)",
            "confidence high",
            "port 465 with implicit TLS stands before 587 with STARTTLS: RFC 8314, section 3",
        ],
    ),
    "POP3 instead": (
        ["mutt", "u@163.com"],
        "set pop_user",
        [
            "because: account.pop3",
            "163.com, quirks.imap-id-required: ",
            "himalaya-651",
            "POP3 is used instead",
        ],
    ),
    "a part of the name": (
        ["msmtp", "u@x.example", "--provider", "kasserver.com", "--slot", "customer=w1"],
        "host ",
        ["services.smtp[0].host", "of its name you told {customer}"],
    ),
    "an unusual port": (
        ["msmtp", "u@charter.net"],
        "port ",
        ["not the usual port", "the provider has it so"],
    ),
    "own port": (["msmtp", "u@qq.com", "--smtp-port", "587"], "port ", ["you: --smtp-port"]),
    "host of the provider": (
        ["msmtp", "u@qq.com", "--smtp-port", "587"],
        "host ",
        ["services.smtp[0].host", "you changed other parts"],
    ),
    "TLS from the record": (
        ["msmtp", "u@qq.com", "--smtp-port", "587"],
        "tls_starttls ",
        ["services.smtp[1].tls", "what is recorded of smtp.qq.com"],
    ),
    "TLS from the port": (
        ["msmtp", "u@x.example", "--smtp-host", "s.x.example", "--smtp-port", "587"],
        "tls_starttls ",
        ["rule: RFC 6409, section 3.1", "STARTTLS goes with port 587"],
    ),
    "TLS from a guess": (
        ["msmtp", "u@x.example", "--smtp-host", "s.x.example", "--smtp-port", "2525"],
        "tls_starttls ",
        ["port 2525 means STARTTLS is a guess"],
    ),
    "port from nothing": (
        ["msmtp", "u@x.example", "--smtp-host", "s.x.example"],
        "port ",
        ["rule: RFC 8314, section 3.3", "you named no port"],
    ),
    "pass": (["msmtp", "u@qq.com", "--pass"], "passwordeval", ["you: --pass", "not in the file"]),
    "command": (
        ["mutt", "u@qq.com", "--password-command", "pw x"],
        "set imap_pass",
        ["you: --password-command"],
    ),
    "token": (["mutt", "u@gmail.com", "--token-command", "t"], "set imap_oauth", ["you: --token-command"]),
    "sender": (["msmtp", "u@qq.com"], "from ", ["quirks.sender-must-match", "the address of the login"]),
    "login": (["msmtp", "u@sohu.com"], "user ", ["services.smtp[0].username", "the whole address"]),
    "local part": (
        ["fetchmail", "u@yahoo.co.jp"],
        "  user ",
        ["services.imap[0].username: mailcore2", "the part before the @: the provider's rule"],
    ),
    "own login": (["msmtp", "u@sohu.com", "--username", "n"], "user ", ["you: --username"]),
    "own folder": (["mutt", "u@qq.com", "--folder", "sent=S"], "set record", ["you: --folder sent="]),
    "known folder": (["mutt", "u@qq.com"], "set record", ["qq.com, folders.sent: javamail-example"]),
    "option": (["fetchmail", "u@qq.com", "--set", "mda=maildrop -d %T"], "  mda", ["you: --set mda="]),
    "label": (["msmtp", "u@qq.com", "--label", "l"], "account  ", ["you: --label"]),
    "no label": (["msmtp", "u@qq.com"], "account  ", ["default, which you can change: --label"]),
    "condition": (
        ["thunderbird", "u@qq.com"],
        'user_pref("mail.server.server1.socketType"',
        ['because: account.incoming.tls == "implicit"', "services.imap[0].tls: ispdb", "RFC 8314"],
    ),
    "else": (
        ["fetchmail", "u@qq.com"],
        "  sslcertck",
        ["templates/fetchmail/fetchmailrc.j2:", "TLS 1.2 or newer", "fetchmail(1), --sslcertck"],
    ),
    "literal": (["msmtp", "u@qq.com"], "tls   ", ["why: nothing goes over the network unencrypted"]),
    "Chinese": (["msmtp", "u@qq.com", "--lang", "zh"], "tls   ", ["原因：所有通信均加密"]),
}


@pytest.mark.parametrize("name", SAID)
def test_the_answer_says(name: str) -> None:
    words, start, expected = SAID[name]
    text = run(*words).stdout.split("\n")
    number = next(number for number, line in enumerate(text, 1) if line.startswith(start))
    done = run("explain", *words, "--line", str(number))
    assert done.status == 0
    first, _, rest = done.stdout.partition("\n")
    assert first == f"{number:{len(str(number)) + 1}}  {text[number - 1]}"
    for words_of_it in expected:
        assert words_of_it in rest, rest


def test_the_whole_sheet_has_every_line_once() -> None:
    text = run("mutt", "u@qq.com").stdout.split("\n")
    sheet = run("explain", "mutt", "u@qq.com").stdout
    lines = re.findall(r"^ +(\d+)  (.*)\n      templates/mutt/\S+:\d+$", sheet, re.M)
    assert lines == [(str(number), line) for number, line in enumerate(text, 1) if line]


def test_the_sheet_fits_the_terminal() -> None:
    shown = on_terminal("explain", "msmtp", "u@qq.com", stdout=True).stderr
    assert "services.smtp[0].host" in shown
    assert max(len(re.sub("\x1b\\[[0-9;]*m", "", line)) for line in shown.splitlines()) <= 80


REFUSED = {
    "no such line": (["--line", "99"], ["there is no line 99", "lines 1 to 15"]),
    "line nought": (["--line", "0"], ["there is no line 0"]),
    "a blank line": (["--line", "2"], ["line 2 is blank"]),
    "no number": (["--line", "x"], ["--line"]),
    "no such file": (["--file", "x"], ["no file 'x'", ".msmtprc"]),
    "nothing is written": (["-o", "x"], ["-o"]),
    "empty name": (["--name", ""], ["the name is empty"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_words_are_refused(name: str) -> None:
    words, expected = REFUSED[name]
    assert_refused(cli("explain", "msmtp", "u@sohu.com", *words), 2, *expected)


def test_json_names_sources_and_dates() -> None:
    found = json.loads(run("explain", "msmtp", "u@sohu.com", "--json", "--file", ".msmtprc").stdout)
    host = next(item for item in found if item["text"].startswith("host "))
    (value,) = host["values"]
    (reason,) = value["reasons"]
    record: Any = PROVIDERS["sohu.com"]
    assert reason["provider"] == "sohu.com"
    assert reason["field"] == "services.smtp[0].host"
    assert [(one["id"], one["checked"]) for one in reason["sources"]] == [
        (name, record["sources"][name]["checked"]) for name in record["services"]["smtp"][0]["sources"]
    ]
    assert host["templates"][0]["template"] == "templates/msmtp/_account.j2"


def case(servers: Any, wish: Wish | None = None, **more: Any) -> Case:
    """Return the case of u@x.example at the invented provider X with these servers."""
    wish = wish or Wish()
    known = provider(*servers, sources={"s": Source("vendor", "a page", "2026-01-01")})
    target = client(**more)
    address = parse_address("u@x.example")
    resolution = resolve(address, known, target, wish)
    return Case(address, resolution.account, known, target, "2.0", wish, resolution.findings)


def test_servers_that_were_passed_over_are_named_with_the_reason() -> None:
    smtp = [
        endpoint("smtp", tls="none", port=25, sources=("s",)),
        endpoint("smtp", port=1465, audience="paid", sources=("s",)),
        endpoint("smtp", port=2465, auth=("xoauth2",), sources=("s",)),
        endpoint("smtp", tls="starttls", port=587, sources=("s",)),
        endpoint("smtp", port=465, sources=("s",)),
    ]
    can = {"tls": ("implicit",), "auth": ("password", "xoauth2")}
    found = case([endpoint("imap", sources=("s",)), *smtp], protocols=dict.fromkeys(("imap", "smtp"), can))
    (reason,) = reasons_for("smtp.host", found)
    assert reason.field == "services.smtp[4].host"
    assert reason.confidence == "high"
    for said in ("25 (no TLS)", "1465 (for: paid)", "2465 (takes no password)", "587 (Y cannot use it)"):
        assert f"smtp.x.example:{said}" in reason.why["en"]


@pytest.mark.parametrize(
    ("port", "tls", "said"),
    [
        (465, "implicit", "(RFC 8314, section 3.3)"),
        (587, "starttls", "(RFC 6409, section 3.1)"),
        (2525, "starttls", "not the usual port for SMTP with STARTTLS"),
    ],
)
def test_a_port_is_usual_or_not(port: int, tls: str, said: str) -> None:
    found = case([endpoint("imap", sources=("s",)), endpoint("smtp", tls=tls, port=port, sources=("s",))])
    (reason,) = reasons_for("smtp.port", found)
    assert said in reason.why["en"]


def test_an_account_of_a_file_is_named_as_its_origin() -> None:
    found = case([], Wish(servers={"smtp": {"port": 587}}, label="home"))
    found = Case(
        found.address, found.account, found.provider, found.target, "2.0", found.wish,
        origins={"servers.smtp.port": "accounts.home.smtp.port", "label": "accounts.home"},
    )  # fmt: skip
    assert [reason.field for reason in reasons_for("smtp.port", found)] == ["accounts.home.smtp.port"]
    assert [reason.field for reason in reasons_for("label", found)] == ["accounts.home"]


def test_two_accounts_are_told_apart() -> None:
    """In one file of two accounts each line is explained from its own account's provider."""
    target = CATALOGUE.target("msmtp")
    cases = []
    for id in ("sohu.com", "gmail.com"):
        address, wish = parse_address(f"u@{id}"), Wish(label=id, id=id.partition(".")[0])
        known = CATALOGUE.provider(id)
        resolution = resolve(address, known, target, wish)
        cases.append(Case(address, resolution.account, known, target, target.version, wish))
    for layout in ("single", "household"):
        files = render(target, [one.account for one in cases], layout)
        outlines = CATALOGUE.outlines("msmtp")
        lines = explain_files(target, cases, files, outlines, whys_for(CATALOGUE, target), layout)
        hosts = [line for line in lines if line.text.startswith("host ")]
        named = [reason.provider for line in hosts for value in line.values for reason in value.reasons]
        assert named == ["sohu.com", "gmail.com"]


TEMPLATE = """# Mine.
{% for account in accounts %}
{% if account.password %}
set smtp_pass = {{ account.password }}
{% endif %}
{# This note stands before the line. #}
set from = {{ account.reply_to }}
{% for identity in account.identities %}
set hostname = {{ identity.address }}
{% endfor %}
{% if account.extra %}
 {{ account.extra[0].as_it_is }}
{% endif %}
{% if not account.name %}
set record = {{ account.folders.sent }} signature = {{ account.signature }} mbox = {{ accounts[0].maildir }}
{% elif account.name == "x" %}
set beep = yes
{% endif %}
{% endfor %}
{% include "y/more.j2" %}
"""
SOURCES = {"y/yrc.j2": TEMPLATE, "y/more.j2": "set beep_new = yes\n"}


@pytest.fixture
def own_target(tmp_path: Path) -> dict[str, str]:
    """Make a target y of templates that ask for what the real ones do not, and return them compiled."""
    (tmp_path / "y").mkdir()
    for name, source in SOURCES.items():
        (tmp_path / name).write_text(source)
    return templates.compiled_templates(tmp_path, "y/yrc.j2", "muttrc")


def explained(compiled: dict[str, str], **more: Any) -> tuple[list[RenderedFile], list[ExplainedLine]]:
    base = case([])
    account = Account(
        **{
            "label": Label("l"),
            "address": "u@x.example",
            "name": "",
            "incoming": base.account.incoming,
            "smtp": base.account.smtp,
            "credential": Credential("literal", secret=Secret("s3cret canary")),
            "folders": Folders(sent=Folder("Sent")),
            "reply_to": "r@x.example",
            "identities": (Identity("i@x.example"),),
            "signature": FileName("~/.signature"),
            "maildir": FileName("~/Mail"),
            "extra": (Verbatim("set smtp_pass = 's3cret canary'"),),
            **more,
        }
    )
    wish = Wish(credential=account.credential)
    target = client(
        files=(TargetFile("y/yrc.j2", "~/.yrc", 0o600, may_hold_secret=True, comment="#"),),
        secret=("literal",),
        templates=compiled,
    )
    made = Case(base.address, account, base.provider, target, "2.0", wish)
    files = render(target, [account])
    outlines = {name: outline_text(SOURCES[name], code, "muttrc") for name, code in compiled.items()}
    return files, explain_files(target, [made], files, outlines)


def test_a_secret_is_never_shown(own_target: dict[str, str]) -> None:
    """Neither one that a template prints, nor one in a line of the user's own."""
    files, lines = explained(own_target)
    assert files[0].text.count("s3cret canary") == 2, "the file itself holds it"
    assert "canary" not in repr(lines)
    assert [line.text.strip() for line in lines if HIDDEN in line.text] == [f"set smtp_pass = {HIDDEN}"] * 2
    files, lines = explained(own_target, extra=())
    assert "s3cret canary" in files[0].text
    assert "canary" not in repr(lines)


def test_lines_are_found_whatever_the_template(own_target: dict[str, str]) -> None:
    _, lines = explained(own_target, credential=Credential(), extra=())
    assert [(line.number, line.places) for line in lines] == [
        (1, (("y/yrc.j2", 1),)),
        (2, (("y/yrc.j2", 7),)),
        (3, (("y/yrc.j2", 9),)),
        (4, (("y/yrc.j2", 15),)),
        (5, (("y/more.j2", 1),)),
    ]
    fields = [[reason.field for value in line.values for reason in value.reasons] for line in lines]
    assert fields == [[], ["reply_to"], ["identities"], ["folders.sent", "signature", "maildir"], []]
    assert lines[1].note == "This note stands before the line."
    assert [(ground.text, ground.holds) for ground in lines[3].grounds] == [("not account.name", True)]


def test_the_branch_that_was_taken_is_named(own_target: dict[str, str]) -> None:
    _, lines = explained(own_target, credential=Credential(), extra=(), name="x")
    line = next(line for line in lines if line.text == "set beep = yes")
    assert line.places == (("y/yrc.j2", 17),)
    assert [(ground.text, ground.holds) for ground in line.grounds] == [
        ("not account.name", False), ('account.name == "x"', True)
    ]  # fmt: skip
    assert [reason.field for reason in line.grounds[1].reasons] == ["name"]


def test_another_template_than_the_compiled_one_is_noticed(own_target: dict[str, str]) -> None:
    with pytest.raises(MailgenError, match="not the one that was compiled"):
        outline_text(TEMPLATE + "{% if x.y %}z{% endif %}", own_target["y/yrc.j2"], "muttrc")


def test_explaining_needs_no_template_and_no_jinja() -> None:
    """The catalogue holds all that is asked; so does the page, which has neither."""
    program = (
        "import sys; sys.modules['jinja2'] = None\n"
        "from mailgen import paths\n"
        "from mailgen.answer import answer\n"
        "from mailgen.catalog.opening import open_catalogue\n"
        "ours = open_catalogue()\n"
        "paths.data_folder = None\n"
        "said = answer('mutt', 'u@sohu.com', catalogue=ours)['files'][0]['lines']\n"
        "print([line['why']['en'] for line in said if line['why']][:1])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert len(done.stdout) > 30


def test_a_plain_run_is_what_it_was() -> None:
    """What is explained is what `generate` makes, byte by byte; explain_files compares it itself."""
    result, lines = explain("mutt", "u@qq.com", Wish(), CATALOGUE)
    assert result.files == generate("mutt", "u@qq.com", catalogue=CATALOGUE).files
    made = Case(parse_address("u@qq.com"), result.account, result.provider, result.target, "2", Wish())
    changed = [RenderedFile(file.path, file.mode, file.text + "x") for file in result.files]
    with pytest.raises(AssertionError):
        explain_files(result.target, [made], changed, CATALOGUE.outlines("mutt"))
    assert lines


def test_the_accounts_file_of_the_user_is_explained(tmp_path: Path) -> None:
    """Without an address: all accounts of the file that have this target, a literal secret not needed."""
    file = tmp_path / "mailgen" / "accounts.yaml"
    file.parent.mkdir()
    file.write_text(
        "accounts:\n"
        "  home: {address: ada@sohu.com, targets: [msmtp, mutt], credential: literal}\n"
        "  work: {address: ada@qq.com, targets: [msmtp], smtp: {port: 587}}\n"
        "  else: {address: ada@163.com, targets: [thunderbird]}\n"
    )
    words = ("explain", "msmtp", "--json")
    by_default = cli(*words, env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert by_default.status == 0, by_default.stderr
    assert by_default.stdout == run(*words, "--accounts", str(file)).stdout
    lines = json.loads(by_default.stdout)
    assert [line["text"].split()[1] for line in lines if line["text"].startswith("host ")] == [
        "smtp.sohu.com",
        "smtp.qq.com",
    ]
    assert [line["text"].split()[1] for line in lines if line["text"].startswith("password ")] == [HIDDEN]
    [port] = [line for line in lines if line["text"].split() == ["port", "587"]]
    assert "accounts.work.smtp.port" in {reason["field"] for reason in port["values"][0]["reasons"]}


def test_an_accounts_file_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text("accounts:\n  home: {address: ada@sohu.com, targets: [msmtp]}\n")
    assert_refused(run("explain", "mutt", "--accounts", str(file)), 1, "no account has the target mutt")
    assert_refused(run("explain", "mutt", "u@qq.com", "--accounts", str(file)), 2, "--accounts")
    file.write_text("accounts:\n  home: {address: ada@sohu.com, targets: [msmtp], protocoll: imap}\n")
    assert_refused(run("explain", "msmtp", "--accounts", str(file)), 1, f"{file}:2", "protocol")
