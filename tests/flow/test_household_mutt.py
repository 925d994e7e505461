"""mutt and neomutt with several accounts: each is read, and sends, as itself."""

import pytest

from mailgen.formats.muttrc.grammar import text
from tests.lab.household import ENTER, LEAVE, PRINT_ALL, Household, go_to, reply_to, sender_of, write
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import USERS

A, B, POP = "user@sohu.com", "o'brien+tag@sohu.com", "user@qq.com"
NICK = "nick'name+x@sohu.com"
FRIEND = "user@gmail.com"

pytestmark = [pytest.mark.parametrize("program", ["mutt", "neomutt"]), pytest.mark.timeout(120)]


def household(lab: Lab, program: str) -> Household:
    """Two accounts on one server, the first with an identity, and one on another server over POP3."""
    signature = "~/my signature"
    nick = {"address": NICK, "name": "Nick `id` $HOME 张三", "reply_to": B, "signature": signature}
    first = {"name": "First", "protocol": "imap", "folders": {"sent": "Sent"}, "identities": [nick]}
    accounts = {
        "one": {"address": A, **first},
        "t.w-o_": {"address": B, "protocol": "imap", "folders": {"sent": "Sent"}},
        "three": {"address": POP, "name": "Three", "protocol": "pop3"},
    }
    home = Household(lab, program, accounts)
    (home.home / signature[2:]).write_text("Yours, Nick\n")
    return home


def smtp(address: str, sender: str = "", host: str = "smtp.sohu.com") -> Login:
    return Login(host, 465, address, tls=True, sender=sender or address)


def test_each_account_is_read_and_sends_as_itself(lab: Lab, program: str) -> None:
    home = household(lab, program)
    for address in (A, B, POP):
        lab.deliver(address, f"{program} for {address}")
    watch = lab.watch()
    subjects = [f"{program} from {name}" for name in ("one", "two", "three", "one again")]

    result, printed = home.mutt(
        PRINT_ALL
        + write(FRIEND, subjects[0])
        + go_to(2)
        + PRINT_ALL
        + write(FRIEND, subjects[1])
        + go_to(3)
        + PRINT_ALL
        + write(FRIEND, subjects[2])
        + go_to(1)
        + write(FRIEND, subjects[3])
    )

    assert result.rc == 0, result.stdout[-2000:]
    for address in (A, B, POP):
        assert f"Subject: {program} for {address}\n" in printed
    one, two, three, again = (lab.arrived(FRIEND, subject) for subject in subjects)
    assert sender_of(one) == sender_of(again) == ("First", A)
    assert sender_of(two)[1] == B
    assert sender_of(two)[0] not in ("First", "Three")
    assert sender_of(three) == ("Three", POP)
    sent = [login for login in watch.logins() if login.sender]
    assert sent == [smtp(A), smtp(B), smtp(POP, host="smtp.qq.com"), smtp(A)]
    assert watch.login("pop.qq.com").user == POP
    assert {login.user for login in watch.logins() if login.host == "imap.sohu.com"} == {A, B}
    for address, subject in ((A, subjects[0]), (B, subjects[1]), (A, subjects[3])):
        assert lab.arrived(address, subject, folder="Sent")
    assert watch.refused() == []
    assert sorted(home.fetched()) == ["one", "t.w-o_", "three"], "each password is fetched once"


def test_an_answer_is_from_the_identity_that_was_written_to(lab: Lab, program: str) -> None:
    home = household(lab, program)
    question = f"Nick is asked by {program}"
    lab.deliver(NICK, question)
    watch = lab.watch()

    result, _ = home.mutt(reply_to(question) + write(FRIEND, f"{program} after Nick"))

    assert result.rc == 0, result.stdout[-2000:]
    answer = lab.arrived(FRIEND, f"Re: {question}")
    assert sender_of(answer) == ("Nick `id` $HOME 张三", NICK)
    assert answer["Reply-To"] == B
    assert "Yours, Nick" in answer.get_content()
    after = lab.arrived(FRIEND, f"{program} after Nick")
    assert sender_of(after) == ("First", A)
    assert after["Reply-To"] is None
    assert "Nick" not in after.get_content()
    assert [login for login in watch.logins() if login.sender] == [smtp(A, NICK), smtp(A)]
    assert watch.refused() == []


