"""Domains whose owners have run `mailgen publish`: their web server and zone are what it made, as it is.

Only addresses and certificates are filled in, as the owner would: what the index tells him to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailgen.catalog.opening import open_catalogue
from mailgen.publishing import folder
from mailgen.publishing.owner import publish_domain
from mailgen.resolve.wish import Wish
from tests.internet.places import WEB

IMPLICIT = {"imap": {"host": "imap.{domain}"}, "smtp": {"host": "smtp.{domain}"}}
STARTTLS = {
    "imap": {"host": "imap.{domain}", "port": 143, "tls": "starttls"},
    "smtp": {"host": "smtp.{domain}", "port": 587, "tls": "starttls"},
}


@dataclass(frozen=True)
class Owner:
    """An owner: servers of his own, whether he has a web server, and how discovery should find his mail."""

    servers: dict[str, dict[str, str | int]]
    method: str
    web: bool = True


OWNERS = {
    "all-published.example": Owner(IMPLICIT, "pacc"),
    "starttls-published.example": Owner(STARTTLS, "autoconfig"),
    "zone-published.example": Owner(IMPLICIT, "srv", web=False),
}
HOSTS = [
    f"{name}.{domain}"
    for domain, owner in OWNERS.items()
    if owner.web
    for name in ("autoconfig", "autodiscover", "ua-auto-config")
]


def write(base: Path) -> None:
    """Publish each domain below `base`/published, as `mailgen publish` does."""
    for domain, owner in OWNERS.items():
        servers = {
            protocol: {
                key: str(part).format(domain=domain) if key == "host" else part for key, part in given.items()
            }
            for protocol, given in owner.servers.items()
        }
        place = base / "published" / domain
        place.parent.mkdir(exist_ok=True)
        made = publish_domain(domain, Wish(servers=servers), None, open_catalogue(), str(place / "www"))
        folder.write_published(str(place), made.files)


def sites(base: Path, listen: str) -> str:
    """Return the configuration of the web server, listening at the addresses of this network."""
    made = ""
    for domain, owner in OWNERS.items():
        if owner.web:
            text = (base / "published" / domain / "nginx.conf").read_text()
            text = text.replace("listen 443 ssl;", listen).replace("listen [::]:443 ssl;", "")
            text = text.replace(f"/etc/letsencrypt/live/{domain}/fullchain.pem", f"{base}/tls/right.pem")
            made += text.replace(f"/etc/letsencrypt/live/{domain}/privkey.pem", f"{base}/tls/right.key")
    return made


def zone(base: Path) -> str:
    """Return the zone fragments, with the names of the web servers filled in."""
    made = ""
    for domain, owner in OWNERS.items():
        lines = (base / "published" / domain / "zone.txt").read_text().splitlines()
        if owner.web:
            lines = [line.removeprefix(";") if " IN CNAME " in line else line for line in lines]
            lines.append(f"your-web-server.{domain}. IN A {WEB}")
        made += "\n".join(
            [*(line.replace(" IN ", " 60 IN ") for line in lines), f"imap.{domain}. 60 IN A 9.9.9.1", ""]
        )
    return made
