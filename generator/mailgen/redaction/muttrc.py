r"""Finding what may be secret in a muttrc or neomuttrc: commands, settings, and the bodies of hooks.

Source: muttrc(5), and what mutt 2.2.12 and neomutt 20220429 read back with -Q.
"""

from __future__ import annotations

import re

from ..core.values import dataclass
from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Variables whose values are no secrets. A word with a * stands for all that begin so.
_SHOWN = """folder mbox_type spoolfile spool_file record postponed trash mbox from realname real_name hostname
    use_envelope_from envelope_from envelope_from_address reverse_name reverse_realname reverse_real_name
    use_from use_domain signature sig_dashes sig_on_top charset send_charset config_charset sort
    sort_aux sort_browser beep beep_new timeout mail_check header_cache message_cachedir certificate_file
    alias_file ssl_* imap_user imap_authenticators imap_send_id imap_rfc5161 imap_check_subscribed
    imap_list_subscribed imap_passive imap_peek imap_idle imap_keepalive imap_poll_timeout
    imap_pipeline_depth imap_delim_chars imap_headers imap_condstore imap_qresync imap_deflate
    pop_user pop_host pop_delete pop_last pop_authenticators pop_checkinterval pop_reconnect
    pop_auth_try_all smtp_url smtp_user smtp_authenticators mailcap_path tmpdir copy move delete
    confirmappend confirmcreate read_inc write_inc sidebar_* pager_* index_format status_format date_format
    fast_reply include forward_format my_mailgen_account my_mailgen_fetch_* my_mailgen_record_*
    my_mailgen_copy my_mailgen_copy_* my_mailgen_sender my_mailgen_reply_to
    my_mailgen_realname my_mailgen_record my_mailgen_postponed my_mailgen_trash my_mailgen_signature
    my_mailgen_ca_file my_mailgen_mbox_type my_mailgen_header_cache my_mailgen_message_cachedir
    my_mailgen_ssl_* my_mailgen_imap_user my_mailgen_pop_user
    my_mailgen_imap_authenticators my_mailgen_pop_authenticators my_mailgen_smtp_authenticators
    my_mailgen_imap_send_id
    my_mailgen_imap_rfc5161""".split()
