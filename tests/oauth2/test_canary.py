"""The secrets of a login, all the way: found where they are kept, in what `token` prints, and nowhere else.

Searched are the words of a run, all files of the home, and what each program was started with, for access and
refresh tokens, codes and the secret of the client, in every form of tests/test_canary.py.
"""

from __future__ import annotations

import secrets
import tempfile
from typing import TYPE_CHECKING

import pytest

from tests.cases import Outcome
from tests.oauth2.desk import sign_in
from tests.oauth2.issuer import USER
from tests.passwords import with_pass
from tests.test_canary import forms
from tests.tracing import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.oauth2.desk import Desk
    from tests.oauth2.issuer import Issuer

KEPT = f"run/mailgen/tokens/{USER}"
IN_PASS = ("--store", "pass")


class Watch:
    """Knows the secrets, and where they may be."""

    def __init__(self, desk: Desk, issuer: Issuer, trace: Trace, env: dict[str, str]) -> None:
        self.desk, self.env, self._issuer, self._trace = desk, env, issuer, trace
        self.client = secrets.token_urlsafe(24)
        issuer.client.secret = self.client
        (desk.home.path.parent / "client-secret").write_text(self.client)
        command = f"client_secret_command: [cat, {desk.home.path.parent / 'client-secret'}]"
        registered = f"issuer: login.lab.example, client_id: mailgen-test, {command}"
        (desk.home.config / "oauth2-clients.yaml").write_text(f"clients:\n  mine: {{{registered}}}\n")

    def run(self, *words: str) -> Outcome:
        return self.desk.home.run(*words, env=self.env)

    def nothing_in(self, *printed: str) -> None:
        """Nothing secret was printed, handed to a program, or lies where it should not."""
        access = [one.access_token for one in self._issuer.tokens]
        others = [one.refresh_token for one in self._issuer.tokens] + [self.client, *self._issuer.given_codes]
        seen = "\n".join([*printed, self._trace.shown]).encode()
        for secret in access + others:
            assert not [form for form in forms(secret) if form in seen], "it was seen"
        for path, content in self.desk.home.files().items():
            for secret in others + (access if path != KEPT else []):
                assert not [form for form in forms(secret) if form in content], path


@pytest.fixture
def watch(desk: Desk, issuer: Issuer, tmp_path: Path) -> Iterator[Watch]:
    trace = Trace(tmp_path / "started")
    desk.home.before = trace.before
    with tempfile.TemporaryDirectory(prefix="keys-") as keys:
        kept = {"GNUPGHOME": keys, "PASSWORD_STORE_DIR": str(desk.home.path / ".password-store")}
        env = {**desk.env, **kept, "TMPDIR": str(desk.home.path)}
        with with_pass(env):
            yield Watch(desk, issuer, trace, env)


def test_nothing_secret_of_a_login_is_seen(watch: Watch, issuer: Issuer) -> None:
    """From login to logout, with a token that is kept, one that is new, and a check of the mailbox."""
    login = watch.desk.home.sign_in(*IN_PASS, check=True, env=watch.env)
    assert login.status == 0, login.stderr
    watch.nothing_in(login.stdout, login.stderr)
    for words in (["token", USER], ["token", USER, "--fresh"]):
        token = watch.run(*words)
        assert token == Outcome(0, f"{issuer.tokens[-1].access_token}\n", "")
        watch.nothing_in(token.stderr)
    assert issuer.refreshes == 1
    added = watch.run("accounts", "add", "lab", USER, "--target", "msmtp", "--credential", "mailgen")
    checked = watch.run("check", "lab", "--json")
    assert (added.status, checked.status) == (0, 0), checked.stderr + checked.stdout
    told = [
        watch.run(*words)
        for words in (["accounts", "list", "--json"], ["apply", "--verbose"], ["check", "lab"])
    ]
    watch.nothing_in(*(text for one in (added, checked, *told) for text in (one.stdout, one.stderr)))
    logout = watch.run("logout", USER)
    assert logout.status == 0, logout.stderr
    watch.nothing_in(logout.stdout, logout.stderr)
    assert KEPT not in watch.desk.home.files()


def test_nothing_secret_of_a_login_that_ends_badly_is_seen(watch: Watch, issuer: Issuer) -> None:
    """The issuer ends it, and the mailbox does not take the next one."""
    assert watch.desk.home.sign_in(*IN_PASS, env=watch.env).status == 0
    issuer.end_login()
    ended = watch.run("token", USER, "--fresh")
    assert ended.status == 1
    watch.desk.imap.tokens = ()
    refused = watch.desk.home.sign_in(*IN_PASS, check=True, env=watch.env)
    assert refused.status == 1
    watch.nothing_in(*(text for one in (ended, refused) for text in (one.stdout, one.stderr)))


def test_nothing_secret_is_seen_while_setup_signs_in(watch: Watch, issuer: Issuer) -> None:
    words = ("--no-browser", *IN_PASS, "--name", "Ada", "--client", "msmtp", "--yes")
    with watch.desk.setup(*words, before=watch.desk.home.before, **watch.env) as terminal:
        sign_in(terminal, issuer)
        assert terminal.ended() == 0, terminal.shown
        watch.nothing_in(terminal.shown)