@pytest.mark.parametrize(
    ("sender", "login", "name"), [(B, B, None), (NICK, A, "Nick `id` $HOME 张三"), (A, A, "First")]
)
def test_a_script_chooses_the_account_by_its_sender(
    lab: Lab, program: str, sender: str, login: str, name: str | None
) -> None:
    home = household(lab, program)
    watch = lab.watch()
    subject = f"{program} batch {sender}"

    argv = [program, "-e", f'set from="{sender}"', "-s", subject, "--", FRIEND]
    sent = home.run(argv, stdin="Hello.\n")

    assert sent.rc == 0, sent.stderr
    message = lab.arrived(FRIEND, subject)
    assert sender_of(message)[1] == sender
    assert name is None or sender_of(message)[0] == name
    assert [found for found in watch.logins() if found.sender] == [smtp(login, sender)]
    assert watch.refused() == []


def test_a_sender_that_an_identity_stands_for_takes_its_account(lab: Lab, program: str) -> None:
    many = {"address": "nick'name+*@sohu.com", "name": "Many"}
    accounts = {"two": {"address": POP}, "one": {"address": A, "protocol": "imap", "identities": [many]}}
    home = Household(lab, program, accounts)
    watch = lab.watch()
    question = f"Somebody of many is asked by {program}"
    lab.deliver(NICK, question)

    result, _ = home.mutt(go_to(2) + reply_to(question))

    assert result.rc == 0, result.stdout[-2000:]
    assert sender_of(lab.arrived(FRIEND, f"Re: {question}")) == ("Many", NICK)
    assert watch.login("smtp.sohu.com") == smtp(A, NICK)


def test_no_server_is_offered_the_password_of_another(lab: Lab, program: str) -> None:
    """One account asks for its password, beside one that has a command; the first server writes all down.

    Nor does a server that belongs to no account get anything, though the user opens a folder there.
    """
    asking, foreign = "user@honest.example", "user@wrongname.example"
    host = {"imap": {"host": "imap.honest.example"}, "smtp": {"host": "smtp.honest.example"}}
    accounts = {
        "has": {"address": A, "protocol": "imap", "default": True},
        "asks": {"address": asking, "credential": "prompt", "protocol": "imap", **host},
    }
    home = Household(lab, program, accounts)
    lab.deliver(A, f"{program} reads first")
    watch = lab.watch()

    script = PRINT_ALL + go_to(2) + write(FRIEND, "mine") + LEAVE
    result, printed = home.mutt(script, typed=[lab.users[asking].password + ENTER])

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} reads first\n" in printed
    wire = watch.whole_wire("honest.example")
    assert wire.reveals(lab.users[asking]), "the control: what is sent there is seen"
    assert not wire.reveals(lab.users[A]), wire.data
    assert b"MAIL FROM:<user@honest.example>" in wire.data
    assert watch.refused() == []

    url = f"imaps://{foreign.replace('@', '%40')}@imap.honest.example/INBOX"
    watch = lab.watch()
    own = lab.users[foreign]
    home.mutt(PRINT_ALL + f"<change-folder>{url}<enter>" + LEAVE, typed=[own.password + ENTER])
    wire = watch.whole_wire("honest.example")
    assert wire.reveals(own), "the control"
    assert not wire.reveals(lab.users[A]), wire.data


