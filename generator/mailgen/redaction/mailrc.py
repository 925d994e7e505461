"""Finding what may be secret in a mailrc: what is not a setting known to hold none is hidden, with its line.

Source: s-nail(1). A command a line is known; what stands behind one on its line is not shown.
"""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Variables whose values are no secrets; -HOST and -USER@HOST may stand behind each.
_NAMES = """v15-compat tls-verify tls-ca-file tls-ca-dir tls-ca-no-defaults from sender reply-to inbox hold
    keep keepsave folder imap-use-starttls imap-auth imap-cache imap-keepalive pop3-use-starttls pop3-auth
    pop3-no-apop record mta smtp-use-starttls smtp-auth sendwait user netrc-lookup hostname smtp-hostname
    asksub askcc append dot header metoo quiet autoprint emptystart showname showto sendcharsets ttycharset
    indentprefix quote""".split()
_NAME = rf"(?:{'|'.join(_NAMES)})(?:-[^\s=\"'$]+)?"
#: A word: bare, or in quotes as a whole. What goes on behind it is another word.
_WORD = r"(?:\$?'(?:[^'\\]|\\.)*'|\"(?:[^\"\\$]|\\.)*\"|[^\s\"'$;|&\\]+)"
_SHOWN = re.compile(
    rf"""\s*(?:
        (?:wysh\s+)?set\s+(?:no)?{_NAME}(?:={_WORD})?
      | (?:wysh\s+)?set\s+password(?:-[^\s=\"'$]+)?="?\$\w+"?
      | unset\s+{_NAME}
      | account\s+{_WORD}(?:\s+\{{)?
      | if\s+"x\$\w+"\s+!=\s+x
      | endif | else | \}}
      | (?:alias|alternates|shortcut)(?:\s+{_WORD})+
    )\s*""",
    re.VERBOSE,
)
#: What stands behind the name is the line of a shell.
_COMMAND = re.compile(r"\s*vput\s+!\s+\w+\s+(.*)", re.DOTALL)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Yield of each line that may hold a secret from where to where it is to be hidden.

    >>> lines = ["set from=a@x.example", "set password=s3cret", "vput ! it pass show x", "vput ! it echo x"]
    >>> text = "\\n".join(lines)
    >>> [text[start:end] for start, end in hidden(text, False)]
    ['set password=s3cret', 'echo x']
    """
    place, goes_on = 0, False
    for line in text.split("\n"):
        words = line.strip()
        end = place + len(line)
        command = _COMMAND.fullmatch(line)
        if words.startswith("#"):
            if own or goes_on or remark_may_hold_secret(words):
                yield place, end
        elif goes_on or words.endswith("\\"):
            yield place, end
        elif command:
            if command_may_hold_secret(command[1]):
                yield place + command.start(1), end
        elif words and (not _SHOWN.fullmatch(line) or word_may_hold_secret(words)):
            yield place, end
        goes_on = line.endswith("\\")
        place = end + 1
