"""Files in which settings have names and stand within each other (TOML, plist, JSON, YAML): what to hide.

A value is shown if its name, the last part of a dotted one, is one of those that hold no secret. What is not
understood is hidden to its end.
"""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]

_TOML_STRING = r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\[^\n])*"|\'[^\'\n]*\''
_TOML = re.compile(
    rf"(?P<string>{_TOML_STRING})|(?P<comment>\#[^\n]*)|(?P<mark>[=\[\]{{}},\n])|(?P<word>[^\s=\[\]{{}},\#\"']+)",
    re.DOTALL,
)
_JSON = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\[^\n])*")|(?P<comment>//[^\n]*|/\*.*?\*/)'
    r"|(?P<mark>[:\[\]{},\n])|(?P<word>[^\s:\[\]{},\"/]+)",
    re.DOTALL,
)
_PLIST = re.compile(
    r"<key>(?P<key>[^<]*)</key>|<(?P<tag>string|data|integer|real|date)\b[^>]*>"
    r"(?P<value>(?:<!\[CDATA\[.*?\]\]>|[^<])*)</(?P=tag)>"
    r"|(?P<comment><!--.*?-->)|<[^!][^>]*>|<!DOCTYPE[^>\[]*>",
    re.DOTALL,
)
_YAML = re.compile(r"^(?P<indent> *(?:- +)*)(?:(?P<key>[\w.-]+):(?: +|$))?(?P<value>[^\n]*)$", re.MULTILINE)
#: A text that ends where its line does: in quotes, or beginning with nothing that means more to YAML.
_YAML_TEXT = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""
    r"""|(?:[^\s"'\[\]{}|>&*!%@`#,?:-]|-(?=[\w.]))[^\r\x85\u2028\u2029]*)[ ]*"""
)
_BLANK = re.compile(r"[ \t\r]+")
_SPACE = re.compile(r"\s+")


class _Names:
    """The names that may be shown; a ! behind one says that its value is a command."""

    def __init__(self, names: str) -> None:
        self._named = {name.rstrip("!").lower(): name.endswith("!") for name in names.split()}

    def hides(self, name: str, value: str) -> bool:
        """Say whether a value is to be hidden."""
        command = self._named.get(name.lower())
        if command is None:
            return True
        return command_may_hold_secret(value) if command else word_may_hold_secret(value)


def showing_form(form: str, names: str) -> Finder | None:
    r"""Return what finds secrets in files of a form where only the settings with these names may be shown.

    None for a form that is not known.

    >>> text = 'host = "h"\npassword = "x"'
    >>> [text[start:end] for start, end in showing_form("toml", "host")(text, False)]
    ['"x"']
    >>> text = "<key>Port</key><integer>1</integer><key>Password</key><string>x</string>"
    >>> [text[start:end] for start, end in showing_form("plist", "Port")(text, False)]
    ['<string>x</string>']
    >>> text = '{"a.Host": {"Value": "h"}, "a.Password": {"Value": "x"}}'
    >>> [text[start:end] for start, end in showing_form("json", "Host")(text, False)]
    ['"x"']
    >>> text = "accounts:\n  - host: h\n    password: x\n"
    >>> [text[start:end] for start, end in showing_form("yaml", "accounts host")(text, False)]
    ['x']
    >>> text = '{"Host": "h", "Password": {"a": "x"}}'
    >>> [text[start:end] for start, end in showing_form("json", "Host")(text, False)]
    ['"x"']
    """
    finder = _FORMS.get(form)
    if finder is None:
        return None
    known = _Names(names)
    return lambda text, own: finder(text, own, known)


class _Frame:
    """A mapping or a list while it is read: `key` is the last name in it, or that of the list."""

    def __init__(self, is_list: bool, start: int = 0, key: str = "") -> None:
        self.is_list = is_list
        self.start = start
        self.key = key
        self.words: list[str] = []
        self.in_value = is_list

    def begin(self) -> None:
        """Wait for the next name."""
        self.key, self.in_value = "", False