def test_a_user_keeps_his_own_server_beside_the_household(lab: Lab, program: str) -> None:
    """What he has set for himself is offered to his own server, and ours are not touched by it."""
    home = Household(lab, program, {"one": {"address": A, "protocol": "imap"}})
    rc = home.home / f".{program}rc"
    own = lab.users[POP]
    lines = f"set imap_user={text(own.login)} imap_pass={text(own.password)} envelope_from_address={POP}\n"
    rc.write_text(lines + rc.read_text())
    for address in (A, POP):
        lab.deliver(address, f"{program} beside {address}")
    watch = lab.watch()

    url = "imaps://imap.qq.com/INBOX"
    result, printed = home.mutt(
        PRINT_ALL + f"<change-folder>{url}<enter>" + PRINT_ALL + write(FRIEND, f"{program} beside")
    )

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} beside {A}\n" in printed
    assert f"Subject: {program} beside {POP}\n" in printed
    assert sender_of(lab.arrived(FRIEND, f"{program} beside"))[1] == A
    assert [login for login in watch.logins() if login.sender] == [smtp(A)]
    assert watch.refused() == []


@pytest.mark.parametrize("above", [True, False])
def test_a_login_is_under_tls_whatever_the_user_has_set(lab: Lab, program: str, above: bool) -> None:
    """This server hides STARTTLS; a client that may do without would tell it the password."""
    address = "user@hidden.example"
    host = {role: {"host": f"{role}.hidden.example", "tls": "starttls"} for role in ("imap", "smtp")}
    home = Household(lab, program, {"one": {"address": address, "protocol": "imap", **host}})
    rc = home.home / f".{program}rc"
    careless = "set ssl_force_tls=no ssl_starttls=no ssl_verify_host=no\n"
    rc.write_text(careless + rc.read_text() if above else rc.read_text() + careless)
    watch = lab.watch()

    home.mutt(PRINT_ALL, typed="rx")
    home.run([program, "-s", "never", "--", FRIEND], stdin="Hello.\n")

    wire = watch.whole_wire("hidden.example")
    assert wire.connections > 1
    assert not wire.reveals(lab.users[address]), wire.data
    assert not wire.attempts_login


def test_the_first_account_may_be_one_over_pop3(lab: Lab, program: str) -> None:
    """Without a folder for mail on this machine the program must not ask for one at the start."""
    home = Household(lab, program, {"one": {"address": POP, "protocol": "pop3"}})
    (home.home / "Mail").rmdir()
    lab.deliver(POP, f"{program} starts over POP3")

    result, printed = home.mutt(PRINT_ALL + write(FRIEND, f"{program} sends over POP3"))

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} starts over POP3\n" in printed
    assert sender_of(lab.arrived(FRIEND, f"{program} sends over POP3"))[1] == POP
    assert not (home.home / "Mail").exists()


def test_mail_is_read_with_one_login_and_sent_with_another(lab: Lab, program: str) -> None:
    imap = {"host": "imap.sohu.com", "port": 993, "tls": "implicit", "username": A}
    secret = lab.new_home() / "secret for reading"
    secret.write_text(USERS[A].password + "\n")
    account = {"address": POP, "protocol": "imap", "imap": {**imap, "password_command": ["cat", str(secret)]}}
    home = Household(lab, program, {"one": account})
    lab.deliver(A, f"{program} reads there")
    watch = lab.watch()

    result, printed = home.mutt(PRINT_ALL + write(FRIEND, f"{program} sends here"))

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} reads there\n" in printed
    assert sender_of(lab.arrived(FRIEND, f"{program} sends here"))[1] == POP
    assert watch.login("imap.sohu.com").user == USERS[A].login
    assert watch.login("smtp.qq.com") == smtp(POP, host="smtp.qq.com")


