"""Another set against ours: what we do not know, what we chose against, and in which order it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailgen.core.errors import MailgenError
from mailgen.drafts.conflicts import Claim, claims_of_facts, claims_of_records, conflicts
from tests.cases import run
from tests.dataset.test_facts import facts
from tests.dataset.test_providers import PROVIDER, RECORDS
from tests.support import ROOT

SMTP = {"host": "smtp.example.org", "port": 465, "tls": "implicit", "username": "localpart"}
OURS: list[tuple[str, Any]] = [
    (
        "example.org",
        {
            "domains": ["example.org", "example.net"],
            "services": {
                "imap": [
                    {"host": "imap.example.org", "port": 993, "tls": "implicit"},
                    {"host": "imap.example.org", "port": 143, "tls": "starttls"},
                ],
                "smtp": [
                    {"host": "smtp.example.org", "port": 465, "tls": "implicit", "username": "localpart"}
                ],
            },
            "old_hosts": [{"host": "mail.example.org", "replaced_by": "imap.example.org", "sources": ["x"]}],
        },
    )
]


def claim(protocol: str = "imap", host: str = "imap.example.org", port: int = 993, **more: Any) -> Claim:
    given = {"set": "theirs", "domains": ("example.org",), "tls": "implicit", "login": None, **more}
    return Claim(protocol=protocol, host=host, port=port, **given)


@pytest.mark.parametrize(
    ("theirs", "kinds"),
    [
        (claim(), []),
        (claim(port=143, tls="starttls"), ["order"]),
        (claim(port=143), ["port"]),
        (claim(host="imap.elsewhere.example"), ["host"]),
        (claim(host="mail.example.org"), ["old"]),
        (claim("smtp", "smtp.example.org", 465, login="address"), ["login"]),
        (claim("smtp", "smtp.example.org", 465, login="localpart"), []),
        (claim("pop3", "pop.example.org", 995), []),
        (claim(domains=("other.example",), host="imap.elsewhere.example"), []),
    ],
)
def test_each_kind_of_disagreement_has_its_name(theirs: Claim, kinds: list[str]) -> None:
    assert [one.kind for one in conflicts(OURS, [theirs])] == kinds


def test_what_many_sets_name_comes_first_and_like_claims_are_one() -> None:
    claims = [
        claim(port=143, tls="starttls", set="a"),
        *(
            claim(host="imap.elsewhere.example", domains=(name,), set="a")
            for name in ("example.org", "example.net")
        ),
        claim(host="imap.third.example", domains=("example.net",), set="b"),
        claim(set="c"),
    ]
    found = conflicts(OURS, claims)
    assert [(one.kind, one.sets, one.domains) for one in found] == [
        ("host", 2, ("example.org", "example.net")),
        ("host", 2, ("example.net",)),
        ("order", 2, ("example.org",)),
    ]


def test_our_own_set_has_no_conflict_with_itself(tmp_path: Path) -> None:
    ours = [(path.stem, record) for path, record in RECORDS.items()]
    assert conflicts(ours, claims_of_records(ours, "ours")) == []
    done = run("dataset", "conflicts", str(ROOT / "providers"))
    assert (done.status, done.stdout) == (0, "")
    (tmp_path / "example.org.yaml").write_text(PROVIDER, encoding="utf-8")
    assert run("dataset", "conflicts", str(tmp_path)).status == 0


def test_an_entry_of_facts_becomes_claims() -> None:
    entry = {
        "source": "x",
        "domains": ["Example.ORG", "*.example.org"],
        "incoming": [
            {
                "proto": "imap",
                "host": "imap.{domain}",
                "port": 993,
                "tls": "implicit",
                "username": "localpart",
            },
            {
                "proto": "imap",
                "host": "second.example",
                "port": 143,
                "tls": "starttls",
                "username": "address",
            },
        ],
        "outgoing": [{"proto": "smtp", "host": "SMTP.example.org", "port": "465", "tls": "implicit"}],
    }
    assert list(claims_of_facts([json.dumps(entry)], "f")) == [
        claim(set="x", login="localpart"),
        claim("smtp", "smtp.example.org", 465, set="x"),
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"source": "x"}', '{"source": "x", "domains": 7}', "7"])
def test_a_line_that_is_no_entry_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(MailgenError) as caught:
        list(claims_of_facts([line], "f"))
    assert caught.value.where == "f:1"
    done = run("dataset", "conflicts", str(path))
    assert done.status == 1
    assert f"{path}:1" in done.stderr


def test_the_public_sets_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(fact) + "\n" for fact in facts()), encoding="utf-8")
    done = run("dataset", "conflicts", str(path), "--json")
    found = json.loads(done.stdout)
    told = {(one["provider"], one["kind"], one["theirs"]["set"], one["theirs"]["host"]) for one in found}
    assert ("gmail.com", "old", "muttwizard", "imap.googlemail.com") in told
    assert ("outlook.com", "old", "muttwizard", "imap-mail.outlook.com") in told
    assert ("bluewin.ch", "port", "nodemailer", "smtpauths.bluewin.ch") in told
    known = [one["kind"] in ("order", "old") for one in found]
    assert known == sorted(known)
    printed = run("dataset", "conflicts", str(path))
    assert len(printed.stdout.splitlines()) == 3 * len(found)
    assert "that ours does not know" in printed.stderr


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    done = run("dataset", "conflicts", str(tmp_path / "missing"))
    assert done.status == 1
    assert "the file cannot be read" in done.stderr
