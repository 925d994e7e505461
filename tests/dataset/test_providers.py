"""The dataset is whole, and each rule for it catches a file that breaks it, with line and field."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mailgen import paths
from mailgen.catalog import compiler
from mailgen.core.errors import MailgenError
from mailgen.dataset import providers, rules, stats, targets, yaml_lines
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.quirks import quirks, unanswered
from mailgen.model.account import Folders
from mailgen.model.ports import USUAL
from mailgen.model.provider import Address, Endpoint
from mailgen.model.records import provider_from_record, target_from_record
from mailgen.model.vocabulary import (
    AUTH,
    FURTHER,
    INCOMING,
    LANGUAGES,
    LOGINS,
    NO_INCOMING,
    PROTOCOLS,
    ROLES,
    SECRETS,
    SERVER,
    TLS,
)
from mailgen.resolve import compat, evidence
from mailgen.resolve.choose import login_name
from mailgen.resolve.wish import Wish
from tests.support import answer

RECORDS, PROBLEMS = providers.load_providers(providers.provider_files())
BY_DOMAIN = {domain: record for record in RECORDS.values() for domain in record.get("domains", ())}
SEEDS = """qq.com foxmail.com vip.qq.com 126.com 163.com vip.163.com 188.com yeah.net netease.com vip.sina.com
           sina.com sina.cn sohu.com""".split()
SCHEMAS = {
    name: json.loads((Path(paths.data_folder("schema")) / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("accounts", "pacc", "provider", "target", "why")
}

PROVIDER = """\
name: {en: Example Mail, zh: 示例邮箱}
domains: [example.org, example.net]
services:
  imap:
    - {host: imap.example.org, port: 993, tls: implicit, sources: [help]}
    - {host: imap.example.org, port: 143, tls: starttls, sources: [help]}
  pop3:
    - {host: pop.example.org, port: 995, tls: implicit, sources: [help]}
  smtp:
    - {host: smtp.example.org, port: 465, tls: implicit, sources: [help, copied]}
credentials:
  kind: app-password
  hint:
    en: Make one under Settings.
    zh: 在设置中生成。
  sources: [help]
quirks:
  false-sasl-ir: [copied]
old_hosts:
  - {host: pop3.example.org, replaced_by: pop.example.org, sources: [copied]}
sources:
  help: {kind: vendor, url: "https://help.example.org/", checked: 2026-11-01}
  copied: {kind: list, title: an old list, checked: 2026-11-01}
