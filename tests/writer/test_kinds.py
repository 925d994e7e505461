"""Folders and symbolic links: made, known again, and taken away without what is somebody else's."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from mailgen import writer
from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.writer.archive import tar
from mailgen.writer.tree import write_tree

FOLDER = RenderedFile("~/Mail/ada", 0o700, "", target="t", kind="folder")
UNIT = RenderedFile("~/.units/a.timer", 0o644, "[Timer]\n", target="t")
LINK = RenderedFile("~/.units/wants/a.timer", 0o777, "../a.timer", target="t", kind="symlink")
ALL = (UNIT, FOLDER, LINK)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def apply(home: Path, *files: RenderedFile, adopt: bool = False, follow: bool = False) -> dict[str, str]:
    with writer.locked(str(home.parent / "state")) as state:
        changes = writer.survey(str(home), files, state, adopt=adopt, follow_links=follow)
        writer.commit(str(home), changes, state)
    return {change.path: change.kind for change in changes}


@pytest.mark.parametrize("follow", [False, True])
def test_they_are_made_and_known_again(home: Path, follow: bool) -> None:
    assert set(apply(home, *ALL, follow=follow).values()) == {"create"}
    assert (home / "Mail/ada").stat().st_mode & 0o777 == 0o700
    assert os.readlink(home / ".units/wants/a.timer") == "../a.timer"
    assert (home / ".units/wants/a.timer").read_text() == UNIT.text
    assert set(apply(home, *ALL, follow=follow).values()) == {"unchanged"}


def test_what_is_empty_goes_with_all_that_was_made_for_it(home: Path) -> None:
    apply(home, *ALL)
    assert set(apply(home).values()) == {"remove"}
    assert list(home.iterdir()) == []


def test_mail_is_never_taken_away(home: Path) -> None:
    apply(home, *ALL)
    (home / "Mail/ada/new").mkdir()
    (home / "Mail/ada/new/1").write_text("mail")
    (home / "Mail/ada").chmod(0o755)
    assert apply(home, *ALL)["~/Mail/ada"] == "unchanged"
    assert (home / "Mail/ada").stat().st_mode & 0o777 == 0o755
    assert apply(home)["~/Mail/ada"] == "unchanged"
    assert (home / "Mail/ada/new/1").read_text() == "mail"
    assert apply(home) == {}


def test_a_folder_that_was_there_stays_though_it_is_empty(home: Path) -> None:
    (home / "Mail/ada").mkdir(parents=True)
    assert apply(home, FOLDER) == {"~/Mail/ada": "unchanged"}
    apply(home)
    assert (home / "Mail/ada").is_dir()


def test_a_link_of_ours_is_led_elsewhere_and_a_foreign_one_is_not(home: Path) -> None:
    apply(home, LINK)
    other = RenderedFile(LINK.path, 0o777, "../b.timer", target="t", kind="symlink")
    assert apply(home, other) == {LINK.path: "update"}
    link = home / ".units/wants/a.timer"
    assert os.readlink(link) == "../b.timer"
    link.unlink()
    link.symlink_to("/etc/passwd")
    with pytest.raises(MailgenError, match="did not make"):
        apply(home, other, adopt=True)
    assert apply(home) == {LINK.path: "unchanged"}
    assert os.readlink(link) == "/etc/passwd"


@pytest.mark.parametrize("one", [FOLDER, LINK])
def test_a_file_in_their_place_is_left_alone(home: Path, one: RenderedFile) -> None:
    path = home / one.path[2:]
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(MailgenError, match="something else than a"):
        apply(home, one, adopt=True)
    assert path.read_text() == "mine"


def test_a_folder_may_lie_in_another(home: Path, tmp_path: Path) -> None:
    """What is made on the way to one is there when its own turn comes."""
    outer = RenderedFile("~/Mail", 0o700, "", target="t", kind="folder")
    for both in ((outer, FOLDER), (FOLDER, outer)):
        assert set(apply(home, *both).values()) == {"create"}
        assert set(apply(home, *both).values()) == {"unchanged"}
        apply(home)
        assert list(home.iterdir()) == []
        tree = str(tmp_path / both[0].path.replace("/", "-"))
        write_tree(tree, both)
        assert [made for _, made in write_tree(tree, both)] == [False] * 2


def test_a_folder_that_was_made_on_the_way_gets_its_mode(home: Path) -> None:
    """Who reads a file for all must get to it; a folder that was there is its owner's affair."""
    folder = RenderedFile("~/etc", 0o755, "", target="t", kind="folder")
    file = RenderedFile("~/etc/rc", 0o644, "x\n", target="t")
    for order in ((file, folder), (folder, file)):
        apply(home, *order)
        assert (home / "etc").stat().st_mode & 0o777 == 0o755
        apply(home)
    (home / "etc").mkdir(mode=0o750)
    apply(home, folder, file)
    assert (home / "etc").stat().st_mode & 0o777 == 0o750


