"""What may hold a secret wherever it stands: URLs with a password, commands that print one, headers.

Two questions are asked. Whoever shows text asks whether it *may* hold a secret, and hides it in case of
doubt. Whoever judges a file asks whether a command *does*: a warning must be right.
"""

from __future__ import annotations

import re
import shlex

from .holes import has_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands in place of a secret.
HIDDEN = "***"

_WORD = re.compile(r"\S+")
#: What requires authorization is a setting, and an authorisation code that none follows is but spoken of;
#: what is called so otherwise, with anything behind it, is a header.
_HEADER = re.compile(
    r"(?<!requiring-)authori[sz]ation(?! (?:code|password)s?\b(?!\s*(?:\([^)]*\)\s*)?(?:is\b|[:：=])))\W"
    r"|\bbearer\s+\S",
    re.IGNORECASE,
)
_NAME = r"(?:pass(?:word|wd|phrase|code)?|pwd|\bpw|secret|token|api-?key|auth)"
#: PASSWORD=x, --password=x, pass:x, curl -u ada:x; not what the shell puts in.
_GIVEN = re.compile(
    rf"{_NAME}\s*[=:]\s*[\"']?[^\s\"'$`]|(?<![\w-])(?:-u|--user)[\s=]*\S+:[^\s\"'$`]", re.IGNORECASE
)
#: --password x and -p x, unless x is what to show; a variable before a command; a text for standard input;
#: the shell's own escapes; https://token@host.
_PERHAPS_GIVEN = re.compile(
    rf"(?<![\w-])(?<!show )(?:--?(?:[\w-]+-)?{_NAME}\s+\S|-p\s*[^\s-])"
    r"|^\s*\w+=[^\s\"'$`]|<<|\$'[^']|https?://[^/\s]*@",
    re.IGNORECASE,
)
#: No command that anybody wrote is longer; what is, is not taken apart.
_LONGEST = 5_000
_PRINTERS = frozenset(("echo", "printf", "print"))
#: The same in other languages, in which there are more ways than these; awk prints fields of what it reads.
_ALSO_PRINT = re.compile(
    r"(?<![\w.-])(?:echo|printf|print(?! *\$(?:\d+|NF) *(?:[;}]|$))|puts|yes)(?![\w-])"
    r"|(?<![\w-])(?:python[\d.]*|perl|ruby|node|php|lua|jq|expect)\s+(?:-\w*\s+)*-\w*[cenr]"
)


def may_hold_secret(text: str) -> bool:
    """Say whether a text of any kind may hold a secret: a URL with a password, or a header that logs in.

    >>> may_hold_secret("smtps://ada:x@h.example"), may_hold_secret("smtps://ada%40b.example@h.example:465/")
    (True, False)
    >>> may_hold_secret("Authorization: Bearer x"), may_hold_secret("From: ada@b.example")
    (True, False)
    >>> may_hold_secret("it wants an authorisation code (授权码)"), may_hold_secret("authorisation code: x")
    (False, True)
    """
    return place_of_secret(text) is not None


def place_of_secret(text: str) -> int | None:
    """Return where in a text such a URL or header begins; None if there is none."""
    header = _HEADER.search(text)
    places = [] if header is None else [header.start()]
    if "//" in text and "@" in text:
        words = (word for word in _WORD.finditer(text) if url_with_password(word.group()))
        places += [word.start() for word in words][:1]
    return min(places) if places else None


def word_may_hold_secret(word: str) -> bool:
    """Say the same of one word, its quotes taken off: a password may hold blanks there."""
    return url_with_password(word) or _HEADER.search(word) is not None


def url_with_password(word: str) -> bool:
    """Say whether a word is a URL with a colon between // and the last @: `//user:password@host`.

    >>> url_with_password("imaps://ada:x/y z@h.example/"), url_with_password("imaps://ada@h.example:993/")
    (True, False)
    """
    return ":" in word.partition("//")[2].rpartition("@")[0]


def command_may_hold_secret(line: str) -> bool:
    """Say whether a line for a shell may hold a secret, rather than fetch one.

    >>> command_may_hold_secret("pass show mail/x"), command_may_hold_secret("e''cho x")
    (False, True)
    >>> command_may_hold_secret("curl -u ada:x https://h"), command_may_hold_secret("sshpass -px get")
    (True, True)
    >>> command_may_hold_secret("pass x | awk '{print $2}'"), command_may_hold_secret("perl -e 'say q(x)'")
    (False, True)
    """
    plain = re.sub(r"[\"'\\]", "", line)
    if len(line) > _LONGEST or may_hold_secret(plain) or _ALSO_PRINT.search(plain):
        return True
    return any(given.search(text) for given in (_GIVEN, _PERHAPS_GIVEN) for text in (line, plain))


