"""`mailgen data`: newer provider data, taken when asked for, and nothing else."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import trustme

from mailgen.catalog.serial import SERIAL
from mailgen.dataset import document
from mailgen.updates.fetching import content_at
from tests.cases import run
from tests.outputs import objections
from tests.support import assert_refused
from tests.updates.signer import TODAY, Signer, data, records, serial_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cases import Outcome

#: Words for the test that no verb asks the Internet.
OFFLINE = [["data", "status"], ["data", "remove"]]
SIGNER = Signer()
#: An IMAP server of the same owner, which is no danger, and one of another's.
HERE, ELSEWHERE = "imap2.sohu.com", "imap.evil.example"


class Desk:
    """A home, and a document of newer data with its signature beside it."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        patch.setenv("HOME", str(home))
        for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME"):
            patch.delenv(f"XDG_{name}", raising=False)
        self.home, self.source = home, home / "data.json"
        self.kept = home / ".local/share/mailgen/providers.json"

    def run(self, *words: str, **env: str) -> Outcome:
        with self._patch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            return run(*words)

    def update(self, content: bytes, *words: str, signer: Signer = SIGNER) -> Outcome:
        signer.put(self.source, content)
        return self.run("data", "update", str(self.source), "--key", SIGNER.public, *words)

    def host(self) -> str:
        done = self.run("mutt", "you@sohu.com", "-q")
        assert (done.status, done.stderr) == (0, "")
        return next(line.split("@")[-1] for line in done.stdout.splitlines() if "set folder" in line)

    def state(self) -> dict[str, bytes]:
        left = (self.home / ".cache", self.source, self.home / "data.json.minisig")
        found = [
            path for path in self.home.rglob("*") if path.is_file() and not {*path.parents, path} & {*left}
        ]
        return {str(path): path.read_bytes() for path in found}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_newer_data_count_and_say_so_until_they_are_taken_away(desk: Desk) -> None:
    before = desk.host()
    new = records()
    new["sohu.com"]["services"]["imap"][0]["host"] = HERE
    new.pop("tom.com")
    done = desk.update(document.document_bytes(new, serial_of()))
    assert done.status == 0, done.stderr
    assert "tom.com: provider-gone" in done.stdout
    assert f"are now those of {serial_of()}" in done.stderr
    assert HERE in desk.host() != before
    said = desk.run("mutt", "you@sohu.com").stderr
    assert f"note: the provider data are those that were fetched, of {serial_of()}" in said
    assert f"mailgen's own are of {SERIAL}" in said
    assert "no provider is known" in desk.run("msmtp", "you@tom.com").stderr, "what was taken out is gone"
    found = json.loads(desk.run("mutt", "you@sohu.com", "--json").stdout)["findings"]
    assert "fetched-data" in [one["code"] for one in found]
    assert desk.run("data", "remove").status == 0
    assert desk.host() == before
    assert "no other provider data" in desk.run("data", "remove").stderr


def test_they_lie_beneath_provider_files_of_the_users_own(desk: Desk) -> None:
    own = desk.home / ".config/mailgen/providers/sohu.com.yaml"
    own.parent.mkdir(parents=True)
    assert desk.update(data(sohu_com=HERE)).status == 0
    own.write_text(
        "name: {en: Mine}\ndomains: [sohu.com]\nservices: {imap: [{host: imap.own.example, port: 993, "
        "tls: implicit, sources: [it]}]}\ncredentials: {kind: login-password}\n"
        "sources: {it: {kind: vendor, title: mine, checked: 2026-11-01}}\n"
    )
    assert "imap.own.example" in desk.run("mbsync", "you@sohu.com", "-q").stdout


