"""A mirror: every domain that the format can say, every provider as data, and a list of what is left out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from mailgen.catalog.opening import open_catalogue
from mailgen.publishing import folder, mirror
from tests.formats.xml import program_thunderbird as thunderbird
from tests.formats.xml import program_xmllint as xmllint
from tests.formats.xml import reader_autoconfig
from tests.outputs import objections
from tests.support import ROOT

CATALOGUE = open_catalogue()
MADE = mirror.publish_all(CATALOGUE, "settings.example", "/srv/www/settings.example")
BY_DOMAIN = {path.rpartition("/")[2]: content for path, content in MADE.files.items() if "/v1.1/" in path}
API = "www/api/v1"


def test_each_domain_has_a_file_or_a_reason() -> None:
    lacking = json.loads(MADE.files[f"{API}/left-out.json"])
    assert not objections("left-out", lacking)
    told = {domain for one in lacking["left_out"] for domain in one["domains"]}
    plain = {domain for domain in CATALOGUE.domains() if domain.isascii() and not domain.startswith("*.")}
    assert set(BY_DOMAIN) | told >= plain
    assert not set(BY_DOMAIN) & told
    assert len(BY_DOMAIN) > 1200
    assert all("zh" in one["what"] for one in lacking["left_out"])


def test_each_file_is_valid_and_names_its_domain() -> None:
    texts = {domain: content.decode() for domain, content in BY_DOMAIN.items()}
    for domain, text in texts.items():
        assert domain in reader_autoconfig.read(text).domains
    different = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts.values()}
    assert set(xmllint.judged(ROOT / "schema/autoconfig.rng", different).values()) == {True}


def test_thunderbird_reads_them() -> None:
    some = {
        domain: BY_DOMAIN[domain].decode() for domain in ("163.com", "foxmail.com", "gmail.com", "gmx.de")
    }
    for domain, answer in thunderbird.read(some, f"ada@{'x'}.example").items():
        assert not isinstance(answer, str), f"{domain}: {answer}"


def test_the_data_are_those_of_show() -> None:
    index = json.loads(MADE.files[f"{API}/index.json"])
    assert not objections("mirror", index)
    assert [one["id"] for one in index["providers"]] == [one.id for one in CATALOGUE.providers()]
    for one in index["providers"]:
        record = json.loads(MADE.files[f"{API}/providers/{one['id']}.json"])
        assert not objections("show", record)
        assert record == {"id": one["id"], **(CATALOGUE.record(one["id"]) or {})}


def test_two_builds_are_the_same_to_the_byte() -> None:
    again = mirror.publish_all(CATALOGUE, "settings.example", "/srv/www/settings.example")
    assert folder.digests_of(again.files) == folder.digests_of(MADE.files)


def test_no_name_of_a_file_leads_elsewhere() -> None:
    for path in MADE.files:
        parts = Path(path).parts
        assert not path.startswith("/")
        assert all(part not in ("", ".", "..") and part.isascii() for part in parts)
