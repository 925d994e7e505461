"""The folders of an account in the prefs of Thunderbird: written by their roles, and read again."""

from __future__ import annotations

from mailgen.api import plan
from tests.importer.test_import import imported
from tests.support import cli


def prefs(**more: str) -> str:
    lines = {
        "accountmanager.accounts": "account1",
        "account.account1.server": "server1",
        "account.account1.identities": "id1",
        "identity.id1.useremail": "ada@lab.example",
        "identity.id1.smtpServer": "smtp1",
        "server.server1.type": "imap",
        "server.server1.hostname": "imap.lab.example",
        "server.server1.userName": "ada@lab.example",
        "smtpservers": "smtp1",
        "smtpserver.smtp1.hostname": "smtp.lab.example",
        "smtpserver.smtp1.username": "ada@lab.example",
        **more,
    }
    text = "".join(f'user_pref("mail.{name}", "{value}");\n' for name, value in lines.items())
    return text + (
        'user_pref("mail.server.server1.socketType", 3);\nuser_pref("mail.smtpserver.smtp1.try_ssl", 3);\n'
    )


HERE = "imap://ada%40lab.example@imap.lab.example/"
WORDS = [
    "thunderbird",
    "ada@lab.example",
    "--imap-host",
    "imap.lab.example",
    "--smtp-host",
    "smtp.lab.example",
]


def test_roles_become_prefs_and_come_back() -> None:
    named = {
        "sent": "Gesendet",
        "drafts": "Entwürfe",
        "trash": "Papierkorb",
        "junk": "Spam",
        "archive": "A&O/x",
    }
    words = [word for role, name in named.items() for word in ("--folder", f"{role}={name}")]
    done = cli(*WORDS, *words)
    assert done.status == 0, done.stderr
    assert "no place for" not in done.stderr
    assert f'.fcc_folder", "{HERE}Gesendet");' in done.stdout
    assert f'.draft_folder", "{HERE}Entw&APw-rfe");' in done.stdout
    assert f'.archive_folder", "{HERE}A&-O/x");' in done.stdout
    assert f'.spamActionTargetFolder", "{HERE}Spam");' in done.stdout
    assert '.trash_folder_name", "Papierkorb");' in done.stdout
    data, losses = imported(("thunderbird", done.stdout))
    assert losses == []
    [entry] = data["accounts"].values()
    assert entry["folders"] == named


def test_each_identity_has_them() -> None:
    data = {
        "address": "ada@qq.com",
        "protocol": "imap",
        "targets": ["thunderbird"],
        "identities": ["a@qq.com"],
    }
    [file] = plan({"accounts": {"me": data}})
    assert file.text.count('Sent Messages");') == 2


def test_a_server_that_files_what_is_sent_is_not_told_a_folder() -> None:
    done = cli("thunderbird", "ada@gmail.com", "--folder", "sent=[Gmail]/Gesendet", "--folder", "drafts=X")
    assert '.fcc", false);' in done.stdout
    assert "fcc_folder" not in done.stdout
    assert "draft_folder" in done.stdout


def test_names_that_depend_on_a_language_are_left_to_the_program() -> None:
    """Thunderbird finds them by what the server says; a name of another language would be made anew."""
    done = cli("thunderbird", "ada@gmail.com")
    assert "[Gmail]" not in done.stdout
    assert "names of the server's folders" not in done.stderr


def test_over_pop3_there_are_none_and_that_is_told() -> None:
    done = cli("thunderbird", "ada@qq.com", "--protocol", "pop3", "--folder", "sent=Gesendet")
    assert "_folder" not in done.stdout.replace("localfolders", "")
    assert "over POP3 the server has no folders, so the names for sent are left out" in " ".join(
        done.stderr.split()
    )


def test_of_what_others_wrote_only_folders_of_the_account_are_taken() -> None:
    told = prefs(
        **{
            "identity.id1.fcc_folder": HERE + "Gesendet",
            "identity.id1.fcc_folder_picker_mode": "1",
            "identity.id1.draft_folder": HERE + "Drafts",
            "identity.id1.drafts_folder_picker_mode": "0",
            "identity.id1.archive_folder": "mailbox://nobody@Local%20Folders/Archives",
            "identity.id1.archives_folder_picker_mode": "1",
        }
    )
    data, losses = imported(("thunderbird", told))
    [entry] = data["accounts"].values()
    assert entry["folders"] == {"sent": "Gesendet"}
    assert [one.name for one in losses if "folder" in one.name] == [
        "mail.identity.id1.archive_folder",
        "mail.identity.id1.archives_folder_picker_mode",
    ]
