"""What is written for fdm is what fdm reads: every golden file, hostile values, a household."""

from __future__ import annotations

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.redaction.words import showing
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case
from tests.formats.fdm import program, reader
from tests.programs import Objected

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "fdm"]
NASTY = [
    "a b",
    "#x",
    '"a"',
    '"',
    "\\",
    "a\\n",
    "ü 中",
    "${x}",
    "$(id)",
    "`id`",
    "%h",
    "%[x]",
    "5%",
    "it's",
    "~/x",
]


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("fdm", address, wish, catalogue=CATALOGUE).files[0].text


def by_command(*argv: str) -> Credential:
    return Credential("command", Command(argv))


def found(text: str) -> dict[str, dict[str, str]]:
    """Return the accounts that the reader reads; what the program reads must be the same."""
    read = reader.read(text)
    accounts, actions, said = program.read_back(text)
    assert "verify-certificates" in said
    meant = {
        name: (one["type"], one["server"], one["port"], one["user"]) for name, one in read.accounts.items()
    }
    assert accounts == meant
    places = {name: place.replace("maildir ~/", "maildir %h/") for name, place in read.actions.items()}
    assert actions == places
    assert read.rules == {name: name for name in meant}
    return read.accounts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_and_the_reader_read_every_golden_file_alike(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    lines = ('\tpass "x"' if line.startswith("\tpass ") else line for line in text.split("\n"))
    quiet = "\n".join(lines)
    if "\tpass " not in quiet:  # it would ask ~/.netrc, which nobody has here
        quiet = quiet.replace("\tnew-only", '\tpass "x"\n\tnew-only')
    [account] = found(quiet).values()
    assert account["type"] in ("pop3s", "imaps")
    assert {"keep", "new-only"} <= account.keys()


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = made(Wish(credential=by_command("echo", "x")))
    for wrong in (
        text.replace("server ", "sever "),
        text.replace('action "', 'action "x', 1).replace("\n\taction", "\n\tacton"),
        text + text,
        text + 'account "',
    ):
        with pytest.raises(Objected):
            program.read_back(wrong)


@pytest.mark.parametrize("value", NASTY)
def test_values_come_back(value: str) -> None:
    """A login name as text, and the same as the output of a command with such a word."""
    text = made(Wish(username=value, credential=by_command("echo", "x")))
    assert found(text)["user-qq.com"]["user"] == value
    written = reader.read(made(Wish(credential=by_command("printf", "%s\\nmore", value))))
    shown = program.read_back(
        f'account "a" pop3s server "h" user {written.accounts["user-qq.com"]["pass"]} pass "x" keep\n'
    )[0]
    assert shown["a"][3] == value
    kept = made(Wish(credential=Credential("literal", secret=Secret(value))))
    assert found(kept)["user-qq.com"]["pass"] == value


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb", "", "%{x}"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(Unrepresentable, match="username"):
        made(Wish(username=value))


@pytest.mark.parametrize("place", ["~/it's $x/#;", '/srv/"a" b', "~/`x` ü"])
def test_a_folder_comes_back(place: str) -> None:
    text = made(Wish(options={"maildir": FileName(place)}, credential=by_command("echo", "x")))
    found(text)
    assert reader.read(text).actions["user-qq.com"] == f"maildir {place}/INBOX"
    with pytest.raises(Unrepresentable, match="maildir"):
        made(Wish(options={"maildir": FileName("~/%Y")}))


def test_a_secret_of_several_lines_is_its_first_one_and_a_command_that_fails_is_none() -> None:
    assert found(made(Wish(credential=by_command("printf", "one\\ntwo"))))
    with pytest.raises(Objected):
        program.read_back(made(Wish(credential=by_command("false"))))


def test_where_a_client_has_to_send_an_id_it_fetches_over_pop3() -> None:
    account = reader.read(made(Wish(), "user@163.com")).accounts["user-163.com"]
    assert (account["type"], account["server"]) == ("pop3s", "pop.163.com")
    with pytest.raises(MailgenError, match="Unsafe Login"):
        made(Wish(protocol="imap"), "user@163.com")


def test_starttls_and_tokens_are_refused() -> None:
    servers = {"pop3": {"host": "pop.lab.example", "port": 110, "tls": "starttls"}}
    with pytest.raises(MailgenError):
        made(Wish(protocol="pop3", servers=servers))
    with pytest.raises(MailgenError, match="OAuth2"):
        made(Wish(credential=Credential("token", Command(("token",)))))


def test_rules_of_the_users_own_come_before_ours() -> None:
    rule = 'match "^List-Id:" in headers action "user-qq.com"'
    text = made(Wish(extra=(Verbatim(rule),), credential=by_command("echo", "x")))
    _, _, said = program.read_back(text)
    assert said.index("added rule 0: matches=regexp") < said.index(
        'added rule 1: matches=account "user-qq.com"'
    )


def test_a_household_is_one_file_and_two_keepers_are_refused() -> None:
    accounts = {
        "home": {"address": "ada@qq.com"},
        "work": {"address": "ada@163.com", "maildir": "~/it's work"},
    }
    given = {id: {**one, "password_command": "echo x"} for id, one in accounts.items()}
    files = {file.path: file for file in plan({"defaults": {"targets": ["fdm"]}, "accounts": given})}
    assert list(found(files["~/.fdm.conf"].text)) == ["home", "work"]
    assert files["~/it's work/INBOX/new"].kind == "folder"
    both = {"address": "a@qq.com", "targets": ["mpop", "fdm", "mutt"]}
    with pytest.raises(DataError, match="would both keep the mail"):
        plan({"accounts": {"one": both}})


def test_a_password_in_the_file_is_not_shown_and_a_command_is() -> None:
    """Nor is a command with a secret in it."""
    hidden = showing("pass$(")
    kept = made(Wish(credential=Credential("literal", secret=Secret("s3cret"))))
    assert any(kept[start:].startswith('pass "s3cret"') for start, _ in hidden(kept, False))
    command = "\tpass $(pass show mail/qq | sed -e 's/%/%%/g' -e q)\n"
    assert not [*hidden(command, False)]
    for secret in ("\tpass $(echo s3cret)\n", "\tpass %(echo 1)\n", '\tpass "$(x)"\n'):
        assert [*hidden(secret, False)], secret
