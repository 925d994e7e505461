"""How a person reads a sheet of settings: below a heading a name, a colon, and what is to be typed."""

from __future__ import annotations

import re

#: What is called how, in either language.
NAMES = {
    "Server": "server",
    "服务器": "server",
    "Port": "port",
    "端口": "port",
    "Security": "security",
    "安全类型": "security",
    "User name": "login",
    "用户名": "login",
}
HEADINGS = {
    "Incoming mail (IMAP)": "imap",
    "收信（IMAP）": "imap",
    "Incoming mail (POP3)": "pop3",
    "收信（POP3）": "pop3",
    "Outgoing mail (SMTP)": "smtp",
    "发信（SMTP）": "smtp",
}


def servers(text: str) -> list[dict[str, str]]:
    """Return what is to be typed for each server, `protocol` being which it is."""
    found: list[dict[str, str]] = []
    for line in text.splitlines():
        if line in HEADINGS:
            found.append({"protocol": HEADINGS[line]})
        elif (setting := re.fullmatch(r"  ([^:：]+)[:：] (.+)", line)) and setting[1] in NAMES:
            found[-1][NAMES[setting[1]]] = setting[2]
    return found
