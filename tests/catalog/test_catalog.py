"""The catalogue: exact matching only, the same bytes every time, and never in the way."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailgen import paths
from mailgen.api import generate
from mailgen.catalog import compiler
from mailgen.catalog.opening import open_catalogue
from mailgen.catalog.reader import FORMAT, CompiledCatalogue
from mailgen.core.errors import MailgenError, UsageError
from mailgen.resolve.address import normalise_domain, parse_address
from mailgen.resolve.suggest import distance, nearest
from tests.cases import Outcome
from tests.programs import unavailable
from tests.support import MAILGEN, answer, assert_refused, cli, copied_checkout, environment, of, ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

CATALOGUE = open_catalogue()
DOMAINS = list(CATALOGUE.domains())
LISTED = frozenset(DOMAINS)
#: Names below which every label is a domain of its own, in A-labels.
FAMILIES = frozenset(
    normalise_domain(family, family)[0] for provider in CATALOGUE.providers() for family in provider.families
)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
CYRILLIC = dict(zip("aceiopsxyjhqwd", "асеіорѕхујһԛԝԁ", strict=True))


def one_letter_off(domain: str) -> Iterator[str]:
    """Yield every domain with one letter less, more or another, and with two neighbours swapped."""
    for at in range(len(domain)):
        before, letter, after = domain[:at], domain[at], domain[at + 1 :]
        yield before + after
        yield before + after[:1] + letter + after[1:]
        for other in LETTERS:
            yield before + other + after
            yield before + other + letter + after


def longer_or_shorter(domain: str) -> Iterator[str]:
    """Yield the domain with something before, behind or instead of a part, in other letters, with dots."""
    name, _, suffix = domain.partition(".")
    for word in ("x", "mail.", "www.", "vip.", "my-", "*.", "%.", ".", " ", "@"):
        yield f"{word}{domain}"
    for word in ("x", ".cn", ".com", ".evil.example", "-mail", "*", "%", "_", ".", "..", " ", "\0", "\n"):
        yield f"{domain}{word}"
    for other in ("com", "net", "org", "cn", "co", "con", "example"):
        yield f"{name}.{other}"
    yield from (suffix, name, f"{name}.", domain.replace(".", "-"), domain.replace(".", ".."))
    yield from (domain.upper(), domain.title(), domain.swapcase() + ".", domain.replace(".", "_"))


def forged(domain: str) -> Iterator[str]:
    """Yield forms that look like the domain: letters of other scripts, in full width, with marks, mixed."""
    for letter in sorted(set(domain) & CYRILLIC.keys()):
        yield domain.replace(letter, CYRILLIC[letter], 1)
        yield domain.replace(letter, CYRILLIC[letter])
        yield domain.replace(letter, CYRILLIC[letter], 1).upper() + "."
        yield f"mail.{domain.replace(letter, CYRILLIC[letter], 1)}"
        yield domain.replace(letter, f"{letter}\u0301", 1)
        yield domain.replace(letter, f"{letter}\u200d", 1)
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in domain)
    yield from (wide, wide.replace(".", "。"), f"{wide}x", domain.replace(".", "。") + "m")
    yield from (f"xn--{domain}", f"xn--{domain.partition('.')[0]}-8cd.com", f"{domain}\u0307")


def selected(provider_for: Callable[[str], object], misses: Iterable[str]) -> list[str]:
    """Return the misses for which a provider is found though none lists them, or the other way round."""
    return [miss for miss in misses if (provider_for(miss) is not None) != is_listed(miss)]


def is_listed(domain: str) -> bool:
    """Say whether a domain is listed, by itself or as one of a family, in other words than the code."""
    return domain in LISTED or any(
        re.fullmatch(f"[a-z0-9-]+[.]{re.escape(family)}", domain) for family in FAMILIES
    )


def test_near_misses_select_nothing() -> None:
    """A million of them and more, each asked of the catalogue as it stands."""
    misses = {miss for domain in DOMAINS for miss in one_letter_off(domain)}
    misses.update(miss for domain in DOMAINS for miss in longer_or_shorter(domain))
    misses -= LISTED
    assert selected(CATALOGUE.record_for, misses) == []
    assert len(misses) >= 1_000_000


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_of_ours_ends_at_its_dots(family: str) -> None:
    """What only ends, begins or goes on like the name of a family is somebody else's."""
    misses = [
        f"evil{family}", f"{family}.evil.example", f"nyc.evil{family}", f"nyc.{family}.evil.example",
        f"a.nyc.{family}", f"nyc-{family}", f"nyc.{family}x", f".{family}",
    ]  # fmt: skip
    assert [miss for miss in misses if CATALOGUE.record_for(miss) is not None] == []
    assert CATALOGUE.record_for(f"nyc.{family}") is not None


