"""One language a screen: in a Chinese locale every help text, refusal and answer is Chinese."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailgen
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.commands import manpage
from mailgen.cli.parser import full_parser
from mailgen.core.text import Text
from mailgen.languages import templates
from tests.cases import run, targets
from tests.chinese import columns, english_in, half_width_in
from tests.programs import need
from tests.support import ROOT, cli, ran

HELP = Path(mailgen.__file__).parent / "cli/languages/help"


#: Lines of files, of templates, and a provider's names.
QUOTED = re.compile(r"[^:]+ / .+|[-+ @]|\d+  | +\d+  |\[?\{?\"|      templates/")


def words_of(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that lead to each parser."""
    yield words
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, one in action.choices.items():
                yield from words_of(one, (*words, name))


#: What programs are called; a title with a translation is no name.
TITLES = [
    record["title"] for _, record in open_catalogue().manifests() if record["title"] not in templates("zh")
]
FORMS = [words for words in words_of(full_parser()) if words != ("TARGET",)] + [(name,) for name in targets()]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)


def wrong_in(text: str) -> list[str]:
    """Return what is no Chinese in a text, in which programs may be called by their names."""
    for title in sorted(TITLES, key=len, reverse=True):
        text = text.replace(title, "X")
    return english_in(text) + half_width_in(text)


def assert_chinese(text: str) -> None:
    assert wrong_in(text) == []


