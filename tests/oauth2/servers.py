"""Servers on loopback that take tokens of `issuer.py`: a real Dovecot that asks it, and one that takes mail.

No server for sending that is in Debian asks an issuer by itself; Postfix asks Dovecot. This one (aiosmtpd)
looks a token up in the memory of the issuer, and does what pages of providers say of SASL XOAUTH2.
"""

from __future__ import annotations

import base64
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.oauth2.issuer import USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.oauth2.issuer import Issuer

_DOVECOT = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
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
    port = {port}
    ssl = yes
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


class Certificates:
    """An authority and a paper for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        leaf = authority.issue_cert("127.0.0.1", common_name="127.0.0.1")
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        leaf.private_key_pem.write_to_path(str(folder / "leaf.key"))
        (folder / "leaf.pem").write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(self.context)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def imap(folder: Path, issuer: Issuer) -> Iterator[int]:
    """Run Dovecot with its mail in `folder`; the port, with TLS from the start."""
    port, owner = free_port(), pwd.getpwnam("nobody")
    for name in ("mail", "run", "state"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    folder.chmod(0o711)
    ca = shutil.copy(issuer.ca, folder / "issuer-ca.pem")  # where another user may read it
    (folder / "oauth2.conf").write_text(_OAUTH2.format(url=issuer.url, ca=ca))
    (folder / "dovecot.conf").write_text(
        _DOVECOT.format(base=folder, port=port, uid=owner.pw_uid, gid=owner.pw_gid)
    )
    binary = shutil.which("dovecot") or "/usr/sbin/dovecot"
    with subprocess.Popen([binary, "-F", "-c", str(folder / "dovecot.conf")]) as process:
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        assert process.poll() is None, "dovecot has ended"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("dovecot does not listen")


class Submission:
    """Takes mail of who shows a good token; `received` are the messages, `refused` counts the others."""

    def __init__(self, issuer: Issuer, certificates: Certificates) -> None:
        self.issuer, self.received, self.refused = issuer, list[bytes](), 0
        self._controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), ssl_context=certificates.context,
            auth_required=True, auth_require_tls=False, auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )  # fmt: skip
        self.port = self._controller.port

    def __enter__(self) -> Submission:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def auth_XOAUTH2(self, server: Any, words: list[str]) -> AuthResult:  # noqa: N802
        """Take `user=...^Aauth=Bearer TOKEN^A^A` in Base64; a bad token gets a challenge, then 535."""
        given = base64.b64decode(words[1]) if len(words) > 1 else await server.challenge_auth("")
        user, _, rest = bytes(given).decode().removeprefix("user=").partition("\1")
        kept = self.issuer.token_of(rest.removeprefix("auth=Bearer ").rstrip("\1"))
        if user == USER and kept and not kept.revoked and not kept.is_expired():
            return AuthResult(success=True, auth_data=user)
        self.refused += 1
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append(envelope.content)
        return "250 OK"