#: Commands that hand on what they read, changed or not; behind any other, what was printed is a question.
_FILTERS = frozenset(
    "base64 base32 xxd rev tr cut sed awk head tail cat tee openssl rot13 gzip xargs".split()
)
_SHELLS = frozenset("sh bash dash zsh ksh ash busybox".split())
_BEFORE = frozenset("exec command builtin env nice nohup sudo".split())


def command_holds_secret(line: str, in_doubt: bool = False) -> bool:
    """Say whether a line for a shell holds the secret that it is meant to fetch, and what to say `in_doubt`.

    >>> command_holds_secret("printf '%s' x"), command_holds_secret("curl -u ada:x https://h.example")
    (True, True)
    >>> command_holds_secret("pass x | awk '{print $2}'"), command_holds_secret("lpass show --password x")
    (False, False)
    """
    if may_hold_secret(line) or _GIVEN.search(line) or prints_constant(line):
        return True
    return in_doubt and _PERHAPS_GIVEN.search(line) is not None


def prints_constant(line: str, depth: int = 0) -> bool:
    """Say whether a line for a shell prints a word that stands in it: a password that only looks fetched.

    What the shell puts in (`$PW`, `$(...)`, backticks) is no constant. Source: POSIX sh, echo and printf.

    >>> [prints_constant(line) for line in ("echo geheim", "printf '%s' geheim", "sh -c 'echo x'")]
    [True, True, True]
    >>> [prints_constant(line) for line in ("echo $PW", "printf '%s' \\"$(pass x)\\"", "echo x|nc h")]
    [False, False, False]
    """
    if len(line) > _LONGEST:
        return False
    if "<<<" in line:
        return not re.search(r"<<<\s*[\"']?[$`]", line)
    parts = list(_parts(line))
    for number, (words, _end) in enumerate(parts):
        name, arguments = words[0].rpartition("/")[2], words[1:]
        piped = parts[number][1] == "|"
        goes_on = parts[number + 1][0][0].rpartition("/")[2] if piped and number + 1 < len(parts) else ""
        if name in _SHELLS and depth < 3:
            inner = [words[at + 1] for at, word in enumerate(words[:-1]) if re.match(r"-\w*c$", word)]
            if inner and prints_constant(inner[0], depth + 1):
                return True
        elif name in _PRINTERS and (not goes_on or (goes_on in _FILTERS and goes_on != "xargs")):
            said = [word for word in arguments if not re.match(r"-\w*$", word)]
            if name == "printf" and said and len(said) > 1:
                said = [re.sub(r"%[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z%]|\\[a-z]", "", said[0]), *said[1:]]
            if any(said) and not any(re.search(r"[$`]", word) for word in said):
                return not has_hole(" ".join(said))
    return False


def _parts(line: str) -> Iterator[tuple[list[str], str]]:
    """Yield the simple commands of a line as words, each with the operator behind it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;()\n")
    lexer.whitespace_split, lexer.commenters, lexer.whitespace = True, "", " \t\r"
    words: list[str] = []
    try:
        found = list(lexer)
    except ValueError:  # a quote that is never closed: the shell would run nothing
        return
    for word in [*found, ";"]:
        if word and not word.strip("|&;()\n"):
            while words and (words[0] in _BEFORE or words[0] == "{" or re.match(r"\w+=", words[0])):
                words = words[1:]
            if words:
                yield words, word
            words = []
        else:
            words.append(word)


_TELLTALE = re.compile(r"pass(?!es\b|ed\b|ing\b)|\bpw\b|pwd|secret|token|\bkey\b|credential", re.IGNORECASE)
#: Remarks of mailgen's own that speak of passwords and hold none.
_OWN_REMARKS = frozenset(("A password is fetched at the first login that needs it, once in each run.",))


def remark_may_hold_secret(text: str) -> bool:
    """Say whether a comment may hold a secret: a line that is commented out, or a note about a password.

    >>> remark_may_hold_secret("# my password: x"), remark_may_hold_secret("# Your own lines:")
    (True, False)
    """
    said = text.strip(" \t\r\n#/*")
    if said in _OWN_REMARKS:
        return False
    return may_hold_secret(said) or _TELLTALE.search(said) is not None