@pytest.mark.parametrize("domain", ["evilrr.com", "rr.com.evil.example"])
def test_who_looks_like_road_runner_is_not(domain: str) -> None:
    assert "rr.com" in FAMILIES
    assert CATALOGUE.record_for(domain) is None


def test_forged_domains_select_nothing_once_they_are_read() -> None:
    """What looks like a domain, and a part of what is one letter off, through the reader of addresses."""
    dice = random.Random(1)
    tried = 0
    for domain in DOMAINS:
        forms = {*dice.sample(sorted(set(forged(domain))), 6), *dice.sample(list(one_letter_off(domain)), 4)}
        for miss in sorted(forms):
            try:
                meant = parse_address(f"you@{miss}").domain
            except UsageError:
                continue
            assert selected(CATALOGUE.record_for, [meant]) == []
            if miss.isascii() and miss == miss.lower() and not miss.endswith("."):
                assert meant == miss, "so the catalogue is asked above what the reader would ask"
            tried += 1
    assert tried > 5 * len(DOMAINS)


@pytest.mark.parametrize(
    "loose",
    [
        lambda domain: any(domain.endswith(known) for known in DOMAINS),
        lambda domain: any(domain.startswith(known) for known in DOMAINS),
        lambda domain: domain.lower() in LISTED,
        lambda domain: domain.rstrip(".") in LISTED,
        lambda domain: any(fnmatch(domain, pattern) for pattern in ("yahoo.*", "*.qq.com")),
        lambda domain: domain in LISTED or nearest(domain, DOMAINS) != [],
        lambda domain: domain in LISTED - {"qq.com"},
    ],
    ids=["suffix", "prefix", "case", "dot", "wildcard", "similar", "missing"],
)
def test_a_loose_match_would_be_noticed(loose: Callable[[str], bool]) -> None:
    """The judge of the near misses can say no: each of these matchers is caught."""
    some = [domain for name in ("qq.com", "yahoo.com", "163.com") for domain in longer_or_shorter(name)]
    some += ["qq.com", "yahoo.xx", "a.qq.com"]
    assert selected(CATALOGUE.record_for, some) == []
    assert selected(lambda domain: True if loose(domain) else None, some) != []


def test_a_near_miss_is_refused_by_the_whole_program() -> None:
    dice = random.Random(2)
    for domain in dice.sample(DOMAINS, 20):
        for miss in dice.sample(sorted({*forged(domain), *longer_or_shorter(domain)} - {domain}), 3):
            try:
                listed = is_listed(parse_address(f"you@{miss}").domain)
            except UsageError:
                listed = False
            if not listed:
                with pytest.raises(MailgenError):
                    generate("fetchmail", f"you@{miss}", catalogue=CATALOGUE)


def test_wildcards_of_the_database_mean_nothing() -> None:
    for name in ("%", "_", "*", "%.com", "qq.com' OR '1'='1", "qq_com", ""):
        assert CATALOGUE.record_for(name) is None
        assert CATALOGUE.record(name) is None


def test_other_forms_of_a_listed_domain_select_it() -> None:
    for domain in DOMAINS:
        id, record = CATALOGUE.record_for(domain) or ("", {})
        assert domain in [normalise_domain(name, name)[0] for name in record["domains"]]
        for form in (domain.upper(), f"{domain}.", normalise_domain(domain, domain)[1]):
            assert CATALOGUE.record_for(parse_address(f"you@{form}").domain) == (id, record)


def small(**more: Any) -> dict[str, Any]:
    return {
        "name": {"en": "Example"},
        "services": {"imap": [{"host": "imap.x.example", "port": 993, "tls": "implicit", "sources": ["a"]}]},
        "credentials": {"kind": "unknown"},
        "sources": {"a": {"kind": "vendor", "url": "https://x.example", "checked": "2026-01-01"}},
        **more,
    }


