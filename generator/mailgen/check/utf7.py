"""Names of mailboxes as servers write them: modified UTF-7 (RFC 3501, section 5.1.3)."""

from __future__ import annotations

import base64


def decoded(name: str) -> str:
    """Return a mailbox's name as people read it; one that is not written so stays as it is.

    >>> decoded("[Gmail]/&XfJT0ZAB-"), decoded("R&-D"), decoded("a & b")
    ('[Gmail]/已发送', 'R&D', 'a & b')
    """
    made, rest = [], name
    while "&" in rest:
        before, _, after = rest.partition("&")
        run, dash, rest = after.partition("-")
        if not dash:
            return name
        try:
            made += [before, _run(run) if run else "&"]
        except ValueError:
            return name
    return "".join([*made, rest])


def _run(run: str) -> str:
    padded = run.replace(",", "/") + "=" * (-len(run) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be")
