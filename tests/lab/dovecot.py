"""Dovecot: the IMAP and POP3 servers of every real host, and the password check for Postfix."""

import base64
import grp
import os
import pwd
from pathlib import Path

from tests.lab import maildir
from tests.lab.names import HOSTS, IMPLICIT_PORT, STARTTLS_PORT, USERS, Host, User

MAIL_UID_NAME = "nobody"

_CONFIG = """\
base_dir = {base}/run/dovecot
state_dir = {base}/state
log_path = {base}/log/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S "
{identity}
protocols = imap pop3
ssl = required
ssl_cert = <{base}/tls/right.pem
ssl_key = <{base}/tls/right.key
ssl_dh =
ssl_min_protocol = TLSv1.2
first_valid_uid = 1
first_valid_gid = 0
auth_username_chars =
auth_failure_delay = 0
imap_id_log = *
mail_location = maildir:~/Maildir
rawlog_dir = {base}/rawlog
login_log_format_elements = user=<%u> method=%m rip=%r lip=%l lport=%a %c sni=%{{local_name}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = {imap}
    port = 143
  }}
  inet_listener imaps {{
    address = {imaps}
    port = 993
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    address = {pop3}
    port = 110
  }}
  inet_listener pop3s {{
    address = {pop3s}
    port = 995
    ssl = yes
  }}
}}
{sasl}
passdb {{
  driver = passwd-file
  args = username_format=%u {base}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {base}/users
}}
{english}
{chinese}
"""

_SASL = """\
service auth {{
  unix_listener {base}/run/smtp-auth {{
    mode = 0666
  }}
}}
"""

_FOLDERS = {
    "english": {"Sent": "Sent", "Drafts": "Drafts", "Trash": "Trash", "Junk": "Junk"},
    "chinese": {"Sent": "已发送", "Drafts": "草稿箱", "Trash": "已删除", "Junk": "垃圾邮件"},
}


def write_files(base: Path) -> None:
    """Write `dovecot.conf`, the user list and the homes below `base`."""
    as_root = os.geteuid() == 0
    owner = pwd.getpwnam(MAIL_UID_NAME) if as_root else pwd.getpwuid(os.geteuid())
    identity = "" if as_root else _own_identity(owner)

    (base / "rawlog").mkdir()  # Dovecot records there what clients say after the login
    (base / "rawlog").chmod(0o777)

    lines = []
    for user in USERS.values():
        home = maildir.home(base, user)
        home.mkdir(parents=True)
        os.chown(home, owner.pw_uid, owner.pw_gid)
        lines.append(_passwd_line(user, home, owner.pw_uid, owner.pw_gid))
    (base / "users").write_text("\n".join(lines) + "\n")

    text = _CONFIG.format(
        base=base,
        identity=identity,
        imap=_listeners("imap", STARTTLS_PORT["imap"]),
        imaps=_listeners("imap", IMPLICIT_PORT["imap"]),
        pop3=_listeners("pop3", STARTTLS_PORT["pop3"]),
        pop3s=_listeners("pop3", IMPLICIT_PORT["pop3"]),
        sasl=_SASL.format(base=base) if as_root else "",
        english=_namespace("english"),
        chinese=_namespace("chinese"),
    )
    (base / "dovecot.conf").write_text(text)


def command(base: Path) -> list[str]:
    return ["dovecot", "-F", "-c", str(base / "dovecot.conf")]


def listening() -> tuple[str, int]:
    """An address that answers once Dovecot is ready: it opens all of them before it serves one."""
    return _real_hosts()[0].backend, _real_hosts()[0].listens[-1]


def _own_identity(me: pwd.struct_passwd) -> str:
    """Without root, every process of Dovecot is me."""
    group = grp.getgrgid(me.pw_gid).gr_name
    return (
        f"default_login_user = {me.pw_name}\ndefault_internal_user = {me.pw_name}\n"
        f"default_internal_group = {group}\n"
    )


def _real_hosts() -> list[Host]:
    return [host for host in HOSTS.values() if host.kind != "fake" and host.role != "smtp"]


def _listeners(role: str, port: int) -> str:
    return " ".join(host.backend for host in _real_hosts() if host.role == role and port in host.listens)


def _namespace(language: str) -> str:
    """One set of special folders. Each user has one of the two sets switched off in the user list."""
    folders = "".join(
        f'  mailbox "{name}" {{\n    special_use = \\{use}\n    auto = subscribe\n  }}\n'
        for use, name in _FOLDERS[language].items()
    )
    return f"namespace {language} {{\n  inbox = yes\n  separator = /\n  disabled = yes\n{folders}}}\n"


def _passwd_line(user: User, home: Path, uid: int, gid: int) -> str:
    """One line of Dovecot's passwd-file; it escapes quotes with backslashes before it looks a name up."""
    login = "".join("\\" + letter if letter in "'\"\\" else letter for letter in user.login)
    secret = base64.b64encode(user.password.encode()).decode()
    extra = f"userdb_namespace/{user.folders}/disabled=no"
    return f"{login}:{{PLAIN.b64}}{secret}:{uid}:{gid}::{home}::{extra}"
