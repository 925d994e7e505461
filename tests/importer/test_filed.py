"""fetchmail with mail that it has filed, or hands on, beside a client that reads mail of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mailgen.accounts.planner import Planner
from mailgen.core.errors import DataError
from tests.importer.test_import import CATALOGUE, imported

if TYPE_CHECKING:
    from mailgen.accounts.planner import Plan

MUTT = 'set from="ada@sohu.com"\nset mbox_type=Maildir\nset folder="~/Mail/sohu"\nset spoolfile="+INBOX"\n'


def fetchmail(mda: str = "") -> tuple[str, str]:
    mda = mda and f'mda "{mda}"'
    return (
        "fetchmail",
        f'poll imap.sohu.com proto imap user "ada@sohu.com" ssl sslcertck sslproto tls1.2+ keep {mda}\n',
    )


def only(*files: tuple[str, str]) -> dict[str, Any]:
    data, _ = imported(*files)
    [account] = data["accounts"].values()
    return account


def planned(account: dict[str, Any]) -> Plan:
    return Planner(CATALOGUE).plan({"accounts": {"one": account}})


def fetchmailrc(account: dict[str, Any]) -> str:
    [text] = [str(file.text) for file in planned(account).files if file.path == "~/.fetchmailrc"]
    return text


def test_a_folder_of_mailgens_own_words_is_the_maildir() -> None:
    account = only(fetchmail("mdeliver ~/Mail/sohu/INBOX"), ("mutt", MUTT))
    assert account["maildir"] == "~/Mail/sohu"
    assert account["targets"] == ["fetchmail", "mutt"]
    assert "options" not in account
    assert 'mda "mdeliver ~/Mail/sohu/INBOX"' in fetchmailrc(account)


@pytest.mark.parametrize("mda", ["", "procmail -d %T"])
def test_who_hands_mail_on_does_so_after_the_import(mda: str) -> None:
    """Where another client reads it: that alone is no reason to file what the mail server here files."""
    account = only(fetchmail(mda), ("mutt", MUTT))
    assert "mdeliver" not in fetchmailrc(account)
    assert (mda in fetchmailrc(account)) if mda else ("mda" not in fetchmailrc(account))
    [reader] = [one.account for one in planned(account).made if one.target.name == "mutt"]
    assert reader.maildir is not None
    assert reader.maildir.path == "~/Mail/sohu"


def test_beside_a_mirror_it_keeps_its_own_place() -> None:
    mirrored = {"address": "ada@sohu.com", "targets": ["mbsync"], "maildir": "~/Mail/sohu"}
    [mbsyncrc] = [str(file.text) for file in planned(mirrored).files if file.path == "~/.mbsyncrc"]
    account = only(fetchmail("mdeliver ~/Mail/fetched/INBOX"), ("mbsync", mbsyncrc))
    assert account["maildir"] == "~/Mail/sohu"
    assert account["options"]["fetchmail"] == {"maildir": "~/Mail/fetched"}
    assert 'mda "mdeliver ~/Mail/fetched/INBOX"' in fetchmailrc(account)
    same = only(fetchmail("mdeliver ~/Mail/sohu/INBOX"), ("mbsync", mbsyncrc))
    with pytest.raises(DataError, match="would both keep the mail"):
        planned(same)