def test_a_sender_of_the_users_own_goes_out_through_the_open_account(lab: Lab, program: str) -> None:
    """No account names this address; that the last message was another account's must not matter."""
    accounts = {"one": {"address": A, "protocol": "imap"}, "two": {"address": POP, "protocol": "imap"}}
    home = Household(lab, program, accounts)
    question = f"Somebody is asked by {program}"
    lab.deliver(NICK, question)
    watch = lab.watch()

    result, _ = home.mutt(
        f"<enter-command>set from={POP}<enter>"
        + write(FRIEND, f"{program} as another")
        + f"<enter-command>set from={A}<enter>"
        + reply_to(question),
        "set reverse_name",
        "alternates ^nick.name.x@",
    )

    assert result.rc == 0, result.stdout[-2000:]
    assert sender_of(lab.arrived(FRIEND, f"Re: {question}"))[1] == NICK
    expected = [smtp(POP, host="smtp.qq.com"), smtp(A, NICK)]
    assert [login for login in watch.logins() if login.sender] == expected


def test_inboxes_may_be_watched_from_the_start(lab: Lab, program: str) -> None:
    """mutt looks at them every few seconds and asks its hooks each time; a password is fetched once."""
    watched = {"protocol": "imap", "options": {program: {"mailboxes": True}}}
    home = Household(lab, program, {"one": {"address": A, **watched}, "two": {"address": B, **watched}})
    lab.deliver(B, f"{program} watches")
    watch = lab.watch()

    often = "set mail_check=1 timeout=1 imap_keepalive=1"
    result, printed = home.mutt(go_to(2) + PRINT_ALL + go_to(1), often, typed=["j"] * 20 + ["x"])

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} watches\n" in printed
    assert {login.user for login in watch.logins()} == {A, B}
    assert watch.refused() == []
    assert sorted(home.fetched()) == ["one", "two"]


def filing(lab: Lab, program: str, **first: object) -> Household:
    """Two accounts on two servers, each with a folder of its own for what it sends."""
    one = {"address": A, "protocol": "imap", "folders": {"sent": "Sent"}, **first}
    two = {"address": POP, "protocol": "imap", "folders": {"sent": "Sent"}}
    return Household(lab, program, {"one": one, "two": two})


def test_a_copy_is_filed_where_its_sender_lives(lab: Lab, program: str) -> None:
    """Not in the account that is open; and the next message is filed in the open one again."""
    home = filing(lab, program)
    subjects = [f"{program} files {number}" for number in ("the other", "its own")]
    watch = lab.watch()

    as_other, as_before = (f"<enter-command>set from={address}<enter>" for address in (POP, A))
    result, _ = home.mutt(as_other + write(FRIEND, subjects[0]) + as_before + write(FRIEND, subjects[1]))

    assert result.rc == 0, result.stdout[-2000:]
    assert lab.arrived(POP, subjects[0], folder="Sent")
    assert lab.arrived(A, subjects[1], folder="Sent")
    assert watch.refused() == []


def test_lines_of_ones_own_say_where_copies_go(lab: Lab, program: str) -> None:
    home = filing(lab, program, extra={program: ["set record = '+Drafts'"]})
    subject = f"{program} files by a line of its own"

    result, _ = home.mutt(write(FRIEND, subject))

    assert result.rc == 0, result.stdout[-2000:]
    assert lab.arrived(A, subject, folder="Drafts")


def test_a_sender_changed_at_the_last_moment_takes_its_own_server(lab: Lab, program: str) -> None:
    home = filing(lab, program)
    subject = f"{program} thinks again"
    watch = lab.watch()

    compose = f"<mail>{FRIEND}<enter>{subject}<enter><edit-from><kill-line>{POP}<enter><send-message>"
    result, _ = home.mutt(compose)

    assert result.rc == 0, result.stdout[-2000:]
    assert sender_of(lab.arrived(FRIEND, subject))[1] == POP
    assert [login for login in watch.logins() if login.sender] == [smtp(POP, host="smtp.qq.com")]
    assert lab.arrived(POP, subject, folder="Sent")


def edit_from(address: str) -> str:
    return f"<edit-from><kill-line>{address}<enter>"


def edit_fcc(folder: str) -> str:
    return f"<edit-fcc><kill-line>{folder}<enter>"


