"""One request, answered as data: valid by its schema for all that can be asked, and the same as elsewhere."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from mailgen.answer import answer
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import UsageError
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, Secret
from mailgen.resolve.wish import Wish
from tests.cases import ACCOUNTS, CASES, RENDERED, Case, is_published, login, run, targets
from tests.outputs import objections
from tests.support import answer as answered

CATALOGUE = open_catalogue()
PROVIDERS = [provider.id for provider in CATALOGUE.providers()]


def content(file: dict[str, Any]) -> bytes:
    return base64.b64decode(file["base64"]) if "base64" in file else file["text"].encode()


def said(target: str, provider: str, wish: Wish) -> Any:
    return answer(target, "u@own.example", wish, provider=provider, catalogue=CATALOGUE)


@pytest.mark.parametrize("target", targets())
def test_every_answer_is_valid_by_the_schema_and_in_both_languages(target: str) -> None:
    """All providers: what is found, what is wanted and what is to be done can be read by everybody."""
    seen, asks = 0, "prompt" in CATALOGUE.target(target).secret or is_published(target)
    credential = Credential() if asks else Credential("command", Command(("pass", "x")))
    wish = Wish(name="Ada", username=login(target), credential=credential)
    for provider in PROVIDERS:
        made = answered(said, target, provider, wish)
        if isinstance(made, Exception):
            continue
        seen += 1
        assert not objections("generate", made), provider
        for finding in made["findings"]:
            assert "zh" in finding["what"], (provider, finding["what"])
            assert "zh" in finding["mend"], (provider, finding["mend"])
        for text in (*(one["text"] for one in made["steps"]), *made["notes"]):
            assert "zh" in text, (provider, text)
    assert seen > (0 if CATALOGUE.target(target).only_at else len(PROVIDERS) // 10)


@pytest.mark.parametrize("case", RENDERED, ids=str)
def test_the_files_are_those_that_are_written(case: Case) -> None:
    """Byte for byte, hostile names and commands included; and each line that is not blank has its reasons."""
    words = ACCOUNTS[case.account]["words"]
    done = run(case.target, *words, "--json")
    assert (done.status, done.stderr) == (0, "")
    made = json.loads(done.stdout)
    assert not objections("generate", made)
    main = next(file for file in made["files"] if file["kind"] == "file" and not file["aside"])
    assert content(main) == case.file.read_bytes()
    lines = [line for line in content(main).decode().splitlines() if line.strip()] if "text" in main else []
    if not any(file.encoder for file in CATALOGUE.target(case.target).files):  # else: what is in it is told
        assert [line["text"] for line in main["lines"]] == lines
    assert all(line["why"] or line["values"] or line["note"] for line in main["lines"])


@pytest.mark.parametrize("case", [case for case in CASES if case not in RENDERED], ids=str)
def test_what_is_refused_is_refused_as_data(case: Case) -> None:
    words = ACCOUNTS[case.account]["words"]
    plain, done = run(case.target, *words), run(case.target, *words, "--json")
    assert (done.status, done.stdout) == (plain.status, "")
    refusal = json.loads(done.stderr)
    assert not objections("refusal", refusal)
    assert refusal["error"]["status"] == plain.status
    assert "zh" in refusal["error"]["what"]


@pytest.mark.parametrize("target", targets())
def test_programs_get_what_the_library_makes(target: str) -> None:
    wish = Wish(name="Ada", username=login(target), credential=Credential("command", Command(("pass", "x"))))
    wish = Wish(name="Ada") if is_published(target) else wish
    address = "u@gmail.com" if CATALOGUE.target(target).only_at else "u@fastmail.com"
    result = generate(target, address, wish, catalogue=CATALOGUE)
    made = answer(target, address, wish, catalogue=CATALOGUE)
    assert [content(file) for file in made["files"]] == [file.content for file in result.files]
    assert [one["code"] for one in made["findings"]] == [one.code for one in result.findings]
    assert [one["mend"]["en"] for one in made["findings"]] == [one.mend for one in result.findings]


@pytest.mark.parametrize("where", ["credential", "credentials"])
def test_a_secret_is_no_part_of_an_answer(where: str) -> None:
    """An answer is printed, sent and kept by whoever asks: what would stand in it is refused."""
    secret = Credential("literal", secret=Secret("c4nary"))
    wish = Wish(credential=secret) if where == "credential" else Wish(credentials={"smtp": secret})
    with pytest.raises(UsageError) as caught:
        answer("msmtp", "u@sohu.com", wish, catalogue=CATALOGUE)
    assert "c4nary" not in str(caught.value)
    assert caught.value.where == "the credential"


def test_a_mend_names_settings_as_data() -> None:
    """A door spells them: the command line as options, others as keys of the accounts file."""
    wish = Wish(servers={"pop3": {"host": "pop.x.example"}}, protocol="imap")
    made = answer("mutt", "u@sohu.com", wish, catalogue=CATALOGUE)
    idle = next(one for one in made["findings"] if one["code"] == "unused-server")
    assert idle["mend"]["values"] == {"protocol": {"option": "protocol", "value": "pop3"}}
    assert idle["mend"]["en"] == "choose it with protocol: pop3"
    printed = run("mutt", "u@sohu.com", "--protocol", "imap", "--pop3-host", "pop.x.example", "--json")
    mends = [one["mend"]["en"] for one in json.loads(printed.stdout)["findings"]]
    assert "choose it with --protocol pop3" in mends


def test_steps_come_in_order_and_can_be_copied() -> None:
    made = json.loads(run("msmtp", "u@sohu.com", "--pass", "--json").stdout)
    assert made["steps"][0] == {
        "do": "store",
        "text": {"en": "store it once, before the first login:", "zh": "首次登录前存入一次："},
        "copy": ["pass insert mail/u@sohu.com"],
    }
    assert made["secrets"][0]["kind"] == "client-password"
    assert made["secrets"][0]["hint"]["zh"]


def test_who_signs_in_is_told_what_is_missing() -> None:
    """Tokens come from mailgen; that no client is registered stops no file, and is a finding."""
    made = json.loads(run("mutt", "u@outlook.com", "--json").stdout)
    assert [one["do"] for one in made["steps"]] == ["sign-in"]
    assert made["steps"][0]["copy"] == ["mailgen login u@outlook.com"]
    assert "no-oauth2-client" in [one["code"] for one in made["findings"]]


def test_words_of_the_user_are_named_as_he_wrote_them() -> None:
    made = json.loads(run("msmtp", "u@sohu.com", "--smtp-port", "2525", "--json").stdout)
    port = next(line for line in made["files"][0]["lines"] if line["text"].startswith("port"))
    assert [one["field"] for one in port["values"][0]["reasons"]] == ["--smtp-port"]
