"""Ten accounts in all five clients, read back by the real programs. No network.

What they read is compared with what was meant, account by account, and nothing of one account may be
left over at another. Hostile values are among the data: no canary may ever appear.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from mailgen.accounts.planner import Plan
from mailgen.model.account import Account
from tests.formats.fetchmail import program as fetchmail
from tests.formats.msmtp import program as msmtp
from tests.formats.muttrc import program as muttrc
from tests.formats.muttrc.variables import VARIABLES
from tests.formats.prefs import program as thunderbird
from tests.homes import settle

EVIL = "x`touch canary`$(touch canary)' `touch canary` \" `touch canary` \\ $HOME 张三"
LONGEST = "x" * 60 + ".b_c"
SECRET = "pa\"ss 'word'  $HOME `touch canary` \\ #;% 密码"
READERS = ["mutt", "neomutt"]
#: NeoMutt tells accounts apart by URLs, and can have no backtick, quote, backslash or | in one.
EVIL_LOGIN = "x$(touch canary)' %41 & $HOME; 张三"

HOUSEHOLD = {
    "defaults": {
        "targets": ["msmtp", "fetchmail", "mutt", "neomutt", "thunderbird"],
        "password_command": ["echo", "secret-{id}"],
        "options": {reader: {"own_smtp": True} for reader in READERS},
    },
    "accounts": {
        "second": {"address": "o'brien+tag@sohu.com", "protocol": "imap", "name": "Pat O'Brien"},
        "first": {
            "address": "ada@sohu.com",
            "default": True,
            "protocol": "imap",
            "name": "Ada",
            "folders": {"sent": "已发送", "drafts": "Drafts $(touch canary)", "trash": "$HOME"},
            "identities": [
                "ada@lovelace.example",
                {
                    "address": "a$b`x`@sohu.com",
                    "name": EVIL,
                    "reply_to": "r`touch${IFS}canary`@sohu.com",
                    "signature": "~/my `touch canary` signature",
                },
            ],
        },
        "a.b-c_d": {"address": "ada@qq.com", "protocol": "pop3", "name": EVIL, "reply_to": "ada@sohu.com"},
        "qq": {"address": "other@qq.com", "protocol": "imap", "signature": "~/.sig"},
        LONGEST: {"address": "ada@gmail.com", "label": "long"},
        "prompt": {"address": "ada@163.com", "credential": "prompt"},
        "netrc": {"address": "ada@126.com", "credential": "netrc", "protocol": "pop3"},
        "own": {
            "address": "ada@lab.example",
            "username": EVIL_LOGIN,
            "protocol": "imap",
            "imap": {"host": "imap.lab.example", "port": 1143, "tls": "starttls"},
            "smtp": {"host": "smtp.lab.example", "port": 2587, "tls": "starttls"},
            "extra": {
                "msmtp": "logfile ~/own.log",
                "fetchmail": "fetchlimit 50",
                "mutt": "set sort = threads",
                "neomutt": ["set sort = threads"],
                "thunderbird": 'user_pref("mail.biff.play_sound", false);',
            },
            "options": {
                "mutt": {"ca_file": "/etc/my ca.pem"},
                "neomutt": {"ca_file": "/etc/my ca.pem"},
                "msmtp": {"ca_file": "/etc/my ca.pem"},
                "fetchmail": {"ca_file": "/etc/my ca.pem"},
            },
        },
        "literal": {"address": "ada@outlook.example", "password": SECRET, "provider": "sohu.com"},
        "utf8": {"address": "ada@bücher.example", "provider": "qq.com", "protocol": "imap"},
        # The last has no password, so fetchmail cannot have it.
        "token": {
            "address": "token@gmail.com",
            "token_command": "oauth2-token {address}",
            "targets": ["msmtp", "mutt", "neomutt", "thunderbird"],
        },
    },
}


class Home:
    """A home with a blank in its name, in which the household has been set up."""

    def __init__(self, path: Path) -> None:
        self.path = path / "my home"
        self.path.mkdir()
        (self.path / "Mail").mkdir()
        self.plan: Plan = settle(HOUSEHOLD, self.path)

    def accounts(self, target: str) -> list[Account]:
        return [made.account for made in self.plan.made if made.target.name == target]

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def assert_nothing_ran(self) -> None:
        assert not [path for path in self.path.rglob("*") if path.name == "canary"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_msmtp(home: Home) -> None:
    text = home.text(".msmtprc").replace("oauth2-token", "echo")
    accounts = home.accounts("msmtp")
    assert len(accounts) == 11
    for account in accounts:
        assert account.smtp
        labels = {account.label.name: account.address}
        numbered = enumerate(account.identities, 2)
        labels |= {f"{account.label.name}.{number}": one.address for number, one in numbered}
        for label, address in labels.items():
            found = msmtp.read_back(text, label)
            assert (found["from"], found["user"]) == (address, account.smtp.username)
            assert (found["host"], found["port"]) == (account.smtp.host, str(account.smtp.port))
            assert found["tls_starttls"] == ("on" if account.smtp.tls == "starttls" else "off")
            assert found["tls"] == found["tls_certcheck"] == "on"
            own = account.id == "own"
            assert found["tls_trust_file"] == ("/etc/my ca.pem" if own else "system")
            assert (found["logfile"] or "").endswith("/own.log") == own
            command = account.credential.command
            line = shlex.join(command.argv).replace("oauth2-token", "echo") if command else None
            assert found["passwordeval"] == line
            assert (found["password"] is None) == (account.credential.kind in ("prompt", "netrc"))
    assert msmtp.read_back(text)["from"] == "ada@sohu.com"


def test_fetchmail(home: Home) -> None:
    servers = fetchmail.read_back(home.text(".fetchmailrc"))["servers"]
    accounts = home.accounts("fetchmail")
    assert len(servers) == len(accounts) == 10
    for account, server in zip(accounts, servers, strict=True):
        assert account.incoming
        [user] = server["users"]
        assert server["pollname"] == account.incoming.host
        assert server["protocol"].lower() == account.incoming.protocol
        assert str(server["service"]) == str(account.incoming.port)
        assert fetchmail.visible(user["remote"]) == fetchmail.visible(account.incoming.username)
        assert user["password"] == (fetchmail.visible(SECRET) if account.id == "literal" else None)
        assert user["ssl"] is (account.incoming.tls == "implicit")
        assert user["sslcertck"] is user["keep"] is True
        assert user["fetchlimit"] == (50 if account.id == "own" else 0)
        assert user["sslcertfile"] == ("/etc/my ca.pem" if account.id == "own" else None)
    assert len({(server["pollname"], server["users"][0]["remote"]) for server in servers}) == 10


def thunderbird_expects(accounts: list[Account]) -> dict[str, object]:
    """Return the prefs that these accounts come to."""
    kinds, ways = {"implicit": 3, "starttls": 2}, {"password": 3, "xoauth2": 10}
    expected: dict[str, object] = {}
    for account in accounts:
        assert account.incoming
        assert account.smtp
        word = re.sub("[^a-z0-9]", lambda found: f"_{ord(found[0]):02x}", account.id)
        identities = [f"id_{word}", *(f"id_{word}_{number + 2}" for number in range(len(account.identities)))]
        expected |= {
            f"mail.account.account_{word}.server": f"server_{word}",
            f"mail.account.account_{word}.identities": ",".join(identities),
            f"mail.server.server_{word}.hostname": account.incoming.host,
            f"mail.server.server_{word}.userName": account.incoming.username,
            f"mail.server.server_{word}.type": account.incoming.protocol,
            f"mail.server.server_{word}.socketType": kinds[account.incoming.tls],
            f"mail.server.server_{word}.authMethod": ways[account.incoming.auth],
            f"mail.smtpserver.smtp_{word}.hostname": account.smtp.host,
            f"mail.smtpserver.smtp_{word}.username": account.smtp.username,
            f"mail.smtpserver.smtp_{word}.try_ssl": kinds[account.smtp.tls],
            f"mail.smtpserver.smtp_{word}.port": account.smtp.port,
        }
        itself = (account.address, account.name, account.reply_to)
        others = [(one.address, one.name, one.reply_to) for one in account.identities]
        for key, (address, name, reply_to) in zip(identities, [itself, *others], strict=True):
            expected |= {
                f"mail.identity.{key}.useremail": address,
                f"mail.identity.{key}.smtpServer": f"smtp_{word}",
                f"mail.identity.{key}.fullName": name,
                f"mail.identity.{key}.reply_to": reply_to,
            }
    return expected


def test_thunderbird(home: Home) -> None:
    found = thunderbird.read_back(home.text(".thunderbird/mailgen/user.js"))
    accounts = home.accounts("thunderbird")
    assert len(accounts) == 11
    expected = thunderbird_expects(accounts)
    # Thunderbird does not write down a value that is its own default.
    defaults = {"authMethod": 3, "type": "pop3"}
    seen = {key: found.get(key, defaults.get(key.rpartition(".")[2])) for key in expected}
    assert seen == expected
    assert found["mail.biff.play_sound"] is False
    assert found["mail.accountmanager.defaultaccount"] == "account_first"
    listed = str(found["mail.accountmanager.accounts"]).split(",")
    assert len(listed) == 12
    assert [f"mail.account.{key}.server" in expected for key in listed] == [True] * 11 + [False]
    assert listed[0] == "account_first"
    names = {name for name in found if name.startswith("mail.identity.") and name.endswith("useremail")}
    assert len(names) == 13


def ask(home: Home, program: str, *commands: str, names: list[str] | None = None) -> dict[str, str]:
    """Ask the program for variables after it has read the user's own file and some commands."""
    if names is None:
        names = [name for name in VARIABLES if name not in ("sendmail",)]
    found, said = muttrc.query_file(program, home.path / f".{program}rc", home.path, names, commands)
    assert said == ""
    return found