def test_a_copy_follows_a_sender_who_is_changed(lab: Lab, program: str) -> None:
    """Where From is changed and only there: what else the user does with the line Fcc stays as he left it."""
    home = filing(lab, program, name="First")
    told = [
        ("to the other and back", edit_from(POP) + edit_from(A), A, "Sent"),
        ("as the other", edit_from(POP), POP, "Sent"),
        ("its own again", "", A, "Sent"),
        ("by hand", edit_fcc("=Drafts"), A, "Drafts"),
        ("by hand after the change", edit_from(POP) + edit_fcc("~/Mail/by-hand"), "", ""),
        ("by hand, then the subject", edit_fcc("=Drafts") + "<edit-subject> too<enter>", A, "Drafts"),
    ]
    subjects = [f"{program} copies {one}" for one, *_ in told]
    watch = lab.watch()

    keys = "".join(
        f"<mail>{FRIEND}<enter>{subject}<enter>{keys}<send-message>"
        for subject, (_, keys, *_) in zip(subjects, told, strict=True)
    )
    result, _ = home.mutt(keys)

    assert result.rc == 0, result.stdout[-2000:]
    for subject, (_, keys, address, folder) in zip(subjects, told, strict=True):
        if folder:
            assert lab.arrived(address, subject + " too" * ("subject" in keys), folder=folder)
    by_hand = (home.home / "Mail" / "by-hand").read_text()
    assert f"Subject: {subjects[4]}\n" in by_hand
    held = {box: [one["Subject"] for one in lab.mailbox(*box)] for box in ((A, "Sent"), (POP, "Sent"))}
    assert [[one for one in box if one in subjects] for box in held.values()] == [
        [subjects[0], subjects[2]],
        [subjects[1]],
    ]
    assert watch.refused() == []


@pytest.mark.parametrize("record", ["", "~/Mail/record"])
def test_a_copy_follows_to_who_keeps_none(lab: Lab, program: str, record: str) -> None:
    """Gmail's server files what it sends; an account by POP3 keeps what the user's own `record` says."""
    accounts = {
        "one": {"address": A, "protocol": "imap", "folders": {"sent": "Sent"}},
        "filer": {"address": FRIEND, "protocol": "imap"},
        "pop": {"address": POP, "protocol": "pop3"},
    }
    home = Household(lab, program, accounts)
    own = home.home / f".{program}rc"
    own.write_text(f"set record = '{record}'\n" + own.read_text())
    subjects = {address: f"{program} changes to {address} with {record}" for address in (FRIEND, POP, A)}

    start = {FRIEND: A, POP: A, A: FRIEND}
    keys = "".join(
        f"<enter-command>set from={start[to]}<enter>"
        f"<mail>{B}<enter>{subject}<enter>{edit_from(to)}<send-message>"
        for to, subject in subjects.items()
    )
    result, _ = home.mutt(keys)

    assert result.rc == 0, result.stdout[-2000:]
    for to, subject in subjects.items():
        assert sender_of(lab.arrived(B, subject))[1] == to
    assert lab.arrived(A, subjects[A], folder="Sent")
    kept = [one["Subject"] for one in lab.mailbox(A, "Sent")]
    assert not {subjects[FRIEND], subjects[POP]} & set(kept)
    record_file = home.home / "Mail" / "record"
    assert record_file.exists() == bool(record)
    if record:
        assert record_file.read_text().count("\nSubject: ") == 1
        assert subjects[POP] in record_file.read_text()
    assert sorted(one.name for one in home.home.glob("*sent*")) == []