"""
IMAP = "    - {host: imap.example.org, port: 993, tls: implicit, sources: [help]}\n"
SECOND = "    - {host: imap.example.org, port: 143, tls: starttls, sources: [help]}\n"
OLD_HOST = "replaced_by: pop.example.org"
SERVICES = PROVIDER[PROVIDER.index("services:") : PROVIDER.index("credentials:")]
IDLE = "  idle: {kind: guide, title: idle, checked: 2026-11-01}\n"

#: Name: what is replaced, by what, the field that the problem names, words of its sentence, and the
#: start of the line that it names, where that is not the first line that was changed.
BROKEN: dict[str, tuple[str, ...]] = {
    "no services": (SERVICES, "", "", "'services' is missing", "name:"),
    "field": ("quirks:", "quirk:", "quirk", "no key 'quirk' here; did you mean 'quirks'?"),
    "endpoint field": ("995,", "995, ssl: true,", "services.pop3.0.ssl", "'ssl' here; did you mean 'tls'?"),
    "misspelt key": ("port: 995", "portt: 995", "services.pop3.0.portt", "did you mean 'port'?"),
    "key of another": ("starttls,", "starttls, mx: 1,", "services.imap.1.mx", "the keys here are host, port"),
    "no port": ("port: 995, ", "", "services.pop3.0", "'port' is missing; add port: TCP port"),
    "no port, no TLS": ("port: 995, tls: implicit, ", "", "services.pop3.0", "'port' and 'tls' are missing"),
    "port as text": ("995", "'995'", "services.pop3.0.port", "must be a whole number, and is text"),
    "port in octal": ("995", "0995", "services.pop3.0.port", "without quotes or leading zeros"),
    "port too high": ("995", "99500", "services.pop3.0.port", "'99500' cannot stand here, only a number"),
    "tls": ("995, tls: implicit", "995, tls: ssl", "services.pop3.0.tls", "only implicit, starttls or none"),
    "misspelt tls": ("995, tls: implicit", "995, tls: start-tls", "services.pop3.0.tls", "mean 'starttls'?"),
    "no sources": ("starttls, sources: [help]", "starttls", "services.imap.1", "'sources' is missing"),
    "sources as text": ("starttls, sources: [help]", "starttls, sources: help", "services.imap.1.sources",
                        "must be a list, and is text; what belongs here: names from sources"),
    "empty list": ("starttls, sources: [help]", "starttls, sources: []", "services.imap.1.sources",
                   "this is empty; fill it in"),
    "host in capitals": ("host: pop.", "host: POP.", "services.pop3.0.host", "here: a host name, lower case"),
    "link": ("https://help.example.org/", "help.example.org", "sources.help.url",
             "'help.example.org' is not written as it must be; what belongs here: an http or https"),
    "source unnamed": ("title: an old list, ", "", "sources.copied", "one of the keys 'url', 'dataset' or"),
    "source's name": ("  help: {", "  Help: {}\n  help: {", "sources.Help", "a short name: small letters",
                      "  Help"),
    "quirk": ("false-sasl-ir", "odd", "quirks.odd", "no key 'odd' here; the keys here are imap-id"),
    "kind": ("app-password", "password", "credentials.kind", "'password' cannot stand here, only login-"),
    "no en hint": ("    en: ", "    zh-TW: ", "credentials.hint", "'en' is missing", "  hint:"),
    "no en name": ("en: Example Mail, ", "", "name", "'en' is missing"),
    "day": ("2026-11-01", "2026-19-39", "sources.help.checked", "2026-19-39"),
    "two lines": ("zh: 在", 'zh: "一\\n二" # 在', "credentials.hint.zh", "here: text on one line"),
    "file name": ("[example.org", "[example.com", "domains.0", "must be named"),
    "no domain, no mx": ("domains: [example.org, example.net]\n", "", "", "needs mx suffixes", "name:"),
    "no domain name": ("example.net", "☃.example", "domains.1", "domain name"),
    "A-labels": ("example.net", "xn--bcher-kva.example", "domains.1", "usual form: bücher.example"),
    "domain in capitals": ("example.net", "Example.net", "domains.1", "a domain name: lower case"),
    "unverified": ("services:", "status: unverified\nservices:", "status", "needs a note"),
    "limited": ("services:", "status: limited\nservices:", "status", "needs a note"),
    "993 starttls": ("993, tls: implicit", "993, tls: starttls", "services.imap.0.tls", "does not go with"),
    "143 implicit": ("143, tls: starttls", "143, tls: implicit", "services.imap.1.tls", "does not go with"),
    "465 none": ("465, tls: implicit", "465, tls: none", "services.smtp.0.tls", "465 of smtp does not go"),
    "587 implicit": ("465, tls", "587, tls", "services.smtp.0.tls", "587 of smtp does not go"),
    "pop3 on 993": ("995", "993", "services.pop3.0.port", "993 belongs to another protocol"),
    "twice": (SECOND, IMAP + SECOND, "services.imap.1", "993 stands twice"),
    "starttls first": (IMAP + SECOND, SECOND + IMAP, "services.imap", "implicit TLS comes", "  imap:"),
    "endpoint's source": ("starttls, sources: [help", "starttls, sources: [gone",
                          "services.imap.1.sources", "'gone' is not described"),
    "quirk's source": ("ir: [copied", "ir: [gone", "quirks.false-sasl-ir", "'gone' is not described"),
    "kind's source": ("  sources: [help", "  sources: [gone", "credentials.sources", "'gone' is not"),
    "idle source": ("  copied: {", IDLE + "  copied: {", "sources.idle", "no fact refers"),
    "weak sources": ("kind: vendor", "kind: guide", "services", "one weak source", "services:"),
    "oauth2-only": ("app-password", "oauth2-only", "services.imap.0", "accepts a password", IMAP[:-1]),
    "hint no Chinese": ("zh: 在设置中生成。", "zh: Settings.", "credentials.hint.zh", "not Chinese"),
    "note no Chinese": ("services:", "note: {en: A, zh: A}\nservices:", "note.zh", "not Chinese"),
    "old host": (OLD_HOST, OLD_HOST + ".cn", "old_hosts.0.replaced_by", "pop.example.org.cn is no host"),
    "old host in use": ("host: pop3.", "host: imap.", "old_hosts.0.host", "still in use"),
}  # fmt: skip


def broken(text: str, case: tuple[str, ...]) -> tuple[str, int]:
    """Return a text with one thing replaced, and the number of the line that a problem should name."""
    old, new, _, _, *start = case
    assert old in text
    changed = text.replace(old, new, 1)
    lines = changed.splitlines()
    if start:
        return changed, next(number for number, line in enumerate(lines, 1) if line.startswith(start[0]))
    before = text.splitlines()
    return changed, next(number for number, line in enumerate(lines, 1) if line != before[number - 1])


#: What the validator itself would say.
RAW = ("was unexpected", "is a required property", "is not one of [", "does not match", "is not of type")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def check(problems: list[DataProblem], path: Path, line: int, field: str, words: str) -> None:
    """Look for the problem of `field`, and at how it is told."""
    hits = [problem for problem in problems if ".".join(map(str, problem.field)) == field]
    assert any(words in problem.sentence for problem in hits), [(one.where, one.sentence) for one in problems]
    assert len(hits) == len({problem.sentence for problem in hits})
    assert {problem.where for problem in hits} == {f"{path}:{line}: {field or 'the file'}"}
    assert all("\n" not in problem.sentence + problem.error().mend for problem in hits)
    assert not any(raw in problem.sentence for raw in RAW for problem in problems)


def test_the_provider_that_the_rules_are_tried_on_is_right(tmp_path: Path) -> None:
    assert providers.load_providers([written(tmp_path / "example.org.yaml", PROVIDER)])[1] == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_catches_what_breaks_it(name: str, tmp_path: Path) -> None:
    text, line = broken(PROVIDER, BROKEN[name])
    path = written(tmp_path / "example.org.yaml", text)
    check(providers.load_providers([path])[1], path, line, *BROKEN[name][2:4])
    with pytest.raises(MailgenError):
        list(compiler.checked_providers(tmp_path))


def test_a_domain_stands_in_one_file_only(tmp_path: Path) -> None:
    one = written(tmp_path / "example.org.yaml", PROVIDER)
    two = written(tmp_path / "example.com.yaml", PROVIDER.replace("[example.org,", "[example.com,\n"))
    check(providers.load_providers([one, two])[1], two, 3, "domains.1", "already claimed by example.org.yaml")


NO_YAML = {
    "key twice": ("quirks:", "quirks: {}\nquirks:", "'quirks' stands here twice", 18),
    "source twice": ("  copied:", "  help: {}\n  copied:", "'help' stands here twice", 23),
    "name twice": ("en: Example Mail,", "en: Example,\n  en: Mail,", "'en' stands here twice", 2),
    "open bracket": ("quirks:", "quirks: [", "", 19),
    "tab": ("  hint:", "\thint:", "", 13),
    "a tag of Python": ("name:", "name: !!python/object:os.system {}\nx:", "tags (words after !)", 1),
    "a key that is a list": ("name:", "[a]: b\nname:", "", 1),
    "alias": ("name:", "name: *nobody\nx:", "anchors and aliases", 1),
    "endless": ("name:", "a: &a [x, x]\nb: &b [*a, *a]\nname:", "anchors and aliases", 1),
}


@pytest.mark.parametrize("name", NO_YAML)
def test_what_is_no_yaml_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    old, new, words, line = NO_YAML[name]
    path = written(tmp_path / "example.org.yaml", PROVIDER.replace(old, new, 1))
    good = written(tmp_path / "example.com.yaml", "name: {}\n")
    (problem, *others) = providers.load_providers([path, good])[1]
    assert words in problem.what
    assert "\n" not in problem.sentence
    assert problem.where == problem.error().where == f"{path}:{line}"
    assert {other.path for other in others} == {good}


def test_problems_are_told_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = PROVIDER.replace("995", "995000").replace("143", "x").replace("kind: list", "kind: lst")
    problems = providers.load_providers([written(tmp_path / "example.org.yaml", text)])[1]
    assert [problem.line for problem in problems] == [6, 8, 23]


@pytest.mark.parametrize(
    "data", [b"[" * 5000, b"", b"text", b"- a\n", b"\xff\xfe", b"name: a\x00b", b"1: a\n", b"--- a\n--- b"]
)
def test_any_file_is_read_or_gets_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "example.org.yaml"
    path.write_bytes(data)
    errors = [problem.error() for problem in providers.load_providers([path])[1]]
    assert errors
    for error in errors:
        assert str(path) in error.where
        assert "\n" not in error.what


def test_a_key_that_looks_like_a_number_gets_a_sentence(tmp_path: Path) -> None:
    text = PROVIDER.replace("help: {", "163: {").replace("[help", "[163")
    told = [
        one.sentence for one in providers.load_providers([written(tmp_path / "example.org.yaml", text)])[1]
    ]
    assert "this must be text, and is a number; put it in quotes" in told


TARGET = (Path(paths.data_folder("templates")) / "msmtp" / "target.yaml").read_text(encoding="utf-8")
#: As BROKEN, for a manifest.
BROKEN_TARGETS: dict[str, tuple[str, ...]] = {
    "no title": ("title: msmtp\n", "", "", "'title' is missing; add title: what the program", "# yaml"),
    "kind": ("kind: submit", "kind: sender", "kind", "'sender' cannot stand here, only submit"),
    "mode": ('mode: "0600"', "mode: rw", "files.0.mode", "what belongs here: permissions, octal"),
    "clear text": ("[implicit, starttls, none]", "[plain]", "protocols.smtp.tls.0", "starttls"),
    "grammar": ("grammar: msmtp", "grammar: odd", "grammar", "no grammar 'odd'"),
    "incoming": ("[smtp]", "[smtp, incoming]", "needs", "neither IMAP nor POP3"),
    "smtp": ("  smtp: {tls", "  imap: {tls", "needs", "needs SMTP", "needs:"),
    "default": ('default: "1.8.23"', "default: new", "version.default", "no version number"),
    "min": ('min: "1.8"', "min: old", "version.min", "no version number"),
    "since": ("copy: {support: always", "copy: {support: always, since: soon",
              "quirks.saves-sent-copy.since", "no version number"),
    "quirk": ("quirks:", "quirks:\n  odd: {support: always}", "quirks.odd", "not one that a client", "  odd"),
    "provider's quirk": ("quirks:", "quirks:\n  ip-restricted: {support: none}", "quirks.ip-restricted",
                         "not one that a client", "  ip-restricted"),
    "answer": ("copy: {support: always", "copy: {support: unknown", "quirks.saves-sent-copy.support",
               "'unknown' cannot stand here, only always, option or none", "  saves"),
    "no step": ("delivery: [", "delivery: [oauth2, ", "secret.steps", "'oauth2'", "  steps:"),
    "no English": ("      en:", "      zh-TW:", "secret.steps.prompt", "'en' is missing; add en: in English",
                   "    prompt:"),
    "no language": ("      zh:", "      chinese:", "secret.steps.prompt.chinese", "no key 'chinese' here",
                    "      chinese:"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_TARGETS)
def test_each_rule_for_manifests_catches_what_breaks_it(name: str, tmp_path: Path) -> None:
    text, line = broken(TARGET, BROKEN_TARGETS[name])
    folder = Path(shutil.copytree(Path(paths.data_folder("templates")) / "msmtp", tmp_path / "msmtp"))
    path = written(folder / "target.yaml", text)
    check(targets.load_target(folder)[1], path, line, *BROKEN_TARGETS[name][2:4])
    with pytest.raises(MailgenError):
        list(compiler.checked_targets(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("- line: 'timeout '", "- line: 'timeout ('", "11.line", "no regular expression"),
        ('  en: "msmtp logs', '  zh-TW: "msmtp logs', "1", "'en' is missing; add en: in English"),
        ("- line: 'timeout '", "- lines: 'timeout '", "11.lines", "did you mean 'line'?"),
    ],
)
def test_each_rule_for_reasons_catches_what_breaks_it(
    old: str, new: str, field: str, words: str, tmp_path: Path
) -> None:
    """So do those of a target that is like the one whose reasons are wrong, and has none of its own."""
    for name in ("msmtp", "msmtp-system"):
        shutil.copytree(Path(paths.data_folder("templates")) / name, tmp_path / name)
    (tmp_path / "msmtp-system" / "why.yaml").unlink()
    path = tmp_path / "msmtp" / "why.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    for name in ("msmtp", "msmtp-system"):
        [problem] = targets.load_target(tmp_path / name)[1]
        assert problem.where.startswith(f"{path}:")
        assert problem.where.endswith(f" {field}"), problem.where
        assert words in problem.sentence


def test_a_quirk_that_a_manifest_does_not_name_is_open(tmp_path: Path) -> None:
    """It keeps nobody from adding the one or the other; for a format that is published there is no answer."""
    folder = Path(shutil.copytree(Path(paths.data_folder("templates")) / "msmtp", tmp_path / "msmtp"))
    text = re.sub("quirks:\n(  .*\n)+", "", TARGET)
    (folder / "target.yaml").write_text(text, encoding="utf-8")
    manifest, problems = targets.load_target(folder)
    assert not problems
    assert unanswered(manifest) == ["saves-sent-copy", "sender-must-match"]
    target = target_from_record("msmtp", manifest)
    assert [compat.meets(target, quirk, "1.8") for quirk in quirks()] == ["unknown"] * len(quirks())
    pacc, _ = targets.load_target(Path(paths.data_folder("templates")) / "pacc")
    assert unanswered(pacc) == []
    assert compat.meets(target_from_record("pacc", pacc), "enable-hangs", "1") == "none"


def test_other_languages_than_english_may_come_later(tmp_path: Path) -> None:
    """Neither a provider nor a target is refused for want of Chinese; what is not Chinese still is."""
    folder = Path(shutil.copytree(Path(paths.data_folder("templates")) / "msmtp", tmp_path / "msmtp"))
    for file in folder.glob("*.yaml"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if " zh: " not in line), encoding="utf-8")
    record, problems = targets.load_target(folder)
    assert not problems
    assert not any(stats.texts_in(record).get(lang) for lang in ("zh", "zh-TW"))
    provider = written(tmp_path / "example.org.yaml", PROVIDER.replace("    zh: 在设置中生成。\n", ""))
    assert not providers.load_providers([provider])[1]


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "msmtp"
    folder.mkdir()
    written(folder / "target.yaml", TARGET)
    error = answer(targets.load_target, folder)
    assert isinstance(error, MailgenError)
    assert error.where == str(folder / "msmtprc.j2")


SMTP = "  smtp:\n    - {host: smtp.example.org, port: 465, tls: implicit, sources: [help, copied]}\n"


def halved(text: str, *cut: str) -> str:
    for part in cut:
        assert part in text
        text = text.replace(part, "")
    return text


def test_a_provider_that_serves_for_half_of_mail_is_told(tmp_path: Path) -> None:
    """That is no problem, for there are such services; the dataset's own are known by name."""
    pop3 = "  pop3:\n    - {host: pop.example.org, port: 995, tls: implicit, sources: [help]}\n"
    old = f"old_hosts:\n  - {{host: pop3.example.org, {OLD_HOST}, sources: [copied]}}\n"
    cases = {
        PROVIDER: "",
        halved(PROVIDER, pop3, old): "",
        halved(PROVIDER, SMTP): "for reading only: no SMTP server",
        halved(PROVIDER, SMTP, pop3, old): "for reading only: no SMTP server",
        PROVIDER.replace("465, tls: implicit", "587, tls: none"): "for reading only: no SMTP server",
        halved(PROVIDER, pop3, old, IMAP, SECOND, "  imap:\n"): "for sending only: neither IMAP nor POP3",
        halved(PROVIDER, SMTP).replace("services:", "status: retired\nservices:"): "",
    }
    for text, told in cases.items():
        path = written(tmp_path / "example.org.yaml", text)
        records, problems = providers.load_providers([path])
        assert problems == []
        gaps = list(rules.gaps(path, records[path]))
        assert [gap.field for gap in gaps] == [("services",)] * bool(told)
        assert all(told in gap.what for gap in gaps)


