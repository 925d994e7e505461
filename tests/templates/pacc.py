"""PACC, in which a host stands for implicit TLS; nothing else can be said."""

from __future__ import annotations

from tests.formats.json import reader_pacc as reader


def asks_for_tls(text: str) -> bool:
    return bool(reader.read(text.encode()).hosts)
