"""mutt and neomutt send and read real mail with what mailgen printed."""

import base64
from collections.abc import Callable

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import Role

STARTTLS = own_servers("starttls.example", "imap", "starttls")
STARTTLS_POP = own_servers("starttls.example", "pop3", "starttls")
LOCALPART = [*own_servers("localpart.example", "imap", "implicit"), "--username", "user"]
CHINESE = [*own_servers("chinese.example", "imap", "implicit"), "--folder", "sent=已发送"]

pytestmark = pytest.mark.parametrize("program", ["mutt", "neomutt"])


@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", [], "smtp.sohu.com", 465),
        ("user@163.com", [], "smtp.163.com", 465),
        ("o'brien+tag@sohu.com", [], "smtp.sohu.com", 465),
        ("a$b@qq.com", [], "smtp.qq.com", 465),
        ("user@starttls.example", STARTTLS, "smtp.starttls.example", 587),
        ("o'brien+tag@starttls.example", STARTTLS, "smtp.starttls.example", 587),
        ("user@localpart.example", LOCALPART, "smtp.localpart.example", 465),
    ],
)
def test_sends(
    lab: Lab,
    desk: Callable[[str], Desk],
    program: str,
    address: str,
    options: list[str],
    host: str,
    port: int,
) -> None:
    sender = desk(address)
    name = "Zoë O'Brien 张三 $HOME `id`"
    sender.install(program, "--name", name, *options)
    watch = lab.watch()
    subject = f"{program} {address} {port} 你好"

    sent = sender.mutt_sends(program, "user@gmail.com", subject)

    assert sent.rc == 0, sent.stderr
    sender_field = lab.arrived("user@gmail.com", subject)["From"].addresses[0]
    assert (sender_field.display_name, sender_field.addr_spec) == (name, address)
    assert watch.login(host) == Login(host, port, sender.user.login, tls=True, sender=address)


@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", ["--protocol", "imap"], "imap.sohu.com", 993),
        ("user@sohu.com", ["--protocol", "pop3"], "pop3.sohu.com", 995),
        ("user@163.com", [], "pop.163.com", 995),
        ("o'brien+tag@sohu.com", ["--protocol", "imap"], "imap.sohu.com", 993),
        ("a$b@qq.com", ["--protocol", "imap"], "imap.qq.com", 993),
        ("a$b@qq.com", ["--protocol", "pop3"], "pop.qq.com", 995),
        ("user@starttls.example", STARTTLS, "imap.starttls.example", 143),
        ("user@starttls.example", STARTTLS_POP, "pop.starttls.example", 110),
        ("user@localpart.example", LOCALPART, "imap.localpart.example", 993),
    ],
)
def test_reads(
    lab: Lab,
    desk: Callable[[str], Desk],
    program: str,
    address: str,
    options: list[str],
    host: str,
    port: int,
) -> None:
    reader = desk(address)
    reader.install(program, *options)
    subject = f"{program} reads {address} {port} 你好"
    lab.deliver(address, subject)
    watch = lab.watch()

    result, printed = reader.mutt_reads(program)

    assert result.rc == 0, result.stdout
    assert f"Subject: {subject}\n" in printed
    assert watch.login(host) == Login(host, port, reader.user.login, tls=True, sni=host)


@pytest.mark.parametrize("username", [r"CORP\user", "a|b", "a?b#c", 'a"b<c>', "a`b^c{d}", "a/b%41", "张三"])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_any_login_name_reaches_the_server(
    lab: Lab, desk: Callable[[str], Desk], program: str, username: str, protocol: Role
) -> None:
    """As it is, for reading and for sending. The fake server takes whatever it is told."""
    client = desk("user@honest.example")
    client.install(program, *own_servers("honest.example", protocol, "implicit"), "--username", username)
    told = [f"{username}\0{username}\0{client.user.password}", f"\0{username}\0{client.user.password}"]
    plain = [base64.b64encode(text.encode()) for text in told]

    for reads in (True, False):
        watch = lab.watch()
        if reads:
            client.mutt_reads(program)
        else:
            client.mutt_sends(program, "user@gmail.com", "x")
        wire = watch.whole_wire("honest.example").data
        assert any(text in wire for text in plain), wire


