"""Files to a home directory: what is ours changes, what is not stays, and everything can be undone."""

from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.core.files import Clash
from mailgen.writer import commit, locked, read_state, remove_all, staged, survey, unified
from tests.programs import need_root
from tests.writer.hands import SECRET, Home, block, whole
from tests.writer.test_blocks import PIECES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailgen.core.files import RenderedFile

FOREIGN = b"# mine, without an end \\"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def refusal(home: Home, *files: RenderedFile, **how: bool) -> MailgenError:
    """Apply what must be refused, and make sure that nothing has changed by it."""
    before = (home.files(), home.folders())
    with pytest.raises(MailgenError) as caught:
        home.apply(*files, **how)
    assert (home.files(), home.folders()) == before
    assert home.litter() == []
    return caught.value


def test_new_files_are_private_and_go_again(home: Home) -> None:
    files = [block("account a\n"), whole("x\n"), whole("y\n", "~/.config/x/deep/y")]
    assert home.kinds(*files) == ["create"] * 3
    assert home.files() == {
        ".msmtprc": b"# >>> mailgen msmtp >>>\naccount a\n# <<< mailgen msmtp <<<\n",
        ".config/x/user.js": b"x\n",
        ".config/x/deep/y": b"y\n",
    }
    assert home.loose() == home.litter() == []
    assert home.kinds(*files) == ["unchanged"] * 3
    assert home.kinds(files[0]) == ["unchanged", "remove", "remove"]
    assert home.folders() == set(), "folders made for the files are gone with them"
    with locked(str(home.state)) as state:
        commit(str(home.path), remove_all(str(home.path), state), state)
    assert home.files() == {}
    assert json.loads((home.state / "manifest.json").read_text())["roots"] == {}


def test_a_file_of_the_users_is_adopted_once_and_given_back(home: Home) -> None:
    mine = home.write(".msmtprc", FOREIGN, 0o644)
    error = refusal(home, block("account a\n"))
    assert error.where == "~/.msmtprc"
    assert "adopt" in error.mend
    assert home.kinds(block("account a\n"), adopt=True) == ["adopt"]
    assert mine.read_bytes().startswith(FOREIGN + b"\n\n# >>>")
    assert (home.path / ".msmtprc.mailgen-backup").read_bytes() == FOREIGN
    assert home.loose() == []
    assert home.kinds(block("account b\n")) == ["update"]
    assert home.kinds() == ["remove"]
    assert home.files() == {".msmtprc": FOREIGN, ".msmtprc.mailgen-backup": FOREIGN}


def test_backups_are_made_once_and_never_overwritten(home: Home) -> None:
    path = home.write("u.js", b"one")
    name = "u.js.mailgen-backup"
    assert home.kinds(whole("ours\n", "~/u.js"), adopt=True) == ["adopt"]
    path.write_bytes(b"one")
    assert home.kinds(whole("ours\n", "~/u.js"), adopt=True) == ["adopt"]
    assert set(home.files()) == {"u.js", name}
    path.write_bytes(b"two")
    home.apply(whole("ours\n", "~/u.js"), adopt=True)
    path.write_bytes(b"one")
    home.apply(whole("ours\n", "~/u.js"), adopt=True)
    assert home.files() == {"u.js": b"ours\n", name: b"one", f"{name}.2": b"two"}
    assert home.loose() == []


@pytest.mark.parametrize("file", [block, whole])
def test_what_was_edited_by_hand_is_neither_changed_nor_removed_unasked(
    home: Home, file: Callable[..., RenderedFile]
) -> None:
    home.apply(file("ours\n", "~/x"))
    path = home.path / "x"
    edited = path.read_bytes().replace(b"ours", b"theirs")
    path.write_bytes(edited)
    assert "changed since" in refusal(home, file("new\n", "~/x")).what
    assert "changed since" in refusal(home).what
    assert home.kinds(file("new\n", "~/x"), adopt=True) == ["adopt"]
    assert home.files()["x.mailgen-backup"] == edited
    path.write_bytes(edited)
    assert home.kinds(adopt=True) == ["remove"]
    assert home.files() == {"x.mailgen-backup": edited}