def test_an_international_domain_is_found_in_all_its_forms(tmp_path: Path) -> None:
    path = str(tmp_path / "made.sqlite")
    compiler.build(path, [("例子.中国", small(domains=["例子.中国", "bücher.example"]))], [])
    catalogue = CompiledCatalogue(path)
    for form in (
        "例子.中国",
        "xn--fsqu00a.xn--fiqs8s",
        "例子。中国",
        "BÜCHER.example.",
        "xn--bcher-kva.example",
    ):
        assert catalogue.provider_for(parse_address(f"you@{form}").domain)
    for form in ("例子.中國", "bucher.example", "buecher.example", "bu\u0308cher.example.cn"):
        assert catalogue.provider_for(parse_address(f"you@{form}").domain) is None
    assert catalogue.record("例子.中国") == small(domains=["例子.中国", "bücher.example"])


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """So do builds of two versions of SQLite, which leave their number, and what was in a page before."""
    made = [tmp_path / "one.sqlite", tmp_path / "deep" / "two.sqlite"]
    for path in made:
        compiler.build(str(path), compiler.checked_providers(), compiler.checked_targets(), "f")
    assert made[0].read_bytes() == made[1].read_bytes()
    assert made[0].stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "one.sqlite"]
    content = made[0].read_bytes()
    assert content[96:100] == bytes(4)
    for start in range(0, len(content), 4096):
        page, head = content[start : start + 4096], 100 if start == 0 else 0
        if page[head] in (2, 5, 10, 13):  # the kinds of pages of a tree (fileformat2.html 1.6)
            cells = int.from_bytes(page[head + 3 : head + 5], "big")
            free = head + (12 if page[head] in (2, 5) else 8) + 2 * cells
            assert not any(page[free : int.from_bytes(page[head + 5 : head + 7], "big")]), start


