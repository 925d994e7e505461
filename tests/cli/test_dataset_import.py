"""`mailgen dataset import`, and `conflicts` with other people's files, as people run them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailgen.cli.commands.dataset_import import configure
from mailgen.cli.parser import verb_parser
from mailgen.dataset import providers, yaml_lines
from tests.cases import Outcome, run
from tests.drafts.documents import IMAP, SMTP, autoconfig, server
from tests.drafts.test_jsonl import ENTRY
from tests.drafts.test_pacc import WHOLE
from tests.support import assert_refused

LOSSY = autoconfig(IMAP + SMTP + "<odd/>" + server(auth=("NTLM",), host="b.example.org"))


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def imported(path: Path, *words: str) -> dict[str, Any]:
    """Return the record that is printed for a file; it passes lint under its name."""
    done = run("dataset", "import", str(path), *words)
    assert done.status == 0, done.stderr
    made = path.parent / "made"
    made.mkdir()
    found = re.search(r"save it as (\S+) and run: mailgen dataset lint", done.stderr)
    assert found
    file = made / found[1]
    file.write_text(done.stdout, encoding="utf-8")
    assert providers.load_providers([file])[1] == []
    record: dict[str, Any] = yaml_lines.read_yaml(file)
    return record


@pytest.mark.parametrize(
    ("name", "content", "words", "source"),
    [
        ("config-v1.1.xml", autoconfig(), (), "autoconfig"),
        ("utf16.xml", autoconfig().decode().replace("UTF-8", "UTF-16").encode("utf-16"), (), "autoconfig"),
        ("set.txt", json.dumps(ENTRY).encode(), (), "ispdb"),
        ("ua.json", json.dumps(WHOLE, indent=1).encode(), ("--domain", "example.org"), "pacc"),
    ],
)
def test_the_form_is_told_by_the_content(
    tmp_path: Path, name: str, content: bytes, words: tuple[str, ...], source: str
) -> None:
    record = imported(put(tmp_path / name, content), *words)
    assert record["domains"][0] == "example.org"
    digest = hashlib.sha256(content).hexdigest()
    title = f"{name}, SHA-256 {digest}"
    assert record["sources"] == {
        source: {"kind": "list", "title": title, "checked": date.today().isoformat()},
    }
    assert record["status"] == "unverified"
    assert str(tmp_path) not in json.dumps(record)


def test_who_knows_more_of_the_source_says_so(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", autoconfig())
    words = (
        "--source",
        "ispdb",
        "--dataset",
        "owner/set",
        "--checked",
        "2026-01-02",
        "--url",
        "https://a.example/",
    )
    record = imported(path, *words)
    source = record["sources"]["ispdb"]
    assert (source["kind"], source["dataset"], source["checked"]) == ("dataset", "owner/set", "2026-01-02")
    assert source["url"] == "https://a.example/"
    assert "status" not in record


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--source", "A b"), "--source"),
        (("--url", "ftp://x"), "--url"),
        (("--dataset", "set"), "--dataset"),
        (("--checked", "2026-02-30"), "--checked"),
        (("--checked", "today"), "--checked"),
        (("--domain", "not a domain"), "the domain 'not a domain'"),
        (("--kind", "rumour"), "--kind"),
    ],
)
def test_words_that_a_source_cannot_have_are_refused(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = run("dataset", "import", str(put(tmp_path / "a.xml", autoconfig())), *words)
    assert_refused(done, 2, told)


def test_the_kinds_are_those_of_the_schema() -> None:
    parser = verb_parser("show")
    configure(parser)
    kinds = next(action.choices for action in parser._actions if action.dest == "kind")
    sources = providers.schema("provider.schema.json")["properties"]["sources"]
    assert list(kinds or ()) == sources["additionalProperties"]["properties"]["kind"]["enum"]


def test_losses_are_listed_on_stderr_and_in_the_draft(tmp_path: Path) -> None:
    done = run("dataset", "import", str(put(tmp_path / "a.xml", LOSSY)))
    assert done.status == 0
    assert "mailgen: example.org:\n  not carried over: a.xml:6: the element 'odd'\n" in done.stderr
    assert "# Not carried over:\n# - a.xml:6: the element 'odd'\n" in done.stdout
    assert all(len(line) <= 110 for line in done.stdout.splitlines() if line.startswith("#"))


def test_domains_that_we_serve_already_are_told(tmp_path: Path) -> None:
    done = run(
        "dataset",
        "import",
        str(put(tmp_path / "a.xml", autoconfig(domains=("gmail.com", "126.com", "googlemail.com")))),
    )
    assert "  served already: gmail.com and 1 more, by gmail.com (mailgen show gmail.com)\n" in done.stderr
    assert "  served already: 126.com, by 126.com (mailgen show 126.com)\n" in done.stderr


def folder(tmp_path: Path) -> Path:
    """Return a folder: two XML files, a set of two entries, a broken file, and one that does not count."""
    there = tmp_path / "in"
    there.mkdir()
    put(there / "a.xml", LOSSY)
    put(there / "b.xml", autoconfig(domains=("example.net",)))
    put(there / "c.xml", b"<html/>")
    lines = [ENTRY | {"domains": ["example.com"]}, ENTRY | {"domains": ["example.net"]}]
    put(there / "d.jsonl", "\n".join(map(json.dumps, [*lines, 7])).encode())
    put(there / "notes.txt", b"no settings")
    return there


def test_a_folder_becomes_a_folder(tmp_path: Path) -> None:
    there, out = folder(tmp_path), tmp_path / "deep" / "out"
    done = run("dataset", "import", str(there), "-o", str(out))
    assert done.status == 1
    assert sorted(path.name for path in out.iterdir()) == [
        "example.com.yaml",
        "example.net.yaml",
        "example.org.yaml",
    ]
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o644}
    assert providers.load_providers(providers.provider_files(out))[1] == []
    assert f"wrote 3 drafts; to check: mailgen dataset lint {out}" in done.stderr
    assert f"the root of this XML is 'html', not clientConfig\n  where: {there}/c.xml:1" in done.stderr
    assert f"this line is no entry of a set\n  where: {there}/d.jsonl:3" in done.stderr
    assert "1 draft not written: others of this run have the same first domain" in done.stderr
    assert "where: example.net\n" in done.stderr
    assert "autoconfig" in (out / "example.net.yaml").read_text(encoding="utf-8")


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path, out = put(tmp_path / "a.xml", autoconfig()), tmp_path / "out"
    out.mkdir()
    mine = put(out / "example.org.yaml", b"mine")
    done = run("dataset", "import", str(path), "-o", str(out))
    assert done.status == 1
    assert f"the file is there already, and mailgen does not write over it\n  where: {mine}" in done.stderr
    assert "wrote" not in done.stderr
    mine.unlink()
    mine.symlink_to(tmp_path / "elsewhere")
    assert run("dataset", "import", str(path), "-o", str(out)).status == 1
    assert not (tmp_path / "elsewhere").exists()


def test_the_umask_of_the_user_does_not_change_the_mode(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        run("dataset", "import", str(put(tmp_path / "a.xml", autoconfig())), "-o", str(tmp_path / "out"))
    finally:
        os.umask(before)
    assert (tmp_path / "out" / "example.org.yaml").stat().st_mode & 0o777 == 0o644


def refused(path: Path, status: int, *words: str, more: tuple[str, ...] = ()) -> Outcome:
    done = run("dataset", "import", str(path), *more)
    assert_refused(done, status, *words)
    return done


def test_what_cannot_be_imported_is_refused_with_a_sentence(tmp_path: Path) -> None:
    several = put(tmp_path / "d.jsonl", "\n".join([json.dumps(ENTRY)] * 2).encode())
    refused(several, 2, "2 drafts cannot be printed as one file", "-o DIR")
    pacc = put(tmp_path / "ua.json", json.dumps(WHOLE).encode())
    refused(pacc, 2, "does not name its domain", "--domain")
    refused(put(tmp_path / "a.txt", b"hello"), 1, "none of the forms that are read")
    refused(put(tmp_path / "big.xml", b"<" + b" " * (2 << 20)), 1, "larger than 1 MiB")
    refused(tmp_path / "missing.xml", 1, "cannot be read: No such file", str(tmp_path / "missing.xml"))
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", 2, "no mail settings are in this folder")
    fifo = tmp_path / "fifo.xml"
    os.mkfifo(fifo)
    refused(fifo, 1, "no regular file")
    good = put(tmp_path / "a.xml", autoconfig())
    refused(good, 1, "this is not a folder", more=("-o", str(good)))


def test_nothing_of_a_file_reaches_the_terminal_raw(tmp_path: Path) -> None:
    bad = autoconfig(
        IMAP + "<domain>\u202e\u200b&#x9b;31m</domain>", name="<displayName>A\u202eB</displayName>"
    )
    done = run("dataset", "import", str(put(tmp_path / "a\x1b[31m.xml", bad)))
    assert done.status == 0
    for text in (done.stdout, done.stderr):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", text)


@pytest.mark.parametrize("as_folder", [False, True])
def test_conflicts_reads_autoconfig_files(tmp_path: Path, as_folder: bool) -> None:
    there = tmp_path / "set"
    there.mkdir()
    wrong = autoconfig(server(host="imap.elsewhere.example", user="joe") + SMTP, domains=("163.com",))
    path = put(there / "163.com.xml", wrong)
    if as_folder:
        put(there / "broken.xml", b"<html/>")
        put(there / "mine.yaml", b"not looked at")
    done = run("dataset", "conflicts", str(there if as_folder else path), "--json")
    assert done.status == 0
    found = {
        (one["theirs"]["protocol"], one["kind"], one["theirs"]["host"]) for one in json.loads(done.stdout)
    }
    assert found == {("imap", "host", "imap.elsewhere.example"), ("smtp", "host", "mail.example.org")}
    assert ("'html', not clientConfig" in done.stderr) == as_folder
