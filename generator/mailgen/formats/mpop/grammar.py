"""The grammar of mpoprc: values are written as in msmtprc. Read back from mpop 1.4.18."""

from __future__ import annotations

from mailgen.formats.msmtp.grammar import text
from mailgen.formats.quoting import Grammar, shell_line
from mailgen.model.tokens import Command

# The folder behind `delivery maildir` is in quotes by itself, of which mpop strips one pair as well; neither
# $ nor % means anything in it, and ~/ at its start is the home.
GRAMMAR = Grammar(
    "mpop",
    text,
    ("off", "on"),
    {Command: lambda value: text(shell_line(value.argv))},
    longest_line=499,
    comments=(("\n#", "\n"),),
    quotes='"',
    shown="""account defaults host port source_ip proxy_host proxy_port socket timeout pipelining
    received_header auth user password? passwordeval! ntlmdomain tls tls_starttls tls_trust_file tls_crl_file
    tls_fingerprint tls_key_file tls_cert_file tls_certcheck tls_min_dh_prime_bits tls_priorities
    tls_host_override delivery! uidls_file only_new keep killsize skipsize filter!""",
)
