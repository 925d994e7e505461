"""apply and diff write the file that the program reads on this machine, as the programs themselves say."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.apply_home import Home, refused
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

#: Target -> places of its file, what the user has there, and what the program is asked: it knows both then.
ASKED = {
    "msmtp": (
        [".msmtprc", ".config/msmtp/config"],
        "account mine\nhost mine.example\n",
        [["msmtp", "-P", "-a", "mine"], ["msmtp", "-P", "-a", "home"]],
        ["mine.example", "smtp.sohu.com"],
    ),
    "mutt": (
        [".muttrc", ".mutt/muttrc", ".config/mutt/muttrc"],
        "set index_format = mine\n",
        [["mutt", "-n", "-Q", "index_format"], ["mutt", "-n", "-Q", "from"]],
        ["mine", "ada@sohu.com"],
    ),
    "neomutt": (
        [".config/neomutt/neomuttrc", ".config/mutt/muttrc", ".neomutt/neomuttrc", ".mutt/muttrc", ".muttrc"],
        "set index_format = mine\n",
        [["neomutt", "-n", "-Q", "index_format"], ["neomutt", "-n", "-Q", "from"]],
        ["mine", "ada@sohu.com"],
    ),
    "fetchmail": (
        [".fetchmailrc"],
        "poll mine.example proto imap user me password x\n",
        [["fetchmail", "--configdump"]],
        ["mine.example", "imap.sohu.com"],
    ),
    "mbsync": (
        [".mbsyncrc"],
        "IMAPStore mine\nHost mine.example\nUser me\n\n",
        [["mbsync", "-l", "home"]],
        [],
    ),
    "notmuch": (
        [".notmuch-config", ".config/notmuch/default/config"],
        "[show]\nextra_headers=Mine\n",
        [
            ["notmuch", "config", "get", "show.extra_headers"],
            ["notmuch", "config", "get", "user.primary_email"],
        ],
        ["Mine", "ada@sohu.com"],
    ),
}
CASES = [(target, place) for target, (places, *_) in ASKED.items() for place in places]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    (home.path / ".muttrc").unlink()
    return home


def wanted(home: Home, *targets: str) -> None:
    home.accounts.write_text(
        "accounts:\n  home: {address: ada@sohu.com, password_command: [echo, x], "
        f"targets: [{', '.join(targets)}]}}\n"
    )


def own(home: Home, place: str, text: str) -> Path:
    path = home.path / place
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def said(home: Home, argv: list[str]) -> str:
    need(argv[0], "isync" if argv[0] == "mbsync" else argv[0])
    done = subprocess.run(
        argv, env={"PATH": "/usr/bin:/bin", "TMPDIR": str(home.path), **home.env}, cwd=home.path,
        stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize(("target", "place"), CASES)
def test_the_users_own_file_is_named_and_taken_over_when_asked(home: Home, target: str, place: str) -> None:
    _, text, questions, answers = ASKED[target]
    wanted(home, target)
    path = own(home, place, text)
    refused(home, "apply", says=("the file is yours", f"~/{place}", "--adopt"))
    home.done("apply", "--adopt")
    assert path.read_text().startswith(text)
    told = "".join(said(home, argv) for argv in questions)
    assert all(answer in told for answer in answers), told
    assert home.done("diff") == ""
    home.done("remove", "--all")
    assert path.read_text() == text


def test_each_of_two_programs_is_told_of_the_file_that_they_share(home: Home) -> None:
    wanted(home, "mutt", "neomutt")
    shared = own(home, ".config/mutt/muttrc", "set index_format = mine\n")
    says = ("mutt and neomutt read this file both", "~/.config/mutt/muttrc", "~/.config/neomutt/neomuttrc")
    refused(home, "apply", "--adopt", says=says)
    own(home, ".config/neomutt/neomuttrc", "source ~/.config/mutt/muttrc\n")
    home.done("apply", "--adopt")
    assert "mailgen mutt" in shared.read_text()
    for program in ("mutt", "neomutt"):
        assert "ada@sohu.com" in said(home, [program, "-n", "-Q", "from"])


def test_a_variable_of_the_environment_is_heeded_in_the_home_and_in_no_other_tree(home: Home) -> None:
    wanted(home, "msmtp")
    own(home, "my/msmtp/config", "account mine\nhost mine.example\n")
    given = ("--accounts", str(home.accounts))
    home.done("apply", *given, "--adopt", XDG_CONFIG_HOME=str(home.path / "my"))
    assert "mailgen msmtp" in (home.path / "my/msmtp/config").read_text()
    assert not (home.path / ".msmtprc").exists()
    home.done("apply", *given, "-o", str(home.path / "tree"), XDG_CONFIG_HOME=str(home.path / "my"))
    assert (home.path / "tree/.msmtprc").exists()


def test_fetchmail_with_a_home_of_its_own(home: Home) -> None:
    wanted(home, "fetchmail")
    (home.path / "fm").mkdir()
    home.done("apply", FETCHMAILHOME=str(home.path / "fm"))
    assert (home.path / "fm/fetchmailrc").exists()
    outside = home.path.parent / "outside"
    refused(
        home,
        "apply",
        says=("does not lie below the home", f"{outside}/fetchmailrc"),
        FETCHMAILHOME=str(outside),
    )


def test_getmail_would_not_find_a_folder_of_its_own_any_more(home: Home) -> None:
    """It looks into ~/.getmail only while there is no ~/.config/getmail; moved, all is found."""
    wanted(home, "getmail6")
    own(home, ".getmail/getmailrc", "[retriever]\n")
    refused(home, "apply", says=("~/.getmail/getmailrc", "mv ~/.getmail ~/.config/getmail"))
    assert not (home.path / ".config/getmail").exists()
    (home.path / ".getmail").rename(home.path / ".config/getmail")
    home.done("apply")
    assert (home.path / ".config/getmail/getmailrc").read_text() == "[retriever]\n"
    assert 'server="imap.sohu.com"' in said(home, ["getmail", "--rcfile", "mailgen-home", "--dump"])
    home.done("remove", "--all")
    assert [path.name for path in (home.path / ".config/getmail").iterdir()] == ["getmailrc"]
