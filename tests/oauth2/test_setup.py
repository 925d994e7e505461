"""`mailgen setup` where only OAuth2 works, as at Outlook.com: it signs in, and the clients get tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oauth2.desk import sign_in
from tests.oauth2.issuer import USER
from tests.terminal import CTRL_C

if TYPE_CHECKING:
    from tests.oauth2.desk import Desk
    from tests.oauth2.issuer import Issuer


WORDS = ("--no-browser", "--store", "file", "--name", "Ada")


def test_it_signs_in_writes_and_logs_in_with_a_token(desk: Desk, issuer: Issuer) -> None:
    with desk.setup(*WORDS) as terminal:
        terminal.asked("mail programs to set up").type("mutt msmtp")
        sign_in(terminal, issuer)
        terminal.asked("+++ ~/.muttrc").asked("write this?").type("")
        terminal.asked("imap 127.0.0.1").asked("login").asked("open Mutt with:")
        assert terminal.ended() == 0, terminal.shown
        assert "secret of" not in terminal.shown
        assert "sign in once" not in terminal.shown
        tokens = [text for one in issuer.tokens for text in (one.access_token, one.refresh_token)]
        assert not any(token in terminal.shown for token in tokens)
    account = {"address": USER, "name": "Ada", "targets": ["mutt", "msmtp"]}
    assert desk.accounts() == {"lab": {**account, "credential": {"kind": "mailgen", "store": "file"}}}
    assert desk.home.run("token", USER).stdout == f"{issuer.tokens[-1].access_token}\n"
    assert f'"mailgen token {USER}"' in (desk.home.path / ".msmtprc").read_text()


@pytest.mark.parametrize("stop", ["the page to sign in", "write this?"])
def test_who_stops_before_the_end_has_no_login(desk: Desk, issuer: Issuer, stop: str) -> None:
    before = desk.home.files()
    with desk.setup(*WORDS, "--client", "msmtp") as terminal:
        if stop == "write this?":
            sign_in(terminal, issuer)
        terminal.asked(stop).type(CTRL_C, enter=False)
        assert terminal.ended() == 130, terminal.shown
        assert "nothing has changed" in terminal.shown
    assert {path for path in desk.home.files() if ".cache" not in path} == {
        p for p in before if ".cache" not in p
    }


def test_without_a_client_it_is_told_before_anything_else_is_asked(desk: Desk) -> None:
    (desk.home.config / "oauth2-clients.yaml").unlink()
    with desk.setup("--client", "msmtp") as terminal:
        assert terminal.ended() == 1
        assert "wants to know which program signs in" in terminal.shown
        assert "your name" not in terminal.shown
    assert not (desk.home.config / "accounts.yaml").exists()


def test_a_login_that_is_there_is_used(desk: Desk, issuer: Issuer) -> None:
    assert desk.home.sign_in().status == 0
    with desk.setup("--client", "msmtp", "--yes") as terminal:
        assert terminal.ended() == 0, terminal.shown
        assert "the page to sign in" not in terminal.shown


def test_a_token_that_the_mailbox_refuses_sets_nothing_up(desk: Desk, issuer: Issuer) -> None:
    desk.imap.tokens = ()
    with desk.setup(*WORDS, "--client", "msmtp") as terminal:
        sign_in(terminal, issuer)
        terminal.asked("does not take the token")
        assert terminal.ended() == 1
    assert not (desk.home.config / "accounts.yaml").exists()
    assert not (desk.home.path / ".local/state/mailgen/logins").exists()


def test_a_token_that_is_too_long_for_a_client_is_told_before_anything_is_written(
    desk: Desk, issuer: Issuer
) -> None:
    """Also where the login is there already, and clients are set up that it was not tried with."""
    issuer.padding = 5000
    with desk.setup(*WORDS, "--client", "msmtp", "mutt") as terminal:
        sign_in(terminal, issuer)
        terminal.asked("and msmtp ").asked("takes 3034 over SMTP").asked("write this?").type("n")
        assert terminal.ended() == 1
        assert "and Mutt " not in terminal.shown
        assert issuer.tokens[-1].access_token not in terminal.shown
    assert not (desk.home.config / "accounts.yaml").exists()
    assert desk.home.sign_in().status == 0
    with desk.setup(*WORDS, "--client", "msmtp", "--no-check") as terminal:
        terminal.asked("takes 3034 over SMTP").asked("write this?").type("n")
        assert terminal.ended() == 1
