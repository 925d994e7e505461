"""Thunderbird receives and sends real mail with the user.js that mailgen printed, and nothing else."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.thunderbird import FETCH, FLAGS, SEND, copy_profile, run_scripts

NAME = 'Zoë O\'Brien "张三" \\ $HOME'
STARTTLS = own_servers("starttls.example", "imap", "starttls")
STARTTLS_POP = own_servers("starttls.example", "pop3", "starttls")
LOCALPART = [*own_servers("localpart.example", "pop3", "implicit"), "--username", "user"]


@pytest.mark.timeout(150)
@pytest.mark.parametrize(
    ("address", "options", "incoming", "outgoing"),
    [
        ("user@sohu.com", ["--protocol", "imap"], ("imap.sohu.com", 993), ("smtp.sohu.com", 465)),
        ("a$b@qq.com", ["--protocol", "pop3"], ("pop.qq.com", 995), ("smtp.qq.com", 465)),
        ("user@163.com", ["--protocol", "imap"], ("imap.163.com", 993), ("smtp.163.com", 465)),
        (
            "o'brien+tag@starttls.example",
            STARTTLS,
            ("imap.starttls.example", 143),
            ("smtp.starttls.example", 587),
        ),
        (
            "user@starttls.example",
            STARTTLS_POP,
            ("pop.starttls.example", 110),
            ("smtp.starttls.example", 587),
        ),
        (
            "user@localpart.example",
            LOCALPART,
            ("pop.localpart.example", 995),
            ("smtp.localpart.example", 465),
        ),
    ],
)
def test_receives_and_sends(
    lab: Lab,
    desk: Callable[[str], Desk],
    thunderbird_profile: Path,
    address: str,
    options: list[str],
    incoming: tuple[str, int],
    outgoing: tuple[str, int],
) -> None:
    user = desk(address)
    user_js = user.mailgen("thunderbird", "--name", NAME, *options).stdout
    profile = copy_profile(thunderbird_profile, user.home, user_js)
    subject = f"thunderbird {address} 你好"
    lab.deliver(address, subject)
    watch = lab.watch()

    fetched, sent = run_scripts(lab, profile, (FETCH, [subject], 20), (SEND, ["user@gmail.com", subject], 20))

    assert fetched[0], fetched[1]
    assert subject in fetched[1]
    login = user.user.login
    assert watch.login(incoming[0]) == Login(*incoming, login, tls=True, sni=incoming[0])

    assert sent == [True, "sent"]
    sender = lab.arrived("user@gmail.com", subject)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (NAME, address)
    assert watch.login(outgoing[0]) == Login(*outgoing, login, tls=True, sender=address)
    assert "prefs parse error" not in (profile / "stderr.txt").read_text(errors="replace")


#: What makes folders that have no role in the server's eyes; arguments: host, login, password, CA, names.
FOLDERS = """
import imaplib, ssl, sys
host, login, password, ca, *names = sys.argv[1:]
server = imaplib.IMAP4_SSL(host, ssl_context=ssl.create_default_context(cafile=ca))
server._encoding = "utf-8"
server.login(login, password)
for name in names:
    server.create(name), server.subscribe(name)
"""


@pytest.mark.timeout(240)
def test_uses_the_folders_that_are_named(
    lab: Lab, desk: Callable[[str], Desk], thunderbird_profile: Path
) -> None:
    """QQ has no roles for folders; its sent mail lies in "Sent Messages", and a user may name others.

    They are asked for at the second start. At the first Thunderbird 153 lists the folders once more while it
    lists them, as the account opens in the folder pane, and drops what it was told before that. If no trash
    is left then, it empties trash_folder_name, and takes another until the next start reads user.js again.
    """
    user = desk("user@qq.com")
    names = {"Sent Messages": "SentMail", "Drafts": "", "Deleted Messages": "Trash", "Spam": "Junk"}
    wanted = {**names, "Archiv/R&D": "Archive"}
    made = lab.run(
        [
            *(sys.executable, "-c", FOLDERS, "imap.qq.com", user.user.login, user.user.password),
            *(str(lab.base / "tls" / "ca.pem"), *(f'"{one.replace("&", "&-")}"' for one in wanted)),
        ],
        user.home,
    )
    assert made.rc == 0, made.stderr
    words = ["--protocol", "imap", "--folder", "junk=Spam", "--folder", "archive=Archiv/R&D"]
    profile = copy_profile(thunderbird_profile, user.home, user.mailgen("thunderbird", *words).stdout)
    lab.deliver(user.address, "folders")
    base = "imap://user%40qq.com@imap.qq.com/"
    bits = {"Trash": 0x100, "SentMail": 0x200, "Archive": 0x4000, "Junk": 0x40000000}
    flagged = {base + name.replace("&", "&-"): bits[role] for name, role in wanted.items() if role}

    send = (SEND, ["user@gmail.com", "to a named folder"], 20)
    fetched, sent = run_scripts(lab, profile, (FETCH, ["folders"], 20), send, save=True)
    again, flags = run_scripts(lab, profile, (FETCH, ["folders"], 20), (FLAGS, [], 20))

    assert "folders" in fetched[1]
    assert sent == [True, "sent"]
    assert lab.arrived(user.address, "to a named folder", folder="Sent Messages")
    assert "folders" in again[1]
    assert flags[0], flags
    assert {uri: flags[1][uri] & bit for uri, bit in flagged.items()} == flagged


@pytest.mark.timeout(150)
def test_sends_an_id_to_netease_and_files_its_copy_in_the_chinese_folder(
    lab: Lab, desk: Callable[[str], Desk], thunderbird_profile: Path
) -> None:
    """The imitation of NetEase refuses every mailbox without ID: a fetched message proves it was sent."""
    user = desk("user@163.com")
    profile = copy_profile(thunderbird_profile, user.home, user.mailgen("thunderbird").stdout)
    lab.deliver(user.address, "behind the gate")
    watch = lab.watch()

    fetched, sent = run_scripts(
        lab, profile, (FETCH, ["behind the gate"], 20), (SEND, ["user@qq.com", "copied"], 20)
    )

    assert "behind the gate" in fetched[1]
    assert watch.unsafe_logins() == 0
    assert any("Thunderbird" in identity for identity in watch.ids())
    assert sent == [True, "sent"]
    assert lab.arrived(user.address, "copied", folder="已发送")