@pytest.mark.parametrize("width", ["80", "40"])
@pytest.mark.parametrize("words", FORMS, ids=" ".join)
def test_help_is_chinese_and_fits(
    words: tuple[str, ...], width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    text = run(*words, "--help").stdout
    assert text.startswith(f"用法：mailgen {' '.join(words)}".rstrip())
    assert_chinese(text)
    usage, _, rest = text.partition("\n\n")
    for line in rest.splitlines():  # usage and examples are there to be copied, and a path is not cut
        assert columns(line) <= int(width) or re.match(
            r" +(mailgen|bash:|zsh:|fish:|and|/\S+$|-\S+ [\[{]?\w)", line
        ), line
    if width == "80":
        assert max(map(columns, usage.splitlines())) <= 80


def test_no_word_of_help_is_forgotten_or_left_over() -> None:
    """Each Chinese text is one of a parser's, or argparse's own."""
    english = {str(text) for text in texts_of(full_parser())}
    known = json.loads((HELP / "zh.json").read_text(encoding="utf-8"))
    templates = [re.escape(one).replace(r"\{", "{").replace(r"\}", "}") for one in known]
    forms = [re.compile(re.sub(r"\{\w+\}", ".+", one), re.S) for one in templates]
    assert [form.pattern for form in forms if not any(form.fullmatch(one) for one in english)] == []


def texts_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield all that a parser says: texts, and parts of texts that are made of several."""
    for group in parser._action_groups:
        yield from filter(None, (group.title, group.description))
    for text in filter(None, (parser.description, parser.epilog, parser.usage)):
        yield from (getattr(text, "words", text), *getattr(text, "parts", ()))
    for action in parser._actions:
        yield from _of_action(action)
    yield from ("Print the configuration of X for a mail address.", "mailgen X ADDRESS [options]")
    yield from (manpage.SHORT, manpage.ACCOUNTS, *manpage.HEADINGS)
    yield from (text for entries in manpage.SECTIONS.values() for text in entries.values())
    yield from ("print the configuration of X", "mailgen TARGET ADDRESS [options] | mailgen WORD [options]")


def _values(text: str) -> list[str]:
    return [str(value) for value in text.values.values()] if isinstance(text, Text) else []


def _of_action(action: argparse.Action) -> Iterator[str]:
    if action.help:
        yield from (action.help, *_values(action.help))
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            yield from _of_action(choice)
        for one in action.choices.values():
            yield from texts_of(one)


def test_the_manual_page_is_chinese_too(tmp_path: Path) -> None:
    page = tmp_path / "mailgen.1"
    page.write_text(run("manpage").stdout, encoding="utf-8")
    shown = ran(
        [need("man", "man-db"), "--warnings", "-l", str(page)],
        {"MANWIDTH": "80", "MANPAGER": "cat", "LANG": "C.UTF-8"},
    )
    assert (shown.status, shown.stderr) == (0, "")
    text = re.sub(".\b", "", shown.stdout)
    assert re.findall(r"^\S+$", text, re.M)[-4:] == ["账户文件", "文件", "环境变量", "退出状态"]
    told = "\n".join(
        line
        for line in text.splitlines()
        if "[" not in line and not re.match(r" +([A-Za-z_]+:|mailgen )", line)
    )
    assert_chinese(told)
    assert max(map(columns, told.splitlines())) <= 80
    english = run("manpage", "--lang", "en").stdout
    assert len(re.findall(r"(?m)^\.TP$", english)) == len(
        re.findall(r"(?m)^\.TP$", page.read_text(encoding="utf-8"))
    )


WRONG = """
    msmtp | msmtp u@qq.com --smtp-port x | msmtp u@qq.com --smtp-tls x | msmtp u@qq.com a b
    msmtp u@qq.com --name | msmtp u@qq.com --pass --keychain | accounts | accounts frob | diff --json=3
    lint | lint --as | explain mutt u@qq.com --line x | --foo | show | msmtp u@qq.com --lang zz | aply
    accounts set x | completion | completion csh | secret set | remove | dataset diff | zzz u@qq.com
    explain msmtp u@qq.com --line 999 | explain mutt u@qq.com --file x | msmtp u@gmial.com | show zzz
    msmtp u@x.example | providers zzz | msmtp u@sohu.com --set x=y | mutt u@qq.com --folder x=y
"""


@pytest.mark.parametrize(
    "words", [one.strip() for line in WRONG.split("\n") for one in line.split("|") if one.strip()]
)
def test_what_is_wrong_is_said_in_chinese(words: str) -> None:
    done = run(*words.split())
    assert done.stdout == ""
    assert re.search("[\u4e00-\u9fff]", done.stderr)
    assert_chinese(done.stderr)


HOUSEHOLD = """\
accounts:
  home: {address: ada@gmail.com, name: Ada, targets: [mutt, msmtp], credential: pass, default: true}
  work: {address: bob@163.com, targets: [neomutt, fetchmail], credential: prompt}
  post: {address: cy@qq.com, targets: [thunderbird, mbsync], credential: secret-tool}
  lab: {address: d@lab.example, targets: [msmtp], smtp: {host: mail.lab.example, port: 587}}
"""
#: Each verb as people use it, one after the other in one home.
SCREENS = """
    targets | providers 163 | show gmail.com | show qq.com | show office365.com | show exmail.qq.com
    accounts list | accounts show home | accounts show lab | accounts set home protocol=pop3
    accounts set home protocol=pop3 | accounts set home x=1 | accounts set home smtp.port= | accounts show zz
    accounts add ada@gmail.com --target mutt --pass | accounts add home x@qq.com --target mutt
    accounts add u@x.example --target mutt | accounts rm zz | accounts set home protocol=
    secret check | secret check home | secret check work zz | secret set work
    secret set home | secret set lab
    diff --stat | apply -n | apply | apply | apply -v | diff | remove | remove zz | remove work | remove --all
    diff --stat | accounts rm post | explain msmtp | explain mutt u@qq.com | explain neomutt u@163.com
    dataset stats | dataset lint | dataset conflicts providers | completion | manpage
    dataset diff providers providers | mutt u@163.com | msmtp u@gmail.com --pass | neomutt u@netease.com
    thunderbird u@qq.com | fetchmail u@outlook.com | autoconfig-xml u@qq.com | pacc u@gmail.com
    msmtp u@lab.example --smtp-host 127.0.0.1 --smtp-tls none | mutt u@qq.com -o out | mutt u@qq.com -o out
"""


def test_every_verb_speaks_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is quoted of the dataset (titles of pages) and of other programs may be in their language."""
    (tmp_path / "mailgen").mkdir()
    (tmp_path / "mailgen/accounts.yaml").write_text(HOUSEHOLD, encoding="utf-8")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "providers").symlink_to(ROOT / "providers")
    monkeypatch.chdir(tmp_path)
    spoken = {}
    for words in (one.strip() for line in SCREENS.split("\n") for one in line.split("|") if one.strip()):
        done = run(*words.split())
        text = done.stderr if words.split()[0] in (*targets(), "manpage") else done.stdout + done.stderr
        text = re.sub(r"(?m)^(  \[[\w-]+\] .*?)：.*", r"\1", text)  # the title of a page
        lines = "\n".join(line for line in text.split("\n") if not QUOTED.match(line))
        if found := wrong_in(lines):
            spoken[words] = found
    assert spoken == {}


@pytest.mark.parametrize(
    "words", ["accounts --lang zh --foo", "dataset stats --lang=zh --foo", "--help --lang zh"]
)
def test_a_language_that_is_asked_for_holds_for_all_that_is_said(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "C")
    done = run(*words.split())
    assert_chinese(done.stdout + done.stderr)
    assert re.search("[\u4e00-\u9fff]", done.stdout + done.stderr)
    assert run("frob").stderr.startswith("mailgen: there is no")


def test_languages_are_read_only_where_they_are_spoken() -> None:
    """The main form reads no words of help, in any language, and none of refusals in English."""
    for lang, read in (("C.UTF-8", set()), ("zh_CN.UTF-8", {"languages/zh.json"})):
        done = cli("mutt", "u@qq.com", env={"LANG": lang, "PYTHONPROFILEIMPORTTIME": "1"})
        assert "help_words" not in done.stderr, read


