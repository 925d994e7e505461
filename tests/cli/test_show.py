"""`mailgen show`: what a person wants to know of a provider, in both languages; and as data, by a schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from mailgen import paths
from mailgen.catalog.opening import open_catalogue
from mailgen.cli import provider_sheet as sheets
from mailgen.cli.provider_sheet import LABELS, provider_sheet
from mailgen.cli.terminal import cells
from mailgen.resolve.terms import SENDING
from tests.cases import run
from tests.support import on_terminal

RECORDS = dict(open_catalogue().records())
SCHEMAS = {
    name: json.loads((Path(paths.data_folder("schema")) / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("show", "provider")
}
SOURCE = {
    "help": {"kind": "vendor", "title": "the help", "url": "https://x.example/help", "checked": "2026-11-28"}
}
#: Everything that a sheet can say, in one record.
WHOLE: dict[str, Any] = {
    "name": {"en": "X Mail", "zh": "某邮箱"},
    "note": {"en": "Mind this.", "zh": "请注意。"},
    "domains": ["x.example"],
    "families": ["*.y.example"],
    "mx": ["mx.x.example"],
    "services": {
        "imap": [
            {"host": "{customer}.x.example", "port": 993, "tls": "implicit", "sources": ["help"]},
            {"host": "old.x.example", "port": 143, "tls": "starttls", "until": "2025-01", "sources": ["set"],
             "username": "account-id", "auth": ["xoauth2", "password"]},
            {"host": "sg.x.example", "port": 993, "tls": "implicit", "audience": "sg", "sources": ["set"]},
        ],
        "smtp": [{"host": "smtp.x.example", "port": 587, "tls": "implicit", "unusual_port": True,
                  "sources": ["set", "other"]}],
        "managesieve": [{"host": "sieve.x.example", "port": 4190, "tls": "starttls", "sources": ["help"]}],
    },
    "slots": {"customer": {"ask": {"en": "Your number.", "zh": "您的编号。"}, "example": "w1",
                           "sources": ["help"]}},
    "not_offered": {"pop3": ["help"]},
    "off_by_default": [{"protocols": ["imap"], "where": {"en": "Open it.", "zh": "请打开。"},
                        "by": "administrator", "sources": ["help"]}],
    "plan": [{"protocols": ["smtp"], "name": {"en": "X Plus", "zh": "某套餐"}, "sources": ["help"]}],
    "migrating_to": {"provider": "z.example", "from": "2026-01",
                     "how_to_tell": {"en": "Look.", "zh": "请看。"},
                     "sources": ["help"]},
    "moved_in": ["w.example"],
    "credentials": {
        "kind": "app-password", "shape": {"length": 16, "of": "letters"}, "at_most": 5, "expires": True,
        "shown_once": True, "per_service": True, "from": "2025-11",
        "hint": {"en": "Make one.", "zh": "生成一个。"},
        "url": "https://x.example/app", "sources": ["help"],
        "cases": [{"protocols": ["smtp"], "when": {"two_factor": False}, "kind": "login-password",
                   "sources": ["set"]}],
    },
    "oauth2": {
        "issuer": "login.x.example", "scopes": {"imap": ["mail"]}, "registration": "closed",
        "pkce": "required", "tenant": "common", "revoke_url": "https://login.x.example/{tenant}/revoke",
        "device_url": "https://login.x.example/device", "redirect": ["loopback-127"], "sources": ["help"],
        "issuer_url": "https://login.x.example/", "iss": True,
        "parameters": {"access_type": "offline", "prompt": "consent"},
    },
    "limits": {"messages_per_day": 500, "mailbox_mb": 5000, "inactive_days": 90, "sources": ["help"]},
    "folders": {"sent": "Sent", "sources": ["help"]},
    "quirks": {"saves-sent-copy": ["help"]},
    "quirk_facts": {"saves-sent-copy": {
        "concerns": "smtp", "severity": "note",
        "says": {"en": "itself keeps a copy of what is sent, so a second one may appear"},
    }},
    "old_hosts": [{"host": "older.x.example", "replaced_by": "old.x.example", "sources": ["help"]}],
    "docs": ["https://x.example/docs"],
    "sources": {
        **SOURCE,
        "set": {"kind": "dataset", "dataset": "owner/set", "checked": "2026-03-12"},
        "other": {"kind": "preset", "title": "a program", "checked": "2023-01-01"},
    },
    "aged": ["other"],
    "compared": "2026-11-28",
}  # fmt: skip


def sheet(record: dict[str, Any], lang: str = "en") -> str:
    return "\n".join(provider_sheet("x.example", record, lang))


def validator() -> Any:
    resources = [
        (schema["$id"].replace("show.", f"{name}."), Resource.from_contents(schema))
        for name, schema in SCHEMAS.items()
    ]
    return jsonschema.Draft202012Validator(SCHEMAS["show"], registry=Registry().with_resources(resources))


def test_the_data_of_every_provider_is_valid_by_the_schema() -> None:
    judge = validator()
    for id, record in RECORDS.items():
        assert not [error.message for error in judge.iter_errors({"id": id, **record})], id
    assert not list(judge.iter_errors({"id": "x.example", **WHOLE}))
    for wrong in ({"id": "../x"}, {"compared": "soon"}, {"odd": 1}, {"moved_in": "x"}, {"services": {}}):
        assert list(judge.iter_errors({"id": "x.example", **WHOLE, **wrong})), wrong


def test_the_schema_knows_every_field_of_a_provider() -> None:
    assert SCHEMAS["provider"]["properties"].keys() < SCHEMAS["show"]["properties"].keys()


def test_what_is_printed_is_what_the_schema_describes() -> None:
    done = run("show", "comcast.net", "--json")
    assert done.status == 0
    printed = json.loads(done.stdout)
    assert not list(validator().iter_errors(printed))
    assert printed["id"] == "comcast.net"


SAID = """\
X Mail / 某邮箱
  Mind this.
  domains    x.example
  families   *.y.example
  hosts      people's own domains whose MX ends in mx.x.example; name it with --provider x.example
  moving     mailboxes move to z.example (from 2026-01 on) [help]
             Look.
  moved in   w.example

  imap       {customer}.x.example:993         TLS; login: the whole address
             confidence high: the operator says so [help]
  or         old.x.example:143                STARTTLS; login: a name that the address does not tell; \
