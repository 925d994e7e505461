"""The table of answers proves itself: every sample comes to its own row."""

from __future__ import annotations

import json
import ssl

import certifi
import jsonschema
import pytest
import yaml

from mailgen.check import STAGES
from mailgen.check.certificates import intercepts
from mailgen.check.verdicts import FOLDER, cause_sentences, families, family_of, folded, meaning, weighed
from mailgen.model.provider import Credentials
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "schema/answers.schema.json").read_text(encoding="utf-8"))
REPORT = json.loads((ROOT / "schema/check.schema.json").read_text(encoding="utf-8"))
ROWS = [
    (family, protocol, answer)
    for family in families().values()
    for answer in family.answers
    for protocol in answer.protocols
]
#: Stages at which a password was given; no row may say otherwise of a token.
OF_PASSWORDS = {"wrong-secret", "need-app-password", "need-auth-code", "need-client-password", "oauth-only"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_data_are_as_the_schema_says(path) -> None:  # type: ignore[no-untyped-def]
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("family", "protocol", "answer"), ROWS)
def test_every_sample_comes_to_its_own_row(family, protocol, answer) -> None:  # type: ignore[no-untyped-def]
    assert answer.fits(protocol, f"{folded(answer.sample)} ", answer.key or "password"), "it is no sample"
    found = meaning(protocol, answer.sample, family.name, answer.key or "password")
    assert (found.causes, found.sources) == (answer.causes, (answer.source,)), "another row stands before"


def test_a_general_row_says_nothing_wrong_of_a_house() -> None:
    """Without the family's rows the causes may be fewer, or unknown; only some are known to be wrong."""
    wrong = set()
    for family, protocol, answer in ROWS:
        if family.name == "general":
            continue
        alone = set(meaning(protocol, answer.sample, "", answer.key or "password").causes)
        if alone != {"unknown"} and not alone & set(answer.causes):
            wrong.add((family.name, answer.fragments[-1]))
    assert len(wrong) < 12, sorted(wrong)


def test_causes_are_one_closed_list() -> None:
    """Schema of the table, schema of the report, sentences: the same names, in both languages."""
    causes = SCHEMA["$defs"]["cause"]["enum"]
    assert causes == list(cause_sentences())
    assert REPORT["$defs"]["cause"]["enum"] == causes
    assert REPORT["$defs"]["stage"]["enum"] == list(STAGES)
    for cause, texts in cause_sentences().items():
        assert texts.keys() == {"en", "zh"}, cause
        assert texts["en"].endswith(".")
        assert texts["zh"].endswith("。")
    used = {cause for _, _, answer in ROWS for cause in answer.causes}
    assert used <= set(causes)


@pytest.mark.parametrize(
    ("host", "greeting", "family"),
    [
        ("imap.gmail.com", "", "google"),
        ("imap.exmail.qq.com", "", "exmail"),
        ("imap.qq.com", "", "qq"),
        ("outlook.office365.com", "", "microsoft"),
        ("imap.notgmail.com", "", ""),
        ("mail.own.example", "* OK Gimap ready for requests from 192.0.2.7 x", "google"),
        ("mail.own.example", "* OK Coremail System IMap Server Ready(icoremail)", "netease"),
        ("mail.own.example", "* OK The Microsoft Exchange IMAP4 service is ready.", "exchange"),
        ("mail.own.example", "* OK The Microsoft Exchange IMAP4 service is ready. [TQBB]", "microsoft"),
        ("mail.own.example", "* OK Dovecot ready.", ""),
    ],
)
def test_a_family_is_known_by_name_or_greeting(host: str, greeting: str, family: str) -> None:
    assert family_of(host, greeting) == family


@pytest.mark.parametrize(("family", "protocol", "answer"), ROWS)
def test_of_a_token_no_password_is_blamed(family, protocol, answer) -> None:  # type: ignore[no-untyped-def]
    causes = weighed(meaning(protocol, answer.sample, family.name, "token").causes, "token", None)
    assert not set(causes) & OF_PASSWORDS


@pytest.mark.parametrize(
    ("kind", "causes", "weighed_causes"),
    [
        ("app-password", ("wrong-secret",), ("need-app-password", "wrong-secret")),
        (
            "authorisation-code",
            ("wrong-secret", "service-off"),
            ("need-auth-code", "wrong-secret", "service-off"),
        ),
        ("client-password", ("need-auth-code",), ("need-client-password", "wrong-secret")),
        ("login-password", ("wrong-secret",), ("wrong-secret",)),
        ("oauth2-only", ("wrong-secret",), ("oauth-only",)),
        ("app-password", ("rate-limited",), ("rate-limited",)),
        ("app-password", ("service-off",), ("service-off",)),
    ],
)
def test_the_provider_weighs_the_causes(
    kind: str, causes: tuple[str, ...], weighed_causes: tuple[str, ...]
) -> None:
    assert weighed(causes, "password", Credentials(kind)) == weighed_causes


def test_one_cause_of_five_is_not_taken_for_the_verdict() -> None:
    """QQ names five in one sentence: `login frequency limited` in it is no rate limit."""
    said = "NO Login fail. Account is abnormal, service is not open, login frequency limited, or busy"
    assert meaning("imap", said, "qq", "password").causes[0] == "need-auth-code"
    assert meaning("imap", said, "", "password").causes == ("unknown",)


INTERCEPTORS = yaml.safe_load((FOLDER.parent / "interceptors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", INTERCEPTORS, ids=lambda one: one["seen"])
def test_who_answers_in_a_servers_place_was_seen_by_somebody(one: dict[str, object]) -> None:
    assert one.keys() == {"match", "seen", "source", "checked"}
    assert str(one["match"]) in str(one["seen"]).lower()
    assert intercepts(str(one["seen"]))
    assert str(one["source"]).startswith("https://")


def test_no_authority_that_systems_trust_is_taken_for_one() -> None:
    context = ssl.create_default_context(cafile=certifi.where())
    names = ["=".join(pair) for root in context.get_ca_certs() for part in root["issuer"] for pair in part]
    assert len(names) > 300
    assert [name for name in names if intercepts(name)] == []


def test_each_cause_can_be_told() -> None:
    """By a row of the table, or by a stage."""
    told = {cause for _, _, answer in ROWS for cause in answer.causes}
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.glob("*.py"))
    assert [cause for cause in cause_sentences() if cause not in told and f'"{cause}"' not in code] == []
