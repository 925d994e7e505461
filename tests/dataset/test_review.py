"""A poisoned change of the dataset is seen: hundreds of harmful edits, and some that would not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailgen.dataset import providers
from mailgen.dataset.review import registrable, review
from tests.cases import run

RECORDS = {
    path.stem: record for path, record in providers.load_providers(providers.provider_files())[0].items()
}
#: Providers of all kinds: large and small, several endpoints, OAuth2, quirks, customers' own domains.
VICTIMS = """gmail.com outlook.com office365.com yahoo.com qq.com 163.com sohu.com sina.com icloud.com
             fastmail.com web.de gmx.net mail.ru yandex.com exmail.qq.com posteo.de""".split()


def first(record: Any, protocol: str = "smtp") -> Any:
    return record["services"][protocol][0]


def host(name: str) -> Callable[[Any], None]:
    """Send the login to a host that is made of the right one's name."""

    def edit(record: Any) -> None:
        right = first(record)["host"]
        first(record)["host"] = name.format(right=right, own=registrable(right))

    return edit


def insert(record: Any) -> None:
    record["services"]["smtp"].insert(0, {**first(record), "host": "mail.evil.example"})


def append(record: Any) -> None:
    record["services"].setdefault("imap", []).append(
        {"host": "imap.evil.example", "port": 993, "tls": "implicit", "sources": list(record["sources"])[:1]}
    )


def weaker(record: Any) -> None:
    first(record).update(tls="none")


def later_tls(record: Any) -> None:
    kept = first(record)
    record["services"]["smtp"] = (
        [{**kept, "port": 587, "tls": "starttls"}] if kept["tls"] == "implicit" else [{**kept, "tls": "none"}]
    )


def port(record: Any) -> None:
    first(record)["port"] = 4650


def token(record: Any) -> None:
    record.setdefault("oauth2", {})["token_url"] = "https://login.evil.example/token"


def steal(record: Any) -> None:
    record["domains"] = [*record.get("domains", []), "laposte.net"]


def more_domains(record: Any) -> None:
    record["domains"] = [*record.get("domains", []), "bank.example"]


def fewer_domains(record: Any) -> None:
    record["mx"] = ["mx.evil.example"]


def login(record: Any) -> None:
    first(record)["username"] = "account-id"


def link(record: Any) -> None:
    record["credentials"]["hint"] = {
        "en": "Enter your password at https://evil.example/login.",
        "zh": "在此输入密码",
    }


def page(record: Any) -> None:
    record["docs"] = ["https://support.evil.example/"]


def kind(record: Any) -> None:
    record["credentials"]["kind"] = "unknown"


def day(record: Any) -> None:
    next(iter(record["sources"].values()))["checked"] = "2099-01-01"


EDITS = {
    "another's host": (host("mail.evil.example"), "danger"),
    "our name in another's": (host("{right}.evil.example"), "danger"),
    "a letter more": (host("smtp.x{own}"), "danger"),
    "a hyphen": (host("smtp-{own}"), "danger"),
    "below a public suffix": (host("smtp.com.cn"), "danger"),
    "by punycode": (host("smtp.xn--80ak6aa92e.com"), "danger"),
    "an address": (host("127.0.0.2"), "danger"),
    "a new host of the same owner": (host("new.{own}"), "warning"),
    "first of all": (insert, "danger"),
    "one more": (append, "danger"),
    "no TLS": (weaker, "danger"),
    "only later TLS": (later_tls, "danger"),
    "another port": (port, "warning"),
    "tokens from elsewhere": (token, "danger"),
    "another's domain": (steal, "danger"),
    "a domain more": (more_domains, "warning"),
    "another's MX": (fewer_domains, "danger"),
    "another login": (login, "warning"),
    "a link in the hint": (link, "danger"),
    "another's pages": (page, "danger"),
    "another secret": (kind, "warning"),
    "a day that makes all others old": (day, "danger"),
}


def test_there_are_enough_of_them() -> None:
    assert len(EDITS) * len(VICTIMS) >= 200


@pytest.mark.parametrize("victim", VICTIMS)
def test_every_malicious_edit_is_flagged(victim: str) -> None:
    for name, (edit, severity) in EDITS.items():
        record = copy.deepcopy(RECORDS[victim])
        edit(record)
        if record == RECORDS[victim]:
            assert name == "another secret", name
            continue
        found = review(RECORDS, {**RECORDS, victim: record})
        assert found, name
        worst = found[0].severity
        assert worst == severity or (severity == "warning" and worst == "danger"), (name, found)
        assert found[0].provider == victim, name


def test_a_new_provider_with_hosts_of_another_is_looked_at() -> None:
    record = copy.deepcopy(RECORDS["sohu.com"])
    record["domains"] = ["new.example"]
    found = review(RECORDS, {**RECORDS, "new.example": record})
    assert {one.kind for one in found if one.severity == "warning"} == {"host-of-another"}
    taken = review(RECORDS, {**RECORDS, "new.example": {**record, "domains": ["sohu.com"]}})
    assert taken[0].kind == "domain-moved"
    gone = {id: one for id, one in RECORDS.items() if id != "sohu.com"}
    assert [one.kind for one in review(RECORDS, gone)] == ["provider-gone"]


def better_witness(record: Any) -> None:
    record["sources"]["vendor"] = {"kind": "vendor", "url": "https://mail.sohu.com/", "checked": "2026-11-25"}
    first(record)["sources"] = [*first(record)["sources"], "vendor"]


def another_name(record: Any) -> None:
    record["name"]["ru"] = "Почта"


def more_quirks(record: Any) -> None:
    record.setdefault("quirks", {})["saves-sent-copy"] = list(record["sources"])[:1]


@pytest.mark.parametrize("edit", [better_witness, another_name, more_quirks])
def test_harmless_edits_are_notes(edit: Callable[[Any], None]) -> None:
    record = copy.deepcopy(RECORDS["sohu.com"])
    edit(record)
    found = review(RECORDS, {**RECORDS, "sohu.com": record})
    assert found
    assert {one.severity for one in found} == {"note"}


def test_no_change_is_no_difference() -> None:
    assert review(RECORDS, copy.deepcopy(RECORDS)) == []


def test_people_see_the_worst_first(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "sohu.com.yaml").write_text(yaml.safe_dump(RECORDS["sohu.com"], allow_unicode=True))
    same = run("dataset", "diff", str(old), str(new))
    assert (same.status, same.stdout) == (0, "")
    record = copy.deepcopy(RECORDS["sohu.com"])
    host("smtp.evil.example")(record)
    (new / "sohu.com.yaml").write_text(yaml.safe_dump(record, allow_unicode=True))
    told = run("dataset", "diff", str(old), str(new))
    assert told.status == 1
    assert told.stdout.startswith(
        "danger   sohu.com: foreign-host: smtp: smtp.evil.example belongs to evil.example\n"
    )
    assert "danger 1" in told.stderr
    data = json.loads(run("dataset", "diff", str(old), str(new), "--json").stdout)
    assert [one["severity"] for one in data] == [line.split()[0] for line in told.stdout.splitlines()]
