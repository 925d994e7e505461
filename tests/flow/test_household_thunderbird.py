"""Thunderbird with several accounts and an identity: each receives, and sends, as itself."""

from pathlib import Path

import pytest

from tests.homes import settle
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.thunderbird import FETCH, SEND, copy_profile, run_scripts

A, B, QQ, ODD = "user@sohu.com", "o'brien+tag@sohu.com", "user@qq.com", "a$b@qq.com"
ONLY, OWN = "user@163.com", "user@localpart.example"
NICK = "nick'name+x@sohu.com"
FRIEND = "user@gmail.com"
NAMES = {A: "First", NICK: 'Nick "x" \\ 张三', B: "", QQ: "Three", ODD: "Four", ONLY: "", OWN: "Own"}

_SETTINGS = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
return [
  MailServices.accounts.defaultAccount.defaultIdentity.email,
  MailServices.accounts.accounts.map(account => account.identities.map(one => [one.email, one.replyTo])),
  MailServices.accounts.accounts.map(account => account.incomingServer.localPath.leafName),
  MailServices.accounts.accounts.map(account => account.identities.map(
    one => [one.attachSignature, one.signature?.path])),
];
"""


@pytest.mark.timeout(240)
def test_each_account_receives_and_sends_as_itself(lab: Lab, thunderbird_profile: Path) -> None:
    """Two accounts on one server over IMAP, two on another over POP3; two others only send."""
    nick = {"address": NICK, "name": NAMES[NICK], "reply_to": "o'brien+tag@sohu.com"}
    own = {"address": OWN, "name": "Own", "smtp": {"host": "smtp.localpart.example", "username": "user"}}
    accounts = {
        "two": {"address": B, "protocol": "imap"},
        "three": {
            "address": QQ,
            "name": "Three",
            "protocol": "pop3",
            "reply_to": A,
            "signature": "~/my signatures/三",
        },
        "four": {"address": ODD, "name": "Four", "protocol": "pop3", "signature": "/etc/hostname"},
        "one": {
            "address": A,
            "name": "First",
            "protocol": "imap",
            "default": True,
            "identities": [nick, own],
        },
        "only": {"address": ONLY, "protocol": "none"},
    }
    home = lab.new_home()
    settle({"defaults": {"targets": ["thunderbird"]}, "accounts": accounts}, home)
    user_js = (home / ".thunderbird" / "mailgen" / "user.js").read_text()
    profile = copy_profile(thunderbird_profile, home, user_js)
    for address in (A, B, QQ, ODD):
        lab.deliver(address, f"household thunderbird {address}")
    watch = lab.watch()

    fetches = [(FETCH, [f"household thunderbird {who}", who], 25) for who in (A, B, QQ, ODD)]
    sends = [(SEND, [FRIEND, f"thunderbird as {who}", who], 25) for who in NAMES]
    settings, *outcomes = run_scripts(lab, profile, (_SETTINGS, [], 15.0), *fetches, *sends)

    assert settings[0], settings
    default, identities, folders, signatures = settings[1]
    assert default == A
    assert identities == [[[A, ""], [NICK, B], [OWN, ""], [ONLY, ""]], [[B, ""]], [[QQ, A]], [[ODD, ""]], []]
    [first, nick_of_first, *_], [second], [third], [fourth], _local = signatures
    assert (third, fourth) == ([True, f"{home}/my signatures/三"], [True, "/etc/hostname"])
    assert not any(attached for attached, _path in (first, nick_of_first, second))
    assert len(set(folders)) == len(folders), "no two accounts keep their mail in one folder"
    for success, value in outcomes[: len(fetches)]:
        assert success, value
    for who, (success, value) in zip((A, B, QQ, ODD), outcomes, strict=False):
        assert f"household thunderbird {who}" in value
        others = {A, B, QQ, ODD} - {who}
        assert success
        assert not any(f"household thunderbird {other}" in value for other in others)
    assert outcomes[len(fetches) :] == [[True, "sent"]] * len(NAMES)
    for who, name in NAMES.items():
        sender = lab.arrived(FRIEND, f"thunderbird as {who}")["From"].addresses[0]
        assert (sender.display_name, sender.addr_spec) == (name, who)
    hosts = {who: f"smtp.{who.rpartition('@')[2]}" for who in NAMES}
    logins = {NICK: A, OWN: "user"}
    expected = [Login(hosts[who], 465, logins.get(who, who), tls=True, sender=who) for who in NAMES]
    assert [login for login in watch.logins() if login.sender] == expected
    assert {login.user for login in watch.logins() if login.host == "imap.sohu.com"} == {A, B}
    assert {login.user for login in watch.logins() if login.host == "pop.qq.com"} == {QQ, ODD}
    for address in (A, B):
        assert lab.arrived(address, f"thunderbird as {address}", folder="Sent")
    assert lab.arrived(A, f"thunderbird as {NICK}", folder="Sent")
    assert watch.refused() == []
    assert "prefs parse error" not in (profile / "stderr.txt").read_text(errors="replace")


_STATE = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const inbox = server => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const subjects = server => [...inbox(server)?.messages ?? []].map(header => header.mime2DecodedSubject);
return MailServices.accounts.accounts.map(({ incomingServer: server, identities }) => [
  server.username, server.localPath.leafName, subjects(server),
  identities.map(one => [one.email, one.replyTo]),
]);
"""


@pytest.mark.timeout(240)
def test_mail_stays_with_its_account_when_the_household_changes(lab: Lab, thunderbird_profile: Path) -> None:
    """Mail fetched over POP3 lies in the profile; accounts that come and go must not move it."""
    kept = {"address": QQ, "protocol": "pop3", "identities": [{"address": "alias@qq.com", "reply_to": A}]}
    goes = {"address": ODD, "protocol": "pop3", "reply_to": A, "default": True}
    comes = {"address": B, "protocol": "pop3", "default": True}
    before = {"goes": goes, "kept": kept}
    after = {"comes": comes, "kept": {"address": QQ, "protocol": "pop3", "identities": ["alias@qq.com"]}}
    home = lab.new_home()
    user_js = home / ".thunderbird" / "mailgen" / "user.js"
    lab.deliver(QQ, "kept for ever")
    lab.deliver(ODD, "goes away")

    settle({"defaults": {"targets": ["thunderbird"]}, "accounts": before}, home)
    profile = copy_profile(thunderbird_profile, home, user_js.read_text())
    fetches = [(FETCH, [subject, who], 25) for subject, who in (("kept for ever", QQ), ("goes away", ODD))]
    *fetched, first = run_scripts(lab, profile, *fetches, (_STATE, [], 15.0), save=True)
    assert all(success for success, _ in (*fetched, first)), first

    settle({"defaults": {"targets": ["thunderbird"]}, "accounts": after}, home)
    (profile / "user.js").write_text(user_js.read_text())
    [second] = run_scripts(lab, profile, (_STATE, [], 15.0))

    were = {state[0]: state[1:] for state in first[1]}
    are = {state[0]: state[1:] for state in second[1]}
    assert list(are) == [B, QQ, "nobody"], "Local Folders last, and once"
    assert are["nobody"][0] == were["nobody"][0]
    assert were[QQ][1] == are[QQ][1] != []
    assert were[QQ][0] == are[QQ][0]
    assert are[B][0] != were[ODD][0]
    assert "goes away" not in are[B][1]
    assert were[QQ][2][1] == ["alias@qq.com", A]
    assert are[QQ][2] == [[QQ, ""], ["alias@qq.com", ""]]