def test_a_diff_shows_them(home: Path) -> None:
    changes = writer.survey(str(home), ALL, writer.read_state(str(home.parent / "state")))
    shown = writer.unified(changes)
    assert "+++ ~/Mail/ada/\n" in shown
    assert "+../a.timer" in shown


def test_a_run_that_ends_before_its_time_leaves_none_behind(home: Path) -> None:
    with writer.locked(str(home.parent / "state")) as state:
        changes = writer.survey(str(home), ALL, state)
        with writer.staged(str(home), changes, state):
            pass
    assert list(home.iterdir()) == []


def test_trees_and_archives_hold_them(tmp_path: Path) -> None:
    root = str(tmp_path / "tree")
    assert [made for _, made in write_tree(root, ALL)] == [True] * 3
    assert [made for _, made in write_tree(root, ALL)] == [False] * 3
    assert os.readlink(f"{root}/.units/wants/a.timer") == "../a.timer"
    assert os.path.isdir(f"{root}/Mail/ada")
    stream = io.BytesIO()
    tar(ALL, stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        assert archive.getmember("Mail/ada").isdir()
        assert archive.getmember(".units/wants/a.timer").linkname == "../a.timer"


def test_what_a_killed_run_has_left_is_cleared_up(home: Path) -> None:
    """A symbolic link that is staged under a temporary name is not followed to be removed."""
    pid = os.fork()
    if not pid:
        with writer.locked(str(home.parent / "state")) as state:
            changes = writer.survey(str(home), ALL, state)
            with writer.staged(str(home), changes, state):
                os._exit(0)
    os.waitpid(pid, 0)
    left = list(home.rglob(".mailgen-*"))
    assert any(path.is_symlink() for path in left)
    assert set(apply(home, *ALL).values()) == {"create"}
    assert not list(home.rglob(".mailgen-*"))
    assert os.readlink(home / ".units/wants/a.timer") == "../a.timer"


def test_git_keeps_no_empty_folder(home: Path) -> None:
    state = writer.read_state(str(home.parent / "state"), str(home))
    changes = writer.survey(str(home), [FOLDER], state)
    assert writer.unified(changes, tree=True) == ""
    assert "Mail/ada/" in writer.unified(changes)


def test_an_archive_has_the_record_of_the_tree_it_is_unpacked_to(home: Path) -> None:
    """Folders and links as well."""
    packed = io.BytesIO()
    tar(ALL, packed)
    with writer.locked(str(home.parent / "state"), tree=str(home)) as state:
        writer.commit(str(home), writer.survey(str(home), ALL, state), state)
    with tarfile.open(fileobj=io.BytesIO(packed.getvalue())) as archive:
        record = archive.extractfile(".mailgen.json")
        assert record is not None
        assert record.read() == (home / ".mailgen.json").read_bytes()
