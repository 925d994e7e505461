"""What is written for S-nail is what it reads: every golden file, hostile values, a household."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mailgen.api import generate, plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.model.server import Credential
from mailgen.model.tokens import Command, FileName, Secret, Verbatim
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from mailgen.writer.checks import Answer, asked
from tests.cases import RENDERED, Case
from tests.formats.mailrc import program, reader
from tests.programs import Objected, need

CATALOGUE = open_catalogue()
CASES = [case for case in RENDERED if case.target == "s-nail"]
#: All at once, and those that mean something where they stand alone.
NASTY = ['a b #x "a" \\ a\\n ü 中 $HOME ${x} $(id) `id` %h it\'s ~x a;b|c&d', "#x", "~x", '"', "!", "\\"]
PORTS = ("password-imap.qq.com:993", "password-smtp.qq.com:465")


def made(wish: Wish, address: str = "user@qq.com") -> str:
    return generate("s-nail", address, wish, catalogue=CATALOGUE).files[0].text


def by_command(*argv: str) -> Credential:
    return Credential("command", Command(argv))


def found(text: str, *more: str) -> dict[str, str | None]:
    """Return what the program holds, which must be what the reader reads."""
    accounts, opened = reader.read(text)
    told = program.read_back(text, *more, account=opened)
    assert told["account"] == opened
    for name, value in accounts[opened].settings.items():
        if name in told:
            assert told[name] == value, name
    for name in accounts[opened].unset:
        assert told[name] is None
    return told


def without_commands(text: str) -> str:
    """The cases name programs that nobody has."""
    lines = text.split("\n")
    return "\n".join("  vput ! mailgen_secret echo x" if "vput !" in one else one for one in lines)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_and_the_reader_read_every_golden_file_alike(case: Case) -> None:
    told = found(without_commands(case.file.read_text(encoding="utf-8")))
    assert (told["tls-verify"], told["hold"], told["sendwait"]) == ("strict", "", "")
    for name in ("inbox", "mta"):
        url = urlsplit(told[name])
        assert url.username
        assert url.port


def test_there_are_golden_files_enough() -> None:
    assert len(CASES) > 10


def test_the_program_objects_to_what_is_wrong() -> None:
    text = made(Wish())
    for wrong in (text.replace("unset ", "unste "), text + '\nset a="', text.replace("\n}\n", "\n")):
        with pytest.raises(Objected):
            program.read_back(wrong)


def test_values_come_back() -> None:
    """A login name within a URL, a display name, and a password that a command prints, or in the file."""
    for value in NASTY:
        secret = by_command("printf", "%s\\nmore", value)
        text = made(Wish(username=value, name=value, credential=secret))
        told = found(text, *PORTS)
        for name in ("inbox", "mta"):
            assert unquote(urlsplit(str(told[name])).username or "") == value
        assert [told[name] for name in PORTS] == [value, value], text
        kept = made(Wish(credential=Credential("literal", secret=Secret(value))))
        assert found(kept, *PORTS)[PORTS[0]] == value


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "fish"])
def test_a_command_is_the_same_in_each_shell_that_people_have(
    shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "AS_A_USER", ("env", f"SHELL=/bin/{shell}", *program.AS_A_USER))
    text = made(Wish(credential=by_command("printf", "%s\\n\\n", 'it\'s "a" \\\\b $HOME `id` #; *')))
    assert found(text, *PORTS)[PORTS[0]] == 'it\'s "a" \\\\b $HOME `id` #; *'


def test_a_command_that_prints_nothing_is_no_password() -> None:
    told = found(made(Wish(credential=by_command("true"))), *PORTS)
    assert [told[name] for name in PORTS] == [None, None]


def test_what_cannot_be_written_is_refused() -> None:
    for value in ("a\nb", "a\0b", "a\x1bb"):
        with pytest.raises(Unrepresentable, match="inbox"):
            made(Wish(username=value))
    for place in ("~/$x.pem", "/a*b.pem", "~/a\\b.pem"):
        with pytest.raises(Unrepresentable, match="ca file"):
            made(Wish(options={"ca_file": FileName(place)}))
    assert found(made(Wish(options={"ca_file": FileName("~/my ca.pem")})))["tls-ca-file"] == "~/my ca.pem"


@pytest.mark.parametrize("label", ["a b", "it's", "work.x", "中"])
def test_the_name_of_an_account_comes_back(label: str) -> None:
    assert found(made(Wish(label=label)))["account"] == label


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(Unrepresentable, match="label"):
        made(Wish(label="Null"))


def test_where_a_client_has_to_send_an_id_it_reads_over_pop3() -> None:
    told = found(made(Wish(), "user@163.com"))
    assert str(told["inbox"]).startswith("pop3s://user%40163.com@pop.163.com:995")
    with pytest.raises(MailgenError, match="Unsafe Login"):
        made(Wish(protocol="imap"), "user@163.com")


def test_an_address_of_ipv6_is_refused() -> None:
    servers = {"imap": {"host": "::1", "port": 993, "tls": "implicit"}}
    with pytest.raises(MailgenError, match="IPv6"):
        made(Wish(servers=servers))


def test_each_account_is_one_of_a_household_and_the_first_is_opened() -> None:
    accounts = {
        "home": {"address": "ada@qq.com", "reply_to": "b@qq.com", "password_command": "echo one"},
        "work": {"address": "ada@sohu.com", "password_command": "echo two", "extra": {"s-nail": "set quote"}},
    }
    [file] = plan({"defaults": {"targets": ["s-nail"]}, "accounts": accounts}, catalogue=CATALOGUE)
    sohu = "password-imap.sohu.com:993"
    told = found(file.text, *PORTS, sohu, "quote")
    assert (told["reply-to"], told[PORTS[0]], told[sohu], told["quote"]) == ("b@qq.com", "one", None, None)
    told = program.read_back(file.text, *PORTS, sohu, "quote", account="work")
    assert (told["from"], told["reply-to"], told["quote"]) == ("ada@sohu.com", None, "")
    assert [told[name] for name in (*PORTS, sohu)] == [None, None, "two"], "nothing of the other account"


def test_lines_of_the_users_own_stand_last() -> None:
    assert found(made(Wish(extra=(Verbatim("set quote"),))), "quote")["quote"] == ""


def test_a_password_is_not_shown_and_what_fetches_it_is() -> None:
    text = made(Wish(credential=Credential("literal", secret=Secret("s3cret it's"))))
    assert "s3cret" in text
    assert "s3cret" not in "\n".join(redacted(text, "mailrc"))
    fetched = made(Wish(name="Ada", credential=by_command("pass", "show", "mail/qq")))
    assert "***" not in "\n".join(redacted(fetched, "mailrc"))
    for line in (
        "set from=x password=s3cret",
        "set x=s3cret",
        "set from=a@x; set password=s3cret",
        "set mta=smtps://ada:s3cret@x",
        "vput ! x echo s3cret",
        "set from=a \\\n  s3cret",
        'set password-x="$a"s3cret',
        "!echo s3cret",
    ):
        assert "s3cret" not in "\n".join(redacted(line, "mailrc")), line


def test_it_is_for_nobody_else() -> None:
    [file] = generate("s-nail", "a@qq.com", Wish(), catalogue=CATALOGUE).files
    assert (file.path, file.mode, file.holds_secret) == ("~/.mailrc", 0o600, False)
    assert Path(file.path).name == ".mailrc"


CHECK = CATALOGUE.manifest("s-nail")["check"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_own_check_takes_every_golden_file(case: Case) -> None:
    need("s-nail", "s-nail")
    assert asked(CHECK, case.file.read_bytes(), path=os.environ["PATH"]) == Answer(True)


@pytest.mark.parametrize("label", NASTY)
def test_its_own_check_takes_any_label(label: str) -> None:
    try:
        text = made(Wish(label=label, credential=by_command("pass", "show", label)))
    except Unrepresentable:
        return
    assert asked(CHECK, text.encode(), path=os.environ["PATH"]) == Answer(True)


@pytest.mark.parametrize(
    "line",
    [
        "!touch {0}",
        " ! touch {0}",
        "shell touch {0}",
        "set a=b; !touch {0}",
        "set a=b \\\n; !touch {0}",
        "account x {{\n!touch {0}\n}}\naccount x",
        "account x; !touch {0}",
        "account 'a;b' {{; !touch {0}\n}}\naccount 'a;b'",
        "unset x; vput ! y touch {0}",
        "vput ! y touch {0}",
        "\\ignerr vput ! y touch {0}",
        "source 'touch {0} |'",
        "commandalias set '!touch {0};'\nset x=y",
        "define x {{\n!touch {0}\n}}\ncall x",
        "define x {{\n!touch {0}\n}}\nset on-account-cleanup=x on-main-loop-tick=x\naccount null",
        "eval '!touch {0}'",
        "#x\n!touch {0}",
        "set x='a\n!touch {0}\n'",
        "if true\n!touch {0}\nendif",
    ],
)
def test_its_own_check_runs_nothing(line: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    asked(CHECK, f"{line.format(marker)}\n".encode(), path=os.environ["PATH"])
    assert not marker.exists()
    bare = {key: value for key, value in CHECK.items() if key != "replace"}
    if line == "!touch {0}":
        asked(bare, f"{line.format(marker)}\n".encode(), path=os.environ["PATH"])
        assert marker.exists(), "so a line can run"
