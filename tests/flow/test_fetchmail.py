"""fetchmail fetches real mail with what mailgen printed."""

from collections.abc import Callable

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login

FETCHED, NOTHING_NEW, SERVER_REFUSES = 0, 1, 3
LOCALPART = [*own_servers("localpart.example", "pop3", "implicit"), "--username", "user"]


def servers(incoming: str) -> list[str]:
    return own_servers("starttls.example", "pop3" if incoming == "pop3" else "imap", "starttls")


@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", ["--protocol", "imap"], "imap.sohu.com", 993),
        ("user@sohu.com", ["--protocol", "pop3"], "pop3.sohu.com", 995),
        ("user@qq.com", ["--protocol", "imap"], "imap.qq.com", 993),
        ("user@qq.com", ["--protocol", "pop3"], "pop.qq.com", 995),
        ("user@163.com", [], "pop.163.com", 995),
        ("o'brien+tag@sohu.com", ["--protocol", "imap"], "imap.sohu.com", 993),
        ("o'brien+tag@sohu.com", ["--protocol", "pop3"], "pop3.sohu.com", 995),
        ("user@starttls.example", servers("imap"), "imap.starttls.example", 143),
        ("user@starttls.example", servers("pop3"), "pop.starttls.example", 110),
        ("o'brien+tag@starttls.example", servers("imap"), "imap.starttls.example", 143),
        ("user@localpart.example", LOCALPART, "pop.localpart.example", 995),
    ],
)
def test_fetches(
    lab: Lab, desk: Callable[[str], Desk], address: str, options: list[str], host: str, port: int
) -> None:
    reader = desk(address)
    notes = reader.install("fetchmail", *options, *reader.deliver_here)
    reader.keep_in_netrc(notes)
    subject = f"fetchmail {address} {port}"
    lab.deliver(address, subject)
    watch = lab.watch()

    fetched = reader.fetchmail()

    assert fetched.rc == FETCHED, fetched.stderr
    assert f"Subject: {subject}\n" in reader.fetched
    assert watch.login(host) == Login(host, port, reader.user.login, tls=True, sni=host)
    assert any(message["Subject"] == subject for message in lab.mailbox(address)), "mail stays on the server"


def test_fetches_only_what_is_new(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """Mail is kept on the server and yet does not come twice."""
    reader = desk("user@sohu.com")
    reader.keep_in_netrc(reader.install("fetchmail", *reader.deliver_here))
    lab.deliver(reader.address, "only once")

    assert reader.fetchmail().rc == FETCHED
    assert reader.fetchmail().rc == NOTHING_NEW
    assert reader.fetched.count("Subject: only once\n") == 1


def test_asks_on_the_terminal(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """The default: no secret anywhere, so this password may hold what no netrc can."""
    reader = desk("a$b@qq.com")
    reader.install("fetchmail", "--protocol", "pop3", *reader.deliver_here)
    lab.deliver(reader.address, "typed")
    watch = lab.watch()

    fetched = reader.fetchmail(typed=reader.user.password)

    assert fetched.rc == FETCHED, fetched.stdout
    assert "Subject: typed\n" in reader.fetched
    assert watch.login("pop.qq.com").user == reader.address


def test_a_wrong_password_is_refused(lab: Lab, desk: Callable[[str], Desk]) -> None:
    reader = desk("user@sohu.com")
    reader.keep_in_netrc(reader.install("fetchmail", *reader.deliver_here))
    netrc = reader.home / ".netrc"
    netrc.write_text(netrc.read_text().replace(reader.user.password, "wrong"))
    watch = lab.watch()

    assert reader.fetchmail().rc == SERVER_REFUSES
    assert watch.logins() == []
