"""Lint finds what is wrong in files that others wrote, at the right line, and nothing in ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mailgen.api import generate, plan
from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.core.values import replace
from mailgen.formats import detect
from mailgen.formats.problems import RULES
from mailgen.lint.linter import lint
from mailgen.model.provider import Term
from tests.cases import PROGRAMS_FILES, Case, forms, run, whose_files
from tests.support import MAILGEN, assert_refused, cli, environment

if TYPE_CHECKING:
    from pathlib import Path

    from mailgen.formats.problems import Problem
    from mailgen.model.provider import Provider

SHELF = CatalogueShelf(open_catalogue())
TARGETS = {name: SHELF.target(name) for name in forms()}
SECRET = "hunter2-Geheim"


def problems(target: str, text: str) -> tuple[Problem, ...]:
    format = SHELF.formats[target]
    return lint(format.read(text, target), format, SHELF, TARGETS[target])


@pytest.mark.parametrize("case", PROGRAMS_FILES, ids=str)
def test_our_own_files_are_clean(case: Case) -> None:
    found = problems(whose_files(case.target), case.file.read_text(encoding="utf-8"))
    assert [one for one in found if one.severity != "note"] == []
    assert not {one.rule for one in found} & {"unreadable", "sourced-file"}
    assert run("lint", str(case.file)).status == 0


MSMTP = """defaults
auth on
tls on
account sohu
host smtp.sohu.com
port 465
tls_starttls off
from ada@sohu.com
user ada@sohu.com
passwordeval "pass show mail/ada"
"""
FETCHMAIL = """poll imap.sohu.com protocol imap service 993
  user "ada@sohu.com"
  ssl
  sslcertck sslproto "tls1.2+"
  keep
"""
MUTT = """set from = 'ada@sohu.com'
set ssl_force_tls = yes
set ssl_starttls = yes
set ssl_verify_host = yes
set imap_user = 'ada@sohu.com'
set imap_pass = "`pass show mail/ada`"
set folder = 'imaps://ada%40sohu.com@imap.sohu.com:993/'
set smtp_url = 'smtps://ada%40sohu.com@smtp.sohu.com:465/'
"""
PREFS = """user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "imap.sohu.com");
user_pref("mail.server.server1.port", 993);
user_pref("mail.server.server1.userName", "ada@sohu.com");
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.identity.id1.useremail", "ada@sohu.com");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.smtpserver.smtp1.hostname", "smtp.sohu.com");
user_pref("mail.smtpserver.smtp1.port", 465);
user_pref("mail.smtpserver.smtp1.username", "ada@sohu.com");
user_pref("mail.smtpserver.smtp1.try_ssl", 3);
"""
MBSYNC = """IMAPAccount lab
Host imap.sohu.com
User ada@sohu.com
PassCmd "pass show mail/ada"
SSLType IMAPS

IMAPStore far
Account lab

MaildirStore near
Path ~/Mail/lab/
Inbox ~/Mail/lab/INBOX

Channel lab
Far :far:
Near :near:
"""
GETMAIL = """[retriever]
type = SimpleIMAPSSLRetriever
server = imap.sohu.com
username = ada@sohu.com
password_command = ("pass", "show", "mail/ada")
ca_certs = /etc/ssl/certs/ca-certificates.crt

[destination]
type = Maildir
path = ~/Mail/ada/INBOX/

[options]
read_all = false
"""
OFFLINEIMAP = """[general]
accounts = sohu

[Account sohu]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = ~/Mail/ada

[Repository far]
type = IMAP
remotehost = imap.sohu.com
remoteuser = ada@sohu.com
remotepasseval = subprocess.check_output(["pass", "show", "mail/ada"]).strip()
ssl = yes
sslcacertfile = OS-DEFAULT
"""
AERC = """[ada]
source = imaps://ada%40sohu.com@imap.sohu.com:993
source-cred-cmd = pass show mail/ada
outgoing = smtps+plain://ada%40sohu.com@smtp.sohu.com:465
outgoing-cred-cmd = pass show mail/ada
default = INBOX
from = "Ada" <ada@sohu.com>
copy-to = Sent
"""
HIMALAYA = """[accounts.ada]
default = true
email = "ada@sohu.com"

imap.server = "imap.sohu.com:993"
imap.sasl.plain.username = "ada@sohu.com"
imap.sasl.plain.password.command = ["pass", "show", "mail/ada"]

[accounts.ada.smtp]
server = "smtps://smtp.sohu.com"