#: Services that are known to do half of mail, and why.
HALVES = {
    "sparkpost.com": "relays what programs send, and keeps no mailboxes",
    "iu.edu": "has its mailboxes where the university offers no IMAP, and a relay for sending",
}


def test_nobody_of_ours_serves_for_half_of_mail_unawares() -> None:
    assert {path.stem for path, record in RECORDS.items() if [*rules.gaps(path, record)]} == {*HALVES}


def test_the_dataset_has_no_problems() -> None:
    assert [(problem.where, problem.what) for problem in PROBLEMS] == []
    assert list(RECORDS) == providers.provider_files()


@pytest.mark.parametrize("domain", SEEDS)
def test_the_seed_services_are_whole(domain: str) -> None:
    record = BY_DOMAIN[domain]
    assert {"imap", "pop3", "smtp"} <= record["services"].keys()
    hint = record["credentials"]["hint"]
    assert hint["en"]
    assert re.search("[\u4e00-\u9fff]", hint["zh"])
    assert re.search("[\u4e00-\u9fff]", record["name"]["zh"])
    for protocol in ("imap", "pop3", "smtp"):
        for endpoint in record["services"][protocol]:
            assert endpoint["sources"]
            assert endpoint["tls"] in ("implicit", "starttls")


@pytest.mark.parametrize("domain", sorted({*SEEDS} - {"netease.com"}))
def test_the_servers_that_seed_services_prefer_have_two_sources_to_look_up(domain: str) -> None:
    """Of netease.com, which outsiders do not have, there are none: its file says so."""
    record = BY_DOMAIN[domain]
    for protocol in ("imap", "smtp"):
        named = [record["sources"][name] for name in record["services"][protocol][0]["sources"]]
        links = {source.get("url") or source.get("dataset") for source in named} - {None}
        assert len(links) >= 2, f"{protocol}: {links}"


