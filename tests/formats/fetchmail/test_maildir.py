"""Mail that fetchmail has filed on this machine: only where a place is named, and in exactly that place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mailgen.accounts.planner import Plan, Planner
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError
from mailgen.formats.fetchmail.reader import read
from mailgen.model.tokens import Command, FileName
from mailgen.resolve.wish import Wish
from tests.formats.fetchmail import program, reader
from tests.formats.fetchmail.test_percent import post_office
from tests.programs import need, run
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
PLACES = [
    "plain",
    'it\'s a "folder" `touch canary` $(touch canary) $HOME',
    "%T%F%s 100% %",
    "back\\slash \\x41 \\101 \\",
    "; exit 1 # & | > * ? [a] {b,c} ~",
    " blanks  of all kinds\u3000",
    "中文 é",
    "-v",
    "~",
    "x" * 240,
]


def written(place: str, **options: object) -> str:
    wish = Wish(options={"maildir": FileName(place), **options})
    text = generate("fetchmail", "user@qq.com", wish, catalogue=CATALOGUE).files[0].text
    assert isinstance(text, str)
    return text


def household(**account: Any) -> Plan:
    data = {"accounts": {"one": {"address": "user@qq.com", **account}}}
    return Planner(CATALOGUE).plan(data)


def mda(made: Plan) -> object:
    [file] = [one for one in made.files if one.path == "~/.fetchmailrc"]
    [poll] = reader.read(str(file.text))
    return poll.users[0].options.get("mda")


@pytest.mark.parametrize("name", PLACES)
def test_fetchmail_files_each_message_once_in_exactly_this_folder(tmp_path: Path, name: str) -> None:
    """With a server that answers LAST, by which fetchmail would take each message for a new one."""
    fetchmail = need("fetchmail", "fetchmail")
    need("mdeliver", "mblaze")
    inbox = tmp_path / name / "INBOX"
    for part in ("cur", "new", "tmp"):
        (inbox / part).mkdir(parents=True)
    with post_office() as port:
        wish = Wish(
            servers={"pop3": {"host": "127.0.0.1", "port": port, "tls": "none"}},
            protocol="pop3",
            username="u",
            options={"maildir": FileName(f"~/{name}")},
        )
        file = tmp_path / ".fetchmailrc"
        made = generate("fetchmail", "u@lab.example", wish, catalogue=CATALOGUE).files[0].text
        file.write_text(str(made), encoding="utf-8")
        file.chmod(0o600)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
        (tmp_path / ".netrc").chmod(0o600)
        words = [fetchmail, "--nosyslog", "--pidfile", str(tmp_path / "pid")]
        for expected in (0, 1):
            done = run(words, tmp_path, {"HOME": str(tmp_path), "USER": "nobody"})
            assert done.returncode == expected, done.stdout + done.stderr
    [message] = inbox.glob("*/*")
    assert message.read_bytes().endswith(b"\n\nbody\n")
    assert not list(tmp_path.rglob("canary"))


@pytest.mark.parametrize("place", [*(f"~/{name}" for name in PLACES), "/srv/mail of 100%s"])
def test_a_folder_comes_back(place: str) -> None:
    text = written(place)
    [account] = read(text).accounts
    assert (account.maildir, account.inbox, dict(account.options)) == (place, "INBOX", {})
    [server] = program.read_back(text)["servers"]
    [poll] = reader.read(text)
    assert program.visible(str(poll.users[0].options["mda"])) == server["users"][0]["mda"]


@pytest.mark.parametrize(
    "command",
    [
        "mdeliver ~/Mail/other",
        "mdeliver INBOX",
        "mdeliver /INBOX",
        "mdeliver $HOME/Mail/INBOX",
        "mdeliver '~/Mail/INBOX'",
        "mdeliver ~/Mail/%T/INBOX",
        "mdeliver ~/Mail/*/INBOX",
        "mdeliver -c ~/Mail/x/INBOX",
        "mdeliver ~/Mail/x/INBOX; rm x",
        "mdeliver ~ada/Mail/INBOX",
        "mdeliver 'open",
        "procmail -d %T",
    ],
)
def test_another_command_stays_what_it_is(command: str) -> None:
    [account] = read(f'poll h.example protocol imap user "u" keep mda "{command}"\n').accounts
    assert (account.maildir, account.options) == ("", {"mda": command})


@pytest.mark.parametrize("place", ["~/a\nb", "~/a\0b", "/a\x1bb"])
def test_what_cannot_be_written_is_refused(place: str) -> None:
    with pytest.raises(MailgenError):
        written(place)


def test_without_a_place_all_is_as_it_was() -> None:
    targets = ["fetchmail", "mutt"]
    made = household(targets=targets)
    assert mda(made) is None
    assert all(one.kind == "file" for one in made.files)
    assert [one.account.maildir for one in made.made] == [None, None]
    own = household(targets=targets, options={"fetchmail": {"mda": ["maildrop", "-d", "%T"]}})
    assert mda(own) == "maildrop -d %T"
    assert [one.account.maildir for one in own.made] == [None, None]


@pytest.mark.parametrize("program", ["mutt", "neomutt", "notmuch", "mblaze", "aerc", "mu4e"])
def test_others_read_it_there(program: str) -> None:
    """What the account names, or what only fetchmail is told."""
    for named in ({"maildir": "~/Mail/x y"}, {"options": {"fetchmail": {"maildir": "~/Mail/x y"}}}):
        made = household(targets=["fetchmail", "msmtp", program], **named)
        assert mda(made) == "mdeliver ~/'Mail/x y/INBOX'"
        folders = {one.path for one in made.files if one.kind == "folder"}
        assert {f"~/Mail/x y/INBOX/{part}" for part in ("cur", "new", "tmp")} <= folders
        [there] = [one.account for one in made.made if one.target.name == program]
        assert there.maildir == FileName("~/Mail/x y")
        assert there.incoming is None


def test_a_program_of_ones_own_files_the_mail_and_that_is_told() -> None:
    """Where it does so the account says; mailgen does not know, and makes no folder."""
    options = {"fetchmail": {"mda": ["maildrop", "-d", "%T"]}}
    made = household(targets=["fetchmail", "msmtp", "mutt"], maildir="~/Mail/x", options=options)
    assert mda(made) == "maildrop -d %T"
    assert all(one.kind == "file" for one in made.files)
    told = {one.target.name: [finding.code for finding in one.findings] for one in made.made}
    assert "not-expressed" in told["fetchmail"]
    assert [one.account.maildir for one in made.made] == [None, None, FileName("~/Mail/x")]
    alone = generate(
        "fetchmail",
        "user@qq.com",
        Wish(options={"mda": Command(("maildrop",)), "maildir": FileName("~/x")}),
        catalogue=CATALOGUE,
    )
    assert "not-expressed" in [one.code for one in alone.findings]
    assert len(alone.files) == 1


def test_who_always_keeps_the_mail_goes_first() -> None:
    made = household(targets=["fetchmail", "mbsync", "mutt"], maildir="~/Mail/x")
    assert mda(made) is None
    assert [one.account.maildir for one in made.made] == [None, *[FileName("~/Mail/x")] * 2]
    place = {"fetchmail": {"maildir": "~/Mail/y"}}
    assert mda(household(targets=["fetchmail", "mbsync"], maildir="~/Mail/x", options=place)) is not None
    place["fetchmail"]["maildir"] = "~/Mail/x"
    with pytest.raises(DataError, match="would both keep the mail"):
        household(targets=["fetchmail", "mbsync"], maildir="~/Mail/x", options=place)


def test_two_accounts_do_not_keep_their_mail_in_one_folder() -> None:
    accounts = {
        name: {
            "address": f"{name}@qq.com",
            "targets": ["fetchmail"],
            "options": {"fetchmail": {"maildir": place}},
        }
        for name, place in (("one", "~/Mail/x"), ("two", "~/Mail/x/y"))
    }
    with pytest.raises(DataError, match="one folder"):
        Planner(CATALOGUE).plan({"accounts": accounts})


def test_mail_stays_when_the_account_goes(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    for id in ("full", "empty"):
        place = ("--maildir", f"~/Mail/{id}", "--credential", "netrc")
        assert (
            cli("accounts", "add", id, f"{id}@qq.com", "--target", "fetchmail", *place, env=environ).status
            == 0
        )
    assert cli("apply", env=environ).status == 0
    message = tmp_path / "Mail/full/INBOX/new/1.a.b"
    message.write_text("Subject: x\n\nx\n")
    assert cli("accounts", "rm", "full", "empty", env=environ).status == 0
    done = cli("apply", env=environ)
    assert done.status == 0, done.stderr
    assert message.exists()
    assert not (tmp_path / "Mail/empty").exists()
    assert not (tmp_path / ".fetchmailrc").exists()
