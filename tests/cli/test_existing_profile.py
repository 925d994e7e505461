"""A profile of Thunderbird that is in use: nothing is hidden without a word, and removal says what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import Outcome
from tests.support import assert_refused, cli

PREFS = """// Mozilla User Preferences
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account2.identities", "id1");
user_pref("mail.account.account2.server", "server2");
user_pref("mail.account.lastKey", 2);
user_pref("mail.accountmanager.accounts", "{accounts}");
user_pref("mail.server.server1.type", "none");
user_pref("mail.server.server2.type", "{type}");
"""
OWN = b'user_pref("mail.biff.show_tray_icon", false);\n'


class Desk:
    """A home whose accounts file names a profile of the user's own."""

    def __init__(self, path: Path) -> None:
        self.home = path / "home"
        self.profile = self.home / ".thunderbird" / "x.default"
        self.profile.mkdir(parents=True, mode=0o700)
        self.accounts = path / "accounts.yaml"
        self.write("options: {thunderbird: {profile: ~/.thunderbird/x.default}}")

    def write(self, more: str) -> None:
        text = f"accounts: {{home: {{address: ada@sohu.com, targets: [thunderbird], {more}}}}}\n"
        self.accounts.write_text(text, encoding="utf-8")

    def run(self, *words: str) -> Outcome:
        return cli(*words, "--accounts", str(self.accounts), env={"HOME": str(self.home)})

    def has(self, accounts: str = "account1,account2", type: str = "imap") -> None:
        text = PREFS.replace("{accounts}", accounts).replace("{type}", type)
        (self.profile / "prefs.js").write_text(text, encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_accounts_that_are_there_are_not_hidden_without_a_word(desk: Desk) -> None:
    desk.has()
    before = (desk.profile / "prefs.js").read_bytes()
    refused = desk.run("apply")
    assert_refused(
        refused, 1, "accounts that were added by hand", "~/.thunderbird/x.default/prefs.js", "--adopt"
    )
    assert not (desk.profile / "user.js").exists()
    done = desk.run("apply", "--adopt")
    assert done.status == 0, done.stderr
    copy = desk.profile / "prefs.js.mailgen-backup"
    assert "(a copy is at ~/.thunderbird/x.default/prefs.js.mailgen-backup)" in done.stdout
    assert copy.read_bytes() == (desk.profile / "prefs.js").read_bytes() == before
    desk.has("account_home,account0")
    assert "is as it should be" in desk.run("apply").stdout, "what Thunderbird made of it is no obstacle"


@pytest.mark.parametrize("kind", ["pop3", "nntp", "rss", "im", "ews"])
def test_an_account_of_any_kind_counts(desk: Desk, kind: str) -> None:
    desk.has(type=kind)
    assert desk.run("apply").status == 1


@pytest.mark.parametrize(
    ("accounts", "kind"),
    [("account1", "imap"), ("account1,account2", "none"), ("account_home,account0", "imap")],
)
def test_what_is_not_shown_anyway_is_not_hidden(desk: Desk, accounts: str, kind: str) -> None:
    """Local folders alone, an account that was removed, those of our own."""
    desk.has(accounts, kind)
    done = desk.run("apply")
    assert done.status == 0, done.stderr
    assert not (desk.profile / "prefs.js.mailgen-backup").exists()


def test_a_change_hides_no_account_that_was_added_since(desk: Desk) -> None:
    assert desk.run("apply").status == 0
    desk.has("account_home,account2,account0")
    assert "is as it should be" in desk.run("apply").stdout
    desk.write("options: {thunderbird: {profile: ~/.thunderbird/x.default}}, name: Ada")
    assert_refused(desk.run("apply"), 1, "accounts that were added by hand")
    assert desk.run("diff").status == 3, "looking is allowed"


def test_ones_own_lines_stay(desk: Desk) -> None:
    (desk.profile / "user.js").write_bytes(OWN)
    (desk.profile / "user.js").chmod(0o600)
    assert_refused(desk.run("apply"), 1, "the file is yours", "--adopt")
    assert desk.run("apply", "--adopt").status == 0
    text = (desk.profile / "user.js").read_bytes()
    assert text.startswith(OWN)
    assert b"sohu" in text
    assert desk.run("remove", "--all").status == 0
    assert (desk.profile / "user.js").read_bytes() == OWN


def test_a_list_of_accounts_in_ones_own_lines_is_named(desk: Desk) -> None:
    (desk.profile / "user.js").write_bytes(OWN + b'user_pref("mail.accountmanager.accounts", "account1");\n')
    for words in (["apply"], ["apply", "--adopt"]):
        assert_refused(desk.run(*words), 1, "lists accounts", "user.js, line 2", "thunderbird.profile")


def test_removal_says_what_stays_and_what_undoes_it(desk: Desk) -> None:
    desk.has()
    assert desk.run("apply", "--adopt").status == 0
    for words in (["remove", "home", "-n"], ["remove", "--all"]):
        done = desk.run(*words)
        assert done.status == 0, done.stderr
        told = " ".join(done.stderr.split())
        assert "into prefs.js of ~/.thunderbird/x.default, and keeps it there" in told
        assert "move prefs.js.mailgen-backup over prefs.js" in told


def test_a_copy_of_what_was_there_is_named_when_ours_goes(desk: Desk) -> None:
    """Where a whole file of the user's had made room."""
    desk.accounts.write_text("accounts: {home: {address: ada@sohu.com, targets: [mutt]}}\n", encoding="utf-8")
    ours = desk.home / ".config/mailgen/mutt/account"
    ours.parent.mkdir(parents=True, mode=0o700)
    ours.write_text("# mine\n", encoding="utf-8")
    assert desk.run("apply", "--adopt").status == 0
    done = desk.run("remove", "--all")
    assert "(what was there before is at ~/.config/mailgen/mutt/account.mailgen-backup)" in done.stdout


def test_the_folder_is_called_by_its_name(desk: Desk) -> None:
    told = " ".join(desk.run("apply").stderr.split())
    assert "thunderbird --profile ~/.thunderbird/x.default" in told
    assert 'thunderbird -CreateProfile "mailgen $HOME/.thunderbird/x.default"' in told
    for place in ("~/snap/thunderbird/common", "~/.var/app/org.mozilla.Thunderbird", "~/Library/Thunderbird"):
        assert place in told
        assert place in " ".join(cli("thunderbird", "ada@sohu.com").stderr.split())


@pytest.mark.parametrize("path", ["~/.signature", "/etc/motd"])
def test_a_signature_is_written(desk: Desk, path: str) -> None:
    desk.write(f"signature: {path}")
    done = desk.run("apply")
    assert "signature" not in done.stderr
    text = (desk.home / ".thunderbird/mailgen/user.js").read_text(encoding="utf-8")
    name, value = ("sig_file-rel", "[Home].signature") if path.startswith("~") else ("sig_file", path)
    assert f'user_pref("mail.identity.id_home.{name}", "{value}");' in text
    assert 'user_pref("mail.identity.id_home.attach_signature", true);' in text
    imported = cli("import", str(desk.home / ".thunderbird/mailgen/user.js"))
    assert f"signature: {path}" in imported.stdout
