"""What goes wrong around a login is told as what it is: a locked keyring, no browser, a clock, a port."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.keyring import keyring
from tests.oauth2.desk import sign_in
from tests.oauth2.issuer import USER
from tests.support import assert_refused
from tests.terminal import CTRL_C, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.keyring import Keyring
    from tests.oauth2.desk import Desk
    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home

IN_KEYRING, FILE = ("--store", "secret-tool"), ("--store", "file")
NO_PROGRAMS = ("/usr/bin/env", "PATH=/nonexistent")
UNLOCK = "the keyring of the desktop must run and be unlocked"


@pytest.fixture
def ring() -> Iterator[Keyring]:
    with keyring() as made:
        yield made


def test_a_keyring_that_is_locked_is_told_and_ends_no_login(
    home: Home, issuer: Issuer, ring: Keyring
) -> None:
    assert home.sign_in(*IN_KEYRING, env=ring.env).status == 0
    assert home.run("token", USER, "--fresh", env=ring.env).status == 0
    ring.lock()
    kept = home.run("token", USER, env=ring.env)
    assert (kept.status, kept.stderr) == (0, ""), "a token that is good needs no keyring"
    (home.runtime / "mailgen" / "tokens" / USER).unlink()
    refreshes = issuer.refreshes
    token = home.run("token", USER, env=ring.env)
    assert (token.status, token.stdout) == (1, "")
    assert token.stderr.startswith("mailgen: secret-tool does not give the secret out")
    assert token.stderr.endswith(f"; {UNLOCK}\n")
    assert token.stderr.count("\n") == 1
    assert issuer.refreshes == refreshes
    checked = home.run("check", USER, env=ring.env)
    assert_refused(checked, 1, "secret-tool does not give the secret out", UNLOCK)
    logout = home.run("logout", USER, env=ring.env)
    assert_refused(logout, 1, "secret-tool did not let the secret go", UNLOCK)
    assert "take away the program's access" in logout.stderr
    assert (home.path / f".local/state/mailgen/logins/{USER}.json").exists(), "logout can be tried again"


def test_a_login_for_a_keyring_that_is_locked_leaves_nothing(
    home: Home, issuer: Issuer, ring: Keyring
) -> None:
    ring.lock()
    done = home.sign_in(*IN_KEYRING, env=ring.env)
    assert_refused(done, 1, "secret-tool did not keep the secret", "locked collection", UNLOCK)
    assert not any(USER in path and not path.endswith(".lock") for path in home.files())


def test_setup_tells_a_keyring_that_is_locked_and_takes_all_back(
    desk: Desk, issuer: Issuer, ring: Keyring
) -> None:
    ring.lock()
    words = ("--no-browser", "--name", "Ada", "--client", "msmtp", "--yes")
    with desk.setup(*words, **ring.env) as terminal:
        sign_in(terminal, issuer)
        terminal.asked("secret-tool did not keep the secret").asked(UNLOCK)
        assert terminal.ended() == 1
    assert not (desk.home.config / "accounts.yaml").exists()
    assert not (desk.home.path / ".msmtprc").exists()


def test_where_no_browser_is_the_other_ways_are_named(home: Home) -> None:
    env = {**home.env, "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    for words in (["login", USER], ["setup", USER, "--client", "msmtp", "--name", "Ada"]):
        with Terminal(*words, env=env) as terminal:
            terminal.asked("the page to sign in:").asked("https://")
            terminal.asked("no browser could be opened here").asked("--paste, --device")
            terminal.type(CTRL_C, enter=False)
            assert terminal.ended() == 130


def test_a_browser_that_does_not_start_is_none(home: Home) -> None:
    """As in containers and under WSL: there is a display, and nothing that opens pages."""
    env = {**home.env, "DISPLAY": ":99"}
    path = home.config / "providers/lab.example.yaml"
    path.write_text("".join(line for line in path.open() if "device_url" not in line))
    with Terminal("login", USER, *FILE, env=env, before=NO_PROGRAMS) as terminal:
        terminal.asked("no browser could be opened here").asked("elsewhere: --paste\n")
        terminal.type(CTRL_C, enter=False)
        assert terminal.ended() == 130


@pytest.mark.parametrize("how", ["ended by the issuer", "never begun"])
def test_check_tells_a_login_that_is_over_as_the_cause(desk: Desk, issuer: Issuer, how: str) -> None:
    """The servers are looked at up to the login, and none of them sees anything of it."""
    home, env = desk.home, desk.env
    if how == "ended by the issuer":
        assert home.sign_in().status == 0
        issuer.end_login()
        (home.runtime / "mailgen" / "tokens" / USER).unlink()
    added = home.run("accounts", "add", "lab", USER, "--target", "msmtp", "--credential", "mailgen", env=env)
    assert added.status == 0, added.stderr
    checked = home.run("check", "lab", "--json", env=env)
    assert checked.status == 1, checked.stderr
    for endpoint in json.loads(checked.stdout)["endpoints"]:
        *before, login = endpoint["stages"]
        assert all(one["ok"] for one in before)
        assert (login["stage"], login["ok"], login["cause"]) == ("login", False, ["login-ended"])
        assert f"mailgen login {USER}" in login["mend"]
    assert desk.imap.attempts == []
    told = home.run("check", "lab", env=env)
    assert "The sign-in has ended; sign in again." in told.stdout
    assert f"run 'mailgen login {USER}'" in told.stdout


def test_a_clock_that_is_off_is_told(home: Home, desk: Desk, issuer: Issuer) -> None:
    """No certificate is valid on a machine whose clock is behind, or far ahead."""
    clock = "the clock of this machine may be off: set it"
    assert home.sign_in().status == 0
    issuer.shows_certificate(begins=2)
    token = home.run("token", USER, "--fresh")
    assert token.status == 1
    assert (
        token.stderr
        == f"mailgen: localhost cannot be asked: certificate is not yet valid; {clock}, then try again\n"
    )
    logout = home.run("logout", USER)
    assert logout.status == 0
    assert "certificate is not yet valid" in logout.stderr
    issuer.shows_certificate(begins=-100)
    assert_refused(home.run("login", USER, "--device"), 1, "certificate has expired", clock)
    with desk.setup("--device", "--name", "Ada", "--client", "msmtp") as terminal:
        terminal.asked("certificate has expired").asked(clock)
        assert terminal.ended() == 1
    assert not (home.config / "accounts.yaml").exists()


def test_a_port_that_is_registered_and_taken_is_told(home: Home, desk: Desk, issuer: Issuer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        client = (
            f"issuer: login.lab.example, client_id: mailgen-test, redirect: 'http://127.0.0.1:{port}/back'"
        )
        (home.config / "oauth2-clients.yaml").write_text(f"clients:\n  mine: {{{client}}}\n")
        refused = home.run("login", USER, "--no-browser")
        told = ("cannot come back to this port: Address already in use", f"127.0.0.1:{port}", "--paste")
        assert_refused(refused, 1, *told)
        with desk.setup("--no-browser", "--name", "Ada", "--client", "msmtp") as terminal:
            terminal.asked("Address already in use").asked("--paste")
            assert terminal.ended() == 1
    done = home.sign_in()
    assert done.status == 0, done.stderr
    assert f"redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Fback" in done.stderr


def test_a_redirect_elsewhere_can_only_be_pasted(home: Home) -> None:
    for redirect in ("com.example:/back", "https://127.0.0.1/", "http://127.0.0.1:http/"):
        client = f"issuer: login.lab.example, client_id: mailgen-test, redirect: '{redirect}'"
        (home.config / "oauth2-clients.yaml").write_text(f"clients:\n  mine: {{{client}}}\n")
        assert_refused(home.run("login", USER, "--no-browser"), 1, "sends no browser back", "--paste")