def test_a_block_removed_by_hand_stays_removed_until_adopted(home: Home) -> None:
    path = home.write("x", b"mine\n")
    home.apply(block("ours\n", "~/x"), adopt=True)
    path.write_bytes(b"mine\n")
    assert "changed since" in refusal(home, block("ours\n", "~/x")).what
    assert home.kinds() == ["unchanged"]
    assert home.kinds() == [], "it is forgotten"
    path.unlink()


def test_lines_added_around_the_block_stay(home: Home) -> None:
    home.apply(block("ours\n", "~/x"))
    path = home.path / "x"
    path.write_bytes(b"above\n" + path.read_bytes() + b"below\n")
    assert home.kinds(block("new\n", "~/x")) == ["update"]
    assert home.kinds() == ["remove"]
    assert path.read_bytes() == b"above\nbelow\n"


def test_the_same_content_becomes_ours_in_silence(home: Home) -> None:
    home.write("x", b"ours\n")
    assert home.kinds(whole("ours\n", "~/x")) == ["unchanged"]
    assert home.kinds(whole("new\n", "~/x")) == ["update"]


def test_a_lost_manifest_asks_for_adoption(home: Home) -> None:
    home.apply(block("ours\n", "~/x"))
    (home.state / "manifest.json").unlink()
    assert home.kinds(block("ours\n", "~/x")) == ["unchanged"]
    (home.state / "manifest.json").unlink()
    refusal(home, block("new\n", "~/x"))


def test_a_file_may_change_between_whole_and_block_and_between_names(home: Home) -> None:
    path = home.write("x", b"mine")
    home.apply(block("a\n", "~/x"), adopt=True)
    assert home.kinds(block("a\n", "~/x", target="other", comment="//")) == ["update"]
    assert (
        path.read_bytes()
        == b"mine\n// >>> mailgen other >>> and 1 line break above\na\n// <<< mailgen other <<<\n"
    )
    refusal(home, whole("w\n", "~/x"))
    assert home.kinds(whole("w\n", "~/x"), adopt=True) == ["adopt"]
    assert home.kinds(block("b\n", "~/x")) == ["update"]
    assert home.kinds(whole("w\n", "~/x")) == ["update"]
    assert path.read_bytes() == b"w\n"


def test_clashes_name_the_line_and_not_its_text(home: Home) -> None:
    clash = Clash(r"^\s*account\s+default\b", "another default", "remove it")
    path = home.write(".msmtprc", b"# a\n\naccount default : s3cret\n")
    error = refusal(home, block("account default\n", clashes=(clash,)), adopt=True)
    assert (error.what, error.where) == ("another default", "~/.msmtprc, line 3")
    assert "s3cret" not in str(error)
    path.write_bytes(b"# a\n")
    home.apply(block("account default\n", clashes=(clash,)), adopt=True)
    assert home.kinds(block("account default\n", clashes=(clash,))) == ["unchanged"]
    path.write_bytes(path.read_bytes() + b"account default : s3cret\n")
    assert refusal(home, block("account default\n", clashes=(clash,))).where == "~/.msmtprc, line 5"


def test_a_clash_may_be_about_the_first_line_above_ours(home: Home) -> None:
    clash = Clash(r"^(?!account\b)", "this begins otherwise", "move it", first=True)
    ours = block("ours\n", clashes=(clash,))
    path = home.write(".msmtprc", b"# a\n\nlogfile x\n")
    assert refusal(home, ours, adopt=True).where == "~/.msmtprc, line 3"
    path.write_bytes(b"# a\naccount x\nlogfile x\n")
    home.apply(ours, adopt=True)
    path.write_bytes(path.read_bytes() + b"logfile y\n")
    assert home.kinds(ours) == ["unchanged"]
    path.write_bytes(b"logfile x\n" + path.read_bytes())
    assert refusal(home, ours).where == "~/.msmtprc, line 1"
    path.write_bytes(b"")
    home.apply(ours)
    path.write_bytes(path.read_bytes() + b"logfile y\n")
    assert home.kinds(ours) == ["unchanged"], "what stands below ours is not the first"


def test_all_obstacles_are_named_and_nothing_is_written(home: Home) -> None:
    home.write("a", b"mine")
    (home.path / "b").mkdir()
    home.write("c", b"# >>> mailgen msmtp >>>\n")
    error = refusal(home, whole("x", "~/a"), whole("x", "~/b"), block("x\n", "~/c"), whole("new", "~/d"))
    assert [one.where for one in (error, *error.more)] == ["~/a", "~/b", "~/c, line 1"]


