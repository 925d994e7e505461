"""Servers on loopback that take tokens of `issuer.py`: Dovecot asks it, and Postfix asks Dovecot."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

from tests.oauth2.issuer import USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.oauth2.issuer import Issuer

_DOVECOT = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = required
ssl_cert = <{base}/leaf.pem
ssl_key = <{base}/leaf.key
ssl_dh =
first_valid_uid = 1
first_valid_gid = 0
auth_failure_delay = 0
auth_mechanisms = xoauth2 oauthbearer
mail_location = maildir:{base}/mail
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imap}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    address = 127.0.0.1
    port = {pop3}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {base}/run/smtp-auth {{
    mode = 0666
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""
_OAUTH2 = """\
introspection_url = {url}/introspect
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
"""


_MAIN = """\
compatibility_level = 3.6
queue_directory = {base}/postfix/spool
data_directory = {base}/postfix/data
maillog_file = {base}/smtp.log
maillog_file_prefixes = {base}
myhostname = lab.example
mydestination =
mynetworks =
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = lab.example
virtual_mailbox_base = {base}
virtual_mailbox_maps = static:mail/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_peername_lookup = no
smtpd_tls_security_level = encrypt
smtpd_tls_wrappermode = yes
smtpd_tls_cert_file = {base}/leaf.pem
smtpd_tls_key_file = {base}/leaf.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {base}/run/smtp-auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Certificates:
    """An authority, and a paper for this machine."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        leaf = authority.issue_cert("127.0.0.1", "localhost", common_name="localhost")
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        leaf.private_key_pem.write_to_path(str(folder / "leaf.key"))
        (folder / "leaf.pem").write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))


@dataclass
class Servers:
    """A house with all three protocols, with TLS from the start; its mail and its logs lie in `folder`."""

    folder: Path
    ca: Path
    ports: dict[str, int]

    @property
    def mail(self) -> list[Path]:
        """The messages in the inbox."""
        return [path for name in ("new", "cur") for path in (self.folder / "mail" / name).glob("*")]

    def said(self, protocol: str) -> str:
        """Return what the log says of a protocol."""
        name = "smtp.log" if protocol == "smtp" else "dovecot.log"
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def logins(self, protocol: str) -> int:
        """Return how many logins a protocol has let in."""
        told = (
            f"sasl_username={USER}" if protocol == "smtp" else f"{protocol}-login: Info: Login: user=<{USER}>"
        )
        return self.said(protocol).count(told)

    def refused(self, protocol: str) -> int:
        """Return how many logins a protocol has refused."""
        told = (
            "authentication failed"
            if protocol == "smtp"
            else f"{protocol}-login: Info: Disconnected (auth failed"
        )
        return self.said(protocol).count(told)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def servers(folder: Path, issuer: Issuer) -> Iterator[Servers]:
    """Run Dovecot and Postfix with their mail in `folder`, whose path is short: it holds sockets."""
    ports = {protocol: free_port() for protocol in ("imap", "pop3", "smtp")}
    certificates, owner = Certificates(folder), pwd.getpwnam("nobody")
    for name in ("mail", "run", "state", "postfix", "postfix/spool", "postfix/data"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "postfix/data", pwd.getpwnam("postfix").pw_uid, -1)
    folder.chmod(0o711)
    ca = shutil.copy(issuer.ca, folder / "issuer-ca.pem")  # where another user may read it
    (folder / "oauth2.conf").write_text(_OAUTH2.format(url=issuer.url, ca=ca))
    ids = {"base": folder, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**ports, **ids))
    (folder / "postfix/main.cf").write_text(_MAIN.format(**ids))
    (folder / "postfix/master.cf").write_text(_MASTER.format(port=ports["smtp"]))
    dovecot = shutil.which("dovecot") or "/usr/sbin/dovecot"
    with _running([dovecot, "-F", "-c", str(folder / "dovecot.conf")], ports["imap"], ports["pop3"]):
        postfix = ["postfix", "-c", str(folder / "postfix")]
        try:
            with _running([*postfix, "start-fg"], ports["smtp"]):
                yield Servers(folder, certificates.ca, ports)
        finally:  # what was started runs behind a script
            subprocess.run([*postfix, "stop"], capture_output=True, timeout=60, check=False)


@contextmanager
def _running(argv: list[str], *ports: int) -> Iterator[None]:
    with subprocess.Popen(argv) as process:
        try:
            for port in ports:
                _wait_for(port, process)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        assert process.poll() is None, "the server has ended"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server does not listen")