def test_status_says_whose_data_count(desk: Desk) -> None:
    found = json.loads(desk.run("data", "status", "--json").stdout)
    assert (found["in_use"], found["serial"], found["fetched"]) == ("own", SERIAL, None)
    assert desk.update(data()).status == 0
    done = desk.run("data", "status", "--json")
    found = json.loads(done.stdout)
    assert not objections("data-status", found)
    assert (found["in_use"], found["serial"], found["age"]) == ("fetched", serial_of(), 0)
    assert found["providers"] == len(records())
    assert f"in use: fetched, {serial_of()}" in desk.run("data", "status", "--max-age", "0").stdout
    assert "使用中" in desk.run("data", "status", "--lang", "zh").stdout


def test_an_age_may_be_bounded(desk: Desk) -> None:
    old = serial_of(-30)
    if old <= SERIAL:  # the data of mailgen itself are younger still
        assert desk.run("data", "status", "--max-age", "99999").status == 0
        return
    assert desk.update(data(old)).status == 0
    assert desk.run("data", "status", "--max-age", "29").status == 3
    assert desk.run("data", "status", "--max-age", "30").status == 0


def test_danger_is_shown_and_refused_unless_somebody_says_yes(desk: Desk) -> None:
    before, content = desk.host(), data(sohu_com=ELSEWHERE)
    done = desk.update(content)
    assert done.status == 1
    assert "a login may go elsewhere, or less well protected: sohu.com" in done.stderr
    assert "--yes" in done.stderr
    assert done.stdout.startswith("danger")
    assert ELSEWHERE in done.stdout
    assert desk.host() == before
    assert not desk.kept.exists()
    found = json.loads(desk.update(content, "--json").stdout)
    assert (found["taken"], found["serial"]) == (False, serial_of())
    assert not objections("data-update", found)
    found = json.loads(desk.update(content, "--yes", "--json").stdout)
    assert found["taken"]
    assert ELSEWHERE in desk.host()


def test_the_servers_of_ones_own_accounts_are_shown_before_and_after(desk: Desk) -> None:
    """Also of those that keep theirs; a file that is wrong, or none, stops nothing."""
    file = desk.home / ".config/mailgen/accounts.yaml"
    assert "your " not in desk.update(data(sohu_com=ELSEWHERE)).stdout
    file.parent.mkdir(parents=True)
    file.write_text("accounts: [\n")
    assert "your " not in desk.update(data(sohu_com=ELSEWHERE)).stdout
    file.write_text(
        "accounts:\n"
        "  one: {address: ada@sohu.com, targets: [mutt]}\n"
        "  two: {address: ada@firm.example, provider: sohu.com, targets: [mutt]}\n"
        "  three: {address: ada@qq.com, targets: [mutt]}\n"
    )
    done = desk.update(data(sohu_com=ELSEWHERE))
    lines = [line for line in done.stdout.splitlines() if line.startswith("your ")]
    assert len(lines) == 3
    for line, address in zip(lines, ("ada@sohu.com", "ada@firm.example"), strict=False):
        assert line.startswith(f"your {address} had imap imap.sohu.com:993 (implicit), ")
        assert f"and has imap {ELSEWHERE}:993 (implicit), " in line
    assert lines[2].startswith("your ada@qq.com keeps imap imap.qq.com:993")
    found = json.loads(desk.update(data(sohu_com=ELSEWHERE), "--json").stdout)
    assert not objections("data-update", found)
    assert [one["before"] == one["after"] for one in found["accounts"]] == [False, False, True]


WRONG_PORT = {"host": "imap.sohu.com", "port": 465, "tls": "implicit", "sources": ["help"]}


def _broken(**changed: object) -> bytes:
    whole = json.loads(data())
    return json.dumps({**whole, **changed}).encode()


def _with_record(**changed: object) -> bytes:
    whole = json.loads(data())
    whole["providers"]["sohu.com"] |= changed
    return json.dumps(whole).encode()


def _renamed() -> bytes:
    whole = json.loads(data())
    whole["providers"]["../sohu.com"] = whole["providers"].pop("sohu.com")
    return json.dumps(whole).encode()


