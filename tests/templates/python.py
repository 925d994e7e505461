"""Python, in a module of its user's."""

from __future__ import annotations

from tests.formats.python import reader
from tests.templates import Trial

_MODULE = "python3 {home}/.config/mailgen/python/*.py"
TRIAL = Trial("python3", "python3", f"sh -c 'exec {_MODULE}'", f"sh -c 'exec {_MODULE} send <{{home}}/mail'")


def asks_for_tls(text: str) -> bool:
    """Each connection has the context that checks, from the first byte or behind STARTTLS."""
    calls = reader.calls(text)
    if calls.get("ssl.create_default_context") != "CA_FILE":
        return False
    for library, plain, starts in (
        ("imaplib", "IMAP4", "starttls"),
        ("poplib", "POP3", "stls"),
        ("smtplib", "SMTP", "starttls"),
    ):
        secure = calls.get(f"{library}.{plain}_SSL")
        if secure is not None and "trusted()" not in secure:
            return False
        if f"{library}.{plain}" in calls and calls.get(f"server.{starts}") != "trusted()":
            return False
    return True
