"""What a file says of offers, hosts and families: each rule catches a mistake, and a diff tells the harm."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.dataset import providers, rules, terms
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.review import review
from mailgen.model.vocabulary import OAUTH2_URLS
from tests.dataset.test_providers import broken, check, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFERING = """\
name: {en: Example Mail, zh: 示例邮箱}
domains: [example.org]
families: ["*.example.org"]
services:
  pop3:
    - {host: "{customer}.pop.example.org", port: 995, tls: implicit, sources: [help]}
  smtp:
    - {host: smtp.example.org, port: 465, tls: implicit, auth: [password, xoauth2], sources: [help]}
    - {host: smtp.example.org, port: 587, tls: implicit, unusual_port: true, sources: [help]}
    - {host: sg.example.org, port: 465, tls: implicit, audience: sg, sources: [help]}
slots:
  customer: {ask: {en: Look it up., zh: 请查看。}, example: w1, sources: [help]}
not_offered: {imap: [help]}
off_by_default:
  - protocols: [smtp]
    where: {en: Open the settings., zh: 打开设置。}
    sources: [help]
  - protocols: [pop3]
    where: {en: Ask them., zh: 请询问。}
    by: administrator
    sources: [help]
plan:
  - name: {en: Example Plus, zh: 示例套餐}
    sources: [help]
limits: {messages_per_day: 500, sources: [help]}
migrating_to:
  provider: sohu.com
  how_to_tell: {en: Look at it., zh: 请查看。}
  sources: [help]
credentials:
  kind: app-password
  shape: {length: 16, of: letters}
  at_most: 5
  expires: true
  hint: {en: Make one., zh: 生成一个。}
oauth2:
  issuer: login.example.org
  registration: self
  pkce: taken
  redirect: [loopback-127]
  issuer_url: "https://login.example.org/{tenant}"
  iss: true
  tenant: common
  parameters: {access_type: offline, prompt: consent}
  device_url: "https://login.example.org/device"
  scopes: {smtp: [mail]}
  sources: [help]
sources:
  help: {kind: vendor, url: "https://help.example.org/", checked: 2026-11-01}
