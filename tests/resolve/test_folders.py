"""What is said of folders whose names are not known, or known for one language only."""

from __future__ import annotations

from typing import Any

from mailgen.core.text import told
from mailgen.model.finding import Finding
from mailgen.model.provider import Provider
from mailgen.model.target import QuirkSupport, Target
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import resolve
from mailgen.resolve.wish import Wish
from tests.support import client, provider

ROLES = ("sent", "drafts")
DEFAULTS = {
    "sent": {"en": "keeps copies here", "zh": "存于本机"},
    "drafts": {"en": "keeps drafts here", "zh": "草稿存于本机"},
}
UNNAMED = {"sent": {"en": "keeps no copy", "zh": "不保留副本"}}
WANTS = client(folder_roles=ROLES, folder_defaults=DEFAULTS, folders_unnamed=UNNAMED)


def findings(mine: Provider | None = None, target: Target = WANTS, **wish: Any) -> dict[str, Finding]:
    made = resolve(parse_address("ada@x.example"), mine or provider(), target, Wish(**wish))
    return {one.code: one for one in made.findings}


def test_what_comes_of_unknown_names_is_what_the_client_does() -> None:
    note = findings()["folders-unknown"]
    assert note.what.endswith(
        "for sent, drafts are not known; unless you say otherwise, Y keeps no copy; keeps drafts here"
    )
    assert "folders: {sent: NAME}" in note.mend
    assert findings(folders={"sent": "S"})["folders-unknown"].what.endswith("Y keeps drafts here")
    assert told(note.what, {}, str, "zh").endswith("不保留副本; 草稿存于本机")


def test_in_a_household_the_users_own_settings_hold() -> None:
    assert "keeps copies here; keeps drafts here" in findings(id="home")["folders-unknown"].what


def test_a_client_that_says_nothing_uses_its_own() -> None:
    silent = client(folder_roles=ROLES)
    assert findings(target=silent)["folders-unknown"].what.endswith("Y uses none")
    assert findings(target=silent, protocol="pop3") == {}
    assert findings(target=client()) == {}


def test_over_pop3_all_stays_here() -> None:
    note = findings(protocol="pop3")["folders-here"]
    assert note.what.startswith(
        "over POP3 the server has no folders; unless you say otherwise, Y keeps copies"
    )


def test_known_names_need_no_words() -> None:
    assert findings(provider(folders={"sent": "S", "drafts": "D"})) == {}


def test_names_of_one_language_are_not_told_as_facts() -> None:
    named = {"folders": {"sent": "Sent Items", "drafts": "Drafts", "junk": "Junk"}, "folder_language": "en"}
    others = {"en": "German has Gesendete Elemente", "zh": "德语为 Gesendete Elemente"}
    note = findings(provider(**named))["folders-by-language"]
    assert "for sent, drafts are those of an account in English" in note.what
    assert note.mend.endswith("folders: {drafts: NAME}")
    told_others = findings(provider(**named, folder_others=others))["folders-by-language"]
    assert told_others.mend.startswith("German has Gesendete Elemente; look at them")
    renamed = findings(provider(**named), folders={"sent": "Gesendet"})
    assert "for drafts are" in renamed["folders-by-language"].what
    assert findings(provider(**named), folders={"sent": "G", "drafts": "E"}) == {}
    assert findings(provider(**named), target=client(), protocol="imap") == {}


def test_of_copies_that_the_server_files_no_name_is_told() -> None:
    keeps = {"quirks": {"saves-sent-copy": ["a"]}}
    able = client(
        folder_roles=ROLES, folder_defaults=DEFAULTS, quirks={"saves-sent-copy": QuirkSupport("option")}
    )
    assert "for drafts are not known" in findings(provider(**keeps), able)["folders-unknown"].what


def test_names_beyond_ascii_may_need_a_locale() -> None:
    needs = client(folder_roles=("sent",), utf8_locale=("folders",))
    assert (
        "finds 已发送 on the server"
        in findings(provider(folders={"sent": "已发送"}), needs)["needs-utf8-locale"].what
    )
    assert findings(provider(folders={"sent": "Sent"}), needs) == {}
    assert findings(provider(folders={"sent": "已发送"}), client(folder_roles=("sent",))) == {}
