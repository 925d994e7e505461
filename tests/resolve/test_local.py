"""Mail that lies on this machine, and another program that sends: who reads what, and where it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.accounts.planner import Plan, Planner
from mailgen.accounts.schema import problems
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, Unrepresentable
from mailgen.core.values import replace
from mailgen.model.tokens import Command, FileName
from mailgen.resolve.local import shared
from mailgen.resolve.wish import Wish

CATALOGUE = open_catalogue()


def plan(**accounts: dict[str, Any]) -> Plan:
    data = {"accounts": accounts}
    assert problems(data, CATALOGUE.target_names()) == []
    return Planner(CATALOGUE).plan(data)


def text_of(made: Plan, path: str) -> str:
    [text] = [file.text for file in made.files if file.path == path]
    return text


@pytest.mark.parametrize("reader", ["mutt", "neomutt"])
def test_a_reader_takes_what_the_other_targets_of_its_account_do(reader: str) -> None:
    made = plan(one={"address": "a@sohu.com", "targets": ["mbsync", "msmtp", reader]})
    [account] = [one.account for one in made.made if one.target.name == reader]
    assert (account.incoming, account.smtp) == (None, None)
    assert account.maildir == FileName("~/Mail/one")
    assert account.sendmail == Command(("msmtp", "-a", "one"))
    assert next(one for one in made.made if one.target.name == reader).step is None
    sender = text_of(made, f"~/.config/mailgen/{reader}/sender.one.1")
    assert "set sendmail = 'msmtp -a one'\n" in sender
    assert "unset smtp_url\n" in sender
    assert not [file for file in made.files if file.path.endswith("/login.one")], "it logs in nowhere"


@pytest.mark.parametrize("reader", ["mutt", "neomutt"])
def test_a_reader_may_do_it_by_itself(reader: str) -> None:
    options = {reader: {"online": True, "own_smtp": True}}
    made = plan(one={"address": "a@sohu.com", "targets": ["mbsync", "msmtp", reader], "options": options})
    [account] = [one.account for one in made.made if one.target.name == reader]
    assert account.imap
    assert account.smtp
    assert (account.maildir, account.sendmail) == (None, None)


def test_the_servers_of_a_chain_are_of_those_that_use_them() -> None:
    """Nobody is told that a reader leaves the servers out that mbsync and msmtp use."""
    servers = {"imap": {"host": "imap.lab.example"}, "smtp": {"host": "smtp.lab.example"}}
    made = plan(one={"address": "a@lab.example", "targets": ["mbsync", "msmtp", "mutt"], **servers})
    said = {finding.code for one in made.made if one.target.name == "mutt" for finding in one.findings}
    assert said == set()


@pytest.mark.parametrize(("label", "sendmail"), [("home", "msmtp -a home"), ("my home", "msmtp")])
def test_a_name_with_a_blank_is_not_cut(label: str, sendmail: str) -> None:
    made = plan(one={"address": "a@sohu.com", "targets": ["msmtp", "mutt"], "label": label})
    assert f"set sendmail = '{sendmail}'\n" in text_of(made, "~/.config/mailgen/mutt/sender.one.1")


def test_a_program_of_ones_own_that_mutt_would_cut_is_refused() -> None:
    wish = Wish(options={"sendmail": Command(("/opt/my msmtp", "-t"))})
    with pytest.raises(Unrepresentable, match="mutt cuts it there"):
        generate("mutt", "a@sohu.com", wish, catalogue=CATALOGUE)


def test_no_server_is_asked_for_where_none_is_used() -> None:
    options = {"maildir": FileName("~/Mail"), "sendmail": Command(("msmtp",))}
    made = generate("neomutt", "a@nobody-knows.example", Wish(options=options), catalogue=CATALOGUE)
    assert "imap" not in made.files[0].text


@pytest.mark.parametrize(
    ("more", "record"),
    [
        ({"targets": ["mbsync", "mutt"]}, "unset record\n"),
        ({"targets": ["getmail6", "mutt"]}, "set record = '+Sent'\n"),
        ({"targets": ["mutt"], "maildir": "~/Mail/x"}, "unset record\n"),
        ({"targets": ["mutt"], "maildir": "~/Mail/x", "protocol": "pop3"}, "set record = '+Sent'\n"),
    ],
)
def test_a_copy_is_left_to_the_server_only_if_it_comes_back(more: dict[str, Any], record: str) -> None:
    made = plan(one={"address": "a@gmail.com", **more})
    assert record in text_of(made, "~/.config/mailgen/mutt/account.one")


def test_who_keeps_the_mail_by_himself_names_its_folders() -> None:
    folders = {"sent": "Sent Items", "trash": "Bin"}
    alone = plan(one={"address": "a@sohu.com", "targets": ["mutt"], "maildir": "~/m", "folders": folders})
    text = text_of(alone, "~/.config/mailgen/mutt/account.one")
    assert "record = '+Sent Items'\n" in text
    assert "postponed = '+Drafts'\n" in text
    assert "trash = '+Bin'\n" in text
    mirrored = plan(one={"address": "a@sohu.com", "targets": ["mbsync", "mutt"], "folders": folders})
    assert "record = '+Sent'\n" in text_of(mirrored, "~/.config/mailgen/mutt/account.one")


@pytest.mark.parametrize("keeper", ["mbsync", "getmail6"])
def test_who_keeps_the_mail_runs_afterwards_what_others_want_run(keeper: str) -> None:
    """Once for all accounts, also where one of them failed; nothing where nobody wants it."""
    planner = Planner(CATALOGUE)
    one = {"address": "a@sohu.com", "targets": [keeper, "mutt"], "options": {keeper: {"every": "10min"}}}
    household = {"accounts": {"one": one, "two": {**one, "address": "b@sohu.com"}}}

    def unit() -> str:
        files = {file.path.rpartition("/")[2]: file for file in planner.plan(household).files}
        return files[f"mailgen-{keeper.rstrip('6')}.service"].text

    before = unit()
    assert "ExecStopPost" not in before
    planner._targets["mutt"] = replace(CATALOGUE.target("mutt"), after_sync=("index", "50%"))
    assert unit() == f'{before}ExecStopPost="index" "50%%"\nTimeoutStopSec=infinity\n'


@pytest.mark.parametrize("target", ["mbsync", "mutt", "neomutt"])
@pytest.mark.parametrize(
    "other", ["~/Mail/x", "~/Mail/x/", "~/Mail//./x", "~/Mail", "~/Mail/x/y", "~/a/../Mail/x"]
)
def test_two_accounts_do_not_share_a_maildir(target: str, other: str) -> None:
    one = {"address": "a@sohu.com", "targets": [target], "maildir": "~/Mail/x"}
    data = {"accounts": {"one": one, "two": {**one, "address": "b@sohu.com", "maildir": other}}}
    [problem] = problems(data, CATALOGUE.target_names())
    assert problem.field == ("accounts", "two", "maildir")
    with pytest.raises(DataError, match="one folder"):
        Planner(CATALOGUE).plan(data)


def test_the_place_of_a_target_is_nobody_elses_either() -> None:
    with pytest.raises(DataError, match="one folder"):
        plan(
            one={"address": "a@sohu.com", "targets": ["mbsync"]},
            two={"address": "b@sohu.com", "targets": ["mutt"], "maildir": "~/Mail/one"},
        )
    with pytest.raises(DataError, match="one folder"):
        plan(
            one={"address": "a@sohu.com", "targets": ["mbsync"]},
            two={
                "address": "b@sohu.com",
                "targets": ["mbsync"],
                "options": {"mbsync": {"maildir": "~/Mail/one"}},
            },
        )


def test_names_that_only_begin_alike_are_two_folders() -> None:
    assert shared([("a", "~/Mail/ada"), ("b", "~/Mail/ada.b"), ("c", "/Mail/ada")]) is None
    assert shared([("a", "/x"), ("b", "/")]) == ("a", "b", "/")