"""
SLOT = "services.pop3.0.host"
HOST = "{customer}.pop.example.org"
#: As BROKEN of the other rules.
BROKEN: dict[str, tuple[str, ...]] = {
    "no such slot": (HOST, "{region}.pop.example.org", SLOT, "no option fills {region}; describe region"),
    "a brace too many": (HOST, "{customer.pop.example.org", SLOT, "has a brace too many"),
    "empty braces": (HOST, "{}.pop.example.org", SLOT, "has a brace too many"),
    "slot for an owner": (HOST, "pop.{customer}.org", SLOT, "would choose whose server it is"),
    "slot in an owner": (HOST, "pop.x{customer}.co.uk", SLOT, "would choose whose server it is"),
    "domain within": (HOST, "{domain}.example.org", SLOT, "{domain} is a whole domain"),
    "host in capitals": (HOST, "{customer}.POP.example.org", SLOT, "is not written as it must be"),
    "slot of no host": ("  customer: {",
        "  region: {ask: {en: A.}, example: b, sources: [help]}\n  customer: {",
                        "slots.region", "no host holds {region}"),
    "example": ("example: w1", "example: w.1", "slots.customer.example", "letters, digits and hyphens"),
    "family of a registry": ("*.example.org", "*.com", "families.0", "is not written as it must be"),
    "family of many owners": ("*.example.org", "*.co.uk", "families.0", "belong to many owners"),
    "family of a service's customers": ("*.example.org", "*.github.io", "families.0",
        "belong to many owners"),
    "family without a star": ("*.example.org", "example.org", "families.0", "a star for one label"),
    "two stars": ("*.example.org", "*.*.example.org", "families.0", "a star for one label"),
    "family's form": ("*.example.org", "*.xn--bcher-kva.example", "families.0",
        "usual form: *.bücher.example"),
    "offered all the same": ("{imap: [help]}", "{smtp: [help]}", "not_offered.smtp",
        "has a server for smtp"),
    "not offered, by whom": ("{imap: [help]}", "{imap: [gone]}", "not_offered.imap",
        "'gone' is not described"),
    "off twice": ("protocols: [pop3]", "protocols: [pop3, smtp]", "off_by_default.1.protocols",
                  "smtp stands in two entries of off_by_default"),
    "off without a server": ("protocols: [pop3]", "protocols: [imap]", "off_by_default.1.protocols.0",
                             "no server for imap"),
    "by whom": ("by: administrator", "by: nobody", "off_by_default.1.by", "only user or administrator"),
    "no place": ("    where: {en: Ask them., zh: 请询问。}\n", "", "off_by_default.1", "'where' is missing",
                 "  - protocols: [pop3]"),
    "plan's source": ("zh: 示例套餐}\n    sources: [help]", "zh: 示例套餐}\n    sources: [gone]",
                      "plan.0.sources",
                      "'gone' is not described"),
    "unusual without a word": ("unusual_port: true, ", "", "services.smtp.1.tls",
                               "if the operator says just so, add unusual_port: true"),
    "usual all the same": ("port: 465, tls: implicit, auth",
        "port: 465, tls: implicit, unusual_port: true, "
                           "auth", "services.smtp.0.unusual_port", "is not unusual for smtp"),
    "not unusual": ("unusual_port: true", "unusual_port: false", "services.smtp.1.unusual_port", "", ),
    "no limit": ("messages_per_day: 500", "messages_per_day: 0", "limits.messages_per_day",
        "only a number"),
    "to nobody": ("provider: sohu.com", "provider: gone.example", "migrating_to.provider",
        "no other provider"),
    "to itself": ("provider: sohu.com", "provider: example.org", "migrating_to.provider",
        "no other provider"),
    "shape of a chosen secret": ("kind: app-password", "kind: login-password", "credentials.shape",
                                 "has no shape of its own", "  shape"),
    "of what": ("of: letters", "of: runes", "credentials.shape.of", "only lower-case, letters, digits"),
    "registration": ("registration: self", "registration: maybe", "oauth2.registration",
        "only dynamic, self"),
    "no tenant": ("  tenant: common\n", "", "oauth2.issuer_url", "nothing fills {tenant}", "  issuer_url"),
    "tenant for nothing": ("/{tenant}", "/", "oauth2.tenant", "no address holds {tenant}",
                           "  tenant"),
    "tenant for a host": ("login.example.org/{tenant}", "{tenant}.example.org/", "oauth2.issuer_url", ""),
    "tokens in clear text": ("https://login.example.org/device", "http://login.example.org/device",
                             "oauth2.device_url", ""),
    "whose answer": ('  issuer_url: "https://login.example.org/{tenant}"\n  iss: true\n  tenant: common\n',
                     "  iss: true\n", "oauth2.iss", "add issuer_url"),
    "a parameter of one's own": ("prompt: consent", "client_id: x", "oauth2.parameters.client_id", ""),
    "another value of it": ("access_type: offline", "access_type: online", "oauth2.parameters.access_type",
                            "only offline"),
    "tokens for nobody": ("scopes: {smtp: [mail]}", "scopes: {pop3: [mail]}", "oauth2.scopes.pop3",
                          "no server for pop3 takes tokens"),
    "tokens that nobody can ask for": ("port: 995, tls", "port: 995, auth: [password, xoauth2], tls",
                                       "services.pop3.0.auth", "nobody can ask for a token for pop3"),
}  # fmt: skip


def load(folder: Path, text: str) -> list[DataProblem]:
    return providers.load_providers([written(folder / "example.org.yaml", text)])[1]


def test_the_provider_that_the_rules_are_tried_on_is_right(tmp_path: Path) -> None:
    assert load(tmp_path, OFFERING) == []
    [record] = providers.load_providers([tmp_path / "example.org.yaml"])[0].values()
    assert list(rules.gaps(tmp_path, record)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_catches_what_breaks_it(name: str, tmp_path: Path) -> None:
    text, line = broken(OFFERING, BROKEN[name])
    check(load(tmp_path, text), tmp_path / "example.org.yaml", line, *BROKEN[name][2:4])


def test_an_unusual_port_needs_a_weighty_source(tmp_path: Path) -> None:
    weak = OFFERING.replace("kind: vendor", "kind: preset").replace(
        "services:", "status: unverified\nnote: {en: A.}\nservices:"
    )
    told = {".".join(map(str, one.field)): one.sentence for one in load(tmp_path, weak)}
    assert "needs the operator's word, or two sources" in told["services.smtp.1.unusual_port"]


def test_the_addresses_of_an_authorisation_server_are_those_of_the_schema() -> None:
    known = providers.schema("provider.schema.json")["properties"]["oauth2"]["properties"]
    assert {key for key in known if key.endswith("_url")} == {*OAUTH2_URLS}
    for key in OAUTH2_URLS:
        assert known[key]["$ref"] == "#/$defs/tokenUrl", key


def test_what_is_not_offered_is_no_gap(tmp_path: Path) -> None:
    """A gap of the file is told; what the operator refuses is not."""
    sending = OFFERING[: OFFERING.index("  pop3:")] + OFFERING[OFFERING.index("  smtp:") :]
    sending = sending.replace(
        "slots:\n  customer: {ask: {en: Look it up., zh: 请查看。}, example: w1, sources: [help]}\n", ""
    )
    sending = sending[: sending.index("  - protocols: [pop3]")] + sending[sending.index("plan:") :]
    for refused, gaps in (("{imap: [help]}", 1), ("{imap: [help], pop3: [help]}", 0)):
        path = written(tmp_path / "example.org.yaml", sending.replace("{imap: [help]}", refused))
        [record] = providers.load_providers([path])[0].values()
        assert len(list(rules.gaps(path, record))) == gaps


def test_a_family_stands_in_one_file_only(tmp_path: Path) -> None:
    one = written(tmp_path / "example.org.yaml", OFFERING)
    two = written(tmp_path / "example.com.yaml", OFFERING.replace("[example.org]", "[example.com]"))
    problems = providers.load_providers([one, two])[1]
    check(problems, two, 3, "families.0", "*.example.org is already claimed by example.org.yaml")


def reviewed(tmp_path: Path, edit: Callable[[Any], None], **others: Any) -> list[tuple[str, str]]:
    written(tmp_path / "example.org.yaml", OFFERING)
    [old] = providers.load_providers([tmp_path / "example.org.yaml"])[0].values()
    new = copy.deepcopy(old)
    edit(new)
    found = review({"example.org": old, **others}, {"example.org": new, **others})
    return [(one.severity, one.kind) for one in found]


def put(*path: Any, value: Any) -> Callable[[Any], None]:
    """Return an edit that puts a value somewhere."""

    def edit(record: Any) -> None:
        for step in path[:-1]:
            record = record[step]
        record[path[-1]] = value

    return edit


EVIL = {"en": "Go to https://evil.example/."}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (put("migrating_to", "provider", value="qq.com"), ("danger", "migrating_to")),
        (put("migrating_to", "how_to_tell", value=EVIL), ("danger", "foreign-link")),
        (put("off_by_default", 0, "where", value=EVIL), ("danger", "foreign-link")),
        (put("off_by_default", value=[]), ("note", "off_by_default")),
        (put("slots", "customer", "ask", value=EVIL), ("danger", "foreign-link")),
        (put("slots", "customer", "example", value="w2"), ("warning", "slots")),
        (put("services", "pop3", 0, "host", value="{customer}.evil.example"), ("danger", "foreign-host")),
        (put("not_offered", value={}), ("warning", "not_offered")),
        (put("services", "smtp", 1, "unusual_port", value=None), ("warning", "unusual_port")),
        (put("plan", value=[]), ("note", "plan")),
        (put("limits", "messages_per_day", value=5), ("note", "limits")),
        (put("credentials", "shape", "length", value=4), ("warning", "credentials")),
        (put("oauth2", "issuer_url", value="https://evil.example/{tenant}"), ("danger", "foreign-host")),
        (put("oauth2", "revoke_url", value="https://evil.example/revoke"), ("danger", "foreign-host")),
        (put("oauth2", "tenant", value="organizations"), ("danger", "oauth2")),
        (put("oauth2", "parameters", value={"resource": "https://example.org/"}), ("danger", "oauth2")),
        (put("oauth2", "device_url", value="https://evil.example/device"), ("danger", "foreign-host")),
        (put("oauth2", "registration", value="closed"), ("danger", "oauth2")),
        (put("families", value=[]), ("warning", "domain-gone")),
        (put("families", value=["*.example.org", "*.more.example.org"]), ("warning", "domain-added")),
    ],
)
def test_a_harmful_edit_is_flagged(
    edit: Callable[[Any], None], expected: tuple[str, str], tmp_path: Path
) -> None:
    assert expected in reviewed(tmp_path, edit)


def test_a_family_that_takes_from_another_is_a_danger(tmp_path: Path) -> None:
    written(tmp_path / "example.org.yaml", OFFERING)
    [other] = providers.load_providers([tmp_path / "example.org.yaml"])[0].values()
    theirs = {**other, "domains": ["bank.example", "one.shop.example"], "families": []}
    below = put("families", value=["*.example.org", "*.bank.example"])
    assert ("danger", "family-of-another") in reviewed(tmp_path, below, bank=theirs)
    taken = put("domains", value=["example.org", "nyc.rr.example"])
    family = {**other, "domains": ["rr.example"], "families": ["*.rr.example"]}
    assert ("danger", "domain-moved") in reviewed(tmp_path, taken, rr=family)


def test_the_dataset_is_checked_without_the_list_of_suffixes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel is built, and a user's own files are compiled, where the list is not installed."""
    monkeypatch.setattr(terms, "is_installed", lambda: False)
    monkeypatch.setitem(sys.modules, "publicsuffixlist", None)
    assert load(tmp_path, OFFERING) == []
    [problem] = load(tmp_path, OFFERING.replace(HOST, "pop.{customer}.org"))
    assert "would choose whose server it is" in problem.what
    assert [problem.field for problem in load(tmp_path, OFFERING.replace("*.example.org", "*.org"))]
