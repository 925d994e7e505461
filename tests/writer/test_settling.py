"""A file is written where its program reads it on this machine, and nothing of the user's is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailgen import writer
from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.core.places import ReadPlace
from mailgen.writer.settling import settled

if TYPE_CHECKING:
    from pathlib import Path

OWN = "# my own\n"


def file(target: str, path: str, *places: str | ReadPlace, scope: str = "user") -> RenderedFile:
    reads = tuple(place if isinstance(place, ReadPlace) else ReadPlace(place) for place in places)
    return RenderedFile(
        path, 0o600, f"{target}\n", target=target, merge="block", comment="#", reads=reads, scope=scope
    )


ONE = file("one", "~/.onerc", "~/.onerc", "$XDG_CONFIG_HOME/one/config")
TWO = file(
    "two", "~/.tworc", "$XDG_CONFIG_HOME/two/rc", "$XDG_CONFIG_HOME/one/config", "~/.tworc", "~/.onerc"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def own(home: Path, path: str) -> Path:
    place = home / path
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_text(OWN)
    place.chmod(0o600)
    return place


def apply(home: Path, *files: RenderedFile, environment: dict[str, str] | None = None) -> dict[str, str]:
    with writer.locked(str(home.parent / "state")) as state:
        changes = writer.survey(str(home), files, state, adopt=True, environment=environment)
        writer.commit(str(home), changes, state)
    return {change.path: change.kind for change in changes}


@pytest.mark.parametrize(
    ("there", "path"),
    [
        ([], "~/.onerc"),
        ([".config/one/config"], "~/.config/one/config"),
        ([".onerc"], "~/.onerc"),
        ([".onerc", ".config/one/config"], "~/.onerc"),
    ],
)
def test_the_first_of_the_users_own_is_the_one(home: Path, there: list[str], path: str) -> None:
    for one in there:
        own(home, one)
    assert apply(home, ONE) == {path: "adopt" if there else "create"}
    assert apply(home, ONE) == {path: "unchanged"}
    apply(home)
    left = {
        str(one.relative_to(home)) for one in home.rglob("*") if one.is_file() and "backup" not in one.name
    }
    assert left == set(there)
    assert all((home / one).read_text() == OWN for one in there)


def test_a_file_of_the_users_own_takes_over_from_one_that_hides_it(home: Path) -> None:
    """What mailgen has made itself is not what the user has; else his would never be read again."""
    assert apply(home, ONE) == {"~/.onerc": "create"}
    own(home, ".config/one/config")
    assert apply(home, ONE) == {"~/.config/one/config": "adopt", "~/.onerc": "remove"}
    assert not (home / ".onerc").exists()
    (home / ".config/one/config").write_text("")
    assert list(apply(home, ONE)) == ["~/.config/one/config"], "the place that was written before stays"


def test_an_obstacle_names_the_file_that_is_read(home: Path) -> None:
    own(home, ".config/one/config")
    state = writer.read_state(str(home.parent / "state"))
    with pytest.raises(MailgenError, match="the file is yours") as raised:
        writer.survey(str(home), [ONE], state)
    assert raised.value.where == "~/.config/one/config"


def test_variables_of_the_environment_are_those_of_the_user(home: Path) -> None:
    place = own(home, "my config/one/config")
    environment = {"XDG_CONFIG_HOME": str(home / "my config")}
    assert apply(home, ONE, environment=environment) == {"~/my config/one/config": "adopt"}
    assert place.read_text().startswith(OWN)
    assert apply(home, ONE, environment={}) == {"~/.onerc": "create", "~/my config/one/config": "remove"}


def test_a_place_that_the_program_looks_at_alone_is_the_one(home: Path) -> None:
    only = file("one", "~/.onerc", ReadPlace("$ONE_HOME/rc", only=True), "~/.onerc")
    assert apply(home, only, environment={"ONE_HOME": str(home / "x")}) == {"~/x/rc": "create"}
    elsewhere = {"ONE_HOME": str(home.parent / "elsewhere")}
    with pytest.raises(MailgenError, match="does not lie below the home") as raised:
        apply(home, only, environment=elsewhere)
    assert raised.value.where == f"{elsewhere['ONE_HOME']}/rc"
    assert not (home / ".onerc").exists()


@pytest.mark.parametrize(
    ("there", "paths"),
    [
        ([], {"~/.onerc", "~/.tworc"}),
        ([".tworc"], {"~/.onerc", "~/.tworc"}),
        ([".config/two/rc", ".onerc"], {"~/.onerc", "~/.config/two/rc"}),
        ([".onerc", ".tworc"], {"~/.onerc", "~/.tworc"}),
    ],
)
def test_programs_that_read_each_others_files_have_one_each(
    home: Path, there: list[str], paths: set[str]
) -> None:
    for one in there:
        own(home, one)
    assert set(apply(home, ONE, TWO)) == paths
    assert set(apply(home, ONE, TWO).values()) == {"unchanged"}


@pytest.mark.parametrize("path", [".onerc", ".config/one/config"])
def test_one_file_of_the_users_for_two_programs_is_refused(home: Path, path: str) -> None:
    place = own(home, path)
    for both in ((ONE, TWO), (TWO, ONE)):
        with pytest.raises(MailgenError, match="both") as raised:
            apply(home, *both)
        assert raised.value.where == f"~/{path}"
        assert "~/.config/two/rc" in raised.value.mend
    assert place.read_text() == OWN
    assert apply(home, TWO) == {f"~/{path}": "adopt"}


def test_what_another_program_has_is_not_read_instead(home: Path) -> None:
    """Where one has its file already, the other's comes at a place that is looked at before."""
    own(home, ".config/one/config")
    apply(home, ONE)
    (home / ".config/one/config").write_text((home / ".config/one/config").read_text().replace(OWN, ""))
    assert set(apply(home, ONE, TWO)) == {"~/.config/one/config", "~/.config/two/rc"}


@pytest.mark.parametrize(
    ("platform", "path"), [("linux", "/etc/x"), ("freebsd14", "~/usr/local/etc/x"), ("darwin", "~/opt/etc/x")]
)
def test_files_of_the_system_lie_where_its_packages_have_them(home: Path, platform: str, path: str) -> None:
    reads = [
        ReadPlace("/etc/x", "linux"),
        ReadPlace("/usr/local/etc/x", "freebsd"),
        ReadPlace("/opt/etc/x", "darwin"),
        ReadPlace("/usr/local/etc/x", "darwin"),
    ]
    (one,), _ = settled([file("x", "/etc/x", *reads, scope="system")], str(home), {}, None, platform)
    assert one.path == path


def test_a_folder_of_that_name_is_no_file(home: Path) -> None:
    (home / ".config/one/config").mkdir(parents=True)
    assert apply(home, ONE) == {"~/.onerc": "create"}


def test_a_link_counts_as_what_it_leads_to(home: Path) -> None:
    place = own(home, "dotfiles/config")
    (home / ".config/one").mkdir(parents=True)
    (home / ".config/one/config").symlink_to(place)
    with pytest.raises(MailgenError, match="symbolic link"):
        apply(home, ONE)
    (home / ".config/one/config").unlink()
    (home / ".config/one/config").symlink_to("nowhere")
    assert apply(home, ONE) == {"~/.onerc": "create"}
