"""What is written for aerc is what aerc reads: every golden file, both ways of STARTTLS, hostile values."""

from __future__ import annotations

from email.headerregistry import Address as MailAddress
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.core.files import RenderedFile
from mailgen.core.values import replace
from mailgen.model.account import Identity
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS, Case
from tests.formats.aerc import program, reader
from tests.programs import Objected
from tests.programs.versions import version_of

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "aerc"]
HOSTILE = "u\" ; `touch canary` ' \\x41 $HOME # %s \\\\"
NASTY = [HOSTILE, "a b", "#x", "a#b", "`", "`a`", "'a'", '"a"', '"', "\\", "a\\", "ü 中", ";", '"""', "%28s"]
MAIN = "~/.config/aerc/accounts.conf"
OLD, NEW = "0.14.0", "0.20.0"


def made(wish: Wish, address: str = "user@qq.com") -> dict[str, RenderedFile]:
    wish = wish if wish.credential.kind != "prompt" else with_command(wish)
    return {file.path: file for file in generate("aerc", address, wish, catalogue=CATALOGUE).files}


def with_command(wish: Wish) -> Wish:
    return replace(wish, credential=Credential("command", Command(("pass", "show", "x"))))


def one(wish: Wish, address: str = "user@qq.com") -> dict[str, str]:
    """Return the settings of the one account."""
    [account] = reader.read(made(wish, address)[MAIN].text).values()
    return account


def sender(text: str) -> MailAddress:
    """Return a sender as Go prints it (0.20: for a message), or as it was written, taken apart."""
    from email.header import decode_header, make_header
    from email.utils import parseaddr

    name, address = parseaddr(text)
    return MailAddress(str(make_header(decode_header(name))), addr_spec=address)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_and_the_reader_read_every_golden_file_alike(case: Case) -> None:
    text = case.text_for(version_of("aerc"))
    accounts = reader.read(text)
    found = program.accounts(without_commands(text))
    assert [name for name, _ in found] == list(accounts)
    for (_, told), account in zip(found, accounts.values(), strict=True):
        assert sender(told) == sender(account["from"])


def without_commands(text: str) -> str:
    """Return a file whose commands print something without asking anybody."""
    lines = [line for line in text.split("\n") if not line.startswith("source-cred-cmd = ")]
    return "\n".join(lines)


def test_the_program_reads_the_golden_household() -> None:
    text = (TESTS / "golden-households/aerc/home/dot-config/aerc/accounts.conf").read_text(encoding="utf-8")
    assert [name for name, _ in program.accounts(without_commands(text))] == list(reader.read(text))


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 4  # it asks for no password, so that most are refused


def test_the_program_objects_to_what_is_wrong() -> None:
    text = without_commands(CASES[0].file.read_text(encoding="utf-8"))
    with pytest.raises(Objected):
        program.accounts(text.replace("source = ", "sauce = "))
    with pytest.raises(Objected, match="permissions"):
        program.accounts(text, mode=0o640)


@pytest.mark.parametrize("name", NASTY)
def test_names_come_back(name: str) -> None:
    text = without_commands(made(Wish(name=name, label=f"x {name} x"))[MAIN].text)
    [(label, told)] = program.accounts(text)
    assert label == f"x {name} x"
    assert (sender(told).display_name, sender(told).addr_spec) == (name, "user@qq.com")


@pytest.mark.parametrize("username", NASTY)
def test_login_names_and_commands_come_back(username: str, tmp_path: Path) -> None:
    argv = ("sh", "-c", f'printf %s "$0" > {tmp_path}/told; echo x', username)
    wish = Wish(username=username, credential=Credential("command", Command(argv)))
    found = one(wish)
    for url in (found["source"], found["outgoing"]):
        assert reader.server(url).username == username
    assert found["source-cred-cmd"] == found["outgoing-cred-cmd"]
    program.accounts(made(wish)[MAIN].text)
    assert (tmp_path / "told").read_text() == username


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb"])
def test_what_cannot_be_written_is_refused(value: str) -> None:
    for wish in (Wish(name=value), Wish(username=value), Wish(label=value)):
        with pytest.raises(Unrepresentable):
            made(wish)


def test_another_setting_is_not_put_in() -> None:
    """New versions would do so, within quotes as well (go-ini, key.go)."""
    with pytest.raises(Unrepresentable, match="another setting"):
        made(Wish(name="%(source)s"))


def test_a_password_is_always_fetched() -> None:
    """Without a command aerc logs in with an empty one, and asks nobody."""
    with pytest.raises(MailgenError, match="cannot ask"):
        generate("aerc", "user@qq.com", Wish(), catalogue=CATALOGUE)
    secret = "s\"ec 'r\\et$"
    files = made(Wish(credential=Credential("literal", secret=Secret(secret))))
    kept = files["~/.config/mailgen/aerc/secret.user-qq.com"]
    assert (kept.text, kept.mode, kept.holds_secret) == (f"{secret}\n", 0o600, True)
    assert "cat ~/.config/mailgen/aerc/secret.user-qq.com" in files[MAIN].text


