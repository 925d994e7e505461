"""msmtprc: where something is to be hidden."""

from __future__ import annotations

import re

from .secrecy import (
    command_may_hold_secret,
    remark_may_hold_secret,
    word_may_hold_secret,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


_MSMTP = frozenset(
    """account defaults include host port source_ip proxy_host proxy_port socket timeout protocol domain
    from from_full_name allow_from_override set_from_header set_date_header set_msgid_header
    remove_bcc_headers undisclosed_recipients dsn_notify dsn_return keepbcc auto_from maildomain auth user
    ntlmdomain tls tls_starttls tls_trust_file tls_crl_file tls_fingerprint tls_key_file tls_cert_file
    tls_certcheck tls_min_dh_prime_bits tls_force_sslv3 tls_nocertcheck tls_priorities tls_host_override
    logfile logfile_time_format syslog aliases add_missing_from_header add_missing_date_header""".split()
)


_MSMTP_LINE = re.compile(r"^[ \t]*([^ \t\r\n#][^ \t\r\n]*)?[ \t]*([^\n]*)", re.MULTILINE)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in an msmtprc: one command a line, no escapes. Source: msmtp(1), msmtp 1.8.23 -P."""
    for line in _MSMTP_LINE.finditer(text):
        word, rest = line[1], line[2].rstrip(" \t\r")
        if word is None:
            if rest and (own or remark_may_hold_secret(rest) or _commented(rest, _msmtp_command)):
                yield line.span(2)
        elif not _msmtp_command(word, rest):
            yield line.span(2) if rest and word in ("password", "passwordeval", "eval") else line.span(1)


def _msmtp_command(word: str, argument: str) -> bool:
    """Say whether a command of msmtp may be shown."""
    if word in ("passwordeval", "eval"):
        return not command_may_hold_secret(argument)
    return (word in _MSMTP and not word_may_hold_secret(argument)) or (word == "password" and not argument)


def _commented(remark: str, shown: Callable[[str, str], bool]) -> bool:
    """Say whether a comment is a command, commented out, that may not be shown."""
    word, _blank, rest = remark.lstrip("# \t").partition(" ")
    return word in ("password", "passwordeval", "eval") and not shown(word, rest.strip())
