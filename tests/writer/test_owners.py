"""Who else may write to a folder is seen, and every door that writes refuses there in the same words."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
import struct
from typing import TYPE_CHECKING

import pytest

from mailgen.core.errors import MailgenError
from mailgen.writer import disk, inputs, owners, walking
from mailgen.writer.private import alone_in, make_private_folders
from mailgen.writer.tree import write_tree
from tests.programs import need_root, unavailable
from tests.support import MAILGEN, assert_refused, cli, ran
from tests.writer.hands import Home, whole
from tests.writer.test_races import attacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NOBODY = 65534


def grant(folder: Path, *more: tuple[int, int, int], mask: int = 7, kind: str = "access") -> None:
    """Give a folder an ACL, as setfacl(1) writes it: the usual entries and some `more`."""
    entries = [(USER_OBJ, 7, -1), *more, (GROUP_OBJ, 0, -1), (MASK, mask, -1), (OTHER, 0, -1)]
    packed = [struct.pack("<HHI", tag, bits, number & 0xFFFFFFFF) for tag, bits, number in sorted(entries)]
    try:
        os.setxattr(folder, f"system.posix_acl_{kind}", struct.pack("<I", 2) + b"".join(packed))
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:
            raise
        unavailable("the file system here has no ACLs")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    owners.forget()
    yield
    owners.forget()


def allowed(folder: Path) -> bool:
    """Say whether a folder may be written to."""
    try:
        with walking.opened_root(str(folder)):
            return True
    except MailgenError as error:
        return "other users may write to a folder" not in error.what


@pytest.mark.parametrize(
    ("entries", "mask", "good"),
    [
        ([(USER, 7, NOBODY)], 7, False),
        ([(USER, 2, NOBODY)], 2, False),
        ([(GROUP, 7, NOBODY)], 7, False),
        ([(USER, 7, NOBODY)], 5, True),
        ([(USER, 5, NOBODY)], 7, True),
        ([(USER, 7, 0)], 7, True),
    ],
    ids=["user", "user may only write", "group", "the mask forbids it", "may only read", "root"],
)
def test_an_acl_that_lets_somebody_else_write_is_refused(
    tmp_path: Path, entries: list[tuple[int, int, int]], mask: int, good: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    grant(folder, *entries, mask=mask)
    assert allowed(folder) == good


def test_a_default_acl_opens_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    grant(home.path, (USER, 7, NOBODY), kind="default")
    home.apply(whole("x"))
    assert home.loose() == []


@pytest.mark.parametrize("who", ["alone", "another is a member", "another has it first"])
def test_a_group_is_the_users_own_if_nobody_else_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    me = pwd.struct_passwd(("ada", "x", os.geteuid(), os.getegid(), "", "/", ""))
    other = pwd.struct_passwd(("eve", "x", NOBODY, os.getegid() if "first" in who else 1, "", "/", ""))
    members = ["ada", "eve"] if "member" in who else []
    monkeypatch.setattr(pwd, "getpwuid", lambda _: me)
    monkeypatch.setattr(pwd, "getpwall", lambda: [me, other])
    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group(("ada", "x", gid, members)))
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o770)
    assert allowed(folder) == (who == "alone")


def import_(path: Path) -> None:
    inputs.create_text(str(path / "new"), "x")


def accounts(path: Path) -> None:
    with alone_in(str(path)):
        raise AssertionError("nobody comes this far")


def tree(path: Path) -> None:
    write_tree(str(path), [whole("x", "~/.x/y")])


@pytest.mark.parametrize(
    ("door", "mode"),
    [
        *((door, mode) for door in (import_, accounts, tree) for mode in (0o777, 0o702)),
        *((door, 0o1777) for door in (accounts, tree)),
    ],
)
def test_every_door_refuses_a_folder_of_everybody(
    tmp_path: Path, door: Callable[[Path], None], mode: int
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(MailgenError, match="other users may write to a folder"):
        door(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("door", [import_, accounts, tree])
def test_every_door_refuses_a_folder_of_another(tmp_path: Path, door: Callable[[Path], None]) -> None:
    need_root("give a folder to another user")
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(MailgenError, match="belongs to another user"):
        door(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mask", ["000", "002"])
def test_folders_are_private_whatever_the_umask(tmp_path: Path, mask: str) -> None:
    config = tmp_path / "config-v1.1.xml"
    config.write_text(
        '<clientConfig version="1.1"><emailProvider id="x.example"><domain>x.example</domain>'
        '<incomingServer type="imap"><hostname>imap.x.example</hostname><port>993</port>'
        "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>"
        "<authentication>password-cleartext</authentication></incomingServer></emailProvider></clientConfig>"
    )
    words = ["dataset", "import", str(config), "-o", str(tmp_path / "a" / "b")]
    done = ran(["sh", "-c", f'umask {mask}; "$@"', "sh", *MAILGEN, *words])
    assert done.status == 0, done.stderr
    saved = tmp_path / "c" / "d" / "e.yaml"
    before = os.umask(int(mask, 8))
    try:
        inputs.create_text(str(saved), "x", folders=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    for folder in (tmp_path / "a", tmp_path / "a" / "b", tmp_path / "c", tmp_path / "c" / "d"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder


def test_a_link_on_the_way_is_followed_only_if_asked(tmp_path: Path) -> None:
    foreign, there = tmp_path / "foreign", tmp_path / "tree"
    foreign.mkdir()
    there.mkdir()
    (there / "mail").symlink_to(foreign)
    words = ["autoconfig-xml", "you@qq.com", "-q", "-o", str(there)]
    assert_refused(cli(*words), 1, "mailgen follows none unasked", "--follow-links")
    assert list(foreign.iterdir()) == []
    assert cli(*words, "--follow-links").status == 0
    assert [path.name for path in foreign.iterdir()] == ["config-v1.1.xml"]


def test_a_mend_fits_what_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, mend in ((errno.EACCES, "you may write to the folder"), (errno.ENOSPC, "make room")):

        def fail(*_: object, code: int = code, **__: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "mkdir", fail)
        with pytest.raises(MailgenError) as caught:
            make_private_folders(str(tmp_path / "new"))
        assert mend in caught.value.mend
        assert ("room" in caught.value.mend) == (code == errno.ENOSPC)


@pytest.mark.parametrize("trap", ["link to a folder", "link above"])
def test_no_exchange_leads_a_tree_elsewhere(memory: Path, trap: str) -> None:
    foreign, top = memory / "foreign", memory / "tree"
    (foreign / "g").mkdir(parents=True, mode=0o700)
    (top / "d" / "g").mkdir(parents=True, mode=0o700)
    target, goal = {
        "link to a folder": (top / "d" / "g", foreign / "g"),
        "link above": (top / "d", foreign),
    }[trap]
    written = refused = 0
    with attacked(target, lambda path: path.symlink_to(goal)):
        while min(written, refused) <= 20 or written + refused < 1000:
            try:
                write_tree(str(top), [whole("x", f"~/d/g/{written + refused}")])
                written += 1
            except MailgenError:
                refused += 1
            assert written + refused < 100_000, f"both must have their turns: {written}, {refused}"
    assert [path.name for path in foreign.rglob("*")] == ["g"]


def test_a_record_that_could_not_be_read_back_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    home.apply(whole("x"))
    before = (home.state / "manifest.json").read_bytes()
    monkeypatch.setattr("mailgen.writer.remembered.MOST_BYTES", len(before) + 10)
    with pytest.raises(MailgenError, match="record of what it writes would be larger"):
        home.apply(whole("x"), whole("y", "~/other"))
    assert (home.state / "manifest.json").read_bytes() == before
    assert list(home.files()) == [".config/x/user.js"]
    assert home.litter() == []
    home.apply(whole("x"))


def test_a_record_may_be_larger_than_a_configuration(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.apply(whole("x"))
    with open(home.state / "manifest.json", "ab") as file:
        file.write(b" " * disk.MOST_BYTES)
    assert home.kinds(whole("x")) == ["unchanged"]


def test_a_new_file_may_lie_in_a_sticky_folder(tmp_path: Path) -> None:
    """Like /tmp: nobody else can exchange it there, while a file that is there already may be anybody's."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    inputs.create_text(str(shared / "new"), "text\n")
    assert (shared / "new").read_text() == "text\n"
    with pytest.raises(MailgenError, match="other users may write") as caught:
        disk.written(str(shared / "new"), b"other\n", 0o600, disk.put_over)
    assert caught.value.mend == "name a folder of your own"
    shared.chmod(0o777)
    with pytest.raises(MailgenError, match="other users may write") as caught:
        inputs.create_text(str(shared / "newer"), "text\n")
    assert "chmod go-w" in caught.value.mend