[accounts.ada.smtp.sasl.plain]
username = "ada@sohu.com"
password.command = "pass show mail/ada"
"""
GOOD = {
    "aerc": AERC,
    "himalaya": HIMALAYA,
    "getmail6": GETMAIL,
    "msmtp": MSMTP,
    "fetchmail": FETCHMAIL,
    "mbsync": MBSYNC,
    "offlineimap3": OFFLINEIMAP,
    "mutt": MUTT,
    "neomutt": MUTT,
    "thunderbird": PREFS,
}

#: Target, what is replaced in the good file and by what, the rule, its line, and the lines proposed for it.
BAD: list[tuple[str, str, str, str, int, list[str]]] = [
    ("msmtp", 'passwordeval "pass show mail/ada"', f"password {SECRET}",
     "plaintext-password", 10, ['passwordeval "pass show mail/ada@sohu.com"']),
    ("msmtp", "tls on", "tls off", "tls-off", 3, ["tls on"]),
    ("msmtp", "tls on\n", "", "tls-off", 4, ["tls on"]),
    ("msmtp", "user ada@sohu.com", "user ada@sohu.com\ntls_certcheck off",
     "tls-not-verified", 10, ["tls_certcheck on"]),
    ("msmtp", "tls on", "tls on\ntls_nocertcheck", "tls-not-verified", 4, ["tls_certcheck on"]),
    ("msmtp", "host smtp.sohu.com", "host mail.sohu.com", "wrong-host", 5, ["host smtp.sohu.com"]),
    ("msmtp", "port 465", "port 2525", "wrong-port", 6, ["port 465"]),
    ("msmtp", "port 465\ntls_starttls off\n", "", "wrong-port", 5, ["port 465", "tls_starttls off"]),
    ("msmtp", "tls_starttls off", "tls_starttls on", "wrong-tls", 7, ["tls_starttls off"]),
    ("msmtp", "host smtp.sohu.com", "Host smtp.sohu.com\nhost smtp.sohu.com", "program-refuses", 5, []),
    ("msmtp", "port 465", "logfile " + "x" * 500, "program-refuses", 6, []),
    ("msmtp", "from ada@sohu.com\n", "", "no-sender", 4, []),
    ("msmtp", "host smtp.sohu.com", "host smtp.sohu.com # here", "remark-in-value", 5, []),
    ("msmtp", "tls on", "tls on\ntls_priorities NORMAL:+VERS-TLS1.0", "old-tls", 4, []),
    ("msmtp", 'passwordeval "pass show mail/ada"', "password {{ secret }}", "template", 10, []),
    ("msmtp", "smtp.sohu.com\nport 465\ntls_starttls off\nfrom ada@sohu.com\nuser ada@sohu.com",
     "smtp.googlemail.com\nport 465\ntls_starttls off\nfrom ada@gmail.com\nuser ada@gmail.com",
     "retired-host", 5, ["host smtp.gmail.com"]),
    ("msmtp", "smtp.sohu.com\nport 465\ntls_starttls off\nfrom ada@sohu.com\nuser ada@sohu.com",
     "smtp.qq.com\nport 465\ntls_starttls off\nfrom ada@qq.com\nuser ada", "username-form", 9, []),
    ("msmtp", "smtp.sohu.com\nport 465\ntls_starttls off\nfrom ada@sohu.com\nuser ada@sohu.com",
     "smtp.qq.com\nport 26\ntls_starttls off\nfrom ada@own.example\nuser ada", "wrong-port", 6, ["port 465"]),
    ("msmtp", "smtp.sohu.com\nport 465\ntls_starttls off\nfrom ada@sohu.com\nuser ada@sohu.com",
     "smtp.qq.com\nport 465\ntls_starttls off\nfrom ada@qq.com\nuser ada@qq.com", "needs-code", 10, []),
    ("msmtp", "smtp.sohu.com\nport 465\ntls_starttls off\nfrom ada@sohu.com\nuser ada@sohu.com",
     "smtp.office365.com\nport 587\ntls_starttls on\nfrom ada@outlook.com\nuser ada@outlook.com",
     "oauth2-only", 10, []),
    ("msmtp", "tls on\naccount sohu\nhost smtp.sohu.com\nport 465\ntls_starttls off",
     "account sohu\nhost smtp.sohu.com\nport 25", "wrong-port", 5,
     ["port 465", "tls on", "tls_starttls off"]),
    ("getmail6", 'password_command = ("pass", "show", "mail/ada")', f"password = {SECRET}",
     "plaintext-password", 5, ["password_command = ('pass', 'show', 'mail/ada@sohu.com')"]),
    ("getmail6", "ca_certs = /etc/ssl/certs/ca-certificates.crt\n", "", "tls-not-verified", 2, []),
    ("getmail6", "imap.sohu.com", "mail.sohu.com", "wrong-host", 3, ["server = imap.sohu.com"]),
    ("getmail6", "username", "port = 994\nusername", "wrong-port", 4, ["port = 993"]),
    ("getmail6", "username", "ssl_version = tlsv1\nusername", "old-tls", 4, []),
    ("getmail6", "server = imap.sohu.com", "server imap.sohu.com", "program-refuses", 3, []),
    ("getmail6", "read_all = false", "read_all = false\nread_all = true", "program-refuses", 14, []),
    ("getmail6", "type = Maildir\n", "", "program-refuses", 2, []),
    ("offlineimap3", 'remotepasseval = subprocess.check_output(["pass", "show", "mail/ada"]).strip()',
     f"remotepass = {SECRET}", "plaintext-password", 16,
     ["remotepasseval = __import__('subprocess').check_output(('pass', 'show', 'mail/ada@sohu.com'), "
      "text=True)"
      r".split('\n')[0]"]),
    ("offlineimap3", "imap.sohu.com", "mail.sohu.com", "wrong-host", 14, ["remotehost = imap.sohu.com"]),
    ("offlineimap3", "remoteuser", "remoteport = 994\nremoteuser", "wrong-port", 15, ["remoteport = 993"]),
    ("offlineimap3", "ssl = yes", "ssl_version = tls1", "old-tls", 17, []),
    ("offlineimap3", "ssl = yes", "ssl = no", "opportunistic-starttls", 17, ["ssl = yes"]),
    ("offlineimap3", "ssl = yes", "ssl = no\nstarttls = no", "tls-off", 17, ["ssl = yes"]),
    ("offlineimap3", "sslcacertfile = OS-DEFAULT\n", "", "program-refuses", 14, []),
    ("offlineimap3", "ssl = yes", "ssl = yes\nssl = yes", "program-refuses", 18, []),
    ("aerc", "imaps://ada%40sohu.com@", f"imaps://ada%40sohu.com:{SECRET}@", "plaintext-password", 2,
     ["source = imaps://ada%40sohu.com@imap.sohu.com:993", "source-cred-cmd = pass show mail/ada@sohu.com"]),
    ("aerc", "outgoing-cred-cmd = pass show mail/ada", f"outgoing-cred-cmd = echo {SECRET}",
     "plaintext-password", 5, ["outgoing-cred-cmd = pass show mail/ada@sohu.com"]),
    ("aerc", "imaps://", "imap+insecure://", "tls-off", 2,
     ["source = imap://ada%40sohu.com@imap.sohu.com:993/"]),
    ("aerc", "smtps+plain", "smtp+plain", "tls-off", 4, ["smtp-starttls = yes"]),
    ("aerc", "smtps+plain", "smtp", "wrong-tls", 4,
     ["outgoing = smtps://ada%40sohu.com@smtp.sohu.com:465/"]),
    ("aerc", "default = INBOX", "smtp-starttls = no\noutgoing = smtp://ada@smtp.sohu.com:587",
     "tls-off", 6, ["smtp-starttls = yes"]),
    ("aerc", "imap.sohu.com", "mail.sohu.com", "wrong-host", 2,
     ["source = imaps://ada%40sohu.com@imap.sohu.com:993/"]),
    ("aerc", ":993", ":994", "wrong-port", 2, ["source = imaps://ada%40sohu.com@imap.sohu.com:993/"]),
    ("aerc", "source = imaps", "sauce = imaps", "program-refuses", 1, []),
    ("aerc", "default = INBOX", "default INBOX", "program-refuses", 6, []),
    ("aerc", "default = INBOX", "default = `INBOX", "unreadable", 6, []),
    ("himalaya", 'imap.sasl.plain.password.command = ["pass", "show", "mail/ada"]',
     f'imap.sasl.plain.password.raw = "{SECRET}"', "plaintext-password", 7,
     ['imap.sasl.plain.password.command = ["pass", "show", "mail/ada@sohu.com"]']),
    ("himalaya", '"pass show mail/ada"', f'["echo", "{SECRET}"]', "plaintext-password", 14,
     ['password.command = ["pass", "show", "mail/ada@sohu.com"]']),
    ("himalaya", '"imap.sohu.com:993"', '"imap://imap.sohu.com:993"', "tls-off", 5, ["imap.starttls = true"]),
    ("himalaya", 'server = "smtps://smtp.sohu.com"', 'server = "smtp://smtp.sohu.com:587"\nstarttls = false',
     "tls-off", 11, ["starttls = true"]),
    ("himalaya", '"imap.sohu.com:993"', '"imap.sohu.com:143"', "wrong-port", 5,
     ['imap.server = "imap.sohu.com:993"']),
    ("himalaya", "imap.sohu.com", "mail.sohu.com", "wrong-host", 5, ['imap.server = "imap.sohu.com:993"']),
    ("himalaya", 'email = "ada@sohu.com"', 'email = "ada@sohu.com', "program-refuses", 3, []),
    ("himalaya", "sohu.com", "163.com", "needs-setting", 5, ["imap.id.auto = true"]),
    ("mbsync", 'PassCmd "pass show mail/ada"', f"Pass {SECRET}",
     "plaintext-password", 4, ['PassCmd "pass show mail/ada@sohu.com"']),
    ("mbsync", "IMAPS", "None", "tls-off", 5, ["SSLType IMAPS"]),
    ("mbsync", "SSLType IMAPS", "TLSType None", "tls-off", 5, ["TLSType IMAPS"]),
    ("mbsync", "IMAPS", "IMAPS\nSSLVersions TLSv1", "old-tls", 6, []),
    ("mbsync", "IMAPS", "IMAPS\nUseSSLv3 yes", "old-tls", 6, []),
    ("mbsync", "SSLType IMAPS", "RequireSSL no", "no-effect", 5, []),
    ("mbsync", "Host imap.sohu.com", "Host mail.sohu.com", "wrong-host", 2, ["Host imap.sohu.com"]),
    ("mbsync", "User", "Port 994\nUser", "wrong-port", 3, ["Port 993"]),
    ("mbsync", "SSLType", "SSLTyp", "program-refuses", 5, []),
    ("mbsync", "IMAPS", "SSL", "program-refuses", 5, []),
    ("fetchmail", "  keep", f'  keep password "{SECRET}"', "plaintext-password", 5, []),
    ("fetchmail", "  keep", f"  keep pass '{SECRET}'", "plaintext-password", 5, []),
    ("fetchmail", "sslcertck sslproto", "no sslcertck sslproto", "tls-not-verified", 4, ["sslcertck"]),
    ("fetchmail", 'sslproto "tls1.2+"', "sslproto ''", "tls-off", 4, ['sslproto "tls1.2+"']),
    ("fetchmail", '"tls1.2+"', '"ssl3"', "tls-not-verified", 4, ['sslproto "tls1.2+"']),
    ("fetchmail", "poll imap.sohu.com", "poll pop3.sina.com", "wrong-host", 1, ['poll "imap.sohu.com"']),
    ("fetchmail", "imap.sohu.com", "sohu via mail.sohu.com", "wrong-host", 1, ['via "imap.sohu.com"']),
    ("fetchmail", "service 993", "service 1993", "wrong-port", 1, ["service 993"]),
    ("fetchmail", "  ssl\n", "", "wrong-tls", 1, ["ssl"]),
    ("fetchmail", "  keep", '  keep\n  mda "x', "unreadable", 6, []),
    ("fetchmail", "  keep", "  keep\n  certainly", "program-refuses", 6, []),
    ("fetchmail", '"ada@sohu.com"', r'"a\"b"', "unreadable", 2, []),
    ("fetchmail", 'imap.sohu.com protocol imap service 993\n  user "ada@sohu.com"',
     'imap.163.com protocol imap service 993\n  user "ada@163.com"', "wrong-client", 1, []),
    ("fetchmail", 'imap.sohu.com protocol imap service 993\n  user "ada@sohu.com"',
     'pop3.163.com protocol pop3 service 995\n  user "ada@163.com"',
     "retired-host", 1, ['poll "pop.163.com"']),
    ("mutt", '"`pass show mail/ada`"', SECRET,
     "plaintext-password", 6, ['set imap_pass = "`pass show mail/ada@sohu.com`"']),
    ("mutt", 'set imap_pass = "`pass show mail/ada`"', f"set my_pw='{SECRET}'\nset imap_pass=$my_pw",
     "plaintext-password", 6, []),
    ("mutt", "smtps://ada%40sohu.com@", f"smtps://ada%40sohu.com:{SECRET}@", "plaintext-password", 8, []),
    ("mutt", "set ssl_verify_host = yes", "set sort=date ssl_verify_host=no beep",
     "tls-not-verified", 4, ["set ssl_verify_host = yes"]),
    ("mutt", "set smtp_url", f"account-hook . 'set imap_pass=\"{SECRET}\"'\nset smtp_url",
     "plaintext-password", 8, []),
    ("mutt", "set smtp_url", f"account-hook . set imap_pass={SECRET}\nset smtp_url",
     "plaintext-password", 8, []),
    ("mutt", "pass show mail/ada", f"echo {SECRET}",
     "plaintext-password", 6, ['set imap_pass = "`pass show mail/ada@sohu.com`"']),
    ("mutt", '"`pass show mail/ada`"', f"`sh -c 'printf %s {SECRET}'`",
     "plaintext-password", 6, ['set imap_pass = "`pass show mail/ada@sohu.com`"']),
    ("mutt", "set smtp_url", f"source 'echo set imap_pass={SECRET}|'\nset smtp_url",
     "plaintext-password", 8, []),
    ("msmtp", "pass show mail/ada", f"echo {SECRET}",
     "plaintext-password", 10, ['passwordeval "pass show mail/ada@sohu.com"']),
    ("msmtp", '"pass show mail/ada"', f"curl -u ada:{SECRET} https://h.example",
     "plaintext-password", 10, ['passwordeval "pass show mail/ada@sohu.com"']),
    ("msmtp", "passwordeval", f"eval echo password {SECRET}\npasswordeval", "plaintext-password", 10, []),
    ("thunderbird", 'user_pref("mail.account.account1.server"',
     f'user_pref("mail.x", "imap://ada:{SECRET}@h.example/");\nuser_pref("mail.account.account1.server"',
     "plaintext-password", 2, []),
    ("mutt", "set smtp_url", f"set \\\n  smtp_pass = {SECRET}\nset smtp_url", "plaintext-password", 8,
     ['set smtp_pass = "`pass show mail/ada@sohu.com`"']),
    ("mutt", "'smtps://ada%40sohu.com@smtp.sohu.com:465/'",
     "'smtp://ada%40sohu.com@smtp.sohu.com:25/'\nset ssl_force_tls=no",
     "opportunistic-starttls", 9, ["set ssl_force_tls = yes"]),
    ("mutt", "'smtps://ada%40sohu.com@smtp.sohu.com:465/'",
     "'smtp://ada%40sohu.com@smtp.sohu.com:25/'\nunset ssl_force_tls ssl_starttls",
     "opportunistic-starttls", 9, ["set ssl_force_tls = yes"]),
    ("mutt", "set ssl_force_tls = yes", "set ssl_force_tls=no", "opportunistic-starttls", 2, []),
    ("mutt", "set ssl_starttls = yes", "set ssl_use_sslv3 = yes", "old-tls", 3, ["unset ssl_use_sslv3"]),
    ("mutt", "set ssl_verify_host = yes", "set ssl_verify_host = no # hm",
     "tls-not-verified", 4, ["set ssl_verify_host = yes"]),
    ("mutt", "imap.sohu.com:993", "mail.sohu.com:993",
     "wrong-host", 7, ["set folder = 'imaps://ada%40sohu.com@imap.sohu.com:993/'"]),
    ("mutt", "imap.sohu.com:993", "imap.sohu.com:1993",
     "wrong-port", 7, ["set folder = 'imaps://ada%40sohu.com@imap.sohu.com:993/'"]),
    ("mutt", "'smtps://ada%40sohu.com@smtp.sohu.com:465/'", "smtp://ada%40sohu.com@smtp.sohu.com:465",
     "wrong-tls", 8, ["set smtp_url = 'smtps://ada%40sohu.com@smtp.sohu.com:465/'"]),
    ("mutt", "set from = 'ada@sohu.com'", 'set from = "`whoami`@sohu.com"', "value-runs-command", 1, []),
    ("mutt", "set ssl_verify_host = yes", 'source "gpg -dq ~/.pw.gpg |"', "value-runs-command", 4, []),
    ("mutt", "set ssl_verify_host = yes", "source ~/.mutt/x", "sourced-file", 4, []),
    ("mutt", "set ssl_verify_host = yes", "set realname = 'Ada", "unreadable", 4, []),
    ("neomutt", "sohu.com", "163.com", "wrong-client", 7, []),
    ("neomutt", "sohu.com", "163.com", "needs-setting", 7, ["set imap_authenticators = 'login'"]),
    ("mutt", MUTT, MUTT.replace("sohu", "gmail") + "set record = '+[Gmail]/Sent Mail'\n",
     "sent-twice", 9, ["unset record"]),
    ("thunderbird", 'socketType", 3', 'socketType", 0', "tls-off", 8,
     ['user_pref("mail.server.server1.socketType", 3);']),
    ("thunderbird", 'try_ssl", 3', 'try_ssl", 1', "tls-off", 14,
     ['user_pref("mail.smtpserver.smtp1.try_ssl", 3);']),
    ("thunderbird", 'user_pref("mail.smtpserver.smtp1.try_ssl", 3);\n', "", "tls-off", 11,
     ['user_pref("mail.smtpserver.smtp1.try_ssl", 3);']),
    ("thunderbird", "smtp1.try_ssl", "smtp1.socketType", "no-effect", 14, []),
    ("thunderbird", "smtp1.try_ssl", "smtp1.socketType", "tls-off", 11,
     ['user_pref("mail.smtpserver.smtp1.try_ssl", 3);']),
    ("thunderbird", '"imap.sohu.com"', '"imap.sohu.cn"', "wrong-host", 5,
     ['user_pref("mail.server.server1.hostname", "imap.sohu.com");']),
    ("thunderbird", "993", "994", "wrong-port", 6, ['user_pref("mail.server.server1.port", 993);']),
    ("thunderbird", 'try_ssl", 3', 'try_ssl", 2', "wrong-tls", 14,
     ['user_pref("mail.smtpserver.smtp1.try_ssl", 3);']),
    ("thunderbird", '"account1");', '"account1"', "unreadable", 1, []),
    ("thunderbird", '"server1");', r'"\t");', "unreadable", 2, []),
]  # fmt: skip


@pytest.mark.parametrize("target", GOOD)
def test_good_files_are_clean(target: str) -> None:
    assert {one.rule for one in problems(target, GOOD[target])} == {"needs-code"}


@pytest.mark.parametrize(("target", "old", "new", "rule", "line", "lines"), BAD)
def test_what_is_bad_is_found(
    target: str, old: str, new: str, rule: str, line: int, lines: list[str]
) -> None:
    assert old in GOOD[target]
    found = problems(target, GOOD[target].replace(old, new))
    hits = [one for one in found if (one.rule, one.mark.line) == (rule, line)]
    assert hits, found
    assert [change.alone for change in hits[0].changes] == lines
    assert SECRET not in repr(found)


#: Target, what is replaced in a good file of a server that nobody knows, the rule, line and proposed lines.
CONTRADICTIONS: list[tuple[str, str, str, str, int, list[str]]] = [
    ("msmtp", "tls_starttls off\n", "", "wrong-tls", 5, ["tls_starttls off"]),
    ("msmtp", "tls_starttls off", "tls_starttls on", "wrong-tls", 7, ["tls_starttls off"]),
    ("msmtp", "port 465", "port 587", "wrong-tls", 7, ["tls_starttls on"]),
    ("msmtp", "port 465", "port 25", "wrong-tls", 7, ["tls_starttls on"]),
    ("msmtp", "port 465", "port 993", "wrong-port", 6, ["port 465"]),
    ("fetchmail", "  ssl\n", "", "wrong-tls", 1, ["ssl"]),
    ("fetchmail", "  ssl\n", "  no ssl\n", "wrong-tls", 3, ["ssl"]),
    ("fetchmail", "service 993", "service 143", "wrong-tls", 3, [""]),
    ("fetchmail", "imap service 993", "pop3 service 110", "wrong-tls", 3, [""]),
    ("fetchmail", "imap service 993", "pop3 service 993", "wrong-port", 1, ["service 995"]),
    ("mutt", "smtps://", "smtp://", "wrong-tls", 8,
     ["set smtp_url = 'smtps://ada%40sohu.com@smtp.lab.example:465/'"]),
    ("mutt", "smtp.lab.example:465", "smtp.lab.example:587", "wrong-tls", 8,
     ["set smtp_url = 'smtp://ada%40sohu.com@smtp.lab.example:587/'"]),
    ("neomutt", "imaps://", "imap://", "wrong-tls", 7,
     ["set folder = 'imaps://ada%40sohu.com@imap.lab.example:993/'"]),
    ("mutt", "imap.lab.example:993", "imap.lab.example:143", "wrong-tls", 7,
     ["set folder = 'imap://ada%40sohu.com@imap.lab.example:143/'"]),
    ("mutt", "imaps://ada%40sohu.com@imap.lab.example:993/", "pop://ada@pop.lab.example:995", "wrong-tls", 7,
     ["set folder = 'pops://ada@pop.lab.example:995/'"]),
    ("thunderbird", 'socketType", 3', 'socketType", 2', "wrong-tls", 8,
     ['user_pref("mail.server.server1.socketType", 3);']),
    ("thunderbird", "993", "143", "wrong-tls", 8, ['user_pref("mail.server.server1.socketType", 2);']),
    ("thunderbird", "465", "587", "wrong-tls", 14, ['user_pref("mail.smtpserver.smtp1.try_ssl", 2);']),
    ("thunderbird", 'try_ssl", 3', 'try_ssl", 2', "wrong-tls", 14,
     ['user_pref("mail.smtpserver.smtp1.try_ssl", 3);']),
]  # fmt: skip


def of_nobody(target: str) -> str:
    """Return the good file of a target with servers that no provider has."""
    return re.sub(r"(imap|smtp)\.sohu\.com", r"\1.lab.example", GOOD[target]).replace(
        "ada@sohu.com", "ada@lab.example"
    )


@pytest.mark.parametrize("target", GOOD)
def test_good_files_of_unknown_servers_are_clean(target: str) -> None:
    assert problems(target, of_nobody(target)) == ()


@pytest.mark.parametrize(("target", "old", "new", "rule", "line", "lines"), CONTRADICTIONS)
def test_port_and_tls_that_contradict_each_other_are_found(
    target: str, old: str, new: str, rule: str, line: int, lines: list[str]
) -> None:
    text = of_nobody(target).replace(old, new)
    assert text != of_nobody(target)
    [found] = problems(target, text)
    assert (found.rule, found.mark.line) == (rule, line)
    assert found.severity == ("error" if rule == "wrong-tls" else "warning")
    assert [change.alone for change in found.changes] == lines


@pytest.mark.parametrize(("old", "new"), [("465", "2525"), ("465", "1465")])
def test_a_port_that_tells_nothing_is_not_judged(old: str, new: str) -> None:
    assert problems("msmtp", of_nobody("msmtp").replace(old, new)) == ()


@pytest.mark.parametrize("target", forms())
def test_files_of_a_household_are_clean(target: str) -> None:
    accounts: dict[str, Any] = {
        "home": {"address": "ada@sohu.com", "name": "Ada", "password_command": ["pass", "x"]},
        "work": {"address": "ada@qq.com", "identities": ["dr.ada@qq.com"], "reply_to": "r@qq.com"},
    }
    if "prompt" not in TARGETS[target].secret:  # such a program asks nobody
        accounts["work"]["credential"] = "pass"
    data = {"accounts": {id: {**entry, "targets": [target]} for id, entry in accounts.items()}}
    for file in plan(data):
        found = problems(target, file.text)
        assert {one.rule for one in found} <= {"needs-code", "sourced-file"}, file.path


def test_every_rule_is_tried() -> None:
    elsewhere = {"loose-mode", "closed-server", "not-read"}  # the last in cli/test_read_instead.py
    assert {rule for *_, rule, _, _ in BAD} | elsewhere == set(RULES)


class Later(CatalogueShelf):
    """Knows of sohu.com that its server for sending has been closed, and which one has taken its place."""

    def of_domain(self, domain: str) -> Provider | None:
        return _moved(super().of_domain(domain))

    def of_host(self, host: str) -> tuple[Provider, ...]:
        return tuple(_moved(one) for one in super().of_host(host))


def _moved(provider: Any) -> Any:
    if provider is None or provider.id != "sohu.com":
        return provider
    old = provider.endpoints["smtp"][0]
    new = replace(old, host="new.sohu.com")
    closed = replace(old, term=Term("", "2026-01", "past"))
    return replace(provider, endpoints={**provider.endpoints, "smtp": (closed, new)})


@pytest.mark.parametrize("target", ["msmtp", "mutt", "thunderbird"])
def test_a_server_that_is_closed_is_told_and_its_successor_proposed(target: str) -> None:
    text = generate(target, "ada@sohu.com").files[0].text
    format = SHELF.formats[target]
    [hit] = [
        one
        for one in lint(format.read(text, target), format, Later(SHELF.catalogue), TARGETS[target])
        if one.rule == "closed-server"
    ]
    assert "has closed smtp.sohu.com for SMTP after 2026-01" in hit.what
    assert "use new.sohu.com" in hit.mend
    assert any("new.sohu.com" in change.alone for change in hit.changes)


@pytest.mark.parametrize(("target", "old", "new", "rule", "line", "lines"), BAD)
def test_proposals_mend_what_they_are_for(
    target: str, old: str, new: str, rule: str, line: int, lines: list[str]
) -> None:
    """Putting the proposed statements in the places they name takes the problem away."""
    text = GOOD[target].replace(old, new)
    (hit, *_) = [one for one in problems(target, text) if (one.rule, one.mark.line) == (rule, line)]
    if not hit.changes or any(change.mark is None for change in hit.changes):
        return
    rows = text.split("\n")
    for change in sorted(hit.changes, key=lambda one: one.mark.line, reverse=True):  # type: ignore[union-attr]
        mark = change.mark
        assert mark
        first, last = rows[mark.line - 1], rows[mark.last_line - 1]
        if mark.line == mark.last_line:
            assert first[mark.column - 1 : mark.end - 1].strip() == first[mark.column - 1 : mark.end - 1]
        rows[mark.line - 1 : mark.last_line] = [first[: mark.column - 1] + change.text + last[mark.end - 1 :]]
    again = problems(target, "\n".join(rows))
    assert not [one for one in again if one.rule == rule], again


def test_the_text_names_file_line_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(
        MSMTP.replace('passwordeval "pass show mail/ada"', f"password {SECRET}"), encoding="utf-8"
    )
    file.chmod(0o644)
    outcome = cli("lint", str(file))
    assert outcome.status == 1
    assert outcome.stderr == ""
    lines = outcome.stdout.splitlines()
    assert "note: Sohu Mail wants" in lines[2]
    assert "mend: Sign in at" in lines[3]
    assert [*lines[:2], *lines[4:]] == [
        f"{file}:10: error: the file holds a password, and its mode 0644 lets others at it [loose-mode]",
        "  mend: chmod 600 the file",
        f"{file}:10: error: password holds a password in the clear [plaintext-password]",
        "  mend: take it out and change it; keep the new one in a password store and let it be fetched",
        '  + passwordeval "pass show mail/ada@sohu.com"',
    ]
    file.chmod(0o600)
    assert "loose-mode" not in cli("lint", str(file)).stdout
    file.write_text(MSMTP, encoding="utf-8")
    file.chmod(0o644)
    outcome = cli("lint", str(file))
    assert outcome.status == 0
    assert [line for line in outcome.stdout.splitlines() if "error" in line or "warning" in line] == []


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_no_format_prints_a_password(format: str, tmp_path: Path) -> None:
    status = set()
    for number, (target, old, new, *_) in enumerate(BAD):
        file = tmp_path / f"{number}.conf"
        file.write_text(GOOD[target].replace(old, new), encoding="utf-8")
        outcome = run("lint", str(file), "--as", target, "--format", format)
        assert SECRET not in outcome.stdout + outcome.stderr
        status.add(outcome.status)
    assert status == {0, 1}


def test_json_holds_the_same(tmp_path: Path) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(MSMTP.replace("port 465", "port 2525"), encoding="utf-8")
    found = json.loads(run("lint", "--format", "json", str(file)).stdout)
    assert [one["rule"] for one in found] == ["wrong-port", "needs-code"]
    said = found[0].pop("said")
    assert {part: said[part]["en"] for part in said} == {part: found[0][part] for part in ("what", "mend")}
    assert "搜狐" in said["what"]["zh"]
    assert found[:1] == [
        {
            "file": str(file),
            "line": 6,
            "column": 1,
            "rule": "wrong-port",
            "severity": "warning",
            "what": "port 2525 of smtp.sohu.com is not known for SMTP at Sohu Mail",
            "mend": "use smtp.sohu.com, port 465, implicit TLS",
            "lines": ["port 465"],
        }
    ]


#: What SARIF 2.1.0 demands of the parts that are used here (sections 3.13 to 3.57).
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id", "shortDescription", "defaultConfiguration"],
                                            "properties": {
                                                "shortDescription": {"required": ["text"]},
                                                "defaultConfiguration": {
                                                    "properties": {"level": {"$ref": "#/$defs/level"}}
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"enum": list(RULES)},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"$ref": "#/$defs/level"},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {"$ref": "#/$defs/artifact"},
                                                    "region": {"$ref": "#/$defs/region"},
                                                },
                                            }
                                        },
                                    },
                                },
                                "fixes": {
                                    "items": {
                                        "required": ["artifactChanges"],
                                        "properties": {
                                            "artifactChanges": {
                                                "minItems": 1,
                                                "items": {
                                                    "required": ["artifactLocation", "replacements"],
                                                    "properties": {
                                                        "artifactLocation": {"$ref": "#/$defs/artifact"},
                                                        "replacements": {
                                                            "minItems": 1,
                                                            "items": {
                                                                "required": ["deletedRegion"],
                                                                "properties": {
                                                                    "deletedRegion": {
                                                                        "$ref": "#/$defs/region"
                                                                    }
                                                                },
                                                            },
                                                        },
                                                    },
                                                },
                                            }
                                        },
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
    "$defs": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "artifact": {"required": ["uri"], "properties": {"uri": {"pattern": r"^[!-~]+$"}}},
        "region": {
            "required": ["startLine"],
            "additionalProperties": False,
            "properties": {
                "startLine": {"type": "integer", "minimum": 1},
                "startColumn": {"type": "integer", "minimum": 1},
                "endLine": {"type": "integer", "minimum": 1},
                "endColumn": {"type": "integer", "minimum": 1},
            },
        },
    },
}


def test_sarif_is_what_forges_take(tmp_path: Path) -> None:
    files = []
    for number, (target, old, new, *_) in enumerate(BAD):
        files.append(tmp_path / f"a file {number}" / {"thunderbird": "user.js"}.get(target, f"{target}rc"))
        files[-1].parent.mkdir()
        files[-1].write_text(GOOD[target].replace(old, new), encoding="utf-8")
    outcome = run("lint", "--format", "sarif", *map(str, files))
    assert outcome.status == 1
    log = json.loads(outcome.stdout)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (done,) = log["runs"]
    rules = [rule["id"] for rule in done["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in done["results"])
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in done["results"]
    }
    assert uris == {f"file://{file}".replace(" ", "%20") for file in files}
    for result in done["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def test_hints_are_in_the_language_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(MSMTP.replace("sohu.com", "163.com"), encoding="utf-8")
    assert "开启服务并复制授权码" in run("lint", str(file), "--lang", "zh").stdout
    assert "copy the authorisation code" in run("lint", str(file), "--lang", "en").stdout


def test_several_files_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "muttrc").write_text(MUTT, encoding="utf-8")
    done = subprocess.run(
        [*MAILGEN, "lint", "-", str(tmp_path / "muttrc")],
        input=MSMTP.replace("tls on", "tls off").encode(),
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.decode().startswith("-:3: error: TLS is off [tls-off]")


def test_what_stops_one_file_stops_no_other(tmp_path: Path) -> None:
    """A file that nobody knows, or that is not there, is named; the status is that of the gravest."""
    (tmp_path / "letter").write_text("Dear Ada\n", encoding="utf-8")
    (tmp_path / "msmtprc").write_text(MSMTP.replace("tls on", "tls off"), encoding="utf-8")
    strange, good, gone = (str(tmp_path / name) for name in ("letter", "msmtprc", "gone"))
    for format in ("text", "json", "sarif"):
        outcome = run("lint", strange, gone, good, "--format", format)
        assert outcome.status == 2
        assert "tls-off" in outcome.stdout
        assert strange in outcome.stderr
        assert gone in outcome.stderr
    assert run("lint", gone, good).status == 1


def test_a_language_is_said_throughout(tmp_path: Path) -> None:
    (tmp_path / "msmtprc").write_text(MSMTP.replace("tls on", "tls off"), encoding="utf-8")
    said = run("lint", "--lang", "zh", str(tmp_path / "msmtprc")).stdout
    assert "TLS 已关闭 [tls-off]" in said
    assert "请写：tls on" in said


WHOSE = [
    ("/h/.config/neomutt/accounts/deep/work", "set from = a@b.example\n", "neomutt"),
    ("/h/.config/neomutt/mailcap", "text/html; w3m %s\n", None),
    ("/h/.mutt/sync.sh", "#!/bin/sh\nset -e\nsource x\n", None),
    ("/h/.mutt/colours/dark", "# nothing yet\n", "mutt"),
    ("/h/.mutt/msmtp-work", "account a\nhost h\nfrom a@b.example\n", "msmtp"),
    ("/h/.mutt/README.md", "set x=y\nset y=z\n", None),
    ("notes", "Dear Ada\n" * 5 + "set out early\n", None),
    ("dark.neomuttrc", "", "neomutt"),
    ("dark", "color normal default default\n", "mutt"),
    ("x", "ignore *\nunignore from: to:\n", "mutt"),
    ("x", "auto_view text/html\n", "mutt"),
    ("x", "hdr_order From: To:\n", "mutt"),
    ("x", "alias ada Ada <ada@b.example>\n", "mutt"),
    ("x", "alias ll='ls -l'\n", None),
    ("x", "# vim: filetype=neomuttrc\n", "neomutt"),
    ("x", "set from=a@b\n# vim: set ft=muttrc sw=2:\n", "mutt"),
    ("x", "# -*- mode: muttrc -*-\n", "mutt"),
    ("x", "# vim: ft=msmtp\n", "msmtp"),
    ("neomuttrc", "# vim: ft=muttrc\n", "neomutt"),
    ("x", "#!/bin/bash\nset -eu\nsource ./x\n", None),
    ("x", "[user]\nname = Ada\n", None),
]


@pytest.mark.parametrize(("path", "text", "target"), WHOSE)
def test_folders_editors_and_lines_tell_whose_file_it_is(path: str, text: str, target: str | None) -> None:
    assert detect.whose(path, text, SHELF.formats) == target


#: Files of programs that mailgen does not read, with words in them that begin lines of those which it does.
FOREIGN = {
    "fdm": """account "x" imaps server "imap.qq.com" port 993 user "ada@qq.com" pass "x"
