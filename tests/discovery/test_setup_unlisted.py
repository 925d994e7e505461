"""`mailgen setup` for a domain of one's own that nobody lists, in a network with real servers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.internet.net import Net

OPTIONS = ["--client", "msmtp", "--name", "Ada", "--store", "file"]
OFFER = "nobody lists well-known.example; ask the Internet for its servers?"
SECRET = "a-secret-2f7a"


def sit(net: Net, home: Path, words: list[str], answers: list[tuple[str, str]]) -> Any:
    done = net.run(
        sys.executable, "-m", "tests.internet.sitting", json.dumps([words, answers]), home=home,
        env={"XDG_CONFIG_HOME": str(home / ".config"), "XDG_CACHE_HOME": str(home.parent / "cache")},
    )  # fmt: skip
    assert done.rc == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*")}


def test_servers_that_were_discovered_are_kept_with_the_account(net: Net) -> None:
    home = net.new_home()
    done = sit(
        net,
        home,
        ["setup", "ada@well-known.example", *OPTIONS, "--no-check"],
        [(OFFER, ""), ("use these servers?", "y"), ("the secret of", SECRET), ("once more", SECRET),
         ("write this?", "y")],
    )  # fmt: skip
    assert done["status"] == 0, done["shown"]
    assert (home / ".config/mailgen/providers/well-known.example.yaml").exists()
    account = yaml.safe_load((home / ".config/mailgen/accounts.yaml").read_text())["accounts"]
    assert account == {
        "well-known": {"address": "ada@well-known.example", "name": "Ada", "targets": ["msmtp"],
                       "credential": "file"}
    }  # fmt: skip
    assert "well-known.example" in (home / ".msmtprc").read_text()
    assert net.mailgen("diff", home=home).rc == 0


def test_a_provider_of_ours_is_named_in_the_account(net: Net) -> None:
    home = net.new_home()
    words = ["setup", "ada@mx-known.example", *OPTIONS, "--no-check", "--discover", "--yes"]
    done = sit(net, home, words, [])
    assert done["status"] == 0, done["shown"]
    account = yaml.safe_load((home / ".config/mailgen/accounts.yaml").read_text())["accounts"]["mx-known"]
    assert account["provider"]
    assert not (home / ".config/mailgen/providers").exists()


def test_who_does_not_want_it_is_told_what_else_there_is(net: Net) -> None:
    home = net.new_home()
    for answers in ([(OFFER, "n")], [(OFFER, "y"), ("use these servers?", "n")]):
        done = sit(net, home, ["setup", "ada@well-known.example", *OPTIONS], answers)
        assert done["status"] == 1
        assert "--imap-host" in done["shown"]
    done = sit(net, home, ["setup", "ada@nothing.example", *OPTIONS, "--discover"], [])
    assert done["status"] == 1
    assert "no mail servers could be discovered" in done["shown"]
    for question in (OFFER, "use these servers?"):
        answers = [(OFFER, "y"), (question, "\x03")] if question != OFFER else [(OFFER, "\x03")]
        done = sit(net, home, ["setup", "ada@well-known.example", *OPTIONS], answers)
        assert done["status"] == 130
    assert files(home) == set()


def test_the_local_part_is_told_to_nobody(net: Net) -> None:
    home = net.new_home()
    words = ["setup", "nobodys-business@mx-known.example", *OPTIONS, "--no-check", "--discover", "--yes"]
    before = (net.base / "log/web.jsonl").read_text()
    assert sit(net, home, words, [])["status"] == 0
    assert "nobodys-business" not in (net.base / "log/web.jsonl").read_text()[len(before) :]


def test_accounts_add_offers_the_same(net: Net) -> None:
    home = net.new_home()
    done = sit(
        net,
        home,
        ["accounts", "add", "ada@well-known.example", "--target", "msmtp", "--name", "Ada", "--pass"],
        [(OFFER, ""), ("use these servers?", "y")],
    )
    assert done["status"] == 0, done["shown"]
    assert (home / ".config/mailgen/providers/well-known.example.yaml").exists()
    assert net.mailgen("accounts", "show", "well-known", home=home).rc == 0
    again = [
        "accounts",
        "add",
        "x",
        "b@mx-known.example",
        "--target",
        "msmtp",
        "--discover",
        "--yes",
        "--pass",
    ]
    assert net.mailgen(*again, home=home).rc == 0
    assert "provider: " in (home / ".config/mailgen/accounts.yaml").read_text()
