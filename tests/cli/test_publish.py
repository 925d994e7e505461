"""`mailgen publish`, as the owner of a domain and of a mirror run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases import run
from tests.outputs import objections
from tests.support import assert_refused

#: Words for the test that no verb asks the Internet.
OFFLINE = [["publish", "tree", "--domain", "company.example", "--provider", "exmail.qq.com", "--check"]]
CLEAR = ("--imap-host", "i.c.example", "--imap-tls", "none", "--smtp-host", "s.c.example")
OWNER = ("--domain", "company.example", "--provider", "exmail.qq.com")


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_owner_publishes_and_looks_again(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    looked = run("publish", str(root), *OWNER, "--check")
    assert looked.status == 3
    assert "would create www/mail/config-v1.1.xml" in looked.stdout
    assert "created" not in looked.stdout
    assert not root.exists()
    done = run("publish", str(root), *OWNER)
    assert done.status == 0, done.stderr
    assert "created www/mail/config-v1.1.xml" in done.stdout
    before = tree(root)
    done = run("publish", str(root), *OWNER, "--lang", "zh")
    assert (done.status, "created" in done.stdout) == (0, False)
    assert run("publish", str(root), *OWNER, "--check").status == 0
    assert tree(root) == before
    looked = run("publish", str(root), *OWNER, "--name", "Mail of Ada", "-q", "--check")
    assert "would update www/.well-known/user-agent-configuration.json" in looked.stdout
    assert "would change: put its new record beside the old one first" in looked.stderr
    assert tree(root) == before
    changed = run("publish", str(root), *OWNER, "--name", "Mail of Ada", "-q")
    assert "updated www/.well-known/user-agent-configuration.json" in changed.stdout
    assert "put its new record beside the old one" in changed.stderr
    assert '_ua-auto-config.company.example. IN TXT "v=UAAC1' in changed.stderr
    assert b"Mail of Ada" in tree(root)["www/mail/config-v1.1.xml"]


def test_it_is_the_hoster_of_a_domain_too(tmp_path: Path) -> None:
    for name, domain, words in (
        ("a", "company.example", ("--provider", "fastmail.com")),
        ("b", "Company.Example", ("--hosted-by", "fastmail.fm")),
    ):
        assert run("publish", str(tmp_path / name), "--domain", domain, *words).status == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_what_is_done_is_data(tmp_path: Path) -> None:
    done = run("publish", str(tmp_path / "tree"), *OWNER, "--json")
    data = json.loads(done.stdout)
    assert not objections("publish", data)
    assert {one["change"] for one in data["changes"]} == {"create"}
    assert done.stderr == ""


def test_a_mirror_is_written_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda handle: None)  # nearly two thousand files
    done = run("publish", str(tmp_path / "tree"), "--all", "--host", "settings.example")
    assert done.status == 0, done.stderr
    assert done.stdout.startswith("created ")
    assert len(done.stdout.splitlines()) == 1
    assert "providers are left out" in done.stderr
    assert "server_name settings.example;" in (tmp_path / "tree/nginx.conf").read_text()
    assert (
        run("publish", str(tmp_path / "tree"), "--all", "--host", "settings.example", "--check").status == 0
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--domain", "no_domain..example", "--provider", "exmail.qq.com"), 2, "domain"),
        (("--domain", "192.0.2.1", "--provider", "exmail.qq.com"), 2, "no domain ends in a number"),
        (("--domain", "company.example"), 1, "no provider is known"),
        (("--domain", "company.example", "--provider", "nobody.example"), 2, "nobody.example"),
        (
            ("--domain", "company.example", "--imap-host", "192.0.2.1", "--smtp-host", "192.0.2.1"),
            1,
            "it is an address",
        ),
        (("--domain", "c.example", *CLEAR), 2, "TLS"),
        ((*OWNER, "--certificate", "/x"), 2, "--key FILE"),
        ((*OWNER, "--key", "/x"), 2, "--certificate FILE"),
        ((*OWNER, "--certificate", "/nonexistent/c", "--key", "/nonexistent/k"), 2, "cannot be read"),
        ((*OWNER, "--root", "www"), 2, "--root"),
        ((*OWNER, "--root", "/srv/a b"), 2, "--root"),
        ((*OWNER, "--root", "/srv/{x};"), 2, "--root"),
        ((*OWNER, "--host", "x.example"), 2, "--host"),
        ((*OWNER, "--all"), 2, "--all"),
        (("--all", "--provider", "qq.com"), 2, "--provider"),
        (("--all", "--imap-host", "i.x.example"), 2, "--imap-host"),
        (("--all", "--host", "a b"), 2, "--host"),
        (("--all", "--url", "https://x.example/"), 2, "--pages"),
        (("--all", "--pages", "--url", "x"), 2, "--url"),
        (("--all", "--pages", "--documents", "/nonexistent/x.md"), 1, "/nonexistent/x.md"),
        ((*OWNER, "--pages"), 2, "--pages"),
        ((), 2, "--domain"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_made(
    tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    assert_refused(run("publish", str(tmp_path / "tree"), *words), status, said)
    assert not (tmp_path / "tree").exists()


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = run("publish", str(tmp_path), *OWNER)
    assert_refused(
        done, 1, "something is in the folder that mailgen has not published", str(tmp_path / "mine")
    )
    assert tree(tmp_path) == {"mine": b"x"}
