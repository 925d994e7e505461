"""The local chain: mbsync mirrors the mail, mutt or neomutt reads it here, and msmtp sends."""

from __future__ import annotations

import pytest

from tests.lab.household import PRINT_ALL, Household, go_to, reply_to, sender_of, write
from tests.lab.lab import Lab
from tests.lab.logs import Login

A, B, ONLINE = "user@sohu.com", "user@qq.com", "o'brien+tag@sohu.com"
FRIEND = "user@gmail.com"

pytestmark = [pytest.mark.parametrize("program", ["mutt", "neomutt"]), pytest.mark.timeout(150)]


def household(lab: Lab, program: str, **more: object) -> Household:
    """Two accounts whose mail lies here, one in a place of its own, and one that is read on its server."""
    folders = {"sent": "Sent", "drafts": "Drafts", "trash": "Trash", "junk": "Junk"}
    chain = {"targets": ["mbsync", "msmtp", program], "folders": folders, "name": "First"}
    accounts = {
        "one": {"address": A, **chain, **more},
        "two": {"address": B, **chain, "maildir": "~/Mail/second one.d", "name": "Second"},
        "three": {"address": ONLINE, "targets": [program], "name": "Third", "folders": folders},
    }
    return Household(lab, program, accounts)


def mirror(home: Household) -> None:
    done = home.run(["mbsync", "-q", "-a"])
    assert done.rc == 0, done.stderr


def smtp(address: str, host: str = "smtp.sohu.com") -> Login:
    return Login(host, 465, address, tls=True, sender=address)


def test_mail_is_read_here_and_answered_through_the_sender_of_the_account(lab: Lab, program: str) -> None:
    home = household(lab, program)
    for address in (A, B, ONLINE):
        lab.deliver(address, f"{program} chain for {address}")
    mirror(home)
    watch = lab.watch()

    result, printed = home.mutt(
        PRINT_ALL
        + reply_to(f"{program} chain for {A}")
        + go_to(2)
        + PRINT_ALL
        + reply_to(f"{program} chain for {B}")
        + go_to(3)
        + PRINT_ALL
        + write(FRIEND, f"{program} chain three")
    )

    assert result.rc == 0, result.stdout[-2000:]
    for address in (A, B, ONLINE):
        assert f"Subject: {program} chain for {address}\n" in printed
    incoming = {login.user for login in watch.logins() if login.host.startswith("imap")}
    assert incoming == {ONLINE}, "what lies here is asked of no server"
    assert [one for one in watch.logins() if one.sender] == [smtp(A), smtp(B, "smtp.qq.com"), smtp(ONLINE)]
    assert sender_of(lab.arrived(FRIEND, f"{program} chain three")) == ("Third", ONLINE)
    assert watch.refused() == []
    mirror(home)
    for address in (A, B):
        subject = f"Re: {program} chain for {address}"
        assert lab.arrived(address, subject, folder="Sent"), "the copy lies here, and comes to the server"
    assert not (home.home / "sent").exists()


def test_a_message_goes_out_and_is_kept_where_its_sender_belongs(lab: Lab, program: str) -> None:
    """The folder of one account is open, and the message is from another."""
    home = household(lab, program)
    watch = lab.watch()
    typed, batch, changed = (f"{program} from another, {way}" for way in ("typed", "batch", "changed"))

    as_other, as_before = (f"<enter-command>set from={address}<enter>" for address in (B, A))
    change = f"<mail>{FRIEND}<enter>{changed}<enter><edit-from><kill-line>{B}<enter><send-message>"
    result, _ = home.mutt(as_other + write(FRIEND, typed) + as_before + change)
    sent = home.run([program, "-e", f'set from="{B}"', "-s", batch, "--", FRIEND], stdin="Hello.\n")

    assert result.rc == 0, result.stdout[-2000:]
    assert sent.rc == 0, sent.stderr
    assert [one for one in watch.logins() if one.sender] == [smtp(B, "smtp.qq.com")] * 3
    mirror(home)
    for subject in (typed, batch):
        assert sender_of(lab.arrived(FRIEND, subject))[1] == B
        assert lab.arrived(B, subject, folder="Sent")
        assert not any(message["Subject"] == subject for message in lab.mailbox(A, folder="Sent"))


def test_what_is_written_and_thrown_away_here_stays_here(lab: Lab, program: str) -> None:
    home = household(lab, program)
    lab.deliver(A, f"{program} to be thrown away")
    mirror(home)

    result, _ = home.mutt(
        f"<mail>{FRIEND}<enter>{program} later<enter><postpone-message>"
        "<tag-pattern>~s thrown<enter><tag-prefix><delete-message><sync-mailbox>",
        "set delete=yes",
    )

    assert result.rc == 0, result.stdout[-2000:]
    inside = home.home / "Mail/one"
    [draft] = (path.read_text() for path in (inside / "Drafts").glob("*/*"))
    assert f"Subject: {program} later\n" in draft
    assert any("to be thrown away" in path.read_text() for path in (inside / "Trash").glob("*/*"))
    assert not (home.home / "postponed").exists()


def test_an_account_may_send_and_read_by_itself_all_the_same(lab: Lab, program: str) -> None:
    home = household(lab, program, options={program: {"own_smtp": True, "online": True}})
    lab.deliver(A, f"{program} online")
    watch = lab.watch()

    result, printed = home.mutt(PRINT_ALL + write(FRIEND, f"{program} by itself"))

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} online\n" in printed
    assert watch.login("imap.sohu.com").user == A
    assert lab.arrived(A, f"{program} by itself", folder="Sent")
