"""One more provider, target, verb, quirk or store is as many files as CONTRIBUTING.md says, and no other.

Each is added once to a copy of the checkout, where the tests that ask every one of its kind must then pass.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from shutil import copy

import pytest

from tests.cases import Outcome
from tests.programs import need
from tests.support import ROOT, environment

GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]


@dataclass(frozen=True)
class Copy:
    """A copied checkout, committed as it is, in which something is added."""

    folder: Path
    home: Path

    def add(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def run(self, *argv: str, swept: str = "") -> Outcome:
        """Run a module of Python with the code of the copy; `swept` are the sweep's providers, if not all."""
        variables = {"PYTHONPATH": str(self.folder / "generator"), "HOME": str(self.home)}
        done = subprocess.run(
            [sys.executable, "-m", *argv],
            cwd=self.folder,
            env=environment({**variables, "MAILGEN_SWEPT": swept}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def passes(self, *words: str, swept: str = "") -> None:
        """Some tests of the copy pass, and there are some."""
        done = self.run("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *words, swept=swept)
        assert done.status == 0, done.stdout[-4000:] + done.stderr[-2000:]

    def mailgen(self, *words: str) -> Outcome:
        done = self.run("mailgen", *words)
        assert done.status == 0, done
        return done

    def changed(self) -> set[str]:
        """Return the files that are new or changed."""
        told = git(self.folder, "status", "--porcelain", "--untracked-files=all", "--no-renames", "-z")
        return {line[3:] for line in told.split("\0") if line}


def git(folder: Path, *words: str) -> str:
    return subprocess.run([*GIT, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with all that is in this checkout, as it is."""
    need("git", "git")
    folder = tmp_path_factory.mktemp("openness") / "whole"
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")[:-1]:
        if (ROOT / name).is_file() or (ROOT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, folder / name, follow_symlinks=False)
    git(folder, "init", "-q")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "as it is")
    return folder


@pytest.fixture
def checkout(whole: Path, tmp_path: Path) -> Copy:
    git(tmp_path, "clone", "-q", str(whole), "checkout")
    (tmp_path / "home").mkdir()
    return Copy(tmp_path / "checkout", tmp_path / "home")


def promised() -> dict[str, list[str]]:
    """Return what CONTRIBUTING.md says that one more of a kind needs: the kind, and patterns of its files."""
    table = re.findall(
        r"^\| one more (\w+) \| (.+?) \|$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M
    )
    return {
        kind: [re.sub("<.*?>", "*", file) for file in re.findall("`(.*?)`", files)] for kind, files in table
    }


def assert_promise_kept(kind: str, changed: set[str]) -> None:
    """Each changed file is one that is promised, and each promise is needed."""
    patterns = [f"{one}*" if one.endswith("/") else one for one in promised()[kind]]
    assert {name for name in changed if not any(fnmatchcase(name, one) for one in patterns)} == set()
    assert [one for one in patterns if not any(fnmatchcase(name, one) for name in changed)] == []


def test_every_kind_is_tried_here() -> None:
    tried = {name.removeprefix("test_one_more_") for name in globals() if name.startswith("test_one_more_")}
    assert tried == promised().keys()


def test_a_promise_can_be_broken() -> None:
    assert_promise_kept("provider", {"providers/x.yaml"})
    for changed in (set(), {"providers/x.yaml", "README.md"}):
        with pytest.raises(AssertionError):
            assert_promise_kept("provider", changed)


PROVIDER = """\
name: {en: Openness Mail}
domains: [openness.example]
services:
  imap:
    - {host: imap.openness.example, port: 993, tls: implicit, sources: [help]}
  smtp:
    - {host: smtp.openness.example, port: 465, tls: implicit, sources: [help]}
credentials:
  kind: app-password
  hint:
    en: Make one under Settings.
  sources: [help]
sources:
  help: {kind: vendor, url: "https://help.openness.example/", checked: 2026-11-01}
"""


def test_one_more_provider(checkout: Copy) -> None:
    """Without Chinese, which may come later."""
    checkout.add("providers/openness.example.yaml", PROVIDER)
    assert checkout.mailgen("dataset", "lint").stdout == ""
    checkout.passes("tests/render/test_sweep.py", swept="openness.example")
    checkout.passes("tests/cli/test_dataset.py", "tests/dataset/test_facts.py")
    assert "imap.openness.example" in checkout.mailgen("mutt", "ada@openness.example").stdout
    assert_promise_kept("provider", checkout.changed())


MANIFEST = """\
title: Openness
kind: submit
grammar: json
needs: [smtp]
manual: https://git-scm.com/docs/git-send-email
packages: {debian: [git]}
version: {probe: [git, --version], default: "2.39", min: "2.20"}
protocols:
  smtp: {tls: [implicit, starttls], auth: [password]}
secret:
  delivery: [prompt]
  steps:
    prompt:
      en: "git asks for the password, or one of its credential helpers."
quirks:
  sender-must-match: {support: always, source: "the file sets from to the account's address"}
files:
  - {template: opennessrc.j2, path: ~/.opennessrc, mode: "0600", merge: block, comment: "#", layout: single}
check: {argv: [git, config, --file, "{file}", --list], exit: [0]}
"""
TEMPLATE = """\
# Made by mailgen.
[sendemail]
from = {{ account.address }}
smtpServer = {{ account.smtp.host }}
smtpServerPort = {{ account.smtp.port }}
smtpUser = {{ account.smtp.username }}
{% if account.smtp.tls == "implicit" %}
smtpEncryption = ssl
{% else %}
smtpEncryption = tls
{% endif %}
"""
REASONS = r"""
- line: '\[sendemail\]'
  en: "what follows is for git send-email"
- line: 'smtpEncryption '
  en: "ssl is TLS from the first byte; tls is STARTTLS"
  source: "git-send-email(1), sendemail.smtpEncryption"
"""
JUDGE = '''\
"""git send-email, which checks certificates unless it is told of an empty path."""

from __future__ import annotations


def asks_for_tls(text: str) -> bool:
    values = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    return values["smtpEncryption"] in ("ssl", "tls") and "smtpSSLCertPath" not in values
'''


def add_target(checkout: Copy, manifest: str) -> None:
    """Add a target and what its golden files are, and read one of them."""
    checkout.add("templates/openness-mail/target.yaml", manifest)
    checkout.add("templates/openness-mail/why.yaml", REASONS)
    checkout.add("templates/openness-mail/opennessrc.j2", TEMPLATE)
    checkout.add("tests/templates/openness_mail.py", JUDGE)
    checkout.run(
        "pytest", "-q", "-n", "0", "tests/render/test_golden.py", "--update-golden", "-k", "openness"
    )
    golden = (checkout.folder / "tests/golden/openness-mail/plain/opennessrc").read_text(encoding="utf-8")
    assert golden == checkout.mailgen("openness-mail", "user@sohu.com").stdout
    assert "smtpEncryption = ssl\n" in golden


def test_one_more_target(checkout: Copy) -> None:
    """A program whose form is known: only written, without Chinese, with quirks that nobody has tried."""
    add_target(checkout, MANIFEST)
    said = checkout.mailgen("dataset", "lint").stderr
    assert "note: Openness is not known to meet or to miss: saves-sent-copy" in said
    of_each = [
        "tests/render",
        "tests/dataset",
        "tests/cli/test_cli.py",
        "tests/explain",
        "tests/test_no_network.py",
    ]
    of_all = "golden_folder or no_target or debian or explains_nothing or network"
    checkout.passes(*of_each, "-k", f"openness or {of_all}")
    checkout.passes("tests/importer", "tests/lint", "-k", "our_own_files or household_are_clean or come_back")
    assert_promise_kept("target", checkout.changed())


GRAMMAR = '''\
"""The grammar of git's configuration, by another name."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters


def text(value: str) -> str:
    """Write a value in quotes. Source: git-config(1), Syntax.

    >>> text("a # b")
    '"a # b"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"') + '"'


GRAMMAR = Grammar(
    "opennessrc",
    text,
    ("false", "true"),
    comments=(("\\n#", "\\n"), (";", "\\n")),
    quotes='"',
    shown="[sendemail] from smtpserver smtpserverport smtpuser smtpencryption",
)
'''
GRAMMAR_TEST = '''\
"""git reads what was meant."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailgen.formats.opennessrc.grammar import text
from tests.programs import need


@pytest.mark.parametrize("value", ["a", "", 'a"b', "a\\\\", "a # b ; c", " a ", "ü 中 $HOME `x`"])
def test_git_reads_it(value: str, tmp_path: Path) -> None:
    need("git", "git")
    file = tmp_path / "config"
    file.write_text(f"[x]\\ny = {text(value)}\\n", encoding="utf-8")
    argv = ["git", "config", "--file", file, "x.y"]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == f"{value}\\n"
'''


def test_one_more_format(checkout: Copy) -> None:
    """A program whose form nobody has met: its grammar and nothing else, so that it is written only."""
    checkout.add("generator/mailgen/formats/opennessrc/__init__.py", '"""The format of git."""\n')
    checkout.add("generator/mailgen/formats/opennessrc/grammar.py", GRAMMAR)
    checkout.add("tests/formats/opennessrc/__init__.py", '"""What git reads."""\n')
    checkout.add("tests/formats/opennessrc/test_opennessrc.py", GRAMMAR_TEST)
    add_target(checkout, MANIFEST.replace("grammar: json", "grammar: opennessrc"))
    checkout.passes("tests/formats/opennessrc", "tests/test_layers.py", "tests/test_names.py")
    checkout.passes("--doctest-modules", "generator/mailgen/formats/opennessrc")
    of_all = "golden_folder or every_grammar or written_only or forms"
    checkout.passes(
        "tests/render",
        "tests/dataset/test_templates.py",
        "tests/explain",
        "tests/redaction",
        "-k",
        f"openness or {of_all}",
    )
    assert 'smtpUser = "user@sohu.com"\n' in checkout.mailgen("openness-mail", "user@sohu.com").stdout
    assert "***" not in checkout.mailgen("explain", "openness-mail", "user@sohu.com").stdout
    assert_promise_kept("format", checkout.changed())


VERB = '''\
"""`mailgen packages`: the packages that bring the programs of targets."""

from __future__ import annotations

from mailgen.catalog.opening import open_catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("packager", metavar="PACKAGER", help="debian, fedora, alpine, ...")


def run(arguments: argparse.Namespace) -> int:
    """Print the name of each package once."""
    named = [record.get("packages", {}) for _, record in open_catalogue().manifests()]
    print(*sorted({package for one in named for package in one.get(arguments.packager, ())}))
    return 0
'''
VERBS_TEST = '''\
"""`mailgen packages`."""

from __future__ import annotations

from tests.cases import run

OFFLINE = [["packages", "debian"]]


def test_each_package_is_named_once() -> None:
    assert run(*OFFLINE[0]).stdout.split().count("ca-certificates") == 1
'''


def test_one_more_verb(checkout: Copy) -> None:
    checkout.add("generator/mailgen/cli/commands/packages.py", VERB)
    row = '    "manpage": "print the manual page",\n'
    checkout.change(
        "generator/mailgen/cli/verbs.py", row, f'    "packages": "print packages of the programs",\n{row}'
    )
    checkout.change(
        "generator/mailgen/cli/languages/help/zh.json",
        "{\n",
        '{\n "print packages of the programs": "输出各程序的软件包",\n'
        ' "debian, fedora, alpine, ...": "例如 debian",\n',
    )
    checkout.add("tests/cli/test_packages.py", VERBS_TEST)
    checkout.passes("tests/cli/test_packages.py", "tests/test_layers.py", "tests/test_no_network.py")
    checkout.passes("tests/cli/test_chinese.py", "-k", "packages or forgotten")
    checkout.passes("tests/cli/test_cli.py", "-k", "verb or manual or completion or help")
    assert "print packages of the programs" in checkout.mailgen("--help").stdout
    assert_promise_kept("verb", checkout.changed())


QUIRK = """\
        "idle-hangs": {
          "description": "The IMAP IDLE command (RFC 2177) is offered and never answered.",
          "concerns": "imap", "severity": "refusal",
          "says": {"en": "never answers the IMAP command IDLE"},
          "$ref": "#/$defs/sourceRefs"
        },
"""


def test_one_more_quirk(checkout: Copy) -> None:
    """Where no manifest names it, people are warned; where one does, they are not."""
    checkout.change(
        "schema/provider.schema.json", '        "enable-hangs": {\n', QUIRK + '        "enable-hangs": {\n'
    )
    own = checkout.home / "openness.example.yaml"
    checkout.add(
        str(own), PROVIDER.replace("sources:\n  help:", "quirks:\n  idle-hangs: [help]\nsources:\n  help:")
    )
    words = ("mutt", "ada@openness.example", "--providers", str(own.parent))
    warning = "never answers the IMAP command IDLE; whether Mutt copes is not known"
    assert warning in " ".join(checkout.mailgen(*words).stderr.split())
    assert "Mutt is not known to meet or to miss: idle-hangs" in checkout.mailgen("dataset", "lint").stderr
    met = 'quirks:\n  idle-hangs: {support: always, source: "mutt sends IDLE only with imap_idle"}\n'
    checkout.change("templates/mutt/target.yaml", "quirks:\n", met)
    assert "IDLE" not in checkout.mailgen(*words).stderr
    with_quirks = "gmail.com qq.com outlook.com 163.com"
    checkout.passes("tests/resolve/test_compat.py", "-k", "quirk")
    checkout.passes("tests/render/test_sweep.py", "-k", "renders", swept=with_quirks)
    checkout.passes(
        "tests/dataset/test_providers.py", "-k", "schemas or quirk or problems or rule_for_manifests"
    )
    assert_promise_kept("quirk", checkout.changed())


STORE = """\
    "rbw": Store(
        ("rbw", "get", "{item}"),
        parts={"item": "mail {address}"},
        mend="log in first: rbw login",
        kept_elsewhere=("rbw asks in an editor", "add it by hand: rbw add {item}"),
    ),
"""
STORES_TEST = '''\
"""The store `rbw`, of which no program is had here: what is asked of it."""

from __future__ import annotations

from mailgen.credentials.stores import stored
from mailgen.resolve.address import parse_address


def test_rbw() -> None:
    assert stored("rbw", parse_address("ada@sohu.com")).show == ("rbw", "get", "mail ada@sohu.com")
'''


def test_one_more_store(checkout: Copy) -> None:
    checkout.change(
        "generator/mailgen/credentials/stores.py",
        '    "environment": Store(\n',
        STORE + '    "environment": Store(\n',
    )
    checkout.add("tests/credentials/test_rbw.py", STORES_TEST)
    checkout.passes("tests/credentials", "tests/accounts/test_reader.py")
    checkout.passes("tests/cli/test_secret.py", "tests/cli/test_accounts.py", "-k", "tested or kept or add")
    assert "rbw" in checkout.mailgen("accounts", "add", "--help").stdout
    assert_promise_kept("store", checkout.changed())


FAMILY = """\
hosts: [packages.example]
checked: 2026-11-28
answers:
  - at: [imap]
    says: "the parcel is late"
    cause: [rate-limited]
    sample: "NO The parcel is late"
    source: "packages.example, help"
"""


def test_one_more_family(checkout: Copy) -> None:
    checkout.add("generator/mailgen/check/answers/packages.yaml", FAMILY)
    checkout.passes("tests/check/test_verdicts.py")
    assert_promise_kept("family", checkout.changed())