by XOAUTH2 or password; until 2025-01; that is over
             confidence medium: one source, not the operator [set]
  or         sg.x.example:993                 TLS; login: the whole address; only for Singapore
             confidence medium: one source, not the operator [set]
  pop3       not offered [help]
  smtp       smtp.x.example:587               TLS; login: the whole address; an unusual port, attested
             confidence medium: 2 sources, not the operator [set, other]
  managesieve sieve.x.example:4190 (STARTTLS) [help]
  in the name {customer}: Your number. (--slot customer=w1)

  off first  IMAP: by the administrator, Open it. [help]
  plan       SMTP: X Plus [help]
  secret     an app password, not the login password [help]
             16 letters
             Make one.
             shown only once
             one for each service
             at most 5 at the same time
             ends after a while
             from 2025-11 on
             https://x.example/app
             SMTP; where two-factor sign-in is off: the password of its web site [set]
  oauth2     login.x.example [help]
             imap: mail
             no new program can register: only partners' programs can have tokens
             metadata: https://login.x.example/
             {tenant} in its addresses: common
             sign-in on another device: https://login.x.example/device
             a token is given back at: https://login.x.example/{tenant}/revoke
             PKCE: required
             calls back: loopback-127
             a request has to say: access_type=offline, prompt=consent
             its answers name their issuer (RFC 9207)
  limits     500 messages a day, 5000 MB a mailbox, locked or deleted after 90 days without a login [help]
  folders    sent: Sent
  quirk      saves-sent-copy: it itself keeps a copy of what is sent, so a second one may appear [help]
  old host   older.x.example, now old.x.example
  see        https://x.example/docs

  [help] the operator, compared 2026-11-28: the help
             https://x.example/help
  [set] public set, compared 2026-03-12: owner/set
             https://github.com/owner/set
  [other] other programs, compared 2023-01-01, long ago: a program"""


def test_a_sheet_says_all_that_a_record_says() -> None:
    assert sheet(WHOLE) == SAID


def test_in_chinese_nothing_but_names_is_english() -> None:
    said = sheet(WHOLE, "zh")
    words = "confidence compared only no not messages where until by".split()
    for english in (*LABELS, *words):
        assert f"  {english} " not in said, english
    assert "请注意。" in said
    assert "须先开启   IMAP：由管理员开启，请打开。 [help]" in said
    assert "pop3       不提供 [help]" in said
    assert "可信度高：运营者如此说明" in said
    assert "每天 500 封、邮箱 5000 MB、90 天未登录会被锁定或删除" in said


def test_what_is_not_known_is_said_so() -> None:
    unknown = {**WHOLE, "credentials": {"kind": "unknown"}, "not_offered": {"pop3": ["help"]}}
    assert (
        "  secret     not known: try the mailbox password; if it is refused, look for an app password at "
        "https://x.example/docs\n"
    ) in sheet(unknown)
    assert "未知：请先试邮箱密码；若被拒绝，请查找应用专用密码： https://x.example/docs" in sheet(
        unknown, "zh"
    )
    gap = {key: value for key, value in WHOLE.items() if key != "not_offered"}
    assert "  pop3       no server is known\n" in sheet(gap)


@pytest.mark.parametrize(
    ("lang", "over", "advice"),
    [
        ("en", "  secret     none any more: the service is over\n", "try the mailbox password"),
        ("zh", "不再需要：服务已停止\n", "请先试邮箱密码"),
    ],
)
def test_nobody_is_sent_to_a_service_that_is_over(lang: str, over: str, advice: str) -> None:
    unknown = {**WHOLE, "credentials": {"kind": "unknown"}}
    assert advice in sheet(unknown, lang)
    retired = sheet({**unknown, "status": "retired"}, lang)
    assert over in retired
    assert advice not in retired


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_fits_the_terminal(lang: str) -> None:
    """All but what has no blank to be broken at, as a link."""
    for id in ("gmail.com", "office365.com", "qq.com", "comcast.net"):
        shown = on_terminal("show", id, "--lang", lang, columns=72, stdout=True).stderr
        assert shown
        for line in shown.splitlines():
            assert cells(line) <= 72 or " " not in line.strip(), line


def test_every_provider_has_a_sheet_in_both_languages() -> None:
    for id, record in RECORDS.items():
        for lang in ("en", "zh"):
            lines = list(provider_sheet(id, record, lang))
            assert lines[0]


def test_the_words_of_the_schema_have_a_name() -> None:
    definitions = SCHEMAS["provider"]["$defs"]
    assert set(definitions["audience"]["enum"]) == sheets.AUDIENCES.keys()
    kinds = SCHEMAS["provider"]["properties"]["sources"]["additionalProperties"]["properties"]["kind"]["enum"]
    assert set(kinds) == sheets.KINDS.keys()
    limits = SCHEMAS["provider"]["properties"]["limits"]["properties"].keys()
    assert limits == {*SENDING, "mailbox_mb", "inactive_days", "sources"}