def test_the_operators_words_can_be_looked_up() -> None:
    sources = [source for record in RECORDS.values() for source in record["sources"].values()]
    assert not [source for source in sources if source["kind"] == "vendor" and "url" not in source]


def test_the_dataset_covers_what_it_has_promised() -> None:
    covered = stats.covered((path.stem, record) for path, record in RECORDS.items())
    mail = sum(covered.protocols[protocol] for protocol in PROTOCOLS)
    assert covered.domains >= 1_650
    assert covered.vendor >= 100
    assert covered.attested * 2 >= mail
    assert covered.unknown <= 70


def test_of_the_sixty_that_most_sources_name_the_secret_is_known() -> None:
    """Nobody counts mailboxes; how many sources have a service tells as well which one people have."""
    named = sorted(RECORDS.items(), key=lambda item: len(item[1]["sources"]), reverse=True)
    least = len(named[59][1]["sources"])
    largest = {path.stem: record for path, record in named if len(record["sources"]) >= least}
    assert not [id for id, record in largest.items() if record["credentials"]["kind"] == "unknown"]


def test_the_world_is_served_too() -> None:
    assert len([record for record in RECORDS.values() if not {*record.get("domains", ())} & {*SEEDS}]) >= 30


def defined(schema: dict[str, Any], *path: str) -> Any:
    for step in path:
        schema = schema[step]
    return schema


