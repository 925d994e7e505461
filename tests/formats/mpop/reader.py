r"""How mpop 1.4.18 reads its configuration. Source: mpop(1), and values read back with `mpop -P`.

One command to a line: a word, blanks, an argument that is all the rest, without one pair of double quotes
around it. There are no escapes and no comments behind a command. The folder behind `delivery maildir` may
have a pair of quotes of its own. What stands before the first account or section of defaults is an error,
and so is a line of 500 bytes or more.
"""

from __future__ import annotations

from tests.readers import Doubtful, Rejected

COMMANDS = frozenset(
    """account defaults host port source_ip proxy_host proxy_port socket timeout pipelining auth user
    password passwordeval ntlmdomain tls tls_starttls tls_trust_file tls_crl_file tls_fingerprint tls_key_file
    tls_cert_file tls_certcheck tls_priorities tls_host_override tls_min_dh_prime_bits delivery uidls_file
    only_new keep killsize skipsize filter received_header""".split()
)


def accounts(text: str) -> dict[str, dict[str, str]]:
    """Return every account with the settings it has in the end, those of the defaults above it included.

    Raises Rejected for what mpop refuses, and Doubtful for what is not modelled here.
    """
    defaults: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.encode()) > 499:
            raise Rejected(number, "too long")
        words = line.strip(" \t").split(None, 1)
        if not words or words[0].startswith("#"):
            continue
        name, value = words[0], words[1] if len(words) > 1 else ""
        if name not in COMMANDS:
            raise Rejected(number, f"no command {name}")
        value = bare(value)
        if name == "defaults":
            current = defaults = {}
        elif name == "account":
            if ":" in value or "," in value:
                raise Doubtful(number, "an account that takes over")
            if value in found or not value:
                raise Rejected(number, "no name, or one that is taken")
            current = found[value] = dict(defaults)
        elif current is None:
            raise Rejected(number, "before the first account")
        elif name == "delivery":
            method, _, place = value.partition(" ")
            current[name] = f"{method} {bare(place.strip(' '))}"
        else:
            current[name] = value
    return found


def bare(value: str) -> str:
    """Return an argument without the quotes around it."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
