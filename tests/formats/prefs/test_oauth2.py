"""Whether the client can log in with OAuth2 by itself is known of each server, and told."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from mailgen.catalog.opening import open_catalogue
from tests.programs import need, unavailable
from tests.support import cli

PROVIDERS = list(open_catalogue().providers())
OAUTH2_ONLY = [one for one in PROVIDERS if one.credentials.kind == "oauth2-only"]


def test_the_manifest_names_what_the_program_knows() -> None:
    """Its own archive has its list; what is for no mail, or for its tests, is not in the manifest."""
    archive = Path(need("thunderbird", "thunderbird")).resolve().parent / "omni.ja"
    for place in (archive, Path("/usr/lib/thunderbird/omni.ja"), Path("/usr/lib64/thunderbird/omni.ja")):
        if place.exists():
            break
    else:
        unavailable("the archive of Thunderbird lies in none of the usual places")
    with zipfile.ZipFile(place) as files:
        source = files.read("modules/OAuth2Providers.sys.mjs").decode()
    table = source[source.index("kHostnames = new Map") : source.index("]);", source.index("kHostnames"))]
    known = set(re.findall(r'\[\s*"([a-z0-9.-]+)",\s*\[', table))
    named = set(open_catalogue().target("thunderbird").oauth2_hosts)
    assert named <= known
    other = re.compile(r"test$|carddav|caldav|google(apis|usercontent)|graph|stage-")
    assert {one for one in known - named if not other.search(one)} == set()


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.com", "yandex.com", "fastmail.com", "aol.com"])
def test_where_it_can_do_without_a_password_that_is_said(domain: str) -> None:
    done = cli("thunderbird", f"ada@{domain}")
    assert "Thunderbird can log in with OAuth2 here" in done.stderr
    assert "say --oauth2" in done.stderr
    wanted = cli("thunderbird", f"ada@{domain}", "--oauth2")
    assert wanted.status == 0, wanted.stderr
    assert wanted.stdout.count('.authMethod", 10);') == 2
    assert "can log in with OAuth2 here" not in wanted.stderr
    assert "app password" not in wanted.stderr


@pytest.mark.parametrize("domain", ["qq.com", "163.com", "gmx.de"])
def test_where_it_cannot_nothing_is_said(domain: str) -> None:
    assert "OAuth2" not in cli("thunderbird", f"ada@{domain}").stderr


def test_a_server_of_ones_own_is_none_that_it_knows() -> None:
    words = ["--imap-host", "imap.lab.example", "--smtp-host", "smtp.lab.example"]
    done = cli("thunderbird", "ada@gmail.com", *words, "--oauth2", "-q")
    assert "imap.lab.example and smtp.lab.example is none of these" in " ".join(done.stderr.split())
    assert "OAuth2" not in cli("thunderbird", "ada@gmail.com", *words).stderr


def test_a_cloud_whose_tokens_it_cannot_fetch_is_told() -> None:
    done = cli("thunderbird", "ada@own.example", "--provider", "partner.outlook.cn", "-q")
    assert "OAuth2 for servers that it knows" in done.stderr
    assert "OAuth2 for servers" not in cli("thunderbird", "ada@outlook.com").stderr


@pytest.mark.parametrize("provider", OAUTH2_ONLY, ids=lambda one: one.id)
def test_hints_advise_no_other_program(provider: object) -> None:
    """Whoever reads the hint has a program that can do it; where none can, the refusal says so."""
    for text in OAUTH2_ONLY[OAUTH2_ONLY.index(provider)].credentials.hint.values():  # type: ignore[arg-type]
        assert not re.search(r"[Uu]se a program|helper|请使用支持|辅助工具", text)