def test_the_schemas_agree_with_the_code() -> None:
    provider, target = SCHEMAS["provider"], SCHEMAS["target"]
    endpoint = defined(provider, "$defs", "endpoints", "items", "properties")
    roles = set(Folders.__match_args__)
    assert {*PROTOCOLS, *FURTHER} == defined(provider, "properties", "services", "properties").keys()
    assert set(endpoint["tls"]["enum"]) == TLS.keys()
    assert set(endpoint["auth"]["items"]["enum"]) == set(AUTH)
    assert set(endpoint["username"]["enum"]) == {*LOGINS, "account-id"}
    [words] = defined(target, "properties", "protocols", "patternProperties")
    assert words == f"^({'|'.join((*PROTOCOLS, *FURTHER))})(?!\\n)$"
    needed = defined(target, "properties", "needs", "items", "enum")
    assert set(needed) == {"incoming", "smtp", *FURTHER}
    resource = defined(provider, "$defs", "urls", "items", "properties")
    assert set(resource["auth"]["items"]["enum"]) < set(AUTH)
    assert set(resource["username"]["enum"]) == {*LOGINS, "account-id"}
    spoken = defined(target, "properties", "protocols", "patternProperties", words, "properties")
    assert set(spoken["tls"]["items"]["enum"]) == TLS.keys()
    assert set(spoken["auth"]["items"]["enum"]) == set(AUTH)
    said = defined(target, "properties", "published", "properties", "usernames", "items", "enum")
    assert set(said) == LOGINS.keys()
    accounts = SCHEMAS["accounts"]["$defs"]
    assert set(accounts["protocol"]["enum"]) == {*INCOMING, NO_INCOMING}
    login = {"username", "credential", "password", "password_command", "token_command"}
    assert accounts["server"]["properties"].keys() == {*SERVER, *login}
    assert set(accounts["server"]["properties"]["tls"]["enum"]) == TLS.keys()
    assert accounts["folders"]["properties"].keys() == set(ROLES)
    assert set(PROTOCOLS) <= accounts["account"]["properties"].keys()
    for quirk in quirks().values():
        assert quirk["concerns"] in (*PROTOCOLS, "any")
        assert quirk["severity"] in ("note", "warning", "refusal")
        assert quirk["says"]["en"]
    assert defined(provider, "properties", "folders", "properties").keys() == roles | {
        "sources",
        "language",
        "others",
    }
    assert set(defined(provider, "properties", "folders", "properties", "language", "enum")) == set(LANGUAGES)
    assert set(defined(target, "properties", "folders", "items", "enum")) == roles
    assert set(ROLES) == roles
    assert set(defined(provider, "$defs", "secretKind", "enum")) == SECRETS.keys()
    sources = defined(provider, "properties", "sources", "additionalProperties", "properties", "kind", "enum")
    assert set(sources) == {*evidence._OFFICIAL, *evidence._UNOFFICIAL, "list"}
    assert {f"{protocol} {tls}" for (protocol, _), tls in USUAL.items() if protocol != "managesieve"} == {
        f"{protocol} {tls}" for protocol in PROTOCOLS for tls in endpoint["tls"]["enum"] if tls != "none"
    }
    assert defined(endpoint, "username", "enum") == defined(
        endpoint, "username_alternatives", "items", "enum"
    )
    for form in endpoint["username"]["enum"]:
        server = Endpoint("imap", "imap.x.example", 993, "implicit", username=form)
        sohu = provider_from_record("sohu.com", BY_DOMAIN["sohu.com"])
        name = answer(login_name, sohu, server, Address("a", "b.example", "b.example"), Wish())
        assert isinstance(name, MailgenError) == (form == "account-id")
    records = [record for _, record in compiler.checked_targets()]
    used = {one["grammar"] for record in records for one in (record, *record["files"]) if "grammar" in one}
    assert used == set(targets.grammars()), "a grammar that no target uses is not tested by any"


