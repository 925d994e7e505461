"""The web sites of all cases, for nginx, and their certificates."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import trustme

from tests.internet import published
from tests.internet.cases import CASES, host_of
from tests.internet.pages import PAGES
from tests.internet.places import WEB, WEB6, WEB_NAT64

_CONF = """
pid BASE/run/nginx.pid;
error_log BASE/log/nginx.txt crit;
daemon off;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    log_format all escape=json '{{"host": "$ssl_server_name", "asked": "$request", "at": "$server_addr", '
        '"named": "$http_host", "cookie": "$http_cookie", "login": "$http_authorization", '
        '"agent": "$http_user_agent", "from": "$http_referer"}}';
    access_log BASE/log/web.jsonl all;
    server_names_hash_max_size 8192;
    server_names_hash_bucket_size 512;
    absolute_redirect off;
    client_body_temp_path BASE/run/body;
    proxy_temp_path BASE/run/proxy;
    fastcgi_temp_path BASE/run/fastcgi;
    uwsgi_temp_path BASE/run/uwsgi;
    scgi_temp_path BASE/run/scgi;
    server {{ {listen} ssl_reject_handshake on; }}
    {sites}
    PUBLISHED
}}
"""
_LISTEN = " ".join(f"listen {place}:443 ssl;" for place in (WEB, f"[{WEB6}]", f"[{WEB_NAT64}]"))


def write(base: Path, as_root: bool) -> None:
    """Write configuration, pages and certificates below `base`."""
    pages = base / "pages"
    pages.mkdir()
    for name, content in PAGES.items():
        (pages / name).write_bytes(content)
    sites = "\n".join(
        f"server {{ {_LISTEN} server_name {host}; ssl_certificate {base}/tls/{certificate}.pem; "
        f"ssl_certificate_key {base}/tls/{certificate}.key; {locations} }}"
        for host, certificate, locations in _sites()
    )
    conf = _CONF.format(user="user root;" if as_root else "", listen=_LISTEN, sites=sites)
    conf = conf.replace("PUBLISHED", published.sites(base, _LISTEN))
    (base / "nginx.conf").write_text(conf.replace("PAGES", str(pages)).replace("BASE", str(base)))


def command(base: Path) -> list[str]:
    return ["nginx", "-p", str(base), "-e", str(base / "log" / "nginx.txt"), "-c", str(base / "nginx.conf")]


def _hosts() -> dict[str, tuple[str, dict[str, str]]]:
    hosts: dict[str, tuple[str, dict[str, str]]] = {}
    for name, case in CASES.items():
        for host, does in case.web.items():
            hosts.setdefault(host_of(name, host), (case.certificate, {}))[1].update(does)
    return hosts


def _sites() -> list[tuple[str, str, str]]:
    return [
        (host, certificate, " ".join(f"location = {path} {{ {does} }}" for path, does in paths.items()))
        for host, (certificate, paths) in _hosts().items()
    ]


def write_certificates(folder: Path) -> None:
    """One good certificate for all sites, and bad ones; `trusted/` is for /etc/ssl/certs."""
    trusted, rogue = trustme.CA(), trustme.CA()
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    hosts = _hosts()
    bad = {certificate: host for host, (certificate, _) in hosts.items() if certificate != "right"}
    issued = {
        "right": trusted.issue_cert(
            *hosts, *published.HOSTS, *(f"autoconfig.{name}.example" for name in CASES if "." not in name)
        ),
        "other-name": trusted.issue_cert("elsewhere.example"),
        "expired": trusted.issue_cert(bad["expired"], not_before=now - 3 * day, not_after=now - day),
        "not-yet": trusted.issue_cert(bad["not-yet"], not_before=now + day, not_after=now + 3 * day),
        "rogue": rogue.issue_cert(bad["rogue"]),
    }
    for name, leaf in issued.items():
        (folder / f"{name}.pem").write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
        (folder / f"{name}.key").write_bytes(leaf.private_key_pem.bytes())
    _openssl(
        *"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=self".split(),
        *("-addext", f"subjectAltName=DNS:{bad['self-signed']}"),
        *("-keyout", f"{folder}/self-signed.key", "-out", f"{folder}/self-signed.pem"),
    )
    store = folder / "trusted"
    store.mkdir()
    trusted.cert_pem.write_to_path(store / "ca-certificates.crt")
    digest = _openssl("x509", "-noout", "-subject_hash", "-in", f"{store}/ca-certificates.crt").strip()
    shutil.copy(store / "ca-certificates.crt", store / f"{digest}.0")


def _openssl(*words: str) -> str:
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True, timeout=10).stdout
