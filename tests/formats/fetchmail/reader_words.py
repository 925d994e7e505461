r"""The words of a fetchmail run control file; `fetchmail.py` makes polls and users of them.

Source: fetchmail(1), "Run Control Syntax", and values read back with `fetchmail --configdump` 6.4.37.

There are no lines, only words. At each place the longest of these wins: a quoted string, any run of
characters without blanks and `=;:,`; of equally long ones the quoted string. That is why `"a\"b"` is
not an escaped quote: as a run it is longer, and so it keeps its quotes. A run that is a keyword, or a
number, counts as one, unless it stands behind `user`, `password`, `is`, `to` or `=`.

Every string, quoted or not, knows the escapes \\ \n \t \b \r, \xHH, \0OO octal, \NNN *decimal*, and
backslash line-feed for nothing; before any other character the backslash is simply dropped.
"""

import re
from typing import NamedTuple

from tests.readers import Doubtful


class Token(NamedTuple):
    """A word: keyword, protocol, auth or mark (value: what is written), string or number (its value)."""

    kind: str
    value: str | int
    line: int


SAME = {
    "server": "poll",
    "local": "localdomains",
    "proto": "protocol",
    "preauth": "auth",
    "preauthenticate": "auth",
    "authenticate": "auth",
    "username": "user",
    "pass": "password",
    "folders": "folder",
    "smtp": "smtphost",
    "pre": "preconnect",
    "post": "postconnect",
    "mimedec": "mimedecode",
    "pass8": "pass8bits",
}
NOISE = {"with", "and", "has", "wants", "options"}
PROTOCOLS = {"auto", "pop2", "sdps", "pop3", "imap", "apop", "rpop", "etrn", "odmr", "kpop"}
AUTHS = frozenset(
    "any gssapi kerberos kerberos4 kerberos5 kerberos_v4 kerberos_v5 ssh implicit external otp opie cram"
    " cram-md5 msn ntlm".split()
)
KEYWORDS = frozenset(
    "set logfile idfile pidfile daemon syslog invisible showdots postmaster bouncemail spambounce softbounce"
    " warnings tracepolls defaults poll skip via aka localdomains protocol service port interval auth timeout"
    " envelope qvirtual principal esmtpname esmtppassword bad-header accept reject user password folder"
    " smtphost fetchdomains smtpaddress smtpname antispam mda bsmtp lmtp preconnect postconnect interface"
    " monitor plugin plugout batchlimit fetchlimit fetchsizelimit fastuidl expunge properties is here there"
    " to no keep flush limitflush fetchall rewrite forcecr stripcr pass8bits dropstatus dropdelivered"
    " mimedecode idle dns uidl ssl sslkey sslcert sslproto sslcertck sslcertfile sslcertpath sslcommonname"
    " sslfingerprint checkalias limit".split()
)
UNMODELLED = {"forceidle", "noforceidle", "idletimeout", "moreconnect"}
ONE_WORD_NO = re.compile(
    r"no(?=(bouncemail|uidl|checkalias|dns|envelope|keep|flush|limitflush|fetchall|rewrite|forcecr|stripcr"
    r"|pass8(bits)?|dropstatus|dropdelivered|mimedec(ode)?|spambounce|idle)$)"
)
NAME_FOLLOWS = {"user", "password", "is", "to", "="}

SPACE = re.compile(rb"(?:[ \t\r]+|[;:,]|(?:#[^\n]*)?\\?\n)*")
QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
RUN = re.compile(rb"[^=;:, \t\r\n]+")
NUMBER = re.compile(r"-?[0-9]+")
ESCAPE = re.compile(rb"\\(?:[xX]([0-9a-fA-F]{0,2})|(0[0-7]{0,2})|([1-9][0-9]{0,2})|(.)|$)", re.DOTALL)
LETTERS = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b"r": b"\r", b"\n": b""}


def tokens(text: str) -> list[Token]:
    r"""The words in order; the words without meaning, like `with`, and `;:,` are left out.

    Never refuses a text for its grammar. Raises Doubtful for what fetchmail swallows: a NUL, written or
    escaped (it cuts the string), and escapes that do not make UTF-8.

    >>> [token[:2] for token in tokens(r'and user "a\x22b" 993 keep # nothing' "\n")]
    [('keyword', 'user'), ('string', 'a"b'), ('number', 993), ('keyword', 'keep')]
    """
    data, at, name, auth = text.encode(), 0, False, False
    found: list[Token] = []
    if b"\0" in data:
        raise Doubtful(1, "a NUL")
    while (at := SPACE.match(data, at).end()) < len(data):
        line = data[:at].count(b"\n") + 1
        quoted, run = QUOTED.match(data, at), RUN.match(data, at)
        if quoted and quoted.end() >= run.end():
            found.append(Token("string", unescape(quoted[0][1:-1], line), line))
            at, name, auth = quoted.end(), False, False
        elif not run:
            found.append(Token("mark", "=", line))
            at, name = at + 1, True
        elif name:
            found.append(Token("string", unescape(run[0], line), line))
            at, name, auth = run.end(), False, False
        else:
            word = run[0].decode()
            at = run.end()
            if no := ONE_WORD_NO.match(word):
                word, at = "no", run.start() + no.end()
            token = _word(word, auth, line)
            auth = auth and token.kind != "auth"
            name = name or (token.kind == "keyword" and token.value in NAME_FOLLOWS)
            if token.kind == "keyword" and token.value == "auth":
                auth = True
            if word not in NOISE:
                found.append(token)
    return found


def _word(word: str, auth: bool, line: int) -> Token:
    keyword = SAME.get(word, word)
    if word in UNMODELLED:
        raise Doubtful(line, f"{word} is not modelled")
    if auth and word in ("password", "pass"):
        return Token("auth", word, line) if word == "password" else Token("string", word, line)
    if word in AUTHS:
        return Token("auth", word, line)
    if word.lower() in PROTOCOLS and word in (word.lower(), word.upper()):
        return Token("protocol", word.upper(), line)
    if keyword in KEYWORDS or word in NOISE:
        return Token("keyword", keyword, line)
    if NUMBER.fullmatch(word):
        return Token("number", int(word), line)
    return Token("string", unescape(word.encode(), line), line)


def unescape(value: bytes, line: int) -> str:
    r"""What a string means, by fetchmail's own escapes.

    >>> unescape(rb"\x41\65\0101\q\\", 1)
    'AA\x081q\\'
    """

    def byte(match: re.Match[bytes]) -> bytes:
        digits, octal, decimal, letter = match.groups()
        if letter is not None:
            return LETTERS.get(letter, letter)
        if digits is octal is decimal is None:
            return b""
        code = int(digits or b"0", 16) if digits is not None else int(octal, 8) if octal else int(decimal)
        if code % 256 == 0:
            raise Doubtful(line, "an escaped NUL cuts the string")
        return bytes([code % 256])

    try:
        return ESCAPE.sub(byte, value).decode()
    except UnicodeDecodeError as error:
        raise Doubtful(line, "escapes that do not make UTF-8") from error
