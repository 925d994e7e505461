"""The grammar of dma.conf. Read back from dma 0.13, which sent mail with what it read."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, plain_address, refuse_control_characters
from mailgen.model.tokens import Sender


def text(value: str) -> str:
    """Write a value, which goes from the first blank to the end of the line, or to the first #.

    Raises Unquotable for what holds a # or a blank, and for an empty one. Source: dma(8), FILE
    FORMAT; runs of 0.13.

    >>> text("desk.lab.example")
    'desk.lab.example'
    """
    refuse_control_characters(value)
    if not value or "#" in value or " " in value:
        raise Unquotable(
            "a value of dma.conf is not empty and holds no blank and no #, which begins a comment"
        )
    return value


GRAMMAR = Grammar(
    "dma",
    text,
    ("no", "yes"),
    {Sender: lambda value: text(plain_address(value.address))},
    comments=(("#", "\n"),),
    shown="""smarthost port aliases spooldir authpath securetransfer starttls fingerprint opportunistic_tls
    certfile defer fullbounce mailname masquerade nullclient secure insecure""",
)
