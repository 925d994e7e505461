r"""Reading user.js and prefs.js of Thunderbird: calls with a name and a value. The grammar is not JavaScript.

Source: prefs read back from Thunderbird 153; it loses a call that holds `\t`, `\b`, `\f` or `\/`.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from mailgen.core.text import Text
from mailgen.formats.muttrc.servers import url_password
from mailgen.formats.prefs.accounts import accounts_from
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What may stand between the parts of a call; comments are kept short, so that none costs much time.
_GAP = r"(?:\s|/\*[^*]{0,300}\*/|//[^\n\r]{0,300}[\n\r]|\#[^\n\r]{0,300}[\n\r])*"
_CALL = re.compile(
    r"""(user_pref|pref|sticky_pref) GAP \( GAP
        (?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)') GAP , GAP
        (?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([+-]?)GAP([0-9]+)|(true|false)) GAP \) GAP ;""".replace(
        "GAP", _GAP
    ),
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_KNOWN = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r"}


def read(text: str, target: str = "thunderbird") -> Reading:
    """Read a user.js or prefs.js; never raises."""
    unread = Unreadables()
    statements = limited(_statements(text.removeprefix("\N{BYTE ORDER MARK}"), unread), unread)
    accounts, leftover = accounts_from(statements, target)
    secrets = tuple(one for one in statements if "://" in one.text and url_password(one.text))
    return Reading(target, tuple(statements), accounts, tuple(unread.all()), leftover, secrets)


def _statements(text: str, unread: Unreadables) -> Iterator[Statement]:
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    at = 0
    while at < len(text):
        found = _SPACE.match(text, at)
        at = found.end() if found else at
        if at >= len(text):
            return
        if text[at] in "#/" and (after := _behind_comment(text, at)) is not None:
            at = after
            continue
        call = _CALL.match(text, at) if text[at] in "ups" else None
        if call is None:
            line = bisect_right(starts, at)
            end = starts[line] - 1 if line < len(starts) else len(text)
            unread.add(
                Mark(line, at - starts[line - 1] + 1, end - starts[line - 1] + 1), Text("this is no pref")
            )
            at = end + 1
            continue
        yield from _pref(call, starts, unread)
        at = call.end()


def _behind_comment(text: str, at: int) -> int | None:
    """Return where the text goes on behind a comment that starts here, or None if there is none."""
    if text[at] == "#" or text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end + 1
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return len(text) if end < 0 else end + 2
    return None


def _pref(call: re.Match[str], starts: list[int], unread: Unreadables) -> Iterator[Statement]:
    first = bisect_right(starts, call.start())
    last = bisect_right(starts, call.end() - 1)
    mark = Mark(first, call.start() - starts[first - 1] + 1, call.end() - starts[last - 1] + 1, last)
    name = _plain(call[2] if call[2] is not None else call[3])
    quoted = call[4] if call[4] is not None else call[5]
    value: str | int | bool | None
    if quoted is not None:
        value = _plain(quoted)
    elif call[8]:
        value = call[8] == "true"
    else:
        value = int(call[6] + call[7]) if len(call[7]) < 12 else None
        value = value if value is not None and -(1 << 31) <= value < 1 << 31 else None
    if name is None or value is None:
        unread.add(mark, Text("Thunderbird loses this pref: it does not know the escape or the number in it"))
        return
    yield Statement(name, value, mark, call.group(), call[1])


def _plain(text: str) -> str | None:
    """Resolve the escapes of a string; None if it holds one that Thunderbird does not know."""
    if "\\" not in text:
        return text
    known = True

    def one(found: re.Match[str]) -> str:
        nonlocal known
        code = found[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        known = known and code in _KNOWN
        return _KNOWN.get(code, code)

    plain = _ESCAPE.sub(one, text)
    # Pairs of surrogates written as two escapes are one character.
    try:
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return None
    return plain if known and "\0" not in plain else None