@pytest.mark.parametrize("path", ["~/../x", "/etc/x", "", "~/", "~/x/", "~/a/../../x", "~/x\0y", "~/.."])
def test_paths_outside_the_home_are_refused(home: Home, path: str) -> None:
    refusal(home, whole("x", path))


def test_a_line_that_looks_like_a_mark_is_refused(home: Home) -> None:
    assert "mark" in refusal(home, block("a\n# <<< mailgen other <<<\n")).what


def test_two_spellings_of_a_path_are_one_file(home: Home) -> None:
    refusal(home, whole("x", "~/a"), whole("x", "a"))
    assert home.kinds(whole("x", f"{home.path}/a/./b")) == ["create"]
    assert home.kinds(whole("x", "~/a/b")) == ["unchanged"]


def test_others_are_kept_if_so_wished(home: Home) -> None:
    home.apply(whole("a", "~/a"), whole("b", "~/b"))
    assert home.kinds(whole("a", "~/a"), keep_others=True) == ["unchanged"]
    assert home.kinds() == ["remove", "remove"]


def test_two_homes_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    one, two = Home(tmp_path), Home(tmp_path)
    two.path = tmp_path / "two" / "deep"
    one.apply(whole("a", "~/a"))
    assert two.kinds(whole("a", "~/a")) == ["create"]
    assert stat.S_IMODE(two.path.stat().st_mode) == 0o700
    assert two.kinds() == ["remove"]
    assert one.files() == {"a": b"a"}


