"""A password never goes to a server that cannot prove its name, and never in clear.

Five hostile servers differ only in how they treat TLS. They record every byte (after decryption, where
a client gave them the keys). The honest one is the control: through the very same client, configuration
and recorder the password does arrive there, so its absence elsewhere means that the client held it back.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Watch
from tests.lab.names import Role
from tests.lab.thunderbird import SEND, copy_profile, open_once, run_scripts

HONEST = "honest.example"
# What to meet, and by which kind of TLS: only STARTTLS can be stripped.
MEETINGS = [
    (HONEST, "implicit"),
    (HONEST, "starttls"),
    ("wrongname.example", "implicit"),
    ("wrongname.example", "starttls"),
    ("rogue.example", "implicit"),
    ("rogue.example", "starttls"),
    ("hidden.example", "starttls"),
    ("refused.example", "starttls"),
]
meet = pytest.mark.parametrize(("domain", "tls"), MEETINGS)
incoming = pytest.mark.parametrize("protocol", ["imap", "pop3"])
muttish = pytest.mark.parametrize("program", ["mutt", "neomutt"])


def judge(watch: Watch, client: Desk, domain: str) -> None:
    """The client did come, and its password went to the honest server and to no other."""
    wire = watch.whole_wire(domain)
    assert wire.connections > 0
    assert wire.reveals(client.user) == (domain == HONEST), wire.data
    assert wire.attempts_login == (domain == HONEST), wire.data
    assert watch.logins() == [], "nor did the client go anywhere else"


@meet
def test_msmtp(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str) -> None:
    client = desk(f"user@{domain}")
    client.install("msmtp", *own_servers(domain, "imap", tls))
    watch = lab.watch()

    sent = client.msmtp("user@gmail.com", "secret")

    assert sent.rc is not None, "it hangs"
    assert (sent.rc == 0) == (domain == HONEST), sent.stderr
    judge(watch, client, domain)


@incoming
@meet
def test_fetchmail(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, protocol: Role) -> None:
    nothing_new = 1  # the honest server has an empty mailbox
    client = desk(f"user@{domain}")
    notes = client.install("fetchmail", *own_servers(domain, protocol, tls), *client.deliver_here)
    client.keep_in_netrc(notes)
    watch = lab.watch()

    fetched = client.fetchmail()

    assert fetched.rc is not None, "it hangs"
    assert (fetched.rc == nothing_new) == (domain == HONEST), fetched.stderr
    judge(watch, client, domain)


@muttish
@meet
def test_mutt_sends(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, program: str) -> None:
    client = desk(f"user@{domain}")
    client.install(program, *own_servers(domain, "imap", tls))
    watch = lab.watch()

    sent = client.mutt_sends(program, "user@gmail.com", "secret")

    assert sent.rc is not None, "it hangs"
    assert (sent.rc == 0) == (domain == HONEST), sent.stderr
    judge(watch, client, domain)


@muttish
@incoming
@meet
def test_mutt_reads(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, protocol: Role, program: str
) -> None:
    """It asks whether to trust a strange certificate; a careful user says no (r), then leaves (x)."""
    client = desk(f"user@{domain}")
    client.install(program, *own_servers(domain, protocol, tls))
    watch = lab.watch()

    result, _ = client.mutt_reads(program, keys="rx")

    assert result.rc is not None, f"it does not end: {result.stdout}"
    judge(watch, client, domain)


@muttish
@pytest.mark.parametrize(
    ("domain", "trusted", "told"),
    [
        ("rogue.example", "rogue-ca.pem", True),
        ("rogue.example", "ca.pem", False),
        ("wrongname.example", "rogue-ca.pem", False),
        ("wrongname.example", "ca.pem", False),
        (HONEST, "rogue-ca.pem", True),
    ],
)
def test_mutt_trusts_a_file_of_certificates_beside_those_of_the_system(
    lab: Lab, desk: Callable[[str], Desk], domain: str, trusted: str, told: bool, program: str
) -> None:
    """An authority in ca_file vouches for its own servers, by their names, and for no others."""
    client = desk(f"user@{domain}")
    ca_file = f"ca_file={lab.base / 'tls' / trusted}"
    client.install(program, *own_servers(domain, "imap", "implicit"), "--set", ca_file)
    watch = lab.watch()

    sent = client.mutt_sends(program, "user@gmail.com", "secret")
    client.mutt_reads(program, keys="rx")

    wire = watch.whole_wire(domain)
    assert wire.connections > 1
    assert wire.reveals(client.user) == told, wire.data
    assert (sent.rc == 0) == told, sent.stderr


@pytest.mark.timeout(150)
@incoming
@meet
def test_thunderbird_receives(
    lab: Lab,
    desk: Callable[[str], Desk],
    thunderbird_profile: Path,
    domain: str,
    tls: str,
    protocol: Role,
) -> None:
    client = desk(f"user@{domain}")
    user_js = client.mailgen("thunderbird", *own_servers(domain, protocol, tls)).stdout
    profile = copy_profile(thunderbird_profile, client.home, user_js)
    watch = lab.watch()

    open_once(lab, profile, domain)

    judge(watch, client, domain)


@pytest.mark.timeout(150)
@meet
def test_thunderbird_sends(
    lab: Lab, desk: Callable[[str], Desk], thunderbird_profile: Path, domain: str, tls: str
) -> None:
    """Mail comes in from the honest server here, so that nothing but the sending can go wrong."""
    client = desk(f"user@{domain}")
    options = own_servers(domain, "pop3", tls, pop3=HONEST)
    user_js = client.mailgen("thunderbird", *options).stdout
    profile = copy_profile(thunderbird_profile, client.home, user_js)
    watch = lab.watch()

    [sent] = run_scripts(lab, profile, (SEND, ["user@gmail.com", "secret"], 5))

    assert sent[0] == (domain == HONEST), sent[1]
    judge(watch, client, domain)


@pytest.mark.parametrize("domain", ["hidden.example", "refused.example"])
def test_the_recorder_sees_a_careless_client(lab: Lab, desk: Callable[[str], Desk], domain: str) -> None:
    """The proof that a stripping server would get the password if a configuration let it."""
    client = desk(f"user@{domain}")
    client.install("msmtp", *own_servers(domain, "imap", "starttls"))
    config = client.home / ".msmtprc"
    careless = config.read_text()
    for line, instead in (
        ("auth           on\n", "auth plain\n"),
        ("tls            on\n", "tls off\n"),
        ("tls_starttls   on\n", ""),
    ):
        assert line in careless
        careless = careless.replace(line, instead)
    config.write_text(careless)
    watch = lab.watch()

    assert client.msmtp("user@gmail.com", "secret").rc == 0
    assert watch.whole_wire(domain).reveals(client.user)
    assert watch.whole_wire(domain).handshakes == 0