def _toml(text: str, own: bool, names: _Names) -> Iterator[tuple[int, int]]:
    """Find secrets in TOML 1.0.0, arrays and inline tables included."""
    frames, header = [_Frame(False)], False
    for start, end, kind, said in _tokens(_TOML, text):
        here = frames[-1]
        if kind == "rest":
            yield start, end
        elif kind == "comment":
            if own or remark_may_hold_secret(said) or _assigns(said):
                yield start, end
        elif said == "\n":
            if len(frames) == 1:
                here.begin()
                header = False
        elif header:  # the name of a table
            continue
        elif said == "[" and not here.in_value:
            header = True
        elif said == "=":
            here.in_value = True
        else:
            yield from _within(frames, names, (start, end, kind, said))


def _json(text: str, own: bool, names: _Names) -> Iterator[tuple[int, int]]:
    """Find secrets in JSON (RFC 8259), and in what people write with comments in it."""
    frames = [_Frame(True)]
    for start, end, kind, said in _tokens(_JSON, text):
        if kind == "rest":
            yield start, end
        elif kind == "comment":
            if own or remark_may_hold_secret(said):
                yield start, end
        elif said == ":":
            frames[-1].in_value = True
        elif said != "\n":
            yield from _within(frames, names, (start, end, kind, said))


def _within(
    frames: list[_Frame], names: _Names, token: tuple[int, int, str, str]
) -> Iterator[tuple[int, int]]:
    """Take one more token into the mappings and lists that are open, and yield what is to be hidden."""
    start, end, kind, said = token
    here = frames[-1]
    if said in ("[", "{") and kind == "mark":
        frames.append(_Frame(said == "[", start, here.key))
    elif said in ("]", "}") and kind == "mark":
        if len(frames) > 1:
            frames.pop()
        if here.is_list and here.words and names.hides(_last(here.key), " ".join(here.words)):
            yield here.start, end
    elif said == "," and kind == "mark":
        if not here.is_list:
            here.begin()
    elif not here.in_value:
        here.key = said
    elif here.is_list:
        here.words.append(_plain(said))
        if len(frames) == 1:  # a file that is one value, without a name
            yield start, end
    else:
        # What is only called a value has its name around it: {"host": {"Value": "h"}}.
        nameless = _last(here.key) == "Value" and len(frames) > 1
        if names.hides(_last(frames[-2].key if nameless else here.key), _plain(said)):
            yield start, end


def _plist(text: str, own: bool, names: _Names) -> Iterator[tuple[int, int]]:
    """Find secrets in a property list in XML."""
    at, key = 0, ""
    while at < len(text):
        if blank := _SPACE.match(text, at):
            at = blank.end()
            continue
        token = _PLIST.match(text, at)
        if token is None:  # no property list: nothing can be said of this line
            end = text.find("\n", at)
            yield at, len(text) if end < 0 else end
            at = len(text) if end < 0 else end
            continue
        at = token.end()
        if token["key"] is not None:
            key = token["key"].strip()
        elif token["comment"] is not None:
            if own or remark_may_hold_secret(token["comment"]):
                yield token.span()
        elif token["tag"] and names.hides(key, token["value"]):
            yield token.span()


def _yaml(text: str, own: bool, names: _Names) -> Iterator[tuple[int, int]]:
    """Find secrets in YAML of one setting a line, in blocks."""
    for line in _YAML.finditer(text):
        key, value = line["key"], line["value"]
        if value.startswith("#"):
            if own or remark_may_hold_secret(value) or re.match(r"#+\s*[\w.-]+\s*:", value):
                yield line.span("value")
        elif not value:
            continue
        elif not _YAML_TEXT.fullmatch(value):  # it may go on in the next lines, and have names of its own
            yield line.start("value"), len(text)
            return
        elif key is None or " #" in value or names.hides(key, _plain(value)):
            yield line.span("value")


_FORMS = {"toml": _toml, "json": _json, "plist": _plist, "yaml": _yaml}


def _tokens(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, kind and text of each token; what cannot be read is one, `rest`, to the end."""
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token = pattern.match(text, at)
        if token is None:
            yield at, len(text), "rest", text[at:]
            return
        at = token.end()
        yield (*token.span(), token.lastgroup or "", token.group())


def _plain(said: str) -> str:
    """Return a value without its quotes."""
    return said.strip("\"'")


def _last(key: str) -> str:
    """Return the last part of a name: `imap.host`, `"imap"."host"`."""
    return _plain(key.rpartition(".")[2])


def _assigns(remark: str) -> bool:
    """Say whether a comment is a setting, commented out: its name alone tells nothing of what was in it."""
    return re.match(r"#+\s*[\w.\"'-]+\s*=", remark) is not None