REFUSED = {
    "an older serial": (data(SERIAL - 1), "older"),
    "ours, with other data": (data(SERIAL, sohu_com=HERE), "other data of the same serial"),
    "expired": (_broken(expires="2026-11-01", serial=SERIAL + 1), "expired, on 2026-11-01"),
    "of next week": (data(serial_of(7)), "a day to come"),
    "no serial": (_broken(serial=2026133101), "no serial"),
    "no document": (b"[]\n", "no document of provider data"),
    "a newer format": (_broken(format=2), "format '2'"),
    "no JSON": (b"providers: {}\n", "this is no JSON"),
    "nested without end": (b"[" * 100_000, "this is no JSON"),
    "a key twice": (b'{"format": 1, "format": 1}', "a key stands twice"),
    "a key too many": (_broken(run="rm -rf"), "run"),
    "code in a record": (_with_record(templates={"x": "import os"}), "templates"),
    "a compiled part": (_with_record(quirk_facts={}), "quirk_facts"),
    "a path as an id": (_renamed(), "../sohu.com"),
    "a domain of two": (_with_record(domains=["sohu.com", "qq.com"]), "already claimed"),
    "a port that cannot be": (
        _with_record(
            services={
                "imap": [{"host": "imap.sohu.com", "port": 465, "tls": "implicit", "sources": ["help"]}]
            }
        ),
        "port",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_and_nothing_changes(desk: Desk, case: str) -> None:
    content, what = REFUSED[case]
    done = desk.update(content, "--yes")
    assert_refused(done, 1, what)
    assert desk.state() == {}


def test_nobody_can_offer_older_data_again_even_where_they_were_taken_away(desk: Desk) -> None:
    today, before = serial_of(), serial_of(number=98)
    assert desk.update(data(today)).status == 0
    kept = desk.state()
    assert_refused(desk.update(data(before), "--yes"), 1, f"({before})", f"({today})")
    assert_refused(desk.update(data(today, sohu_com=HERE), "--yes"), 1, "other data of the same serial")
    assert desk.state() == kept
    assert desk.run("data", "remove").status == 0
    assert_refused(desk.update(data(before), "--yes"), 1, "older")
    assert_refused(desk.update(data(today, sohu_com=HERE), "--yes"), 1, "other data of the same serial")
    assert desk.update(data(today)).status == 0
    assert "nothing is newer" in desk.update(data(today)).stderr
    (desk.home / ".local/state/mailgen/data-serial").write_text("?")
    assert_refused(desk.update(data(today)), 1, "data-serial", "delete it")


def test_a_signature_of_nobody_we_trust_is_refused(desk: Desk) -> None:
    assert_refused(desk.update(data(), signer=Signer()), 1, "does not fit", "data.json.minisig")
    desk.source.with_name("data.json.minisig").unlink()
    assert_refused(
        desk.run("data", "update", str(desk.source), "--key", SIGNER.public), 1, "data.json.minisig"
    )
    assert_refused(desk.run("data", "update", str(desk.source)), 2, "no key is known", "--key")
    assert_refused(desk.run("data", "update", str(desk.source), "--key", "x"), 1, "no public key")
    assert desk.state() == {}


def test_data_that_are_not_newer_than_ours_any_more_do_not_count(desk: Desk) -> None:
    """As after an update of mailgen itself."""
    desk.kept.parent.mkdir(parents=True)
    desk.kept.write_bytes(data(SERIAL - 1, sohu_com=HERE))
    done = desk.run("mutt", "you@sohu.com")
    assert "that were fetched" not in done.stderr
    assert HERE not in done.stdout
    assert json.loads(desk.run("data", "status", "--json").stdout)["in_use"] == "own"


SPOILED = {"empty": b"", "cut": data()[:1000], "against the schema": _with_record(mx=[7])}


@pytest.mark.parametrize("case", SPOILED)
def test_data_that_were_spoiled_cost_nothing_but_their_news(desk: Desk, case: str) -> None:
    assert desk.update(data(sohu_com=HERE)).status == 0
    desk.kept.write_bytes(SPOILED[case])
    done = desk.run("mutt", "you@sohu.com", "-q")
    assert done.status == 0
    assert "warning: the provider data that were fetched are not used" in done.stderr
    assert HERE not in done.stdout
    assert "are not used" in desk.run("data", "status").stderr
    assert desk.run("data", "remove").status == 0
    assert desk.run("mutt", "you@sohu.com", "-q").stderr == ""


def test_expired_data_stay_in_use_and_status_tells(desk: Desk) -> None:
    desk.kept.parent.mkdir(parents=True)
    desk.kept.write_bytes(_broken(expires="2026-11-01"))
    done = desk.run("data", "status")
    assert "in use: fetched" in done.stdout
    assert "have expired, on 2026-11-01" in done.stderr


class _Answers(BaseHTTPRequestHandler):
    """Files of a folder by their name, and a redirect to clear text."""

    folder: Path

    def do_GET(self) -> None:
        path = self.folder / self.path.lstrip("/")
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/data.json")
            self.end_headers()
        elif path.is_file():
            self.send_response(200)
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            self.wfile.write(path.read_bytes())
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A web server on loopback that has the files of the home; with what makes its certificate good."""
    authority = trustme.CA()
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (_Answers,), {"folder": tmp_path}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}/", {"SSL_CERT_FILE": str(trusted)}
    server.shutdown()
    server.server_close()
    thread.join(30)


def test_they_come_from_a_web_server_over_https_alone(desk: Desk, web: tuple[str, dict[str, str]]) -> None:
    url, trusting = web
    key = ("--key", SIGNER.public)
    SIGNER.put(desk.source, data(sohu_com=HERE))
    done = desk.run("data", "update", f"{url}data.json", *key)
    assert_refused(done, 1, "cannot be fetched", "certificate")
    assert_refused(desk.run("data", "update", f"{url}none.json", *key, **trusting), 1, "the server said 404")
    assert_refused(desk.run("data", "update", f"{url}moved", *key, **trusting), 1, "not https")
    assert_refused(desk.run("data", "update", "http://localhost/data.json", *key), 1, "use https")
    assert not desk.kept.exists()
    done = desk.run("data", "update", f"{url}data.json", *key, **trusting)
    assert done.status == 0, done.stderr
    assert HERE in desk.host()


def test_what_comes_is_counted(
    web: tuple[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits is told how many kB will come, and of each."""
    url, trusting = web
    monkeypatch.setenv("SSL_CERT_FILE", trusting["SSL_CERT_FILE"])
    (tmp_path / "much").write_bytes(b"x" * 2500)
    told: list[int] = []

    def begun(total: int) -> Callable[[], None]:
        told.append(total)
        return lambda: told.append(1)

    assert content_at(f"{url}much", begun) == b"x" * 2500
    assert told == [3, 1, 1, 1]


def test_what_is_published_can_be_taken(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same document, so that a signature can lie beside it; it is taken from there."""
    monkeypatch.setattr("os.fsync", lambda handle: None)  # nearly two thousand files
    tree, serial = tmp_path / "tree", str(serial_of())
    made, signature = tree / "www/data/mailgen-data.json", tmp_path / "signature"
    words = ("publish", str(tree), "--all", "--serial", serial, "-q", "--signature", str(signature))
    signature.write_bytes(SIGNER.sign(data()))
    assert desk.run(*words).status == 0
    assert made.read_bytes() == data()
    assert desk.run("data", "update", str(made), "--key", SIGNER.public).status == 0
    assert document.read_document(made.read_bytes(), "x").day == TODAY
    signature.write_text("x")
    assert_refused(desk.run(*words), 1, "no signature")