def source(program: str, name: str) -> str:
    return f"source ~/.config/mailgen/{program}/{name}"


def path(found: dict[str, str], name: str) -> str:
    """A path as it was given: both programs write = for what folder is."""
    value = found[name]
    return value.replace("=", "~/", 1) if found["folder"] == "~" else value


@pytest.mark.parametrize("program", READERS)
def test_mutt_opens_each_account(home: Home, program: str) -> None:
    accounts = home.accounts(program)
    assert len(accounts) == 11
    before = ask(home, program, names=["from", "realname"])
    assert before == {"from": "ada@sohu.com", "realname": "Ada"}
    unnamed = muttrc.read_back(program, "", ["realname"])["realname"]
    for account in accounts:
        assert account.incoming
        assert account.smtp
        found = ask(home, program, source(program, f"account.{account.id}"))
        assert found["from"] == account.address
        assert found["realname"] == (account.name or unnamed)
        assert path(found, "signature") == (account.signature.path if account.signature else "~/.signature")
        assert f"{account.smtp.username}@{account.smtp.host}:{account.smtp.port}" in unquote(
            found["smtp_url"]
        )
        where = found["folder"] if account.imap else found["spoolfile"]
        assert f"{account.incoming.host}:{account.incoming.port}" in where
        assert where.startswith(f"{account.incoming.url.scheme}://")
        for variable, folder in (("record", account.folders.sent), ("trash", account.folders.trash)):
            if account.imap and folder and not (variable == "record" and account.workarounds):
                assert found[variable].endswith(folder.name)
                assert found[variable][0] == "=" or found[variable].startswith(account.incoming.url.scheme)
        assert (found["sort"] == "threads") == (account.id == "own")
    home.assert_nothing_ran()


