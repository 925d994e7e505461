"""`mailgen dataset`: people check their provider files, and see what the dataset covers."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from mailgen.catalog.compiler import checked_targets
from mailgen.dataset import providers
from mailgen.dataset.stats import covered, texts_in
from tests.cases import run
from tests.dataset.test_providers import PROVIDER
from tests.support import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
RECORDS, _ = providers.load_providers(providers.provider_files())


def test_our_own_files_are_good() -> None:
    """What nobody has tried yet is a note, which keeps nobody from anything."""
    done = run("dataset", "lint")
    assert "note: Thunderbird is not known to meet or to miss: enable-hangs" in done.stderr
    assert not re.search("note: (Mozilla autoconfig|PACC|msmtp) ", done.stderr)
    domains = sum(len(record.get("domains", ())) for record in RECORDS.values())
    assert (done.status, done.stdout) == (0, "")
    assert f"{len(RECORDS)} files, {domains:,} domains: good" in done.stderr
    assert run("dataset", "lint", str(ROOT / "providers")).status == 0


def test_half_a_service_is_told_and_keeps_nobody_from_anything(tmp_path: Path) -> None:
    path = tmp_path / "example.org.yaml"
    path.write_text(PROVIDER.replace("465, tls: implicit", "2500, tls: none"), encoding="utf-8")
    done = run("dataset", "lint", str(path))
    assert done.status == 0
    assert "note: this serves for reading only: no SMTP server that can be used" in done.stderr
    assert f"{path}:3: services" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("port: 993", "port: 9931000", 5, "9931000"),
        ("port: 993, tls: implicit", "port: 993, tls: starttls", 5, "does not go with"),
        ("domains: [example.org", "domains: [EXAMPLE.org", 2, "EXAMPLE.org"),
        ("sources: [help, copied]}", "sources: [help, nobody]}", 10, "'nobody' is not described"),
        ("  kind: app-password", "  kind: magic", 12, "magic"),
    ],
)
def test_a_broken_file_is_told_with_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in PROVIDER
    path = tmp_path / "example.org.yaml"
    path.write_text(PROVIDER.replace(old, new, 1), encoding="utf-8")
    done = run("dataset", "lint", str(path))
    assert done.status == 1
    told = [text for text in done.stdout.splitlines() if words in text]
    assert told, done.stdout
    assert told[0].startswith(f"{path}:{line}: "), told
    assert "1 file, " in done.stderr
    assert "1 to be mended" in done.stderr


def test_what_is_no_file_or_no_yaml_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"name: {en: [\n")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: \xe9\n")
    good = tmp_path / "example.org.yaml"
    good.write_text(PROVIDER.replace("kind: app-password", "kind: magic"), encoding="utf-8")
    missing = tmp_path / "missing.yaml"
    done = run("dataset", "lint", *map(str, (broken, latin, missing, good)))
    assert done.status == 1
    told = done.stdout.splitlines()
    assert len(told) == 4
    assert told[0].startswith(f"{broken}:2: ")
    assert "this cannot be read as YAML" in told[0]
    assert "; correct the line" in told[0]
    assert told[1].startswith(f"{latin}:1: this is not text in UTF-8")
    assert told[2].startswith(f"{missing}: it cannot be read: No such file")
    assert told[3].startswith(f"{good}:12: credentials.kind: 'magic' cannot stand here, only login-password")
    assert "4 files, 0 domains: 4 to be mended" in done.stderr


def test_a_folder_without_provider_files_is_refused(tmp_path: Path) -> None:
    done = run("dataset", "lint", str(tmp_path))
    assert done.status == 2
    assert "no provider files" in done.stderr
    assert str(tmp_path) in done.stderr


def test_stats_count_what_is_there() -> None:
    data = json.loads(run("dataset", "stats", "--json").stdout)
    endpoints = [
        (protocol, item)
        for record in RECORDS.values()
        for protocol, items in record["services"].items()
        for item in items
    ]
    mail = [item for protocol, item in endpoints if protocol in ("imap", "pop3", "smtp")]
    assert data["providers"] == len(RECORDS)
    assert data["domains"] == sum(len(record.get("domains", ())) for record in RECORDS.values())
    assert data["protocols"] == Counter(protocol for protocol, _ in endpoints)
    assert data["endpoints"] == len(mail) == sum(data["confidence"].values())
    assert data["attested_twice"] == sum(len(item["sources"]) > 1 for item in mail)
    days = sorted(source["checked"] for record in RECORDS.values() for source in record["sources"].values())
    assert (data["checked"]["oldest"], data["checked"]["newest"]) == (days[0], days[-1])
    living = [record for record in RECORDS.values() if record.get("status") != "retired"]
    untold = [record for record in living if record["credentials"]["kind"] == "unknown"]
    assert len(living) < len(RECORDS)
    assert data["unknown_secret"] == len(untold)
    wholes = [*RECORDS.values(), *(target for _, target in checked_targets())]
    assert data["texts"]["en"] >= data["texts"]["zh"] > 200
    assert data["texts"] == sum(map(texts_in, wholes), Counter())
    printed = run("dataset", "stats").stdout
    assert "half since" in printed
    assert f"{data['domains']:,}" in printed


def test_an_empty_dataset_has_no_days() -> None:
    assert covered([]).as_data()["checked"] == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_counts_the_dataset(page: Path) -> None:
    """A new provider changes no page: 'mailgen dataset stats' counts."""
    said = re.search(r"\d[\d,]* *(providers|domains|个服务商|个域名)", page.read_text(encoding="utf-8"))
    assert said is None, said