def undescribed(schema: dict[str, Any], node: object, path: str = "") -> list[str]:
    """Return the properties that tell a reader nothing, neither themselves nor by what they refer to."""
    if not isinstance(node, dict):
        return []
    missing = []
    for key in ("properties", "patternProperties"):
        for name, item in node.get(key, {}).items():
            refers = item.get("$ref", "").removeprefix("#/").split("/")
            meant = defined(schema, *refers) if "$ref" in item else {}
            if key == "properties" and "if" not in path and "description" not in {**meant, **item}:
                missing.append(f"{path}.{name}")
            missing += undescribed(schema, item, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        missing += undescribed(schema, node.get(key), path)
    return missing


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_the_manual(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    missing = undescribed(schema, schema)
    for word, part in schema["$defs"].items():
        missing += undescribed(schema, part, word)
    assert missing == []


def test_both_readers_of_yaml_find_the_same() -> None:
    for path in providers.provider_files():
        assert yaml_lines.read_yaml(path) == yaml.load(
            path.read_text(encoding="utf-8"), yaml_lines._Loader
        ), path


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no\nb: 0600\nc: 2026-11-01\nd: 1.5\ne: 0x1f\nf: 1_000\ng: null\nh: true\n", None),
        ("a: {b: [1, -2, ~, 'x: y', \"\\u4e2d\"]}\n", {"a": {"b": [1, -2, None, "x: y", "中"]}}),
        ("a: >\n  one\n  two\n", {"a": "one two\n"}),
    ],
)
def test_plain_words_are_those_of_yaml_1_2(tmp_path: Path, text: str, data: object) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    words = dict(a="no", b="0600", c="2026-11-01", d="1.5", e="0x1f", f="1_000", g=None, h=True)  # noqa: C408
    assert yaml_lines.read_yaml(path) == (data or words)
    assert yaml.load(text, yaml_lines._Loader) == (data or words)
