"""What a file says of days and conditions: each rule catches what breaks it, and a diff tells the harm."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.dataset import providers
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.review import review
from tests.dataset.test_providers import PROVIDER, broken, check, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CASES = """\
  sources: [help]
  cases:
    - protocols: [smtp]
      from: 2025-01
      until: 2026-12-31
      kind: login-password
      sources: [help]
    - when: {two_factor: true}
      kind: client-password
      hint: {en: Make one., zh: 生成一个。}
      sources: [help]
quirks:
"""
#: The provider of the other rules, with more in it.
TERMS = PROVIDER.replace("  sources: [help]\nquirks:\n", CASES).replace(
    "tls: starttls, sources", "tls: starttls, from: 2024-09-16, until: 2027-02, sources"
)
SMTP = "  smtp:\n    - {host: smtp.example.org, port: 465, tls: implicit, sources: [help, copied]}\n"
CASE = TERMS[TERMS.index("    - protocols:") : TERMS.index("    - when:")]
NARROWER = CASE.replace("protocols: [smtp]\n      from: 2025-01", "from: 2025-02\n      protocols: [smtp]")
AS_ABOVE = "kind: app-password\n      hint: {en: Make one under Settings., zh: 在设置中生成。}"
#: As BROKEN of the other rules.
BROKEN: dict[str, tuple[str, ...]] = {
    "no day": ("2024-09-16", "2024-09-31", "services.imap.1.from", "2024-09-31 is no day of the calendar"),
    "no month": ("2025-01\n", "2025-13\n", "credentials.cases.0.from", "write 2026-12-31, or"),
    "a year": ("2025-01\n", "'2025'\n", "credentials.cases.0.from", "belongs here: a day (2026-12-31)"),
    "a day in words": ("2024-09-16", "soon", "services.imap.1.from", "'soon' is not written as it must be"),
    "end before beginning": ("2027-02", "2024-08", "services.imap.1.until", "before from 2024-09-16"),
    "a month before": ("2026-12-31", "2024-12-31", "credentials.cases.0.until", "before from 2025-01"),
    "no condition": (CASE[: CASE.index("kind")], "    - ", "credentials.cases.0",
                     "one of the keys 'protocols', 'when', 'from' or 'until' is missing"),
    "neither on nor off": ("or: true", "or: yes", "credentials.cases.1.when.two_factor", "true or false"),
    "condition": ("two_factor: true", "moon: true", "credentials.cases.1.when.moon", "no key 'moon' here"),
    "no hint": ("      hint: {en: Make one., zh: 生成一个。}\n", "", "credentials.cases.1",
                "'hint' is missing", "    - when"),
    "hint no Chinese": ("生成一个。", "Make", "credentials.cases.1.hint.zh", "not Chinese"),
    "case's source": ("个。}\n      sources: [help]", "个。}\n      sources: [gone]",
                      "credentials.cases.1.sources", "'gone' is not described"),
    "protocol": ("[smtp]", "[jmap]", "credentials.cases.0.protocols.0", "only imap, pop3 or smtp"),
    "no such server": (SMTP, "", "credentials.cases.0.protocols.0", "no server for smtp", "    - protocols"),
    "no password there": ("implicit, sources: [help, copied]", "implicit, auth: [xoauth2], sources: [copied]",
                          "credentials.cases.0.kind", "no server for smtp takes a password",
                          "      kind: login"),
    "the same again": ("kind: login-password", AS_ABOVE, "credentials.cases.0",
                       "says what credentials say anyway", "    - protocols"),
    "behind a wider one": ("    - when", f"{NARROWER}    - when", "credentials.cases.1",
                           "cases.0 stands before it and always fits", "    - from: 2025-02"),
}  # fmt: skip


def load(folder: Path, text: str) -> list[DataProblem]:
    return providers.load_providers([written(folder / "example.org.yaml", text)])[1]


def test_the_provider_that_the_rules_are_tried_on_is_right(tmp_path: Path) -> None:
    assert load(tmp_path, TERMS) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_catches_what_breaks_it(name: str, tmp_path: Path) -> None:
    text, line = broken(TERMS, BROKEN[name])
    check(load(tmp_path, text), tmp_path / "example.org.yaml", line, *BROKEN[name][2:4])


def closed(record: Any) -> None:
    record["services"]["smtp"][0]["until"] = "2025-01-01"


def weaker(record: Any) -> None:
    """Close the server with TLS from the first byte; the one with STARTTLS stays."""
    record["services"]["imap"][0]["until"] = "2025-01-01"


def later(record: Any) -> None:
    record["services"]["imap"][0]["from"] = "2030-01-01"


def ends(record: Any) -> None:
    record["services"]["pop3"][0]["until"] = "2030-01"


def other_secret(record: Any) -> None:
    record["credentials"]["cases"][1] |= {"kind": "login-password"}


def other_condition(record: Any) -> None:
    record["credentials"]["cases"][1] |= {"when": {"two_factor": False}}


def link(record: Any) -> None:
    record["credentials"]["cases"][1] |= {"hint": {"en": "Type it in at https://evil.example/."}}


@pytest.mark.parametrize(
    ("edit", "severity", "kind"),
    [
        (closed, "danger", "closed"),
        (weaker, "danger", "weaker-tls"),
        (later, "danger", "weaker-tls"),
        (ends, "warning", "until"),
        (other_secret, "warning", "credentials"),
        (other_condition, "warning", "credentials"),
        (link, "danger", "foreign-link"),
    ],
)
def test_a_harmful_edit_is_flagged(
    edit: Callable[[Any], None], severity: str, kind: str, tmp_path: Path
) -> None:
    written(tmp_path / "example.org.yaml", TERMS)
    [old] = providers.load_providers([tmp_path / "example.org.yaml"])[0].values()
    new = copy.deepcopy(old)
    edit(new)
    found = review({"example.org": old}, {"example.org": new})
    assert (severity, kind) in [(one.severity, one.kind) for one in found]
    assert found[0].severity == severity