def test_a_mode_is_narrowed_and_never_widened(home: Home) -> None:
    path = home.write("x", b"a", 0o640)
    assert home.kinds(whole("a", "~/x")) == ["update"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o400)
    assert home.kinds(whole("b", "~/x")) == ["update"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert home.kinds(whole("b", "~/x")) == ["unchanged"]


def test_a_second_run_writes_nothing(home: Home) -> None:
    files = [block("a\n"), whole("x\n")]
    home.apply(*files)
    places = [home.path, home.state, *home.path.rglob("*"), *home.state.rglob("*")]
    before = [os.lstat(place) for place in places]
    home.apply(*files)
    after = [os.lstat(place) for place in places]
    assert [(one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for one in after] == [
        (one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for one in before
    ]


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def _hard_link(path: Path) -> None:
    path.write_bytes(b"mine")
    os.link(path, path.with_name("second"))


def _link(path: Path) -> None:
    path.with_name("goal").write_bytes(b"mine")
    path.symlink_to("goal")


def _not_ours(path: Path) -> None:
    path.write_bytes(b"mine")
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize("make", [_fifo, _socket, _hard_link, _link, _not_ours])
@pytest.mark.parametrize("file", [block, whole])
def test_what_is_no_plain_file_of_the_users_is_refused(
    home: Home, file: Callable[..., RenderedFile], make: Callable[[Path], None]
) -> None:
    if make is _not_ours:
        need_root("give files away")
    make(home.path / "x")
    before = os.lstat(home.path / "x")
    with pytest.raises(MailgenError):
        home.apply(file("x\n", "~/x"), adopt=True)
    after = os.lstat(home.path / "x")
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


@pytest.mark.parametrize("mode", [0o707, 0o702, 0o1777])
def test_folders_that_others_may_write_to_are_refused(home: Home, mode: int) -> None:
    folder = home.path / "f"
    folder.mkdir()
    folder.chmod(mode)
    assert "write" in refusal(home, whole("x", "~/f/x")).what
    folder.chmod(0o755)
    home.path.chmod(mode)
    assert "write" in refusal(home, whole("x", "~/f/x")).what


def test_a_group_that_may_write_is_the_users_own_or_refused(home: Home) -> None:
    need_root("give files away")
    home.path.chmod(0o770)
    assert home.kinds(whole("x", "~/x")) == ["create"]
    os.chown(home.path, 0, 65534)
    assert "write" in refusal(home, whole("y", "~/x")).what


def test_a_journal_that_names_a_file_of_the_users_removes_nothing(home: Home) -> None:
    path = home.write("precious", b"mine")
    home.apply(whole("x"))
    for name in ("precious", "../home/precious", ".mailgen-/../precious"):
        journal = {
            "version": 1,
            "root": str(home.path),
            "temporary": [["~/x", name]],
            "folders": [],
            "follow_links": False,
            "entries": {},
        }
        (home.state / "journal.json").write_text(json.dumps(journal))
        with pytest.raises(MailgenError, match="damaged"):
            home.apply(whole("x"))
        assert path.read_bytes() == b"mine"


def test_folders_of_others_are_refused(home: Home) -> None:
    need_root("give files away")
    (home.path / "f" / "g").mkdir(parents=True)
    os.chown(home.path / "f", 65534, 65534)
    assert "another user" in refusal(home, whole("x", "~/f/g/x")).what
    os.chown(home.path / "f", 0, 0)
    os.chown(home.path, 65534, 65534)
    assert "another user" in refusal(home, whole("x", "~/f/g/x")).what


def test_links_are_followed_only_if_asked(home: Home, tmp_path: Path) -> None:
    dotfiles = home.path / "dotfiles"
    (dotfiles / "config").mkdir(parents=True, mode=0o700)
    (dotfiles / "msmtprc").write_bytes(b"mine\n")
    (home.path / ".msmtprc").symlink_to("dotfiles/msmtprc")
    (home.path / ".config").symlink_to(dotfiles / "config")
    files = [block("a\n"), whole("x\n", "~/.config/deep/x")]
    assert len(refusal(home, *files, adopt=True).more) == 1
    done = home.apply(*files, adopt=True, follow_links=True)
    assert [(change.kind, change.backup) for change in done] == [
        ("adopt", "~/dotfiles/msmtprc.mailgen-backup"),
        ("create", None),
    ]
    assert (dotfiles / "msmtprc.mailgen-backup").read_bytes() == b"mine\n"
    assert (home.path / ".msmtprc").is_symlink()
    assert (dotfiles / "msmtprc").read_bytes().startswith(b"mine\n# >>>")
    assert (dotfiles / "config" / "deep" / "x").read_bytes() == b"x\n"
    assert home.kinds(*files, follow_links=True) == ["unchanged"] * 2
    assert home.kinds(follow_links=True) == ["remove"] * 2
    assert (dotfiles / "msmtprc").read_bytes() == b"mine\n"
    assert os.listdir(dotfiles / "config") == []
    assert (home.path / ".config").is_symlink()


def test_two_links_to_one_file_are_two_targets_for_it(home: Home) -> None:
    home.write("rc", b"mine\n")
    for name in (".muttrc", ".neomuttrc"):
        (home.path / name).symlink_to("rc")
    files = [block("a\n", "~/.muttrc", target="mutt"), block("b\n", "~/.neomuttrc", target="neomutt")]
    error = refusal(home, *files, adopt=True, follow_links=True)
    assert error.where == "~/.neomuttrc"


def test_links_that_lead_nowhere_good_are_refused(home: Home, tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (open_to_all / "x").write_bytes(b"theirs")
    (home.path / "folder").mkdir()
    goals = {"a": open_to_all / "x", "b": "b", "c": "..", "d": "/", "e": "folder", "f": "/dev/null"}
    for name, goal in goals.items():
        (home.path / name).symlink_to(goal)
        with pytest.raises(MailgenError):
            home.apply(whole("x", f"~/{name}"), adopt=True, follow_links=True)
        assert os.readlink(home.path / name) == str(goal)
    assert (open_to_all / "x").read_bytes() == b"theirs"


def test_a_change_between_survey_and_commit_is_noticed(home: Home) -> None:
    for path, content in (("a", b"new"), ("b", None)):
        home.apply(whole("1", "~/a"), whole("1", "~/b"))
        with locked(str(home.state)) as state:
            changes = survey(str(home.path), [whole("2", "~/a"), whole("2", "~/b")], state)
            place = home.path / path
            place.write_bytes(content) if content else place.unlink()
            before = home.files()
            with pytest.raises(MailgenError, match="changed while"):
                commit(str(home.path), changes, state)
        assert home.files() == before
        assert home.litter() == []
        for name in home.files():
            (home.path / name).unlink()
        (home.state / "manifest.json").unlink()


def test_one_run_at_a_time(home: Home) -> None:
    with (
        locked(str(home.state)),
        pytest.raises(MailgenError, match="another run"),
        locked(str(home.state), 0.1),
    ):
        pass
    with locked(str(home.state)):
        pass


def test_looking_needs_no_lock_and_no_folder_and_may_not_write(home: Home) -> None:
    state = read_state(str(home.state))
    changes = survey(str(home.path), [whole("x")], state)
    assert not home.state.exists()
    with pytest.raises(RuntimeError):
        commit(str(home.path), changes, state)
    home.apply(whole("x"))
    with locked(str(home.state)):
        looked = survey(str(home.path), [whole("y")], read_state(str(home.state)))
    assert [change.kind for change in looked] == ["update"]


DAMAGED = [
    "{", "[]", '{"version": 99}', "null x", "\xff", '{"version": 1}',
    '{"version": 1, "roots": []}',
    '{"version": 1, "roots": {"/": 1}}',
    '{"version": 1, "roots": {"/": {"files": {"~/x": {"mode": "9"}}, "folders": []}}}',
]  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_record_is_said_and_left_alone(home: Home, text: str) -> None:
    home.apply(whole("x"))
    (home.state / "manifest.json").write_bytes(text.encode("latin-1"))
    for call in (lambda: read_state(str(home.state)), lambda: home.apply(whole("x"))):
        with pytest.raises(MailgenError, match="damaged"):
            call()
    assert (home.state / "manifest.json").read_bytes() == text.encode("latin-1")
    (home.state / "manifest.json").rename(home.state / "journal.json")
    with pytest.raises(MailgenError, match="damaged"):
        home.apply(whole("x"))


def test_a_name_too_long_for_its_backup_is_refused_before_anything_happens(home: Home) -> None:
    name = "x" * 255
    home.write(name, b"mine")
    refusal(home, whole("a", f"~/{name}"), whole("b", "~/b"), adopt=True)
    (home.path / name).unlink()
    assert home.kinds(whole("a", f"~/{name}")) == ["create"]
    assert home.kinds(whole("b", f"~/{name}")) == ["update"]


def test_a_diff_shows_everything_but_the_secret(home: Home) -> None:
    home.write(".msmtprc", f"password {SECRET}0\n\xff\x1b[31m\r\n".encode("latin-1"))
    first, second = (block(f"account a\npassword {SECRET}{n}\n") for n in (1, 2))
    looked = survey(str(home.path), [first], read_state(str(home.state)), adopt=True)
    shown = unified(looked)
    assert "+account a\n+password ***\n" in shown
    assert shown.startswith("--- ~/.msmtprc\n+++ ~/.msmtprc\n@@ -2,0 +3,4 @@\n+#"), "own lines are not shown"
    home.apply(first, adopt=True)
    changed = unified(home.apply(second))
    assert "-password *** (old)\n+password *** (new)\n" in changed
    removed = unified(home.apply())
    assert "-password ***\n" in removed, "the grammar is remembered"
    assert SECRET not in shown + changed + removed
    assert unified(home.apply()) == ""
    assert not any(SECRET.encode() in path.read_bytes() for path in home.state.iterdir())


def test_a_record_of_earlier_versions_is_read(home: Home) -> None:
    """It has patterns where the grammar stands now; until the next apply, no line of that file is shown."""
    file = block("account a\npassword x\n")
    home.apply(file)
    manifest = home.state / "manifest.json"
    text = manifest.read_text()
    assert '"grammar": "msmtp"' in text
    manifest.write_text(text.replace('"grammar": "msmtp"', '"secret_lines": ["(x)"]'))
    shown = unified(survey(str(home.path), [], read_state(str(home.state))))
    assert "account a" not in shown
    assert home.kinds(file) == ["unchanged"]
    assert home.kinds() == ["remove"]


def test_a_diff_can_be_applied_by_patch(home: Home, tmp_path: Path) -> None:
    """Our diff is a real unified diff: patch(1) makes the same file of it."""
    import subprocess

    from tests.programs import need

    patch = need("patch", "patch")
    for number, (old, new) in enumerate(
        [(b"a\nb\nc\n", b"a\nx\nc"), (b"a", b"a\nb\n"), (b"\n" * 30 + b"end", b"\n" * 9 + b"x" + b"\n" * 21)]
    ):
        home.write(f"f{number}", old)
        changes = home.apply(whole(new.decode(), f"~/f{number}"), adopt=True, keep_others=True)
        (tmp_path / "copy").write_bytes(old)
        text = unified(changes).encode()
        subprocess.run([patch, "-s", tmp_path / "copy"], input=text, check=True)
        assert (tmp_path / "copy").read_bytes() == new


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_foreign_bytes_come_back(memory: Path, content: bytes) -> None:
    with TemporaryDirectory(dir=memory) as folder:
        home = Home(Path(folder))
        home.write("x", content)
        home.apply(block("one\n", "~/x"), adopt=True)
        assert home.files()["x"].startswith(content)
        home.apply(block("two\n", "~/x"))
        home.apply()
        left = home.files()
        assert left.pop("x") == content
        assert left == ({"x.mailgen-backup": content} if content.strip() else {})


contents = st.sampled_from([None, b"", b"mine\n", b"mine \\", b"ours\n", b"\xff\n"])
wanted = st.lists(
    st.builds(
        lambda kind, name, text: kind(text, f"~/{name}"),
        st.sampled_from([block, whole]),
        st.sampled_from(["a", "b", "d/c", "d/e/f"]),
        st.sampled_from(["ours\n", "other\n", ""]),
    ),
    max_size=4,
    unique_by=lambda file: file.path,
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "d/c"]), contents, max_size=3), wanted, wanted, st.booleans()
)
def test_what_is_predicted_is_what_happens(
    tmp_path_factory: pytest.TempPathFactory,
    there: dict[str, bytes | None],
    first: list[RenderedFile],
    second: list[RenderedFile],
    edit: bool,
) -> None:
    home = Home(tmp_path_factory.mktemp("predicted"))
    for name, content in there.items():
        if content is not None:
            home.write(name, content)
    foreign = {name: content for name, content in home.files().items() if content not in (b"", b"ours\n")}
    for files in (first, second, []):
        looked = survey(str(home.path), files, read_state(str(home.state)), adopt=True)
        done = home.apply(*files, adopt=True)
        assert done == looked
        for change in looked:
            path = home.path / change.path[2:]
            assert (path.read_bytes() if path.exists() else None) == change.after
            assert (stat.S_IMODE(path.stat().st_mode) if path.exists() else None) == change.mode
            if change.backup:
                assert (home.path / change.backup[2:]).read_bytes() == change.before
        assert home.litter() == []
        again = home.apply(*files)
        assert {change.kind for change in again} <= {"unchanged"}
        if edit and (home.path / "a").exists():
            (home.path / "a").write_bytes((home.path / "a").read_bytes() + b"# edited\n")
    left = home.files()
    for name, content in foreign.items():
        kept = [
            text for path, text in left.items() if path == name or path.startswith(f"{name}.mailgen-backup")
        ]
        assert any(text.startswith(content) for text in kept), "the user's own is there, or in a backup"


def test_what_is_staged_waits_for_the_word(home: Home) -> None:
    """Who writes for several users stages for all of them first, and one may still refuse."""
    home.apply(whole("old\n"))
    files = [whole("new\n"), block("account a\n", "~/.config/y/rc")]
    with locked(str(home.state)) as state:
        changes = survey(str(home.path), files, state)
        with staged(str(home.path), changes, state):
            assert home.litter(), "nothing is staged"
            assert home.files()[".config/x/user.js"] == b"old\n"
    assert home.files() == {".config/x/user.js": b"old\n"}
    assert home.folders() == {".config", ".config/x"}
    assert home.litter() == []
    with locked(str(home.state)) as state:
        changes = survey(str(home.path), files, state)
        with staged(str(home.path), changes, state) as put_in_place:
            put_in_place()
    assert home.kinds(*files) == ["unchanged"] * 2


def test_a_copy_may_be_kept_of_our_own_files(home: Home) -> None:
    home.apply(whole("one\n"))
    [change] = home.apply(whole("two\n"), keep_copies=True)
    assert change.backup == "~/.config/x/user.js.mailgen-backup"
    assert home.files() == {".config/x/user.js": b"two\n", ".config/x/user.js.mailgen-backup": b"one\n"}
    assert home.apply(whole("two\n"), keep_copies=True)[0].backup is None
    [change] = home.apply(keep_copies=True)
    assert change.kind == "remove"
    assert home.files()[".config/x/user.js.mailgen-backup.2"] == b"two\n"