@pytest.mark.parametrize("program", READERS)
def test_mutt_logs_in_to_each_account(home: Home, program: str) -> None:
    for account in home.accounts(program):
        assert account.incoming
        assert account.smtp
        found = ask(home, program, source(program, f"login.{account.id}"))
        kept, others = ("imap", "pop") if account.imap else ("pop", "imap")
        secrets = {"command": f"secret-{account.id}", "literal": SECRET}
        secret = secrets.get(account.credential.kind, "")
        assert found[f"{kept}_user"] == account.incoming.username
        assert found[f"{kept}_pass"] == found["smtp_pass"] == secret
        assert found[f"{others}_user"] == found[f"{others}_pass"] == ""
        token = "oauth2-token token@gmail.com" if account.id == "token" else ""
        assert found["imap_oauth_refresh_command"] == found["smtp_oauth_refresh_command"] == token
        assert found["smtp_authenticators"] == ("xoauth2" if token else "")
        own = "/etc/my ca.pem" if account.id == "own" else ""
        assert path(found, "certificate_file") == (own or "~/.mutt_certificates")
        assert found["ssl_ca_certificates_file"] == ""
    home.assert_nothing_ran()


@pytest.mark.parametrize("program", READERS)
def test_mutt_sends_as_each_identity(home: Home, program: str) -> None:
    unnamed = muttrc.read_back(program, "", ["realname"])["realname"]
    for account in home.accounts(program):
        assert account.smtp
        for number, identity in enumerate(account.identities, 2):
            found = ask(home, program, source(program, f"sender.{account.id}.{number}"))
            assert found["realname"] == (identity.name or unnamed)
            signature = identity.signature.path if identity.signature else "~/.signature"
            assert path(found, "signature") == signature
            assert account.smtp.host in found["smtp_url"]
    home.assert_nothing_ran()


