"""Postfix: a real submission server, for the times when the lab is root."""

import os
import pwd
import subprocess
from pathlib import Path

from tests.lab import maildir
from tests.lab.dovecot import MAIL_UID_NAME
from tests.lab.names import HOSTS, OWNERS, Host

_MAIN = """\
compatibility_level = 3.6
queue_directory = {base}/postfix/spool
data_directory = {base}/postfix/data
maillog_file = {base}/log/smtp.log
maillog_file_prefixes = {base}/log
myhostname = lab.example
mydestination =
mynetworks =
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = texthash:{base}/postfix/domains
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = texthash:{base}/postfix/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_peername_lookup = no
smtpd_tls_cert_file = {base}/tls/right.pem
smtpd_tls_key_file = {base}/tls/right.key
smtpd_tls_auth_only = yes
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {base}/run/smtp-auth
smtpd_sasl_authenticated_header = yes
smtpd_sender_login_maps = texthash:{base}/postfix/senders
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""

_MASTER = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def write_files(base: Path) -> None:
    owner = pwd.getpwnam(MAIL_UID_NAME)
    root = base / "postfix"
    (root / "spool").mkdir(parents=True)
    data = root / "data"
    data.mkdir()
    os.chown(data, pwd.getpwnam("postfix").pw_uid, -1)

    (root / "main.cf").write_text(_MAIN.format(base=base, uid=owner.pw_uid, gid=owner.pw_gid))
    services = (_service(host, port) for host in _hosts() for port in host.listens)
    (root / "master.cf").write_text(_MASTER + "".join(services))

    domains = {address.rpartition("@")[2] for address in OWNERS}
    _table(root / "domains", dict.fromkeys(domains, "here"))
    _table(root / "senders", {address: user.login for address, user in OWNERS.items()})
    boxes = {address: f"{maildir.home(base, user).name}/Maildir/" for address, user in OWNERS.items()}
    _table(root / "mailboxes", boxes)


def start(base: Path) -> None:
    """Returns once Postfix listens. It leaves a daemon behind, which ends with the lab's first process."""
    argv = ["postfix", "-c", str(base / "postfix"), "start"]
    subprocess.run(argv, check=True, capture_output=True, timeout=20)


def _hosts() -> list[Host]:
    return [host for host in HOSTS.values() if host.role == "smtp" and host.kind == "real"]


def _service(host: Host, port: int) -> str:
    """One smtpd for each name and port, so that the log (`syslog_name`) tells which of them was dialled."""
    wrapper = "\n  -o smtpd_tls_wrappermode=yes" if port == 465 else ""
    return (
        f"{host.address}:{port} inet n - n - - smtpd{wrapper}\n"
        f"  -o smtpd_tls_security_level=encrypt\n  -o syslog_name={host.name}:{port}\n"
    )


def _table(path: Path, rows: dict[str, str]) -> None:
    path.write_text("".join(f"{key} {value}\n" for key, value in rows.items()))
