"""An IP address in the place of a server's name: how it is given, written, taken over, and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailgen.core.errors import UsageError
from mailgen.lint.linter import lint
from mailgen.model.hosts import is_loopback
from mailgen.resolve.address import host_name
from tests.importer.test_import import SHELF, TARGETS, imported, rendered
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

ADA = "ada@lab.example"
BOTH = ["--imap-host", "[2001:DB8::0:1]", "--smtp-host", "::1", "-q"]


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[2001:DB8:0:0::1]", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
        ("192.0.2.1", "192.0.2.1"),
        ("[192.0.2.1]", "192.0.2.1"),
    ],
)
def test_an_address_has_one_form(given: str, host: str) -> None:
    assert host_name(given, "x", "port") == host


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ("[::1]:993", "write '::1' alone, and"),
        ("imaps://[::1]:993/", "write '::1' alone, and"),
        ("imaps://[::1]/", "write '::1'"),
        ("[IPv6:2001:db8::1]", "write '2001:db8::1'"),
        ("[::1", "write '::1'"),
        ("[::1].example", "write '::1'"),
        ("::ffff:127.0.0.1", "write '127.0.0.1'"),
        ("[::ffff:c000:201]", "write '192.0.2.1'"),
        ("fe80::1%eth0", "give the host a name"),
        ("[fe80::1%25eth0]", "give the host a name"),
        ("::1]", "write it like 2001:db8::1"),
        ("::1::2", "write it like 2001:db8::1"),
        ("a:b:c", "write it like 2001:db8::1"),
        ("[imap.example.org]", "write it like 2001:db8::1"),
        ("[]", "write it like 2001:db8::1"),
    ],
)
def test_what_is_none_is_told(given: str, mend: str) -> None:
    with pytest.raises(UsageError) as raised:
        host_name(given, "x", "port")
    assert mend in str(raised.value.mend)


@pytest.mark.parametrize(
    "host", ["::1", "[::1]", "0:0:0:0:0:0:0:1", "0::1", "::ffff:127.0.0.1", "::FFFF:127.9.9.9"]
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["::", "::2", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1", "1::1", ":1"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        ("msmtp", ["host           ::1"]),
        ("fetchmail", ['poll "2001:db8::1" protocol imap']),
        ("mbsync", ["Host 2001:db8::1"]),
        ("mutt", ["@[2001:db8::1]:993/'", "@[::1]:465/'"]),
        ("neomutt", ["@[2001:db8::1]:993/'", "@[::1]:465/'"]),
    ],
)
def test_each_program_has_its_own_way_to_write_it(target: str, lines: list[str]) -> None:
    done = cli(target, ADA, *BOTH)
    assert done.status == 0, done.stderr
    for line in lines:
        assert line in done.stdout
    # Why each of its lines is there can be said, too.
    assert cli("explain", target, ADA, *BOTH[:-1]).status == 0


def test_a_name_that_no_url_can_hold_leaves_the_brackets() -> None:
    done = cli("neomutt", ADA, *BOTH, "--username", "CORP\\ada")
    assert "set folder = 'imaps://[2001:db8::1]:993/'" in done.stdout


@pytest.mark.parametrize("target", ["fetchmail", "mbsync"])
@pytest.mark.parametrize(("host", "told"), [("2001:db8::1", True), ("192.0.2.1", True), ("::1", False)])
def test_a_certificate_for_an_address_is_told(target: str, host: str, told: bool) -> None:
    """On this machine it is a note: bridges have certificates of their own anyway."""
    quiet = cli(target, ADA, "--imap-host", host, "-q")
    assert ("compares a certificate with names only" in quiet.stderr) == told
    aloud = cli(target, ADA, "--imap-host", host)
    assert "compares a certificate with names only" in aloud.stderr


@pytest.mark.parametrize("target", ["pacc", "autoconfig-xml", "autodiscover-xml"])
@pytest.mark.parametrize("host", ["::1", "2001:db8::1", "192.0.2.1", "127.0.0.2"])
def test_no_address_is_published_for_everybody(target: str, host: str) -> None:
    words = ["--imap-host", host, "--smtp-host", "smtp.lab.example"]
    done = cli(target, ADA, *words)
    assert host not in done.stdout
    assert "a bridge on each user" in done.stderr or "it is an address" in done.stderr


def test_thunderbird_refuses_it_for_mail_that_comes_in_only() -> None:
    refused = cli("thunderbird", ADA, *BOTH)
    assert (refused.status, refused.stdout) == (1, "")
    assert "takes no IPv6 address for the IMAP server" in refused.stderr
    assert "--imap-host" in refused.stderr
    done = cli("thunderbird", ADA, "--imap-host", "imap.lab.example", *BOTH[2:])
    assert 'smtp1.hostname", "::1"' in done.stdout


FILES = [
    (
        "msmtp",
        "account default\nhost 2001:DB8::0:1\nport 465\ntls on\ntls_starttls off\nauth on\n"
        "from ada@lab.example\nuser ada\n",
    ),
    (
        "fetchmail",
        'poll "2001:DB8::0:1" protocol imap service 993\n  user "ada@lab.example" ssl sslcertck keep\n',
    ),
    (
        "mutt",
        "set from=ada@lab.example\nset folder=imaps://ada@[2001:DB8::0:1]:993/\nset spoolfile=+INBOX\n"
        "set smtp_url=smtps://ada@[2001:DB8::0:1]:465/\n",
    ),
]


@pytest.mark.parametrize(("target", "text"), FILES)
def test_import_takes_it_over(target: str, text: str) -> None:
    data, losses = imported((target, text))
    [entry] = data["accounts"].values()
    hosts = {entry[protocol]["host"] for protocol in ("imap", "smtp") if protocol in entry}
    assert hosts == {"2001:db8::1"}
    assert [one.why for one in losses if "differs" in one.why or "would not" in one.why] == []
    [again] = rendered(target, data)
    assert imported((target, again))[0] == data


def test_lint_says_what_the_program_cannot(tmp_path: Path) -> None:
    found = {}
    for target, text in FILES:
        format = SHELF.formats[target]
        problems = lint(format.read(text, target), format, SHELF, TARGETS[target])
        found[target] = [one.what for one in problems if one.rule == "wrong-client"]
    assert found["msmtp"] == found["mutt"] == []
    [told] = found["fetchmail"]
    assert "names only" in told
    prefs = (
        'user_pref("mail.account.account1.server", "server1");\n'
        'user_pref("mail.server.server1.type", "imap");\n'
        'user_pref("mail.server.server1.hostname", "2001:db8::1");\n'
        'user_pref("mail.server.server1.userName", "ada");\n'
        'user_pref("mail.server.server1.socketType", 3);\n'
    )
    (tmp_path / "user.js").write_text(prefs)
    assert "takes no IPv6 address for the IMAP server" in cli("lint", str(tmp_path / "user.js")).stdout
