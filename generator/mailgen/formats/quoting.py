r"""How each grammar writes a value, so that its program reads back exactly that value.

A grammar is a set of small functions from a value to text. A function either represents the value
exactly or raises Unquotable with the reason. Templates never write quotes; `quote` is called for
every value they print (see render/runtime.py). What the programs really do was found by running them:
msmtp 1.8.23, fetchmail 6.4.37, mutt 2.2.12, neomutt 20220429, Thunderbird 153.
"""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.core.values import EMPTY, dataclass
from mailgen.model.hosts import in_url
from mailgen.model.tokens import (
    AddressPattern,
    Command,
    FileName,
    Folder,
    HostPort,
    Joined,
    Label,
    Link,
    NamedAddress,
    Plain,
    Secret,
    Sender,
    SenderPattern,
    ShellLine,
    Url,
    UrlPattern,
    Verbatim,
    stands_for_many,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#: RFC 3986, section 2.3.
_UNRESERVED = _LETTERS + "-._~"
#: What an address may hold that no quotes stand around (RFC 5322, section 3.2.3: atext), and the dot.
_ATEXT = "!#$%&'*+-./=?^_`{|}~"
#: What means nothing to a shell, as in Python's shlex.
_BARE = _LETTERS + "_@%+=:,./-"
#: What means nothing to any file (see `is_plain_word`).
_PLAIN = _LETTERS + "._%+@:/~-"


class Quoted(str):
    """Text that is already one whole token of its grammar; nothing else reaches a file."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one family of configuration files writes values.

    `text` quotes any string; `truth` is how false and true are written. `forms` says by its type how a
    token is written that is more than text (see `model/tokens.py`): the whole of it, quotes included; what
    has no form here is written as `TEXTS` has it, quoted by `text`. `longest_line` is the most bytes the
    program reads in one line, without the line break, or None; `delimiters` are what may touch a value
    without a blank. `comments` are what begins and what ends a comment, a line break in front of what begins
    one only at the start of a line; `quotes` are the marks between which a text may stand. Templates are
    judged by these. `shown` are the names of settings whose values hold no secret, for files of one setting a
    line (see `redaction/words.py`); None where `redaction` knows the format by its name. `nests` is the
    mark in the name of an account behind which a part of another begins, which takes over what that one says.
    """

    name: str
    text: Callable[[str], str]
    truth: tuple[str, str]
    forms: Mapping[type, Callable[[Any], str]] = EMPTY
    longest_line: int | None = None
    delimiters: str = ""
    comments: tuple[tuple[str, str], ...] = ()
    quotes: str = ""
    shown: str | None = None
    nests: str = ""

    @property
    def redaction(self) -> str:
        """How files so written are shown: what `redaction` takes for a grammar."""
        return self.name if self.shown is None else " ".join(["words", *self.shown.split()])


def quote(value: object, grammar: Grammar) -> Quoted:
    """Write `value` as one token of `grammar`.

    Takes str, int, bool, or a token of model/tokens.py.
    Raises Unquotable if the grammar cannot express it, or for None: a template asks before it prints.
    """
    kind = type(value)
    if kind is Quoted:
        return value  # type: ignore[return-value]
    form = grammar.forms.get(kind)
    if form is not None:
        return Quoted(form(value))
    if isinstance(value, str):
        return Quoted(grammar.text(value))
    if kind is bool:
        return Quoted(grammar.truth[value])  # type: ignore[call-overload]
    if kind is int:
        return Quoted(str(value))
    as_text = TEXTS.get(kind)
    if as_text is not None:
        return Quoted(grammar.text(as_text(value)))
    if kind is Verbatim:
        return Quoted(verbatim(value.line))  # type: ignore[attr-defined]
    if kind is Command:
        raise Unquotable("there is no way to have a command run from there")
    if value is None:
        raise Unquotable("it is not known")
    raise TypeError(f"{kind.__name__} has no written form in any grammar")


def refuse_control_characters(value: str) -> None:
    """Raise Unquotable if `value` holds a line break, NUL or another control character.

    Unicode categories Cc, Cs, Zl and Zp, whatever the grammar: no value may start a new line.
    """
    if value.isascii():
        if value.isprintable():
            return
        code: int | None = next(ord(char) for char in value if not char.isprintable())
    else:
        import unicodedata

        refused = {"Cc", "Cs", "Zl", "Zp"}
        code = next((ord(char) for char in value if unicodedata.category(char) in refused), None)
    if code is not None:
        breaks = code in (10, 13, 0x85, 0x2028, 0x2029)
        what = Text("a line break") if breaks else Text("a control character")
        raise Unquotable(Text("it holds {what} (U+{code:04X})", what=what, code=code))


def is_plain_word(value: str) -> bool:
    """Say whether a value is letters, digits and ._%+@:/~- of ASCII: no file reads it as anything else.

    >>> is_plain_word("ada+x@sohu.com"), is_plain_word("a b"), is_plain_word("")
    (True, False, False)
    """
    return value != "" and not value.strip(_PLAIN)


def plain_address(value: str) -> str:
    """Return an address that needs no quotes in a header or an envelope (RFC 5322, section 3.2.3: atext).

    Raises Unquotable for one that needs some, or that is beyond ASCII: it is put into each From as it is.

    >>> plain_address("a$b+x@sohu.com")
    'a$b+x@sohu.com'
    """
    refuse_control_characters(value)
    if not all(char.isascii() and (char.isalnum() or char in _ATEXT) for char in value.replace("@", "", 1)):
        raise Unquotable("only an address without quotes, of ASCII, can stand in each From")
    return value


def shell_word(argument: str) -> str:
    """Write an argument for /bin/sh; shlex is imported only for what needs quotes.

    >>> shell_word("mail/ada@sohu.com"), shell_word("my secrets"), shell_word("")
    ('mail/ada@sohu.com', "'my secrets'", "''")
    """
    if argument and not argument.strip(_BARE):
        return argument
    import shlex

    return shlex.quote(argument)


def shell_words(argv: Iterable[str]) -> str:
    """Write arguments as people type them in a shell: each as it is, no `~/` is the home."""
    return " ".join(map(shell_word, argv))


def url_text(url: Url) -> str:
    """Write a server's URL (RFC 3986), the login name percent-encoded.

    >>> url_text(Url("smtps", "o'brien@sohu.com", "smtp.sohu.com", 465))
    'smtps://o%27brien%40sohu.com@smtp.sohu.com:465/'
    >>> url_text(Url("imap", "ada", "::1", 143))
    'imap://ada@[::1]:143/'
    """
    refuse_control_characters(url.username)
    return f"{url.scheme}://{percent_encoded(url.username)}@{in_url(url.host)}:{url.port}/{url.path}"


def percent_encoded(value: str) -> str:
    """Write a part of a URL, all but the unreserved characters (RFC 3986, section 2.3) by their bytes.

    >>> percent_encoded("o'brien@sohu.com")
    'o%27brien%40sohu.com'
    """
    return "".join(
        char if char in _UNRESERVED else "".join(f"%{byte:02X}" for byte in char.encode()) for char in value
    )


def named_address(value: NamedAddress) -> str:
    r"""Write an address with its name (RFC 5322), which stands in quotes if it is more than plain words.

    >>> named_address(NamedAddress("a@x.example", 'Ada "A" L.')), named_address(NamedAddress("a@x.example"))
    ('"Ada \\"A\\" L." <a@x.example>', 'a@x.example')
    """
    refuse_control_characters(value.name)
    if not value.name:
        return value.address
    name = value.name
    if not all(char.isalnum() or char in " -" for char in name) or name != name.strip():
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{value.address}>"


def url_pattern(url: Url) -> str:
    """Write a regular expression for all that lies below a server's URL.

    A client may percent-encode a character of the login name or not, and leave out a usual port. What
    begins elsewhere in a name is not meant: a server may call a folder as it likes. The anchor stands in
    parentheses, because mutt and neomutt take a ^ at the very beginning for their short word for the open
    folder, and a pattern that begins like a URL for a URL.

    >>> url_pattern(Url("imaps", "a+b@sohu.com", "imap.sohu.com", 993))
    '(^imaps://a([+]|%2[Bb])b(@|%40)sohu([.]|%2[Ee])com@imap[.]sohu[.]com(:993)?/)'
    """
    refuse_control_characters(url.username)
    login = "".join(char if char.isascii() and char.isalnum() else _either(char) for char in url.username)
    return f"(^{url.scheme}://{login}@{literal_pattern(in_url(url.host))}(:{url.port})?/)"


def address_pattern(address: str) -> str:
    """Write a regular expression for exactly this address, in small letters: mutt then takes capitals too.

    >>> address_pattern("Dr.Ada@lab.example"), address_pattern("*@lab.example")
    ('^dr[.]ada@lab[.]example$', '^[^@]*@lab[.]example$')
    """
    refuse_control_characters(address)
    small = "".join(char.lower() if char.isascii() else char for char in address)
    if stands_for_many(address):
        local, _, domain = small.rpartition("@")
        return f"^{literal_pattern(local[:-1])}[^@]*@{literal_pattern(domain)}$"
    return f"^{literal_pattern(small)}$"


def literal_pattern(text: str) -> str:
    """Write text as a regular expression (POSIX, extended; also Python's) that means just this text."""
    if text.isalnum():
        return text
    return "".join(char if char.isalnum() or char in "-_@/%" else _bracketed(char) for char in text)


def _bracketed(char: str) -> str:
    return "\\" + char if char in "^\\[]" else char if not char.isascii() else f"[{char}]"


def _either(char: str) -> str:
    encoded = "".join(
        "%" + "".join(digit if digit.isdigit() else f"[{digit}{digit.lower()}]" for digit in f"{byte:02X}")
        for byte in char.encode()
    )
    return f"({literal_pattern(char)}|{encoded})"


def shell_line(argv: tuple[str, ...]) -> str:
    """Write an argv list as a line for /bin/sh, each argument quoted on its own.

    An argument that starts with `~/` is a path in the user's home, and the tilde stays the shell's; not so
    where it is `Plain`, an address say, in which RFC 5321 allows both characters.

    >>> shell_line(("cat", "~/my secrets/qq"))
    "cat ~/'my secrets/qq'"
    >>> shell_line(("secret-tool", "lookup", "user", Plain("~/ada@sohu.com")))
    "secret-tool lookup user '~/ada@sohu.com'"
    """
    words = []
    for argument in argv:
        refuse_control_characters(argument)
        words.append("~/" + shell_word(argument[2:]) if in_the_home(argument) else shell_word(argument))
    return " ".join(words)


def in_the_home(argument: str) -> bool:
    """Say whether an argument of a command is a path in the user's home, named by `~/`."""
    return argument[:2] == "~/" and argument != "~/" and not isinstance(argument, Plain)


def host_port(value: HostPort) -> str:
    """Write a host and its port as one word.

    >>> host_port(HostPort("imap.sohu.com", 993)), host_port(HostPort("::1", 993))
    ('imap.sohu.com:993', '[::1]:993')
    """
    return f"{in_url(value.host)}:{value.port}"


def word_of_parts(value: Joined) -> str:
    """Write a list as one word, with its separator between the parts.

    Raises Unquotable for a part that holds the separator: it would be read as two.

    >>> word_of_parts(Joined(("imap", "smtp"), ","))
    'imap,smtp'
    """
    parts = [str(part) for part in value.parts]
    for part in parts:
        if value.separator in part:
            separator = repr(value.separator)
            why = "a part of the list holds {separator}, which stands between the parts"
            raise Unquotable(Text(why, separator=separator))
    return value.separator.join(parts)


def verbatim(line: str) -> str:
    """Return a line of the user's own as it is.

    Raises Unquotable for control characters other than the tab, and for a backslash at the end, which would
    swallow the next line in some clients.
    """
    refuse_control_characters(line.replace("\t", " "))
    if line.endswith("\\"):
        raise Unquotable("a line of your own ends in a backslash, which would swallow the next line")
    return line


#: What a token is as text, for grammars that have no form of their own for it.
TEXTS: dict[type, Callable[[Any], str]] = {
    Url: url_text,
    UrlPattern: lambda value: url_pattern(value.url),
    AddressPattern: lambda value: address_pattern(value.address),
    ShellLine: lambda value: shell_line(value.argv),
    Label: lambda value: value.name,
    Sender: lambda value: value.address,
    SenderPattern: lambda value: value.address,
    Folder: lambda value: value.name,
    FileName: lambda value: value.path,
    Link: lambda value: value.url,
    NamedAddress: named_address,
    Secret: lambda value: value.text,
    HostPort: host_port,
    Joined: word_of_parts,
}
