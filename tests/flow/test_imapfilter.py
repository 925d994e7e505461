"""imapfilter sorts real mail on the server, and shows its password to no stranger."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

import pytest

from tests.flow.test_negative import HONEST, MEETINGS, judge
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import USERS
from tests.programs import need

IMPLICIT = [domain for domain, tls in MEETINGS if tls == "implicit"]


def sorts(client: Desk, *rules: str, options: Sequence[str] = (), terminal: str = "") -> Result:
    """Run it with rules; its password comes by a command, or is typed on a terminal."""
    argv = [need("imapfilter", "imapfilter")]
    if not terminal:
        options = [*options, "--password-command", shlex.join(["cat", str(client.home / "my password")])]
    client.install("imapfilter", *options)
    with (client.home / ".imapfilter/config.lua").open("a") as file:
        file.write("\n".join([*rules, ""]))
    typed = [terminal + "\n"] if terminal else None
    return client.lab.run(argv, client.home, terminal=typed)


@pytest.mark.parametrize("address", ["o'brien+tag@sohu.com", "a$b@qq.com", "user@qq.com"])
def test_a_rule_moves_mail(lab: Lab, desk: Callable[[str], Desk], address: str) -> None:
    """With passwords of all kinds, which come by a command."""
    client, subject = desk(address), f"to be moved, {address}"
    lab.deliver(address, subject)
    watch = lab.watch()

    rule = f"account.INBOX:contain_subject('{subject.split(',')[0]}'):move_messages(account['Moved'])"
    done = sorts(client, "options.create = true", rule)

    assert done.rc == 0, done.stdout + done.stderr
    host = f"imap.{address.rpartition('@')[2]}"
    assert watch.login(host) == Login(host, 993, client.user.login, tls=True, sni=host)
    assert lab.arrived(address, subject, folder="Moved")
    assert client.user.password not in done.stdout + done.stderr


def test_it_asks_for_what_nobody_has_named(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk("user@sohu.com")
    watch = lab.watch()
    done = sorts(client, "account.INBOX:check_status()", terminal=client.user.password)
    assert done.rc == 0, done.stdout
    assert watch.login("imap.sohu.com").user == client.user.login
    assert client.user.password not in done.stdout


@pytest.mark.parametrize("domain", IMPLICIT)
def test_a_stranger_sees_no_password(lab: Lab, desk: Callable[[str], Desk], domain: str) -> None:
    """Nor is anybody asked whether to trust it, who might say yes."""
    client = desk(f"user@{domain}")
    watch = lab.watch()

    done = sorts(client, options=own_servers(domain, "imap", "implicit")[:8])

    assert done.rc is not None, "it hangs"
    assert (done.rc == 0) == (domain == HONEST), done.stderr
    judge(watch, client, domain)


def test_the_user_is_not_asked_either(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk("user@rogue.example")
    options = own_servers("rogue.example", "imap", "implicit")[:8]
    command = ["--password-command", shlex.join(["cat", str(client.home / "my password")])]
    client.install("imapfilter", *options, *command)
    watch = lab.watch()
    done = lab.run([need("imapfilter", "imapfilter")], client.home, terminal=["p\n"])
    assert done.rc, done.stdout
    assert "ccept" not in done.stdout
    judge(watch, client, "rogue.example")


def test_a_household_sorts_between_accounts(lab: Lab) -> None:
    """From one account into another; each with its own password."""
    rule = "accounts.one.INBOX:contain_subject('between accounts'):move_messages(accounts['two']['INBOX'])"
    accounts = {
        "one": {"address": "user@qq.com", "extra": {"imapfilter": [rule]}},
        "two": {"address": "user@sohu.com"},
    }
    home = Household(lab, "imapfilter", accounts)
    lab.deliver("user@qq.com", "between accounts")
    done = home.run([need("imapfilter", "imapfilter")])
    assert done.rc == 0, done.stdout + done.stderr
    assert lab.arrived("user@sohu.com", "between accounts")
    assert not any(one["Subject"] == "between accounts" for one in lab.mailbox("user@qq.com"))
    assert sorted(home.fetched()) == ["one", "two"]
    assert not any(USERS[one["address"]].password in done.stdout + done.stderr for one in accounts.values())