@pytest.mark.parametrize(
    ("version", "tls", "scheme", "word"),
    [
        (OLD, "starttls", "smtp", "yes"),
        (NEW, "starttls", "smtp", None),
        (OLD, "implicit", "smtps", None),
        (None, "starttls", "smtp", "yes"),
    ],
)
def test_starttls_is_asked_for_in_the_words_of_the_version(
    version: str | None, tls: str, scheme: str, word: str | None
) -> None:
    servers = {"smtp": {"host": "smtp.lab.example", "port": 587 if tls == "starttls" else 465, "tls": tls}}
    found = one(Wish(client_version=version, servers=servers))
    assert reader.server(found["outgoing"]).scheme == scheme
    assert found.get("smtp-starttls") == word


@pytest.mark.parametrize("address", ["a@gmail.com", "a@outlook.com"])
def test_a_token_is_told_in_the_scheme(address: str) -> None:
    found = one(Wish(credential=Credential("token", Command(("mailgen", "token", address)))), address)
    schemes = (reader.server(found["source"]).scheme, reader.server(found["outgoing"]).scheme)
    assert schemes in (
        ("imaps+xoauth2", "smtps+xoauth2"),
        ("imaps+xoauth2", "smtp+xoauth2"),
        ("imaps+oauthbearer", "smtps+oauthbearer"),
    )
    assert found["source-cred-cmd"] == f"mailgen token {address}"


def chained(**more: Any) -> dict[str, dict[str, str]]:
    targets = ["mbsync", "msmtp", "aerc"]
    account = {"address": "a@sohu.com", "credential": "pass", "targets": targets, **more}
    files = plan({"accounts": {"home": account}}, catalogue=CATALOGUE)
    return reader.read(next(file.text for file in files if file.path == MAIN))


def test_mail_that_lies_here_is_read_here_and_another_program_sends() -> None:
    found = chained()["home"]
    assert found["source"] == "maildir://~/Mail/home"
    assert found["outgoing"] == "msmtp -a home"
    assert (found["copy-to"], found["postpone"], found["archive"]) == ("Sent", "Drafts", "Archive")
    assert not any("cred-cmd" in name for name in found)
    assert chained(label="my home")["my home"]["outgoing"] == "msmtp -a 'my home'", "else by another account"
    itself = chained(options={"aerc": {"online": True, "own_smtp": True}})["home"]
    assert reader.server(itself["source"]).scheme == "imaps"
    assert reader.server(itself["outgoing"]).scheme == "smtps"


def test_paths_are_parts_of_a_url() -> None:
    found = chained(maildir="~/Mail/it's 100% #1?")["home"]
    assert found["source"] == "maildir://~/Mail/it%27s%20100%25%20%231%3F"
    wish = Wish(options={"sendmail": Command(("/opt/my msmtp", "-a", "50%?#"))})
    assert one(wish)["outgoing"] == "'/opt/my msmtp' -a '50%25%3F%23'"
    for argv in (("~/bin/send",), ("my:send",)):
        with pytest.raises(Unrepresentable):
            made(Wish(options={"sendmail": Command(argv)}))


def test_further_senders_are_aliases() -> None:
    identities = (Identity("b@qq.com", "B, the second"), Identity("c@qq.com"), Identity("*@lab.example"))
    assert one(Wish(identities=identities))["aliases"] == '"B, the second" <b@qq.com>, c@qq.com'
    newer = one(Wish(identities=identities, client_version="0.17"))
    assert newer["aliases"].endswith("c@qq.com, *@lab.example")


def test_a_copy_is_left_to_a_server_that_keeps_one() -> None:
    assert "copy-to" not in one(Wish(), "a@gmail.com")
    assert one(Wish(folders={"sent": "已发送"}))["copy-to"] == "已发送"
    with pytest.raises(Unrepresentable, match="comma"):
        made(Wish(folders={"sent": "a,b"}))


@pytest.mark.parametrize(("first", "second"), [("home", "home.x"), ("a.b", "a.b.c"), ("a", "a.b.c")])
def test_no_account_takes_over_what_another_says(first: str, second: str) -> None:
    """The program shows why: what a section does not say, it has from one that its name begins with."""
    text = f"[{first}]\nsource = maildir:///x\nfrom = X <x@x.example>\n[{second}]\nsource = maildir:///y\n"
    assert len({told for _, told in program.accounts(text)}) == 1
    account = {"targets": ["aerc"], "credential": "pass"}
    for ids in ((first, second), (second, first)):
        accounts = {id: {**account, "address": f"u{number}@qq.com"} for number, id in enumerate(ids)}
        with pytest.raises(DataError, match="for a part of the account"):
            plan({"accounts": accounts}, catalogue=CATALOGUE)
    accounts = {id: {**account, "address": f"{id}@qq.com"} for id in ("x.a", "y.a")}
    assert plan({"accounts": accounts}, catalogue=CATALOGUE)


def test_an_ipv6_server_is_refused_for_sending_only() -> None:
    """The name with which the certificate is compared would end at the first colon."""
    given = {"host": "2001:db8::1", "port": 993, "tls": "implicit"}
    assert reader.server(one(Wish(servers={"imap": given}))["source"]).host == "2001:db8::1"
    with pytest.raises(MailgenError, match="IPv6"):
        made(Wish(servers={"smtp": {**given, "port": 465}}))


def test_lines_of_the_users_own_belong_to_the_account() -> None:
    found = one(Wish(extra=(Verbatim("check-mail = 5m"),), signature=FileName("~/my sig")))
    assert found["check-mail"] == "5m"
    assert found["signature-file"] == "~/my sig"