_NAMES = frozenset(name for name in _SHOWN if not name.endswith("*"))
_STEMS = tuple(name[:-1] for name in _SHOWN if name.endswith("*"))
#: Variables whose value is a command, as a line for a shell.
_COMMANDS = frozenset(
    """editor imap_oauth_refresh_command smtp_oauth_refresh_command pop_oauth_refresh_command sendmail tunnel
    account_command""".split()
)
#: Variables that hold the secret; others that are not known are shown no more than these, not even by name.
_SECRETS = frozenset("imap_pass pop_pass smtp_pass nntp_pass".split())
_VERBS = frozenset(
    """alternates unalternates mailboxes unmailboxes unmy_hdr subscribe unsubscribe lists unlists ignore
    unignore hdr_order unhdr_order auto_view alternative_order color uncolor mono bind""".split()
)
_HEADERS = re.compile(r"(?:from|reply-to|bcc|cc|organization|organisation|sender)\Z", re.IGNORECASE)
_NAME = re.compile(r"\$(?:\{[^}]*\}|[A-Za-z][A-Za-z0-9_]*)")
_BLANKS = " \t\v\f\r\n"
_ESCAPE = re.compile(r"\\(?:[cC](.)|([0-7]{3})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "f": "\f"}
#: How deep bodies of hooks in bodies of hooks are judged; deeper ones are hidden.
_DEPTH = 3


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Yield for each logical line at most one stretch that is to be hidden: from some place to its end."""
    for line, offsets, doubtful in _lines(text):
        at = 0 if doubtful else _hidden_from(line, own)
        if at is not None and offsets:
            # The offset of a place in what was joined; the end is that of the last physical line.
            starts = [real + at - joined for joined, real, _end in offsets if joined <= at]
            yield starts[-1], offsets[-1][2]


def _lines(text: str) -> Iterator[tuple[str, list[tuple[int, int, int]], bool]]:
    r"""Yield logical lines: their text, for each physical line its place there and in the file and its end.

    A backslash at the end joins the next line, in quotes and comments too. Where programs and versions may
    differ (several backslashes, a comment that goes on, a NUL, a last backslash), the line is doubtful.
    """
    pieces: list[str] = []
    offsets: list[tuple[int, int, int]] = []
    joined, place, doubtful = 0, 0, False
    for whole in text.split("\n"):
        line = whole[:-1] if whole.endswith("\r") else whole
        offsets.append((joined, place, place + len(whole)))
        place += len(whole) + 1
        doubtful = (
            doubtful or "\0" in line or line.endswith("\\\\") or (line != whole and line.endswith("\\"))
        )
        if line.endswith("\\") or "\0" in line:
            pieces.append(line[:-1] if line.endswith("\\") else line)
            joined += len(pieces[-1])
            doubtful = doubtful or pieces[0].lstrip(_BLANKS)[:1] == "#"
            continue
        yield "".join([*pieces, line]), offsets, doubtful
        pieces, offsets, joined, doubtful = [], [], 0, False
    if offsets:
        yield "".join(pieces), offsets, True


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: what is text in it, the commands in backticks, whether variables are put in, its place.

    `mark` is a semicolon or an operator that stands outside of quotes.
    """

    text: str
    commands: tuple[str, ...]
    expands: bool
    start: int
    end: int
    mark: str = ""

    @property
    def safe(self) -> bool:
        """Whether nothing in it looks like a secret; what ends in | is a command, wherever it stands."""
        if self.text.rstrip(_BLANKS).endswith("|") and command_may_hold_secret(self.text):
            return False
        return not word_may_hold_secret(self.text) and not any(map(command_may_hold_secret, self.commands))

    @property
    def fetched(self) -> bool:
        """Whether its value comes from elsewhere as a whole: from a variable or a command."""
        return not self.text and self.safe and (self.expands or bool(self.commands))


class _Unclosed(ValueError):
    """A quote or a backtick that does not end: nothing can be said of the line."""


def _hidden_from(line: str, own: bool, depth: int = 0) -> int | None:
    """Return from where a logical line is to be hidden; None if it may be shown."""
    try:
        words, remark = _words(line)
    except _Unclosed:
        return 0
    places = []
    command: list[_Word] = []
    for word in [*words, _Word("", (), False, len(line), len(line), ";")]:
        if word.mark != ";":
            command.append(word)
        elif command:
            place = _judged(line, command, depth)
            places += [] if place is None else [place]
            command = []
    if remark < len(line) and (own or _remark(line[remark:], depth)):
        places.append(remark)
    return min(places) if places else None


def _remark(text: str, depth: int) -> bool:
    """Say whether a comment is to be hidden: one about a secret, or a command that is commented out."""
    said = text.lstrip("# \t")
    first = said.split(" ", 1)[0]
    command = first in ("set", "setenv", "macro", "push") or first.endswith("-hook")
    if command or (first == "source" and ("|" in said or "`" in said)):
        return depth >= _DEPTH or _hidden_from(said, False, depth + 1) is not None
    return remark_may_hold_secret(text)


def _words(line: str) -> tuple[list[_Word], int]:
    """Cut a line into words, semicolons and operators; also return where its comment begins."""
    words: list[_Word] = []
    at = 0
    setting = False
    while at < len(line):
        char = line[at]
        if char in _BLANKS:
            at += 1
        elif char == "#":
            return words, at
        elif char == ";" or (setting and char == "=" and words[-1].mark != "="):
            words.append(_Word("", (), False, at, at + 1, char))
            at += 1
        else:
            # Within a setting a name ends at the equal sign; a value does not.
            names = setting and not (words and words[-1].mark == "=")
            word = _word(line, at, "=" if names else "")
            words.append(word)
            at = word.end
        first = words[-1:] if len(words) < 2 or words[-2].mark == ";" else []
        if first:
            setting = first[0].text in ("set", "unset", "reset", "toggle")
    return words, len(line)


def _word(line: str, at: int, stops: str) -> _Word:
    start, quote = at, ""
    text: list[str] = []
    commands: list[str] = []
    expands = False
    while at < len(line):
        char = line[at]
        if not quote and (char in _BLANKS or char in ";#" or char in stops):
            break
        if quote == "'" and char != "'":
            text.append(char)
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == "\\":
            found = _ESCAPE.match(line, at)
            if found is None:
                raise _Unclosed
            text.append(_escaped(found))
            at = found.end()
            continue
        elif char == "`":
            end = _backtick(line, at + 1)
            commands.append(line[at + 1 : end])
            at = end
        elif char == "$" and (name := _NAME.match(line, at)):
            expands, at = True, name.end()
            continue
        else:
            text.append(char)
        at += 1
    if quote:
        raise _Unclosed
    return _Word("".join(text), tuple(commands), expands, start, max(at, start + 1))


def _backtick(line: str, at: int) -> int:
    """Return where the backtick stands that ends a command. Raises _Unclosed."""
    while at < len(line) and line[at] != "`":
        at += 2 if line[at] == "\\" else 1
    if at >= len(line):
        raise _Unclosed
    return at


def _escaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(ord(found[1]) & 0x1F)
    return chr(int(found[2], 8) & 0xFF) if found[2] else _LETTERS.get(found[3], found[3])


def _judged(line: str, words: list[_Word], depth: int) -> int | None:
    """Return from where a command is to be hidden; None if it may be shown."""
    verb, rest = words[0].text, words[1:]
    if verb in ("set", "unset", "reset", "toggle"):
        return _settings(verb, rest)
    behind = rest[0].start if rest else words[0].end
    if verb == "source":
        line_of = "".join(word.text for word in rest).rstrip()
        piped = line_of.endswith("|") and command_may_hold_secret(line_of)
        return behind if piped or not all(word.safe for word in rest) else None
    if verb.endswith("-hook") or verb in ("ifdef", "ifndef"):
        return _body(line, rest, behind, depth)
    if verb == "my_hdr":
        # The text of a header knows no quotes; a variable in it is as good as a fetched value.
        name, _colon, value = line[behind : words[-1].end].partition(":")
        plain = _HEADERS.match(name.strip(" \t'\"")) or re.match(r"\s*\$[a-z0-9_]+\s*\Z", value)
        return None if plain and all(word.safe for word in rest) else behind
    if verb == "macro":
        return None if len(rest) > 2 and _keys(rest[2].text, depth) and rest[2].safe else behind
    if verb == "push":
        return None if all(word.safe and _keys(word.text, depth) for word in rest) else behind
    if verb in _VERBS:
        return None if all(word.safe for word in rest) else behind
    return words[0].start


def _settings(verb: str, words: list[_Word]) -> int | None:
    """Judge what stands behind `set` and its kin: names, each maybe with an equal sign and a value."""
    at = 0
    while at < len(words):
        name = words[at].text.rstrip("+-?&")
        given = at + 1 < len(words) and words[at + 1].mark == "="
        value = words[at + 2] if given and at + 2 < len(words) else None
        bare = re.sub("^(?:no|inv)", "", name)
        shown = bare in _NAMES or bare.startswith(_STEMS)
        if words[at].mark or words[at].commands or words[at].expands:
            return words[at].start
        if value is None:
            if verb == "set" and bare in _SECRETS:  # the password may follow, without its equal sign
                return words[at].end
            if not (shown or bare in _SECRETS or bare in _COMMANDS):
                return words[at].start
        elif bare in _COMMANDS:
            if command_may_hold_secret(value.text) or not value.safe:
                return value.start
        elif not (shown and value.safe) and not (value.fetched or not (value.text or value.commands)):
            return value.start
        at += 1 + given + (value is not None)
    return None


def _body(line: str, words: list[_Word], behind: int, depth: int) -> int | None:
    """Judge a hook: its pattern, and the commands that it runs, which are read a second time.

    They are the last word, or all that stands behind the pattern, quoted or not.
    """
    if len(words) < 2 or depth >= _DEPTH or not all(word.safe for word in words):
        return behind
    if _hidden_from(" ".join(word.text for word in words[1:]), False, depth + 1) is not None:
        return words[1].start
    return None


def _keys(keys: str, depth: int) -> bool:
    """Say whether the keys of a macro may be shown: names of functions, and commands that may be shown."""
    for found in re.finditer(r"<enter-command>(.*?)<enter>|<[a-z0-9-]+>|([^<]+)", keys):
        command, typed = found[1], found[2]
        if command is not None and (depth >= _DEPTH or _hidden_from(command, False, depth + 1) is not None):
            return False
        if typed and len(typed) > 2:
            return False
    return True
