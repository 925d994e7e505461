"""What is published is found: by discovery in a network, and by programs that ask the real web servers."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.publishing import folder, mirror
from mailgen.publishing.owner import publish_domain
from mailgen.publishing.picker import CONTENT_POLICY
from mailgen.resolve.wish import Wish
from tests.formats.xml import program_thunderbird as thunderbird
from tests.formats.xml import reader_autoconfig, reader_autodiscover
from tests.internet.places import WEB
from tests.internet.published import OWNERS
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.internet.net import Net

CATALOGUE = open_catalogue()
DOMAIN = "company.example"


@pytest.mark.parametrize("domain", OWNERS)
def test_discovery_finds_what_was_published(net: Net, domain: str) -> None:
    """Over real DNS and a real web server with TLS, configured by what was made: the servers come back."""
    done = net.mailgen("discover", f"somebody@{domain}", "--json")
    assert done.rc == 0, done.stderr
    found = json.loads(done.out)["found"]
    assert found["method"] == OWNERS[domain].method
    services = found["record"]["services"]
    for protocol, given in OWNERS[domain].servers.items():
        [server] = services[protocol]
        wanted = {"port": {"imap": 993, "smtp": 465}[protocol], "tls": "implicit", **given}
        assert {key: server[key] for key in ("host", "port", "tls")} == {
            **wanted,
            "host": str(given["host"]).format(domain=domain),
        }


def test_a_file_answers_a_post_over_tls(net: Net) -> None:
    code = (
        "import socket, urllib.request as r; found = socket.getaddrinfo;"
        f"socket.getaddrinfo = lambda host, *more, **named: found({WEB!r}, *more, **named);"
        "u = 'https://autodiscover.all-published.example/AutoDiscover/AutoDiscover.xml';"
        "a = r.urlopen(r.Request(u, data=b'<x/>', method='POST'), timeout=20);"
        "print(a.status, a.headers['Content-Type'], a.url == u); print(a.read().decode())"
    )
    done = net.run(sys.executable, "-c", code, home=net.new_home())
    assert done.rc == 0, done.stderr
    head, _, text = bytes(done.out).decode().partition("\n")
    assert head == "200 text/xml True"
    assert [one.host for one in reader_autodiscover.read(text).servers] == [
        "imap.all-published.example",
        "smtp.all-published.example",
    ]


class Served:
    """A web server that listens on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, host: str, path: str) -> tuple[int, str, bytes]:
        """Return the status, the media type and the body of an answer."""
        status, headers, body = self.answer(method, host, path)
        return status, headers.get("Content-Type", ""), body

    def answer(
        self, method: str, host: str, path: str, packed: str = "identity"
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return the status, the headers and the body, for a client that takes it packed in one way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Host": host, "Accept-Encoding": packed}
        connection.request(method, path, body=b"<x/>" if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def nginx(tree: Path, work: Path, port: int) -> list[str]:
    """Return the command that runs nginx with a published snippet, without TLS on one port of loopback."""
    text = (tree / "nginx.conf").read_text()
    lines = [line for line in text.splitlines() if "ssl_certificate" not in line and "[::]" not in line]
    site = "\n".join(lines).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    temporary = "".join(
        f"{name}_temp_path {work}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "nginx.conf").write_text(
        f"pid {work}/pid; error_log {work}/errors; daemon off; master_process off; events {{}}\n"
        f"http {{ access_log off; server_names_hash_bucket_size 128; {temporary}\n{site}\n}}\n"
    )
    program = need("nginx", "nginx-light")
    return [program, "-e", f"{work}/errors", "-p", str(work), "-c", str(work / "nginx.conf")]


def caddy(tree: Path, work: Path, port: int) -> list[str]:
    """Return the command that runs Caddy with a published snippet, without TLS on one port of loopback."""
    text = (tree / "Caddyfile").read_text()
    sites = next(line for line in text.splitlines() if line.endswith("{") and not line.startswith("#"))
    names = sites.removesuffix(" {").split(", ")
    here = ", ".join(f"http://{name}:{port}" for name in names)
    head = f"{{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n\tstorage file_system {work}\n}}\n"
    (work / "Caddyfile").write_text(head + text.replace(sites, f"{here} {{"))
    return [need("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(work / "Caddyfile")]


SERVERS = {"nginx": nginx, "Caddy": caddy}


def run(program: str, tree: Path, work: Path) -> Iterator[Served]:
    port = free_port()
    argv = SERVERS[program](tree, work, port)
    env = {"HOME": str(work), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with (
        (work / "said").open("w") as said,
        subprocess.Popen(argv, env=env, stdout=said, stderr=said) as process,
    ):
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, (work / "said").read_text()
                    assert time.monotonic() < deadline, (work / "said").read_text()
                    time.sleep(0.05)
            yield Served(port)
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module", params=SERVERS)
def owners(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    work = tmp_path_factory.mktemp("owner")
    tree = work / "tree"
    made = publish_domain(DOMAIN, Wish(), "exmail.qq.com", CATALOGUE, str(tree / "www"))
    folder.write_published(str(tree), made.files)
    work.chmod(0o755)
    yield from run(request.param, tree, work)


@pytest.fixture(scope="module", params=SERVERS)
def mirrors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    work = tmp_path_factory.mktemp("mirror")
    tree = work / "tree"
    made = mirror.publish_all(CATALOGUE, "settings.example", str(tree / "www"))
    few = {
        path: content
        for path, content in made.files.items()
        if "/v1.1/" not in path or path.endswith("/foxmail.com")
    }
    few |= {f"www/picker/x.{end}": b"x" * 2000 for end in ("html", "mjs", "wasm", "zip")}
    few["www/picker/x.wasm.br"] = b"packed"
    folder.write_published(str(tree), few)
    yield from run(request.param, tree, work)


@pytest.mark.parametrize(
    ("host", "path", "type"),
    [
        ("autoconfig", "/mail/config-v1.1.xml", "text/xml"),
        ("autoconfig", "/mail/config-v1.1.xml?emailaddress=a%2Bb@company.example", "text/xml"),
        ("autoconfig", "/.well-known/autoconfig/mail/config-v1.1.xml", "text/xml"),
        ("ua-auto-config", "/.well-known/user-agent-configuration.json", "application/json"),
        ("autoconfig", "/mail.mobileconfig", "application/x-apple-aspen-config"),
    ],
)
def test_each_file_is_where_programs_look(owners: Served, host: str, path: str, type: str) -> None:
    status, said, body = owners.ask("GET", f"{host}.{DOMAIN}", path)
    assert (status, said.partition(";")[0]) == (200, type)
    assert b"exmail.qq.com" in body


def test_thunderbird_finds_the_servers(owners: Served) -> None:
    """Its own code reads what comes from where it looks, with the address that it asks for."""
    path = f"/mail/config-v1.1.xml?emailaddress=ada%40{DOMAIN}"
    _, _, body = owners.ask("GET", f"autoconfig.{DOMAIN}", path)
    found = thunderbird.read({DOMAIN: body.decode()}, f"ada@{DOMAIN}")[DOMAIN]
    assert not isinstance(found, str), found
    assert "imap.exmail.qq.com" in json.dumps(found)
    assert f"ada@{DOMAIN}" in json.dumps(found)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    ["autodiscover/autodiscover.xml", "Autodiscover/Autodiscover.xml", "AUTODISCOVER/AUTODISCOVER.XML"],
)
def test_autodiscover_is_answered_in_any_case_of_letters(owners: Served, method: str, path: str) -> None:
    """No redirect, which would lose what a program sends."""
    status, type, body = owners.ask(method, f"autodiscover.{DOMAIN}", f"/{path}")
    assert (status, type.partition(";")[0]) == (200, "text/xml")
    assert reader_autodiscover.read(body.decode()).servers[0].host == "imap.exmail.qq.com"


@pytest.mark.parametrize("path", ["/", "/zone.txt", "/../zone.txt", "/SHA256SUMS", "/mail/"])
def test_nothing_else_is_served(owners: Served, path: str) -> None:
    assert owners.ask("GET", f"autoconfig.{DOMAIN}", path)[0] in (400, 403, 404)


def test_a_mirror_is_asked_by_domain(mirrors: Served) -> None:
    status, type, body = mirrors.ask("GET", "settings.example", "/v1.1/foxmail.com")
    assert (status, type.partition(";")[0]) == (200, "text/xml")
    assert reader_autoconfig.read(body.decode()).id == "qq.com"
    status, type, body = mirrors.ask("GET", "settings.example", "/api/v1/providers/qq.com.json")
    assert (status, type.partition(";")[0]) == (200, "application/json")
    assert json.loads(body)["id"] == "qq.com"
    assert mirrors.ask("GET", "settings.example", "/v1.1/nobody.example")[0] == 404


@pytest.mark.parametrize(
    ("end", "type"),
    [
        ("html", "text/html"),
        ("mjs", "text/javascript"),
        ("wasm", "application/wasm"),
        ("zip", "application/zip"),
    ],
)
def test_a_mirror_serves_the_picker_as_browsers_want_it(mirrors: Served, end: str, type: str) -> None:
    """Its modules and its interpreter by their types, each with the policy that keeps a worker here."""
    status, headers, body = mirrors.answer("GET", "settings.example", f"/picker/x.{end}")
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, type)
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert body == b"x" * 2000
    _, headers, less = mirrors.answer("GET", "settings.example", f"/picker/x.{end}", "br, gzip")
    assert end != "wasm" or (headers["Content-Encoding"] in ("br", "gzip") and len(less) < 200)