def test_keeps_a_copy_in_a_folder_with_a_chinese_name(
    lab: Lab, desk: Callable[[str], Desk], program: str
) -> None:
    sender = desk("user@chinese.example")
    sender.install(program, *CHINESE)
    subject = f"{program} keeps a copy"
    before = lab.folders(sender.address)

    sent = sender.mutt_sends(program, "user@gmail.com", subject)

    assert sent.rc == 0, sent.stderr
    assert lab.arrived("user@gmail.com", subject)
    if program == "neomutt":
        assert "not supported in batch mode" in sent.stderr  # its own limit; the name is right all the same
        assert "/已发送\n" in sent.stderr
    else:
        assert lab.arrived(sender.address, subject, folder="已发送")
        assert set(lab.folders(sender.address)) - set(before) <= {"&XfJT0ZAB-"}, "no second Sent folder"


@pytest.mark.parametrize("locale", ["C", "POSIX", "de_DE.ISO-8859-1"])
def test_names_are_what_they_are_whatever_the_locale(
    lab: Lab, desk: Callable[[str], Desk], program: str, locale: str
) -> None:
    """cron, containers and some logins over ssh have no locale, or one that this machine does not."""
    sender = desk("user@chinese.example")
    notes = sender.install(program, "--name", "艾达 Zoë", *CHINESE)
    subject = f"{program} 你好 {locale}"
    before = lab.folders(sender.address)

    sent = sender.mutt_sends(program, "user@gmail.com", subject, LC_ALL=locale)

    assert sent.rc == 0, sent.stderr
    assert lab.arrived("user@gmail.com", subject)["From"].addresses[0].display_name == "艾达 Zoë"
    if program == "neomutt":
        assert "finds 已发送 on the server in a UTF-8 locale only" in notes
        assert [path.name for path in sender.home.rglob("已发送")], "it makes a file, as the warning says"
    else:
        assert "UTF-8 locale" not in notes
        assert lab.arrived(sender.address, subject, folder="已发送")
        assert set(lab.folders(sender.address)) - set(before) <= {"&XfJT0ZAB-"}


def test_what_is_sent_lies_nowhere_in_the_clear(lab: Lab, desk: Callable[[str], Desk], program: str) -> None:
    """Of this server no folder is known, and by themselves both programs would make a file ~/sent."""
    sender = desk("user@sohu.com")
    notes = sender.install(program, "--protocol", "imap")
    subject = f"{program} leaves nothing behind"

    sent = sender.mutt_sends(program, "user@gmail.com", subject)

    assert sent.rc == 0, sent.stderr
    assert lab.arrived("user@gmail.com", subject)
    assert "keeps no copy of what is sent" in notes
    left = [path for path in sender.home.rglob("*") if path.is_file() and subject in path.read_text()]
    assert left == []


def test_over_pop3_a_copy_lies_where_the_note_says(
    lab: Lab, desk: Callable[[str], Desk], program: str
) -> None:
    sender = desk("user@qq.com")
    notes = sender.install(program, "--protocol", "pop3")
    subject = f"{program} keeps it here"

    sent = sender.mutt_sends(program, "user@gmail.com", subject)

    assert sent.rc == 0, sent.stderr
    assert "keeps copies of what is sent in ~/sent on this machine" in notes
    assert subject in (sender.home / "sent").read_text()


def test_netease_refuses_it_over_imap(lab: Lab, desk: Callable[[str], Desk], program: str) -> None:
    """Neither program sends ID in these versions. So the choice of POP3 for 163.com is right: this shows
    what the user would meet with IMAP, which mailgen writes only for one who names the server himself."""
    reader = desk("user@163.com")
    names_it_himself = ["--provider", "sohu.com", "--protocol", "imap", "--imap-host", "imap.163.com"]
    reader.install(program, *names_it_himself)
    lab.deliver(reader.address, "not to be seen")
    watch = lab.watch()

    _, printed = reader.mutt_reads(program)

    assert watch.login("imap.163.com").user == reader.address
    assert watch.unsafe_logins() == 1
    assert printed == ""
