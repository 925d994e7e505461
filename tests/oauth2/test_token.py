"""Tokens for programs: quick while one is good, one request when none is, and a line when none can be had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from mailgen.cli.verbs import VERBS
from mailgen.oauth2 import cached
from tests.cases import Outcome
from tests.oauth2.issuer import USER
from tests.support import MAILGEN, TIMEOUT, environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.oauth2.issuer import Issuer
    from tests.oauth2.world import Home

DEAD = f"mailgen: login.lab.example refuses: invalid_grant; run 'mailgen login {USER}'\n"


@pytest.fixture
def signed_in(home: Home) -> Home:
    assert home.sign_in().status == 0
    return home


def end_token(home: Home) -> None:
    """Let the token that is kept be one that ends in a minute."""
    path = home.runtime / "mailgen" / "tokens" / USER
    _, token = path.read_text().split("\n")
    path.write_text(f"{time.time() + 60:.0f}\n{token}")


def test_ten_programs_at_once_cause_one_refresh(signed_in: Home, issuer: Issuer) -> None:
    end_token(signed_in)
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: signed_in.run("token", USER), range(10)))
    assert issuer.refreshes == 1
    assert {one.stdout for one in found} == {f"{issuer.tokens[-1].access_token}\n"}
    assert {(one.status, one.stderr) for one in found} == {(0, "")}


def test_a_session_and_cron_share_one_lock(signed_in: Home, issuer: Issuer) -> None:
    """Cron has no run-time folder, so its tokens lie elsewhere. The login must outlive both refreshing."""
    for _ in range(3):
        end_token(signed_in)
        with ThreadPoolExecutor(2) as pool:
            ways = ({}, {"XDG_RUNTIME_DIR": "/proc/nonexistent"})
            found = list(pool.map(lambda env: signed_in.run("token", USER, "--fresh", env=env), ways))
        assert [one.status for one in found] == [0, 0], found
    assert not any(one.revoked for one in issuer.tokens)


def test_a_dead_login_is_asked_for_once_and_told_in_one_line(signed_in: Home, issuer: Issuer) -> None:
    issuer.end_login()
    end_token(signed_in)
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: signed_in.run("token", USER), range(10)))
    assert set(found) == {Outcome(1, "", DEAD)}
    assert issuer.refreshes == 1
    assert signed_in.sign_in().status == 0
    assert signed_in.run("token", USER).status == 0


def test_a_network_that_is_down_ends_no_login(signed_in: Home) -> None:
    end_token(signed_in)
    down = signed_in.run("token", USER, env={"SSL_CERT_FILE": "/proc/nonexistent"})
    assert down.status == 1
    assert down.stderr.startswith("mailgen: localhost cannot be asked: ")
    assert down.stderr.count("\n") == 1
    time.sleep(5.1)
    assert signed_in.run("token", USER).status == 0


def test_a_store_that_fails_costs_no_login(signed_in: Home, issuer: Issuer) -> None:
    """The refresh token has changed when the store says no: the new one waits, and is kept later."""
    folder = signed_in.path / ".local/state/mailgen/logins"
    store = folder / USER
    content = store.read_text()
    end_token(signed_in)
    store.unlink()
    store.mkdir()
    (store / "in-the-way").touch()
    waiting = signed_in.runtime / "mailgen" / "tokens" / f"{USER}.waiting"
    waiting.write_text(content)  # what the store would have said
    waiting.chmod(0o600)
    done = signed_in.run("token", USER)
    assert done.status == 0, done.stderr
    assert done.stdout == f"{issuer.tokens[-1].access_token}\n"
    assert waiting.read_text() == issuer.tokens[-1].refresh_token
    (store / "in-the-way").unlink()
    store.rmdir()
    assert signed_in.run("token", USER, "--fresh").status == 0
    assert store.read_text().strip() == issuer.tokens[-1].refresh_token
    assert not waiting.exists()


#: A store as pass is; one that has `hang` beside it never comes to an end when it is to keep something.
PASS = """\
#!/bin/sh
case $1 in
insert) if [ -e {folder}/hang ]; then touch {folder}/called; exec sleep 60; fi; cat > {folder}/kept ;;
show) cat {folder}/kept ;;
esac
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_who_is_stopped_while_the_store_waits_loses_no_login(
    home: Home, issuer: Issuer, tmp_path: Path, number: signal.Signals
) -> None:
    """The old refresh token is worth nothing by then, and the new one is in no store yet."""
    (tmp_path / "pass").write_text(PASS.format(folder=tmp_path))
    (tmp_path / "pass").chmod(0o755)
    env = {"PATH": f"{tmp_path}:{home.env['PATH']}"}
    assert home.sign_in("--store", "pass", env=env).status == 0
    (tmp_path / "hang").touch()
    with subprocess.Popen(
        [*MAILGEN, "token", USER, "--fresh"],
        env={**home.env, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        ends = time.monotonic() + TIMEOUT
        while not (tmp_path / "called").exists() and time.monotonic() < ends:
            time.sleep(0.05)
        os.killpg(process.pid, number)
    (tmp_path / "hang").unlink()
    done = home.run("token", USER, "--fresh", env=env)
    assert (done.status, done.stdout) == (0, f"{issuer.tokens[-1].access_token}\n"), done.stderr
    assert (tmp_path / "kept").read_text().strip() == issuer.tokens[-1].refresh_token
    assert not any(one.revoked for one in issuer.tokens)
    assert not (home.runtime / "mailgen" / "tokens" / f"{USER}.waiting").exists()


def spoilt_mode(path: Path) -> None:
    path.chmod(0o640)


def spoilt_link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def spoilt_text(path: Path) -> None:
    path.write_text("soon\ntoken")


def spoilt_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize("spoil", [spoilt_mode, spoilt_link, spoilt_text, spoilt_fifo])
def test_a_token_that_others_could_have_put_there_is_not_used(
    signed_in: Home, issuer: Issuer, spoil: Callable[[Path], None]
) -> None:
    spoil(signed_in.runtime / "mailgen" / "tokens" / USER)
    done = signed_in.run("token", USER)
    assert done == Outcome(0, f"{issuer.tokens[-1].access_token}\n", "")
    assert issuer.refreshes == 1


def test_an_id_of_the_accounts_file_is_as_good(signed_in: Home, issuer: Issuer) -> None:
    (signed_in.config / "accounts.yaml").write_text(
        f"accounts:\n  lab: {{address: {USER}, targets: [msmtp], credential: mailgen}}\n"
    )
    assert signed_in.run("token", "lab").stdout == f"{issuer.tokens[0].access_token}\n"
    assert signed_in.run("token", "lob").stderr.endswith("did you mean 'lab'?\n")


def test_nobody_has_signed_in(home: Home) -> None:
    done = home.run("token", USER)
    assert done == Outcome(
        1, "", f"mailgen: nobody has signed in as {USER} here; run 'mailgen login {USER}'\n"
    )


def test_wrong_words_are_told(home: Home) -> None:
    assert home.run("token").status == 2
    assert home.run("token", "--fresh").status == 2


def test_the_quick_way_imports_nothing_else(signed_in: Home) -> None:
    script = "import sys\nbefore = set(sys.modules)\nfrom mailgen.cli.main import main\n"
    script += "main(['token', sys.argv[1]])\n"
    script += "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script, USER],
        capture_output=True,
        text=True,
        env=signed_in.env,
        check=True,
        timeout=60,
    )
    assert set(done.stderr.split()) <= {
        "mailgen", "mailgen.cli", "mailgen.cli.main", "mailgen.core", "mailgen.core.errors",
        "mailgen.core.text", "mailgen.oauth2", "mailgen.oauth2.cached", "_string", "__future__",
    }  # fmt: skip


def test_names_of_files_are_told_apart() -> None:
    names = ["a/b@x", "a%2Fb@x", ".@x", "..", "A@x", "a@x", "é@x", "a b@x"]
    found = [cached.token_file(name) for name in names]
    assert len(set(found)) == len(names)
    assert not any("/" in one or " " in one for one in found)


def test_no_target_takes_the_names_of_these_verbs() -> None:
    assert {"login", "token", "logout"} <= VERBS.keys()
    assert environment()["LANG"] == "C.UTF-8"
