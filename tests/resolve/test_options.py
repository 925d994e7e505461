"""What a target's option may be, from the command line and from an accounts file alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgen.accounts.planner import Planner
from mailgen.accounts.requests import option_values
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import DataError, MailgenError
from mailgen.core.values import replace
from mailgen.dataset import targets
from mailgen.model.target import TargetOption
from mailgen.model.tokens import FileName
from mailgen.resolve.options import text_value
from tests.cases import run
from tests.formats.msmtp import program as msmtp

COLOUR = TargetOption("choice", {}, "green", ("green", "blue"))


def test_a_choice_is_one_of_its_words() -> None:
    assert text_value(COLOUR, "colour", "blue") == "blue"


@pytest.mark.parametrize(
    ("given", "mend"), [("bleu", "did you mean 'blue'?"), ("x", "write one of these"), ("", "write")]
)
def test_a_wrong_choice_is_told_with_the_near_one(given: str, mend: str) -> None:
    with pytest.raises(MailgenError) as caught:
        text_value(COLOUR, "colour", given)
    assert "green, blue" in caught.value.what
    assert mend in caught.value.mend


@pytest.mark.parametrize(
    "given", ["ca.pem", "./ca.pem", "", "~", "~ada/ca.pem", "/etc/a\nb", "~/a\0b", "/a\u2028b"]
)
@pytest.mark.parametrize("target", ["msmtp", "fetchmail", "mutt", "mbsync"])
def test_a_path_is_whole_and_on_one_line(target: str, given: str) -> None:
    with pytest.raises(DataError):
        option_values(open_catalogue().target(target), {"ca_file": given}, lambda *field: field)
    if given:
        done = run(target, "you@sohu.com", "--set", f"ca_file={given}")
        assert (done.status, done.stdout) == (2, "")
        assert "--set ca_file=" in done.stderr


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("msmtp", 'tls_trust_file "~/my ca.pem"'),
        ("mutt", "set certificate_file = '~/my ca.pem'"),
        ("mbsync", 'CertificateFile "~/my ca.pem"'),
    ],
)
def test_a_path_below_the_home_stays_one_where_the_program_knows_homes(target: str, line: str) -> None:
    done = run(target, "you@sohu.com", "--set", "ca_file=~/my ca.pem")
    assert line in done.stdout.splitlines()


def test_fetchmail_is_given_no_home_that_it_does_not_know() -> None:
    done = run("fetchmail", "you@sohu.com", "--set", "ca_file=~/ca.pem")
    assert (done.status, done.stdout) == (1, "")
    assert "fetchmail knows no ~; give the whole path" in done.stderr
    data = {
        "accounts": {
            "a": {
                "address": "a@sohu.com",
                "targets": ["fetchmail"],
                "options": {"fetchmail": {"ca_file": "~/ca.pem"}},
            }
        }
    }
    with pytest.raises(MailgenError, match="fetchmail knows no ~"):
        Planner(open_catalogue()).plan(data)


def test_templates_see_the_default_as_a_value_of_its_type() -> None:
    target = open_catalogue().target("thunderbird")
    assert target.unset == {"profile": FileName("~/.thunderbird/mailgen")}
    coloured = replace(target, options={"colour": COLOUR, "own": TargetOption("text", {})})
    assert coloured.unset == {"colour": "green", "own": None}


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ({"type": "choice", "choices": ["a", "b"], "default": "c"}, "one of a, b"),
        ({"type": "path", "default": "x"}, "starts with /"),
        ({"type": "yesno", "default": "yes"}, "no default of the type yesno"),
        ({"type": "number", "default": True}, "no default of the type number"),
        ({"type": "command", "default": "x"}, "no default of the type command"),
        ({"type": "number", "default": 5}, None),
        ({"type": "yesno", "default": False}, None),
        ({"type": "choice", "choices": ["a", "b"], "default": "a"}, None),
    ],
)
def test_a_manifest_has_only_defaults_that_fit(option: dict[str, object], says: str | None) -> None:
    record = open_catalogue().manifest("msmtp")
    changed = {**record, "options": {"x": option}}
    found = [problem.what for problem in targets.manifest_problems(Path("target.yaml"), changed)]
    assert [says in what for what in found if says] == ([True] if says else [])
    assert bool(found) == bool(says)


def test_msmtp_puts_the_home_in_place() -> None:
    done = run("msmtp", "you@sohu.com", "--set", "ca_file=~/my ca.pem")
    found = str(msmtp.read_back(done.stdout)["tls_trust_file"])
    assert found.startswith("/")
    assert found.endswith("/my ca.pem")


@pytest.mark.parametrize("target", ["msmtp", "msmtp-system"])
def test_the_server_is_greeted_with_the_name_that_was_given(target: str) -> None:
    words = (target, "you@sohu.com", "--password-command", "echo from-a-store")
    done = run(*words, "--set", "domain=desk.lab.example")
    assert msmtp.read_back(done.stdout)["domain"] == "desk.lab.example"
    assert msmtp.read_back(run(*words).stdout)["domain"] == "localhost"


def test_a_relative_path_of_a_file_that_is_imported_is_told_as_a_loss(tmp_path: Path) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(
        "account a\nhost smtp.sohu.com\nport 465\ntls on\ntls_starttls off\n"
        "from ada@sohu.com\nuser ada@sohu.com\n"
        "auth on\ntls_trust_file certs/ca.pem\n"
    )
    done = run("import", str(file))
    assert "ca_file" not in done.stdout
    assert "starts with / or ~/" in done.stderr
    file.write_text(file.read_text().replace("certs/ca.pem", "~/ca.pem"))
    assert "ca_file: ~/ca.pem" in run("import", str(file)).stdout