#: Files that people write, each wrong in several ways.
WRONG_FILES = {
    "accounts.yaml": """\
accounts:
  home: {adress: a@qq.com, targets: mutt, smtp: {port: 99999, tls: ssl, host: ""}, default: yes, signature: x}
  work: {address: b@qq.com, targets: [mutt, mutt], credential: [], client_version: {mutt: x}, slots: {A: 1}}
""",
    "twice.yaml": "accounts: {a: {address: u@qq.com}, a: {}}\n",
    "anchor.yaml": "accounts: &x {}\n",
    "marks.yaml": "accounts: {a: [}\n",
    "colon.yaml": "accounts: a: b\n",
    "tab.yaml": "accounts:\n\t- a\n",
    "open.yaml": 'accounts: "a\n',
    "escape.yaml": 'accounts: "\\q"\n',
    "list.yaml": "accounts: [a, b\nc: d\n",
    "empty.yaml": "accounts: {}\nmore: 1\n",
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_what_is_wrong_in_an_accounts_file_is_said_in_chinese(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(WRONG_FILES[name], encoding="utf-8")
    done = run("accounts", "list", "--accounts", str(tmp_path / name))
    assert done.stdout == ""
    assert re.search("[\u4e00-\u9fff]", done.stderr)
    assert_chinese(done.stderr.replace(str(tmp_path), ""))


PROVIDER = """\
name: {en: X, zh: X}
domain: [a.example]
status: odd
domains: [b.example, b.example]
services:
  imap: [{host: imap.b.example, port: "993", tls: ssl, sources: []}]
  smtp: [{host: SMTP, port: 70000, tls: none, sources: [z], auth: kerberos}]
credentials: {kind: unknown}
limits: {per_day: many}
sources: {z: {kind: list, title: "a\\nb", checked: yesterday}}
"""
RULES = """\
name: {en: X, zh: X}
status: limited
domains: [b.example, Ä.example]
bare_logins: {domains: [c.example], sources: [z]}
services:
  imap:
    - {host: imap.b.example, port: 993, tls: starttls, sources: [z, y]}
    - {host: imap.b.example, port: 993, tls: implicit, sources: [z], until: 2020-13}
  smtp: [{host: "{x}.b.example", port: 587, tls: starttls, sources: [z]}]
not_offered: {imap: [z]}
credentials: {kind: oauth2-only, shape: {length: 16, of: letters}, hint: {en: X, zh: X}, sources: [z]}
slots: {y: {ask: {en: What?, zh: 什么？}, example: a, sources: [z]}}
old_hosts: [{host: imap.b.example, replaced_by: x.example, sources: [z]}]
migrating_to: {provider: none, how_to_tell: {en: X, zh: X}, sources: [z]}
sources:
  z: {kind: list, title: one of them, checked: 2026-02-30}
  w: {kind: list, title: another one, checked: 2026-01-01}
"""
AUTOCONFIG = """\
<clientConfig><emailProvider id="b.example"><domain>b.example</domain><domain>-</domain>
<displayName lang="xx-">A</displayName><webMail/><odd/>
<incomingServer type="imap"><hostname>imap.b.example</hostname><port>993</port><socketType>SSL</socketType>
<username>%REALNAME%</username><authentication>GSSAPI</authentication><authentication>plain</authentication>
<restriction>clientIPAddress</restriction></incomingServer>
<incomingServer type="exchange"/><outgoingServer type="smtp"><hostname>smtp.b.example</hostname>
<port>0</port><socketType>SSL</socketType></outgoingServer></emailProvider></clientConfig>
"""


def test_what_is_wrong_in_the_dataset_is_said_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lint, import and diff say all in one language, but for the words of the files themselves."""
    monkeypatch.chdir(tmp_path)
    files = {"odd/b.example.yaml": PROVIDER, "rules/b.example.yaml": RULES, "a.xml": AUTOCONFIG}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "old").mkdir()
    old = (ROOT / "providers/qq.com.yaml").read_text(encoding="utf-8")
    (tmp_path / "old/qq.com.yaml").write_text(
        old.replace("imap.qq.com", "imap.foreign.example").replace("foxmail.com", "foxmail.example"),
        encoding="utf-8",
    )
    (tmp_path / "new").mkdir()
    (tmp_path / "new/qq.com.yaml").write_text(old, encoding="utf-8")
    spoken = {}
    for words in ("lint odd", "lint rules", "import a.xml", "import odd", "diff old new", "conflicts old"):
        done = run("dataset", *words.split())
        text = done.stderr if words.startswith("import") else done.stdout + done.stderr
        assert re.search("[\u4e00-\u9fff]", text), words
        if found := wrong_in(text):
            spoken[words] = found
    assert spoken == {}
