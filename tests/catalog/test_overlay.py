"""Provider files of the user's own: they come first, say so, and cost nothing where there are none."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from mailgen.catalog.opening import open_catalogue, with_own_providers
from mailgen.core.errors import MailgenError
from mailgen.model.records import provider_from_record
from tests.cases import Outcome
from tests.support import assert_refused, cli, of, ran

COMPANY = """\
name: {{en: {name}}}
domains: [{domains}]
services:
  imap:
    - {{host: imap.{host}, port: 993, tls: implicit, sources: [it]}}
  smtp:
    - {{host: smtp.{host}, port: 465, tls: implicit, sources: [it]}}
credentials: {{kind: login-password}}
sources:
  it: {{kind: vendor, title: "the company's own page", checked: 2026-11-01}}
"""


def company(domains: str = "company.example", host: str = "company.example", name: str = "Company") -> str:
    return COMPANY.format(domains=domains, host=host, name=name)


class Desk:
    """A home with a folder for provider files."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / ".config" / "mailgen" / "providers"
        self.cache = home / ".cache" / "mailgen"

    def put(self, text: str, name: str = "company.example", folder: Path | None = None) -> Path:
        path = (folder or self.folder) / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *words: str, **env: str) -> Outcome:
        return cli(*words, env={"HOME": str(self.home), **env})

    def host(self, address: str, *words: str, **env: str) -> str:
        done = self.run("msmtp", address, *words, **env)
        assert done.status == 0, done.stderr
        return next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("host"))

    def compiled(self) -> list[Path]:
        return sorted(self.cache.glob("providers-*.sqlite"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_of_the_users_serves_its_domains_and_says_so(desk: Desk) -> None:
    path = desk.put(company())
    done = desk.run("msmtp", "you@company.example")
    assert "host           smtp.company.example\n" in done.stdout
    assert f"note: the settings come from a provider file of your own\n  where: {path}\n" in done.stderr
    assert "provider file" not in desk.run("msmtp", "you@company.example", "--quiet").stderr
    assert "您自己的服务商文件" in desk.run("msmtp", "you@company.example", "--lang", "zh").stderr


def test_it_comes_before_ours_for_the_domains_it_names_and_no_other(desk: Desk) -> None:
    desk.put(company("company.example, qq.com"))
    assert desk.host("you@qq.com") == "smtp.company.example"
    assert "instead of mailgen's for qq.com" in desk.run("msmtp", "you@qq.com").stderr
    assert desk.host("you@foxmail.com") == desk.host("you@vip.qq.com") == "smtp.qq.com"
    for domain in ("company.example.cn", "xcompany.example", "mail.company.example"):
        assert desk.run("msmtp", f"you@{domain}").status == 1
    assert desk.run("show", "qq.com").stdout.startswith("Company\n")
    assert desk.run("show", "you@foxmail.com").stdout.startswith("QQ Mail")


def test_a_file_may_take_the_place_of_ours_whole(desk: Desk) -> None:
    path = desk.put(company("qq.com, foxmail.com", "relay.example"), "qq.com")
    assert desk.host("you@company.example", "--provider", "qq.com") == "smtp.relay.example"
    record = json.loads(desk.run("show", "qq.com", "--json").stdout)
    assert (record["file"], record["instead_of"]) == (str(path), "qq.com")
    listed = [line.split()[0] for line in desk.run("providers").stdout.splitlines()]
    assert listed[0] == "qq.com"
    assert listed.count("qq.com") == 1


def test_the_folder_of_this_run_comes_first_and_then_the_users(desk: Desk, tmp_path: Path) -> None:
    desk.put(company("company.example, lab.example"))
    desk.put(company(host="other.example"), folder=tmp_path / "mine")
    named = ("--providers", str(tmp_path / "mine"))
    assert desk.host("you@company.example", *named) == "smtp.other.example"
    assert desk.host("you@lab.example", *named) == "smtp.company.example"
    assert desk.host("you@sohu.com", *named) == "smtp.sohu.com"


def test_a_domain_is_hosted_by_the_provider_of_another(desk: Desk) -> None:
    desk.put(company())
    assert desk.host("you@lab.example", "--hosted-by", "company.example") == "smtp.company.example"
    assert desk.host("you@lab.example", "--hosted-by", "FOXMAIL.com.") == "smtp.qq.com"
    done = desk.run("msmtp", "you@lab.example", "--hosted-by", "company.exmaple")
    assert_refused(done, 1, "did you mean 'company.example'?", "--hosted-by 'company.exmaple'")
    done = desk.run("msmtp", "you@lab.example", "--hosted-by", "qq.com", "--provider", "qq.com")
    assert_refused(done, 2, "not allowed with")
    assert_refused(desk.run("msmtp", "you@lab.example", "--hosted-by", ""), 2, "empty part")


def test_a_file_is_compiled_once_and_anew_when_it_changes(desk: Desk) -> None:
    path = desk.put(company())
    assert desk.host("you@company.example") == "smtp.company.example"
    (compiled,) = desk.compiled()
    before = compiled.stat()
    assert desk.host("you@company.example") == "smtp.company.example"
    assert desk.compiled()[0].stat().st_ino == before.st_ino
    times = path.stat()
    path.write_text(path.read_text().replace("smtp.company", "smpt.company"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert desk.host("you@company.example") == "smpt.company.example"
    path.unlink()
    assert desk.run("msmtp", "you@company.example").status == 1


@pytest.mark.parametrize("damage", ["text", "loose", "cut"])
def test_a_compiled_file_that_cannot_be_trusted_is_made_anew(desk: Desk, damage: str) -> None:
    desk.put(company())
    desk.host("you@company.example")
    (compiled,) = desk.compiled()
    if damage == "loose":
        compiled.chmod(0o666)
    else:
        compiled.write_bytes(b"mail " * 99 if damage == "text" else compiled.read_bytes()[:4096])
    before = compiled.stat().st_ino
    assert desk.host("you@company.example") == "smtp.company.example"
    assert compiled.stat().st_ino != before
    assert compiled.stat().st_mode & 0o777 == 0o600


def test_without_a_place_to_keep_it_everything_works_the_same(desk: Desk) -> None:
    desk.put(company())
    assert desk.host("you@company.example", XDG_CACHE_HOME="/dev/null/cache") == "smtp.company.example"
    assert desk.compiled() == []


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("port: 993", "port: 143", ":5: services.imap.0.tls", "port 143 of imap does not go with"),
        ("sources: [it]", "sources: [me]", ":5: services.imap.0.sources", "'me' is not described"),
        ("domains: [company", "domains: [CompanY", ":2: domains.0", "CompanY"),
        ("services:", "services: [", ":5", "expected"),
        ("name: {en: Company}", "nmae: {en: Company}", "", "nam"),
    ],
)
def test_a_broken_file_is_named_with_its_line(desk: Desk, old: str, new: str, where: str, what: str) -> None:
    path = desk.put(company().replace(old, new, 1))
    for words in (("msmtp", "you@company.example"), ("show", "you@company.example")):
        done = desk.run(*words)
        assert (done.status, done.stdout) == (1, "")
        assert f"{path}{where}" in done.stderr
        assert what in done.stderr
    assert_refused(desk.run("show", "sohu.com", "--providers", str(desk.folder)), 1, f"{path}{where}", what)


def test_a_folder_without_provider_files(desk: Desk, tmp_path: Path) -> None:
    desk.folder.mkdir(parents=True)
    (desk.folder / "notes.txt").write_text("nothing")
    assert desk.host("you@sohu.com") == "smtp.sohu.com"
    assert_refused(desk.run("show", "qq.com", "--providers", str(tmp_path)), 2, "end in .yaml")
    assert_refused(desk.run("show", "qq.com", "--providers", "/nowhere"), 2, "no folder", "/nowhere")
    (desk.folder / "company.yml").write_text(company())
    done = desk.run("show", "qq.com")
    assert done.status == 0
    assert_refused(desk.run("show", "company.example"), 1, "end in .yaml", "company.yml", "rename it")
    for word in (
        "warning: this provider file of your own is not used",
        "end in .yaml",
        "company.yml",
        "rename it",
    ):
        assert word in done.stderr
    assert_refused(desk.run("show", "qq.com", "--providers", str(desk.folder)), 1, "end in .yaml")


def test_a_relative_base_folder_is_ignored_as_the_specification_says(desk: Desk) -> None:
    desk.put(company())
    assert desk.host("you@company.example", XDG_CONFIG_HOME="config") == "smtp.company.example"
    other = {"XDG_CONFIG_HOME": "/proc/nonexistent"}
    assert cli("msmtp", "you@company.example", env={"HOME": str(desk.home), **other}).status == 1


def test_links_of_dotfile_managers_are_followed(desk: Desk, tmp_path: Path) -> None:
    kept = desk.put(company(), folder=tmp_path / "dotfiles")
    desk.folder.mkdir(parents=True)
    (desk.folder / kept.name).symlink_to(kept)
    assert desk.host("you@company.example") == "smtp.company.example"
    kept.write_text(company(host="moved.example"))
    assert desk.host("you@company.example") == "smtp.moved.example"


def test_every_verb_that_asks_for_a_provider_finds_it(desk: Desk) -> None:
    path = desk.put(company())
    assert desk.run("explain", "msmtp", "you@company.example").stdout.count("company.example") > 5
    words = ("accounts", "add", "you@company.example", "--target", "msmtp", "--hosted-by", "company.example")
    assert desk.run(*words).status == 0
    assert "  provider: company.example" in (desk.home / ".config/mailgen/accounts.yaml").read_text()
    assert "you@company.example, company.example" in desk.run("accounts", "list").stdout
    assert desk.run("apply").status == 0
    assert "host           smtp.company.example" in (desk.home / ".msmtprc").read_text()
    assert desk.run("diff").status == 0
    done = desk.run("lint", str(desk.home / ".msmtprc"))
    assert done.status == 0, done.stdout
    path.unlink()
    assert_refused(desk.run("apply"), 1, "no provider has this name", "accounts.company.provider")


def test_programs_get_the_users_files_only_if_they_ask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(company())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.home / ".config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(desk.home / ".cache"))
    ours = open_catalogue()
    assert ours.provider_for("company.example") is None
    both = with_own_providers(ours)
    assert both.provider_for("company.example")
    assert both.provider("company.example")
    assert list(both.domains()) == sorted([*ours.domains(), "company.example"])
    own = both.record("company.example") or {}
    assert both.record_for("company.example") == ("company.example", own)
    assert both.provider("company.example") == provider_from_record("company.example", own)
    assert both.provider("company.example") in list(both.providers())
    assert dict(both.records()).keys() == {"company.example", *dict(ours.records())}
    assert both.fingerprint == ours.fingerprint
    assert both.target_names() == ours.target_names()
    assert both.target("msmtp") == ours.target("msmtp")
    assert list(both.targets()) == list(ours.targets())
    assert both.reasons("msmtp") == ours.reasons("msmtp")
    both.close()
    with pytest.raises(MailgenError):
        ours.record("qq.com")


def test_the_plain_run_pays_nothing(desk: Desk) -> None:
    """Without such files nothing more is imported; with them, nothing but the look-up."""

    def modules() -> set[str]:
        code = (
            "import sys; from mailgen.cli.main import main; main(['msmtp', 'u@qq.com']); print(*sys.modules)"
        )
        done = ran([sys.executable, "-c", code], {"HOME": str(desk.home)})
        return set(done.stdout.split())

    assert "mailgen.catalog.overlay" not in modules()
    desk.put(company())
    desk.host("you@company.example")
    after = modules()
    assert "mailgen.catalog.overlay" in after
    assert not after & {"yaml", "jsonschema", "mailgen.dataset.providers", "mailgen.catalog.compiler"}


def test_files_are_checked_anew_by_another_release(desk: Desk, tmp_path: Path) -> None:
    """A checkout that changed may know other rules."""
    from tests.support import copied_checkout

    desk.put(company())
    checkout = copied_checkout(tmp_path / "one")
    env = {**of(checkout), "HOME": str(desk.home)}
    assert cli("msmtp", "you@company.example", env=env).status == 0
    (compiled,) = desk.compiled()
    before = compiled.stat().st_ino
    schema = checkout / "schema" / "provider.schema.json"
    schema.write_text(schema.read_text().replace('"maxLength": 253', '"maxLength": 9'))
    shutil.rmtree(checkout / "providers")
    (checkout / "providers").mkdir()
    assert_refused(cli("msmtp", "you@company.example", env=env), 1, "company.example")
    assert compiled.stat().st_ino == before
