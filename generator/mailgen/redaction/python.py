"""Finding what may be secret in a module for Python: texts that are no known setting's, nor of our code."""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is set to something that holds no secret, and what is set to the words of a command.
_VALUES = frozenset(
    """ADDRESS SENDER REPLY_TO CA_FILE IMAP_HOST IMAP_PORT IMAP_USER POP3_HOST POP3_PORT POP3_USER SMTP_HOST
    SMTP_PORT SMTP_USER""".split()
)
_COMMANDS = frozenset(("SECRET_COMMAND", "SENDING_COMMAND"))
#: Texts that stand in the code around the values.
_CODE = frozenset(
    r"""\n Password&for&{host}:& AUTH=PLAIN PLAIN XOAUTH2 OAUTHBEARER AUTH auth ID ("name"&"Python") send From
    \0{IMAP_USER}\0{password} \0{SMTP_USER}\0{password} "{user}" " \" \\ \\\\ \\" \1 user={IMAP_USER}
    user={SMTP_USER} n,a={IMAP_USER}, n,a={SMTP_USER}, auth=Bearer Reply-To OK __main__ &""".split()
) | {""}
_TEXT = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_SETTING = re.compile(r"(\w+) = ")


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Yield of each line that may hold a secret from where to where it is to be hidden.

    Behind a text that goes on over several lines nothing is understood any more, and all is hidden.

    >>> lines = "IMAP_USER = 'ada'\\nPASSWORD = 's3cret'\\nSECRET_COMMAND = ['echo', 's3cret']\\nimport ssl"
    >>> [lines[start:end] for start, end in hidden(lines, False)]
    ["PASSWORD = 's3cret'", "SECRET_COMMAND = ['echo', 's3cret']"]
    """
    place = 0
    for line in text.split("\n"):
        end = place + len(line)
        code = line.strip()
        if code.startswith("#"):
            if own or remark_may_hold_secret(code):
                yield place, end
        elif _left_open(code):
            yield place, len(text)
            return
        elif not _is_harmless(code):
            yield place, end
        place = end + 1


def _left_open(code: str) -> bool:
    """Say whether a text begins in a line and does not end there, or a line goes on with the next."""
    return code.endswith("\\") or any(mark in _TEXT.sub("", code) for mark in "'\"") or '"""' in code


def _is_harmless(code: str) -> bool:
    texts = [one[1] if one[1] is not None else one[2] for one in _TEXT.finditer(code)]
    setting = _SETTING.match(code)
    alone = setting and re.fullmatch(r"[\w.\[\](), ]*", _TEXT.sub("", code[setting.end() :]))
    name = setting[1] if setting and alone else ""
    if name in _COMMANDS:
        return not command_may_hold_secret(" ".join(texts)) and not any(map(word_may_hold_secret, texts))
    if name in _VALUES:
        return not any(map(word_may_hold_secret, texts))
    if re.search(r"\d{4}", code):
        return False
    return all(one.replace(" ", "&") in _CODE for one in texts)