def test_an_identity_sends_through_a_server_of_its_own(lab: Lab, program: str) -> None:
    """And so does an account that receives nothing; what both send is filed where mail comes in."""
    other = "user@starttls.example"
    secret = lab.new_home() / "secret of the identity"
    secret.write_text(USERS[other].password + "\n")
    through = {"host": "smtp.starttls.example", "tls": "starttls", "password_command": ["cat", str(secret)]}
    elsewhere = {"address": other, "name": "Elsewhere", "smtp": through}
    one = {"address": A, "protocol": "imap", "folders": {"sent": "Sent"}, "identities": [elsewhere]}
    only = {"address": POP, "protocol": "none", "default": True}
    home = Household(lab, program, {"only": only, "one": one})
    lab.deliver(A, f"{program} opens here")
    subjects = {sender: f"{program} sends as {sender}" for sender in (other, POP, A)}
    watch = lab.watch()

    as_each = [f"<enter-command>set from={one}<enter>" + write(FRIEND, subjects[one]) for one in subjects]
    result, printed = home.mutt(PRINT_ALL + "".join(as_each))

    assert result.rc == 0, result.stdout[-2000:]
    assert f"Subject: {program} opens here\n" in printed
    assert sender_of(lab.arrived(FRIEND, subjects[other])) == ("Elsewhere", other)
    starttls = Login("smtp.starttls.example", 587, other, tls=True, sender=other)
    expected = [starttls, smtp(POP, host="smtp.qq.com"), smtp(A)]
    assert [login for login in watch.logins() if login.sender] == expected
    for subject in subjects.values():
        assert lab.arrived(A, subject, folder="Sent")
    assert watch.refused() == []


def test_a_way_to_log_in_of_ones_own_is_taken(lab: Lab, program: str) -> None:
    address = "user@honest.example"
    servers = {"imap": {"host": "imap.honest.example"}, "smtp": {"host": "smtp.honest.example"}}
    own = {"extra": {program: ["set smtp_authenticators = login"]}}
    home = Household(lab, program, {"one": {"address": address, "protocol": "imap", **servers, **own}})
    watch = lab.watch()

    sent = home.run([program, "-s", "x", "--", FRIEND], stdin="Hello.\n")

    assert sent.rc == 0, sent.stderr
    wire = watch.whole_wire("honest.example")
    assert b"AUTH LOGIN" in wire.data
    assert b"AUTH PLAIN" not in wire.data


def test_a_copy_is_filed_in_a_folder_beyond_ascii(lab: Lab, program: str) -> None:
    """The name stands at the end of a URL, and reaches the server as one beside `folder` does."""
    chinese = "user@chinese.example"
    servers = {
        "imap": {"host": "imap.chinese.example"},
        "smtp": {"host": "smtp.chinese.example"},
    }
    accounts = {
        "one": {"address": A, "protocol": "imap", "folders": {"sent": "Sent"}},
        "two": {"address": chinese, "protocol": "imap", "folders": {"sent": "已发送"}, **servers},
    }
    home = Household(lab, program, accounts)
    subject = f"{program} files beyond ASCII"

    result, _ = home.mutt(f"<enter-command>set from={chinese}<enter>" + write(FRIEND, subject))

    assert result.rc == 0, result.stdout[-2000:]
    assert lab.arrived(chinese, subject, folder="已发送")


def test_a_household_is_utf_8_whatever_the_locale(lab: Lab, program: str) -> None:
    chinese = "user@chinese.example"
    servers = {"imap": {"host": "imap.chinese.example"}, "smtp": {"host": "smtp.chinese.example"}}
    one = {"address": chinese, "name": "艾达", "protocol": "imap", "folders": {"sent": "已发送"}, **servers}
    home = Household(lab, program, {"one": one})
    subject = f"{program} 没有区域设置"

    result, _ = home.mutt(write(FRIEND, f"{program} without a locale"), env={"LC_ALL": "C"})
    batch = home.run([program, "-s", subject, "--", FRIEND], stdin="Hello.\n", env={"LC_ALL": "C"})

    assert result.rc == batch.rc == 0, result.stdout[-2000:]
    for one in (subject, f"{program} without a locale"):
        assert sender_of(lab.arrived(FRIEND, one)) == ("艾达", chinese)
    if program == "mutt":  # NeoMutt cannot, and a warning says so
        assert lab.arrived(chinese, f"{program} without a locale", folder="已发送")
