"""mailgen.mail.configs writes files of the whole system for root, and for nobody else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, machine

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "correct-horse-battery"
RELAY = {"address": "user@sohu.com", "password": SECRET, "targets": ["msmtp-system"]}
GROUP = 23999


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada") as made:
        with (made.folder / "etc/group").open("a") as file:
            file.write(f"mailers:x:{GROUP}:\n")
        (made.folder / "etc/msmtprc").unlink(missing_ok=True)
        yield made


def of(user: str = "root", group: str = "mailers", **more: Any) -> dict[str, Any]:
    account = {**RELAY, "options": {"msmtp-system": {"group": group}}}
    return {"users": {user: {"accounts": {"relay": account}}}, **more}


def test_it_is_written_checked_and_left(desk: Machine) -> None:
    told = desk.configs(of(), "--check", "--diff")
    assert told["kind"] == "ok", told["msg"]
    assert told["changed"]
    assert SECRET not in str(told)
    path = desk.folder / "etc/msmtprc"
    assert not path.exists()
    first = desk.configs(of())
    assert [(file["file"], file["change"], file["mode"]) for file in first["files"]] == [
        ("/etc/msmtprc", "create", "0640")
    ]
    assert first["files"][0]["validated"]
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, GROUP, 0o640)
    assert f"password       {SECRET}" in path.read_text()
    assert desk.configs(of())["changed"] is False
    assert (desk.folder / "var/lib/mailgen/manifest.json").exists()
    gone = desk.configs(of(state="absent"))
    assert [(file["file"], file["change"]) for file in gone["files"]] == [("/etc/msmtprc", "remove")]
    assert not path.exists()
    assert desk.litter() == []


def test_another_mode_is_put_right(desk: Machine) -> None:
    desk.configs(of())
    path = desk.folder / "etc/msmtprc"
    path.chmod(0o644)
    told = desk.configs(of(), "--diff")
    assert told["changed"]
    assert "/etc/msmtprc: mode 0644 becomes 0640" in str(told["diff"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_line_of_the_administrators_stays(desk: Machine) -> None:
    path = desk.folder / "etc/msmtprc"
    path.write_text("# ours\n")
    refused = desk.configs(of())
    assert refused["kind"] == "failed"
    assert "adopt: true" in refused["msg"]
    assert desk.configs(of(adopt=True))["changed"]
    assert path.read_text().startswith("# ours\n")


def test_it_is_not_another_users(desk: Machine) -> None:
    refused = desk.configs(of("ada"))
    assert refused["kind"] == "failed"
    assert "users/ada/accounts/relay/targets" in refused["msg"]
    assert "users/root" in refused["msg"]
    assert not (desk.folder / "etc/msmtprc").exists()


def test_a_missing_group_is_named_and_costs_root_alone(desk: Machine) -> None:
    both = of(group="nosuchgroup")
    both["users"]["ada"] = {"accounts": {"home": {**RELAY, "targets": ["msmtp"]}}}
    refused = desk.configs(both)
    assert refused["kind"] == "failed"
    assert "groupadd --system nosuchgroup" in refused["msg"]
    assert refused["failed_users"] == ["root"]
    assert set(desk.files("ada")) == {".msmtprc"}
    assert not (desk.folder / "etc/msmtprc").exists()


def live_in_the_root(desk: Machine, name: str, uid: int) -> None:
    with (desk.folder / "etc/passwd").open("a") as file:
        file.write(f"{name}:x:{uid}:{uid}::/:/bin/sh\n")


def test_who_lives_in_the_root_is_not_the_system(desk: Machine) -> None:
    """A user's record lies below his home, whatever that is; /var/lib/mailgen is the system's alone."""
    desk.configs(of())
    live_in_the_root(desk, "toor", 0)
    live_in_the_root(desk, "daemonic", 23990)
    for name in ("toor", "daemonic"):
        gone = desk.configs({"users": {name: {"state": "absent"}}})
        assert (gone["kind"], gone["changed"], gone["files"]) == ("ok", False, [])
    assert (desk.folder / "etc/msmtprc").exists()
    assert (desk.folder / "var/lib/mailgen/manifest.json").exists()
    account = {**RELAY, "targets": ["msmtp"]}
    refused = desk.configs({"users": {"daemonic": {"accounts": {"home": account}}}})
    assert refused["failed_users"] == ["daemonic"]
    assert "where: /.local" in refused["msg"], refused["msg"]
    assert "/var/lib/mailgen" not in refused["msg"]


def test_the_mail_to_root_has_a_receiver(desk: Machine) -> None:
    aliases = desk.folder / "etc/aliases"
    aliases.write_text("# See man 5 aliases for format\npostmaster:    root\n")
    order = of(adopt=True)
    order["users"]["root"]["accounts"]["relay"]["options"]["msmtp-system"]["root_mail"] = "boss@lab.example"
    told = desk.configs(order)
    assert told["kind"] == "ok", told["msg"]
    assert [(file["file"], file["change"]) for file in told["files"]] == [
        ("/etc/msmtprc", "create"),
        ("/etc/aliases", "adopt"),
    ]
    assert "\nroot: boss@lab.example\n" in aliases.read_text()
    assert stat.S_IMODE(aliases.stat().st_mode) == 0o644
    assert desk.configs(order)["changed"] is False
    assert desk.configs(of(state="absent"))["changed"]
    assert aliases.read_text() == "# See man 5 aliases for format\npostmaster:    root\n"
    aliases.write_text("root: me\n")
    refused = desk.configs(order)
    assert refused["kind"] == "failed"
    assert "/etc/aliases, line 1" in refused["msg"]
    assert not (desk.folder / "etc/msmtprc").exists()


def test_a_relay_is_put_beside_the_owners_lines_and_taken_away(desk: Machine) -> None:
    folder = desk.folder / "etc/postfix"
    kept = {name: (folder / name).read_bytes() for name in ("main.cf", "master.cf")}
    relay = {**RELAY, "targets": ["postfix"], "options": {"postfix": {"root_mail": "boss@lab.example"}}}
    order = {"users": {"root": {"accounts": {"relay": relay}}}, "adopt": True}
    told = desk.configs(order, "--check", "--diff")
    assert told["kind"] == "ok", told["msg"]
    assert SECRET not in str(told)
    told = desk.configs(order)
    assert [
        (file["file"].removeprefix("/etc/postfix/"), file["change"], file["mode"]) for file in told["files"]
    ] == [
        ("master.cf", "adopt", "0644"),
        ("main.cf", "adopt", "0644"),
        ("mailgen/sender", "create", "0644"),
        ("mailgen/header_checks", "create", "0644"),
        ("mailgen/sasl_passwd", "create", "0600"),
    ]
    assert told["files"][1]["validated"]
    assert [one["argv"] for one in told["after"]] == [["postfix", "reload"]]
    secret = folder / "mailgen/sasl_passwd"
    status = secret.stat()
    assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (0, 0o600)
    assert secret.read_text().endswith(f"[smtp.sohu.com]:465 user@sohu.com:{SECRET}\n")
    assert all((folder / name).read_bytes().startswith(content) for name, content in kept.items())
    assert desk.configs(order)["changed"] is False
    assert desk.configs({"users": {"root": {"state": "absent"}}})["changed"]
    assert {name: (folder / name).read_bytes() for name in kept} == kept
    assert not (folder / "mailgen").exists()
    assert desk.litter() == []


def test_a_relay_of_one_line_is_for_the_group_that_sends_and_a_desk_for_everybody(desk: Machine) -> None:
    options = {"root_mail": "boss@lab.example", "group": "mailers"}
    relay = {**RELAY, "targets": ["nullmailer"], "options": {"nullmailer": options}}
    shared = {"thunderbird-cfg": {"status": "locked"}}
    reception = {"address": "desk@qq.com", "targets": ["thunderbird-cfg"], "options": shared}
    order = {"users": {"root": {"accounts": {"relay": relay, "reception": reception}}}}
    told = desk.configs(order, "--diff")
    assert told["kind"] == "ok", told["msg"]
    assert SECRET not in str(told)
    folder = desk.folder / "etc/nullmailer"
    status = (folder / "remotes").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, GROUP, 0o640)
    assert f'pass="{SECRET}"' in (folder / "remotes").read_text()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert (folder / "adminaddr").read_text() == "boss@lab.example\n"
    fleet = [
        desk.folder / "etc/thunderbird" / name for name in ("mozilla.cfg", "defaults/pref/autoconfig.js")
    ]
    texts = [path.read_text() for path in fleet]
    for status in (path.stat() for path in fleet):
        assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, 0, 0o644)
    assert '.useremail", "desk@qq.com");' in texts[0]
    assert 'lockPref("mail.' in texts[0]
    assert "mozilla.cfg" in texts[1]
    assert SECRET not in "".join(texts)
    assert desk.configs(order)["changed"] is False
    assert desk.configs({"users": {"root": {"state": "absent"}}})["changed"]
    assert not folder.exists()
    assert not any(path.exists() for path in fleet)
    assert desk.litter() == []


def test_a_relay_with_a_file_of_its_own_for_the_secret(desk: Machine) -> None:
    options = {"root_mail": "boss@lab.example", "group": "mailers"}
    relay = {**RELAY, "targets": ["exim"], "options": {"exim": options}}
    order = {"users": {"root": {"accounts": {"relay": relay}}}}
    told = desk.configs(order, "--diff")
    assert told["kind"] == "ok", told["msg"]
    assert SECRET not in str(told)
    folder = desk.folder / "etc/exim4"
    status = (folder / "mailgen.passwd").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, GROUP, 0o640)
    assert (folder / "mailgen.passwd").read_text().endswith(f"smtp.sohu.com: user@sohu.com:{SECRET}\n")
    assert SECRET not in (folder / "exim4.conf").read_text()
    both = {**relay, "targets": ["exim", "nullmailer"]}
    refused = desk.configs({"users": {"root": {"accounts": {"relay": both}}}})
    assert refused["kind"] == "failed"
    assert "exim and nullmailer" in refused["msg"]
    assert desk.configs({"users": {"root": {"state": "absent"}}})["changed"]
    assert not (folder / "exim4.conf").exists()
    assert not (folder / "mailgen.passwd").exists()
    assert desk.litter() == []


def test_the_file_of_a_package_gives_way_to_a_relay_when_asked(desk: Machine) -> None:
    (desk.folder / "etc/smtpd.conf").write_text("listen on localhost\n")
    relay = {**RELAY, "targets": ["opensmtpd"], "options": {"opensmtpd": {"group": "mailers"}}}
    order = {"users": {"root": {"accounts": {"relay": relay}}}, "adopt": True}
    told = desk.configs(order, "--diff")
    assert told["kind"] == "ok", told["msg"]
    assert SECRET not in str(told)
    table = desk.folder / "etc/smtpd/mailgen.secrets"
    status = table.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, GROUP, 0o640)
    assert stat.S_IMODE(table.parent.stat().st_mode) == 0o755
    assert table.read_text().endswith(f"\nmailgen user@sohu.com:{SECRET}\n")
    assert (desk.folder / "etc/smtpd.conf.mailgen-backup").read_text() == "listen on localhost\n"
