"""Exim's configuration, a setting to a line: where something is to be hidden."""

from __future__ import annotations

import re

from . import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Settings that hold no secret, and the beginnings of parts.
_SETTINGS = """begin acl here: accept control routers root: postmaster: users: aliases: provider: transports
    retry * authenticators plain: login: driver domains local_parts check_local_user data transport
    route_list host_find_failed self protocol port hosts_require_tls tls_verify_hosts
    tls_verify_cert_hostnames tls_verify_certificates tls_require_ciphers hosts_require_auth
    return_path authenticated_sender headers_add headers_remove headers_rewrite helo_data file user
    group mode mode_fail_narrower public_name keep_environment local_interfaces tls_advertise_hosts
    domainlist local_from_check untrusted_set_sender acl_smtp_rcpt ignore_bounce_errors_after
    timeout_frozen_after mailgen_sender mailgen_host mailgen_entry mailgen_login mailgen_word"""
_find = words.showing(_SETTINGS)
#: What logs in, where that only names our macros, which read a file.
_OURS = re.compile(r"[ \t]*client_send = <;(?:[ ;^]|MAILGEN_LOGIN|MAILGEN_WORD)+")


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    r"""Yield what may not be shown of a configuration.

    >>> text = "  driver = plaintext\n  client_send = : ada : geheim\n  client_send = <; ; MAILGEN_LOGIN"
    >>> [text[start:end] for start, end in hidden(text, True)]
    ['client_send']
    """
    for start, end in _find(text, own):
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", start)
        if not _OURS.fullmatch(text[first : last if last >= 0 else len(text)]):
            yield start, end
