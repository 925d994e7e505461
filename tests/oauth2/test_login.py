"""Signing in at a real authorisation server, as people do; and what is told when it does not come to that."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cases import Outcome
from tests.oauth2.issuer import USER
from tests.support import MAILGEN, TIMEOUT, assert_refused

if TYPE_CHECKING:
    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home


def secrets_of(issuer: Issuer) -> list[str]:
    return [text for one in issuer.tokens for text in (one.access_token, one.refresh_token) if text]


def test_a_login_gives_tokens_and_shows_none(home: Home, issuer: Issuer) -> None:
    done = home.sign_in()
    assert done.status == 0, done.stderr
    assert f"mailgen token {USER}" in done.stderr
    token = home.run("token", USER)
    assert token == Outcome(0, f"{issuer.tokens[0].access_token}\n", "")
    assert not any(secret in done.stdout + done.stderr for secret in secrets_of(issuer))
    assert issuer.refreshes == 0


def test_each_secret_lies_in_one_place_of_the_users_alone(home: Home, issuer: Issuer) -> None:
    home.sign_in()
    holding = {
        path
        for path, content in home.files().items()
        if any(secret.encode() in content for secret in secrets_of(issuer))
    }
    assert holding == {f".local/state/mailgen/logins/{USER}", f"run/mailgen/tokens/{USER}"}
    for path in holding:
        assert stat.S_IMODE((home.path / path).stat().st_mode) == 0o600
        assert stat.S_IMODE((home.path / path).parent.stat().st_mode) == 0o700


def test_what_the_page_refuses_is_told(home: Home, issuer: Issuer) -> None:
    issuer.denies = True
    assert_refused(
        home.sign_in(), 1, "login.lab.example refuses: access_denied", "agree to what the page asks"
    )
    assert not (home.path / ".local/state/mailgen/logins" / f"{USER}.json").exists()


def test_an_answer_of_another_issuer_is_refused(home: Home, issuer: Issuer) -> None:
    issuer.iss = "https://elsewhere.example"
    assert_refused(home.sign_in(), 1, "from another issuer than login.lab.example")
    assert not issuer.tokens


def test_a_page_for_people_is_no_token(home: Home, issuer: Issuer) -> None:
    issuer.html = True
    done = home.sign_in()
    assert_refused(done, 1, "what login.lab.example answers is no token")
    assert "maintenance" not in done.stderr


def test_a_login_that_would_end_within_the_hour_is_refused(home: Home, issuer: Issuer) -> None:
    issuer.refresh_token = ""
    assert_refused(home.sign_in(), 1, "gave no refresh token", "take away the program's access")


def test_a_client_may_have_a_secret(home: Home, issuer: Issuer) -> None:
    issuer.client.secret = "not-so-secret"
    command = "client_secret_command: [printf, not-so-secret]"
    (home.config / "oauth2-clients.yaml").write_text(
        f"clients:\n  mine: {{issuer: login.lab.example, client_id: mailgen-test, {command}}}\n"
    )
    assert home.sign_in().status == 0
    assert home.run("token", USER, "--fresh").status == 0
    assert not any(
        b"not-so-secret" in text
        for path, text in home.files().items()
        if "clients" not in path and "json" not in path
    )


def test_a_code_can_be_typed_on_another_device(home: Home, issuer: Issuer) -> None:
    with subprocess.Popen(
        [*MAILGEN, "login", USER, "--device", "--no-check", "--store", "file"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=home.env, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        line = next(line for line in process.stderr if "type the code" in line)
        code = line.rpartition("code ")[2].strip(" :\n")
        issuer.devices = {key: (one, one["user_code"] == code) for key, (one, _) in issuer.devices.items()}
        assert process.wait(TIMEOUT) == 0
    assert home.run("token", USER).stdout == f"{issuer.tokens[0].access_token}\n"


def test_a_code_that_is_refused_is_told(home: Home, issuer: Issuer) -> None:
    issuer.denies = True
    with subprocess.Popen(
        [*MAILGEN, "login", USER, "--device", "--no-check", "--store", "file"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=home.env, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        next(line for line in process.stderr if "type the code" in line)
        issuer.devices = {key: (one, True) for key, (one, _) in issuer.devices.items()}
        said = process.stderr.read()
        assert process.wait(TIMEOUT) == 1
    assert "access_denied" in said


def test_without_a_client_it_is_told_which_is_missing_and_how_to_get_one(home: Home) -> None:
    (home.config / "oauth2-clients.yaml").unlink()
    place = str(home.config / "oauth2-clients.yaml")
    words = ("login.lab.example wants to know which program signs in", place, "docs/oauth2.md", "oama")
    assert_refused(home.run("login", USER), 1, *words)
    made = home.run("msmtp", USER)
    assert made.status == 0
    assert f'passwordeval   "mailgen token {USER}"' in made.stdout
    assert all(word in made.stderr for word in (*words, f"mailgen login {USER}"))


def test_an_account_says_to_sign_in_once(home: Home) -> None:
    refused = home.run("accounts", "add", USER, "--target", "msmtp")
    assert_refused(refused, 1, "let mailgen sign in: --credential mailgen")
    words = (
        "accounts",
        "add",
        "lab",
        USER,
        "--target",
        "msmtp",
        "--target",
        "mutt",
        "--credential",
        "mailgen",
    )
    added = home.run(*words)
    assert added.status == 0, added.stderr
    assert "mailgen login lab\n" in added.stderr
    assert "secret set" not in added.stderr
    applied = home.run("apply")
    assert applied.stderr.count("mailgen login lab\n") == 1
    assert "token command" not in applied.stderr
    assert f'"mailgen token {USER}"' in (home.path / ".msmtprc").read_text()
    assert_refused(home.run("secret", "set", "lab"), 1, "its tokens come of a login", "mailgen login")


def test_it_is_explained_who_fetches_tokens(home: Home) -> None:
    assert "mailgen fetches OAuth2 tokens" in home.run("explain", "msmtp", USER).stdout


def test_with_a_client_one_thing_is_said(home: Home) -> None:
    made = home.run("mutt", USER)
    assert f"mailgen login {USER}" in made.stderr
    assert "warning" not in made.stderr


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("clients: {mine: {issuer: login.lab.example}}", 1, "'client_id' is missing"),
        ("clients:\n  mine: {issuer: a, client_id: b, tenent: c}", 2, "no key 'tenent'"),
        ("clients:\n  mine: {issuer: a, client_id: b, flow: browsr}", 2, "only browser, device or paste"),
        ("client:\n  mine: {}", 1, "no key 'client'"),
        ("clients: [", 2, "YAML"),
    ],
)
def test_a_registry_that_cannot_be_used_is_told_with_its_line(
    home: Home, text: str, line: int, what: str
) -> None:
    path = home.config / "oauth2-clients.yaml"
    path.write_text(text + "\n")
    assert_refused(home.run("login", USER), 1, f"{path}:{line}", what)


def test_what_is_wrong_with_the_registry_keeps_no_file_from_being_written(home: Home) -> None:
    (home.config / "oauth2-clients.yaml").write_text("clients: {}\n")
    made = home.run("msmtp", USER)
    assert made.status == 0
    assert f'"mailgen token {USER}"' in made.stdout
    assert "oauth2-clients.yaml:1" in made.stderr


def test_servers_of_ones_own_may_have_an_issuer_that_nobody_knows(home: Home) -> None:
    (home.config / "accounts.yaml").write_text(
        "accounts:\n  own:\n    address: ada@own.example\n    credential: mailgen\n    targets: [msmtp]\n"
        "    smtp: {host: smtp.own.example, port: 465, tls: implicit}\n"
    )
    done = home.run("apply")
    assert done.status == 0, done.stderr
    assert "nothing is known of logging in to" in done.stderr
    assert '"mailgen token ada@own.example"' in (home.path / ".msmtprc").read_text()


def test_a_client_of_another_name_or_tenant_is_not_taken(home: Home) -> None:
    assert_refused(home.run("login", USER, "--client", "other"), 1, "no client other", "name one of mine")
    (home.config / "oauth2-clients.yaml").write_text(
        "clients:\n  mine: {issuer: login.lab.example, client_id: x, tenant: elsewhere.example}\n"
    )
    assert_refused(home.run("login", USER), 1, "no client id is registered")


def test_the_login_ends_at_the_issuer_and_here(home: Home, issuer: Issuer) -> None:
    home.sign_in()
    done = home.run("logout", USER)
    assert done.status == 0
    assert "signed out" in done.stderr
    assert all(one.revoked for one in issuer.tokens)
    assert not any(USER in path and not path.endswith(".lock") for path in home.files())
    assert_refused(home.run("logout", USER), 1, "nobody has signed in")


def test_it_ends_here_even_if_the_issuer_cannot_be_asked(home: Home) -> None:
    home.sign_in()
    done = home.run("logout", USER, env={"SSL_CERT_FILE": "/proc/nonexistent"})
    assert done.status == 0
    assert "cannot be asked" in done.stderr
    assert home.run("token", USER).status == 1


def test_a_store_that_cuts_a_login_off_is_noticed(home: Home) -> None:
    programs = home.path / "bin"
    programs.mkdir()
    tool = programs / "pass"
    tool.write_text(
        f"#!/bin/sh\nf={home.path}/cut\ncase $1 in insert) head -c 9 >$f ;; show) cat $f ;; esac\n"
    )
    tool.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    home_env = {**home.env, "PATH": path}
    with subprocess.Popen(
        [*MAILGEN, "login", USER, "--no-check", "--no-browser", "--store", "pass"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=home_env, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        page = next(line.strip() for line in process.stderr if line.strip().startswith("https://"))
        home.issuer.browse(page)
        said = process.stderr.read()
        assert process.wait(TIMEOUT) == 1
    assert "pass did not keep the login whole" in said
    assert not (home.path / ".local/state/mailgen/logins" / f"{USER}.json").exists()


def test_what_is_remembered_holds_no_secret_and_says_what_it_is(home: Home, issuer: Issuer) -> None:
    home.sign_in()
    kept = json.loads((home.path / ".local/state/mailgen/logins" / f"{USER}.json").read_text())
    assert kept["store"] == "file"
    assert kept["issuer"] == "login.lab.example"
    assert not any(secret in json.dumps(kept) for secret in secrets_of(issuer))


def test_a_server_of_its_own_may_need_the_login(home: Home) -> None:
    """Reading with a password, sending with a token of mailgen: also then somebody signs in once."""
    (home.config / "accounts.yaml").write_text(
        f"accounts:\n  lab:\n    address: {USER}\n    targets: [mutt]\n    password_command: [cat, /x]\n"
        "    imap: {host: imap.own.example, port: 993, tls: implicit}\n    smtp: {credential: mailgen}\n"
    )
    applied = home.run("apply")
    assert applied.status == 0, applied.stderr
    assert "mailgen login lab\n" in applied.stderr
    assert "not signed in: run 'mailgen login lab'" in home.run("accounts", "list").stdout
    assert home.sign_in().status == 0
    assert "signed in" in home.run("accounts", "list").stdout
    assert "not signed in" not in home.run("accounts", "list").stdout
    assert "mailgen login lab" not in home.run("apply", "--verbose").stderr


def test_who_has_signed_in_is_not_asked_to(home: Home) -> None:
    words = ("accounts", "add", "lab", USER, "--target", "msmtp", "--credential", "mailgen")
    assert home.sign_in().status == 0
    home.run(*words)
    assert "mailgen login" not in home.run("apply").stderr


def test_a_token_that_is_too_long_for_a_program_of_the_account_is_told(home: Home, issuer: Issuer) -> None:
    issuer.padding = 5000
    (home.config / "accounts.yaml").write_text(
        f"accounts:\n  ada: {{address: {USER}, credential: mailgen, targets: [msmtp, mutt, neomutt]}}\n"
    )
    done = home.sign_in()
    assert done.status == 0, done.stderr
    said = " ".join(done.stderr.split())
    for title, most, protocol in (
        ("msmtp", 3034, "SMTP"),
        ("NeoMutt", 4094, "IMAP"),
        ("NeoMutt", 4094, "SMTP"),
    ):
        assert f"and {title} " in said
        assert f"takes {most} over {protocol}" in said, said
    assert " and Mutt " not in said
    assert issuer.tokens[-1].access_token not in said