def test_a_build_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "made.sqlite"
    compiler.build(str(path), [("a", small(domains=["a.example"]))], [])
    before = path.read_bytes()
    with pytest.raises(UsageError):
        compiler.build(str(path), [("a", small(domains=["a..example"]))], [])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small copied checkout whose catalogue is made; tests copy it, and do not change it."""
    checkout = copied_checkout(tmp_path_factory.mktemp("checkout"))
    assert msmtp(checkout).status == 0
    return checkout


@pytest.fixture
def checkout(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "checkout"))


def msmtp(checkout: Path, address: str = "u@sohu.com") -> Outcome:
    return cli("msmtp", address, env=of(checkout))


def compiled(checkout: Path) -> Path:
    return checkout / "generator" / "mailgen" / "catalog.sqlite"


def test_a_changed_provider_file_is_compiled_anew(checkout: Path) -> None:
    before = compiled(checkout).stat().st_ino
    assert "host           smtp.sohu.com\n" in msmtp(checkout).stdout
    assert compiled(checkout).stat().st_ino == before, "nothing changed, so nothing was to be made"
    path = checkout / "providers" / "sohu.com.yaml"
    path.write_text(path.read_text().replace("host: smtp.sohu.com", "host: smtp2.sohu.com"))
    assert "host           smtp2.sohu.com\n" in msmtp(checkout).stdout


def test_a_new_provider_and_a_deleted_one_are_noticed(checkout: Path) -> None:
    assert_refused(msmtp(checkout, "u@yeah.net"), 1, "no provider is known")
    shutil.copy(Path(paths.data_folder("providers")) / "yeah.net.yaml", checkout / "providers")
    assert msmtp(checkout, "u@yeah.net").status == 0
    (checkout / "providers" / "sohu.com.yaml").unlink()
    assert_refused(msmtp(checkout), 1, "no provider is known")


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "foreign", "format", "cut"])
def test_a_damaged_catalogue_is_made_anew(checkout: Path, damage: str) -> None:
    path = compiled(checkout)
    whole = path.read_bytes()
    path.unlink()
    if damage == "format":
        path.write_bytes(whole)
        change(path, "UPDATE meta SET value = 'x' WHERE name = 'format'")
    elif damage == "foreign":
        change(path, "CREATE TABLE bookmarks (url TEXT)")
    elif damage != "missing":
        path.write_bytes({"empty": b"", "text": b"mail " * 999, "cut": whole[: len(whole) // 2]}[damage])
    assert "account        u@sohu.com" in msmtp(checkout).stdout
    assert CompiledCatalogue(str(path)).record("sohu.com")


@pytest.mark.parametrize("damage", ["missing", "text", "foreign", "format", "cut"])
def test_a_damaged_catalogue_of_a_wheel_gets_a_sentence(checkout: Path, damage: str) -> None:
    """In a wheel the data lie inside the package, and nothing is compiled."""
    for name in ("providers", "templates", "schema"):
        shutil.move(checkout / name, checkout / "generator" / "mailgen" / name)
    assert msmtp(checkout).status == 0
    path = compiled(checkout)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "foreign":
        path.unlink()
        change(path, "CREATE TABLE bookmarks (url TEXT)")
    elif damage == "format":
        change(path, f"UPDATE meta SET value = '{FORMAT + 1}' WHERE name = 'format'")
    else:
        path.write_bytes({"text": b"mail " * 999, "cut": whole[: len(whole) // 2]}[damage])
    assert_refused(msmtp(checkout), 1, "the catalogue cannot be read", "install mailgen again", str(path))


def test_a_damaged_page_gets_a_sentence(tmp_path: Path) -> None:
    """Whatever part of the file is damaged: the answer is right, or there is a sentence."""
    whole = Path(CATALOGUE.path).read_bytes()

    def read(path: Path) -> object:
        catalogue = CompiledCatalogue(str(path))
        return catalogue.record_for("sohu.com"), catalogue.manifest("msmtp")

    for start in range(0, len(whole), 4096):
        path = tmp_path / f"{start}.sqlite"
        path.write_bytes(whole[:start] + bytes(4096) + whole[start + 4096 :])
        got = answer(read, path)
        assert isinstance(got, MailgenError) or got == read(Path(CATALOGUE.path))


def change(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


def without_write_access(checkout: Path, *words: str, env: dict[str, str]) -> Outcome:
    """Run mailgen in a checkout that nobody may write. Root gives up its right to ignore that first."""
    package = compiled(checkout).parent
    compiled(checkout).unlink()
    argv = [*MAILGEN, *words]
    if os.geteuid() == 0:
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if not shutil.which("setpriv") or ran([*drop, "true"]).status:
            unavailable("setpriv (util-linux) cannot give up the rights of root here")
        argv = [*drop, *argv]
    package.chmod(0o555)
    try:
        check = "import os, sys; sys.exit(os.access(sys.argv[1], os.W_OK))"
        probe = [*argv[: -len(words) - 3], sys.executable, "-c", check, str(package)]
        assert ran(probe).status == 0, "the folder must not be writable, or this proves nothing"
        return ran(argv, {**of(checkout), **env})
    finally:
        package.chmod(0o755)


def test_a_checkout_without_write_access_uses_the_cache_folder(checkout: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    done = without_write_access(checkout, "msmtp", "u@sohu.com", env={"XDG_CACHE_HOME": str(cache)})
    assert done.status == 0, done.stderr
    assert "account        u@sohu.com" in done.stdout
    assert (cache / "mailgen" / "catalog.sqlite").exists()
    assert not compiled(checkout).exists()


def test_a_home_without_a_cache_folder_gets_one(checkout: Path, tmp_path: Path) -> None:
    done = without_write_access(checkout, "msmtp", "u@sohu.com", env={"HOME": str(tmp_path)})
    assert done.status == 0, done.stderr
    assert (tmp_path / ".cache" / "mailgen" / "catalog.sqlite").exists()


def test_with_nowhere_to_write_it_is_made_for_one_run(checkout: Path) -> None:
    done = without_write_access(checkout, "msmtp", "u@sohu.com", env={"XDG_CACHE_HOME": "/dev/null/cache"})
    assert "account        u@sohu.com" in done.stdout, done.stderr


def test_the_catalogue_does_not_depend_on_where_the_checkout_lies(checkout: Path, pristine: Path) -> None:
    compiled(checkout).unlink()
    assert msmtp(checkout).status == 0
    assert str(checkout).encode() not in compiled(checkout).read_bytes()
    assert compiled(checkout).read_bytes() == compiled(pristine).read_bytes()


def test_the_fingerprint_does_not_depend_on_the_environment(checkout: Path) -> None:
    one, two = (
        subprocess.run(
            [sys.executable, "-c", "from mailgen.paths import fingerprint as f; print(f())"],
            env=environment({**of(checkout), "PYTHONHASHSEED": seed, "LANG": lang}),
            capture_output=True,
            check=True,
        ).stdout
        for seed, lang in (("1", "C"), ("2", "zh_CN.UTF-8"))
    )
    assert one == two


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("163.con", "163.com"),
        ("sohuu.com", "sohu.com"),
        ("fxomail.com", "foxmail.com"),
        ("outlok.com", "outlook.com"),
    ],
)
def test_a_typing_error_is_answered_with_the_nearest_domain(typed: str, meant: str) -> None:
    assert meant in nearest(typed, DOMAINS)


def test_what_is_near_nothing_gets_no_suggestion() -> None:
    assert nearest("exmaple.org", DOMAINS) == []
    assert nearest("exmaple.org", [*DOMAINS, "example.org"]) == ["example.org"]
    assert nearest("", DOMAINS) == []


def test_suggestions_are_few_and_nearest_first() -> None:
    for typed in ("gmial.com", "qq.co", "yaho.com", "163.con"):
        found = nearest(typed, DOMAINS)
        assert 0 < len(found) <= 3
        errors = [distance(typed, name, 9) for name in found]
        assert errors == sorted(errors)
        assert errors[0] == min(distance(typed, name, 9) for name in DOMAINS)


def test_a_catalogue_that_others_may_write_is_made_anew(checkout: Path) -> None:
    """Its templates are run as code, so it must come from this user."""
    path = compiled(checkout)
    path.chmod(0o666)
    before = path.stat().st_ino
    assert msmtp(checkout).status == 0
    assert path.stat().st_ino != before
    assert path.stat().st_mode & 0o777 == 0o644