action "in" maildir "%h/Mail"
match all action "in"
""",
    "fdm with variables": """set maximum-size 128M
set lock-types flock
account "x" imaps server "imap.qq.com" user "ada" pass "x"
match all action "in"
""",
    "esmtp": """hostname = smtp.qq.com:587
username = "ada@qq.com"
starttls = required
identity "ada@sohu.com"
""",
    "a lua of imapfilter": """options.timeout = 120
account1 = IMAP {
    server = 'imap.qq.com',
    username = 'ada@qq.com',
    password = 'x',
    ssl = 'auto',
}
""",
    "mailx": """set v15-compat
set mta=smtps://ada%40qq.com@smtp.qq.com:465 smtp-auth=plain
account work {
  set folder=imaps://ada@imap.qq.com
}
set hold keep
""",
    "swaks": "server smtp.qq.com\nport 465\nauth PLAIN\nfrom ada@qq.com\ntls\n",
    "dovecot": "protocols = imap\nmail_location = maildir:~/Mail\nssl = yes\nuser = dovecot\n",
    "ssh": "Host box\n  HostName box.example\n  User ada\n  Port 22\n",
    "tmux": "set -g mouse on\nset -g prefix C-a\nbind r source ~/.tmux.conf\nunbind C-b\n",
    "vim": "set number\nset tabstop=4\nsyntax on\nsource ~/.vim/x\n",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_file_that_no_reader_knows_is_said_to_be_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "conf"
    path.write_text(text)
    for verb in ("lint", "import"):
        assert_refused(run(verb, str(path)), 2, "not clear whose file", "--as")


def test_a_file_with_few_errors_is_its_programs_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "conf"
    path.write_text(MSMTP + "tls_certchek on\n")
    said = run("lint", str(path))
    assert "no such command [program-refuses]" in said.stdout


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert_refused(run("lint", str(tmp_path / "none")), 1, "No such file")
    assert_refused(run("lint", str(tmp_path)), 1, "regular file")
    os.mkfifo(tmp_path / "msmtprc")
    assert_refused(run("lint", str(tmp_path / "msmtprc")), 1, "regular file")
    assert_refused(run("lint", "/dev/zero"), 1, "regular file")
    large = tmp_path / "muttrc"
    large.write_bytes(b"#" * (1 << 20) + b"\n")
    assert_refused(run("lint", str(large)), 1, "larger than 1 MiB")
    (tmp_path / "letter").write_text("Dear Ada\n", encoding="utf-8")
    assert_refused(run("lint", str(tmp_path / "letter")), 2, "--as")
    assert_refused(run("lint"), 2)
    (tmp_path / "odd").write_bytes(MSMTP.encode() + b"# \xff\n")
    assert "no UTF-8 [unreadable]" in run("lint", str(tmp_path / "odd")).stdout


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("~/.msmtprc", "msmtp"),
        ("msmtp/config", "msmtp"),
        (".fetchmailrc", "fetchmail"),
        ("x/muttrc", "mutt"),
        (".mutt/muttrc", "mutt"),
        ("mailgen/mutt/home.muttrc", "mutt"),
        ("mailgen/neomutt/home.muttrc", "neomutt"),
        ("neomuttrc", "neomutt"),
        (".thunderbird/x.default/prefs.js", "thunderbird"),
        ("user.js", "thunderbird"),
        ("config", None),
    ],
)
def test_names_tell_whose_file_it_is(path: str, target: str | None) -> None:
    assert detect.by_name(path, SHELF.formats) == target


@pytest.mark.parametrize("target", GOOD)
def test_the_content_tells_whose_file_it_is(target: str) -> None:
    text = GOOD[target] + ("set imap_send_id = yes\n" if target == "neomutt" else "")
    assert detect.by_content(text, SHELF.formats) == target


HOSTILE = {
    "quotes": '"',
    "both quotes": "\"'",
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "backticks": "`",
    "lines": "\n",
    "continued lines": "\\\n",
    "open comments": "/*\n",
    "open calls": 'user_pref("\n',
    "calls of other quotes": "user_pref('a\",\n",
    "half calls": 'user_pref("a", \n',
    "accounts": "account a\nhost x\n",
    "heirs": "account default : a\naccount a : default\nhost x\n",
    "polls": "poll x user y\n",
    "lists": "is ",
    "defaults": "defaults keep is a poll x user y\n",
    "settings": "set a=b\n",
    "one line of settings": "set a=b ",
    "hooks": "account-hook imaps://h 'set from=a@b'\n",
    "hooks in hooks": "folder-hook . '",
    "dollars": "$",
    "hashes": "#",
    "semicolons": "; ",
    "servers": "set folder=imaps://x imap_pass=y\n",
    "blanks": " ",
    "tabs": "\t",
    "nothing": "\0",
}


@pytest.mark.parametrize("target", GOOD)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_linear_time(target: str, name: str) -> None:
    """Eight times the text takes about eight times as long; what takes sixty-four times does so each time."""
    piece = HOSTILE[name]

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        problems(target, text)
        return time.process_time() - start

    seconds(1 << 12)
    tries = [(seconds(1 << 14), seconds(1 << 17))]
    while tries[-1][1] >= 24 * max(tries[-1][0], 0.01):
        assert len(tries) < 4, f"so many seconds each: {tries}"
        tries.append((seconds(1 << 14), seconds(1 << 17)))


def test_what_is_too_much_is_said() -> None:
    (*_, last) = problems("mutt", "set a=b\n" * 60_000)
    assert (last.rule, last.severity, last.mark.line) == ("unreadable", "error", 50_001)


@pytest.mark.parametrize("target", ["msmtp", "mutt", "thunderbird"])
def test_a_pair_of_port_and_tls_that_is_on_record_is_right(target: str) -> None:
    """Elsewhere implicit TLS at this port is a mistake; here the operator has it so."""
    assert "wrong-tls" not in {
        one.rule for one in problems(target, generate(target, "a@charter.net").files[0].text)
    }