@pytest.mark.parametrize("program", READERS)
def test_mutt_leaves_nothing_of_an_account_behind(home: Home, program: str) -> None:
    """Whatever was open before, an account is the same; so is a server that belongs to none."""
    ids = [account.id for account in home.accounts(program)]
    every = [source(program, f"{kind}.{id}") for id in ids if id != "own" for kind in ("account", "login")]
    every += [source(program, "sender.first.3")]
    for id in ids:
        # Lines of the user's own have no way back but what he writes himself; so "own" is not in `every`.
        own = [source(program, f"account.{id}"), source(program, f"login.{id}")]
        assert ask(home, program, *every, *own) == ask(home, program, *own)
    elsewhere = source(program, "login")
    back = source(program, "account.first")
    assert ask(home, program, *every, back, elsewhere) == ask(home, program, back, elsewhere)
    home.assert_nothing_ran()


MINE = {
    "realname": "Own",
    "record": "~/Mail/mine",
    "signature": "~/Mail/own",
    "imap_user": "me",
    "imap_pass": "o$x",
}


@pytest.mark.parametrize("program", READERS)
def test_mutt_keeps_what_the_user_has_set(home: Home, program: str) -> None:
    """Where an account says nothing, and on servers of his own; also when his file is read again."""
    rc = home.path / f".{program}rc"
    own = "".join(f"set {name} = '{value}'\n" for name, value in {"folder": "~/Mail", **MINE}.items())
    rc.write_text(own.replace("'~/Mail/", "'=") + rc.read_text(encoding="utf-8"), encoding="utf-8")
    again, elsewhere = f"source ~/.{program}rc", source(program, "login")
    named, over_pop = source(program, "account.a.b-c_d"), source(program, "account.netrc")
    unnamed = source(program, "account.second")
    for commands in ([], [named], [named, again], [over_pop, again]):
        found = ask(home, program, *commands, unnamed, elsewhere, names=[*MINE, "from", "folder"])
        assert found.pop("from") == "o'brien+tag@sohu.com"
        assert found.pop("folder").startswith("imaps://")
        assert found == {**MINE, "realname": "Pat O'Brien"}
        found = ask(home, program, *commands, over_pop, elsewhere, again, names=[*MINE, "from", "folder"])
        assert found["from"] == "ada@126.com", "the account that was open still is"
        # What he sets in his file holds again after he has had it read; our own come with the next login.
        assert {name: path(found, name) for name in MINE} == MINE
    home.assert_nothing_ran()
