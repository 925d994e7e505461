"""Emacs Lisp: where something is to be hidden.

A value belongs to the name in front of it: the first symbol of its list, or what setq sets. A list that
begins with no symbol belongs to what it stands in. Source: Emacs Lisp manual, "Lisp Data Types"; Emacs 28.2.
"""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


#: What mail is set up with, and holds no secret.
_VALUES = frozenset(
    """user-mail-address user-full-name name address signature-file gnus-select-method
    gnus-secondary-select-methods nnimap nnimap-address nnimap-server-port nnimap-user nnimap-stream nnnil
    mailgen-smtp-servers gnutls-verify-error gnutls-trustfiles auth-sources smtpmail-smtp-server
    smtpmail-smtp-service smtpmail-stream-type smtpmail-smtp-user smtpmail-servers-requiring-authorization
    message-send-mail-function message-fetch-field string-prefix-p user-error load require
    gnus-fetch-old-headers mail-user-agent mail-default-reply-to message-signature message-signature-file
    make-mu4e-context concat mailgen-mail-root mailgen-mail-folder mailgen-mail-is-in mailgen-mail-ways
    mu4e-get-mail-command mu4e-update-interval mu4e-change-filenames-when-moving mu4e-context-policy
    mu4e-contexts mu4e-drafts-folder mu4e-trash-folder mu4e-refile-folder mu4e-sent-folder
    mu4e-sent-messages-behavior""".split()
)
#: Those of whose values some may be commands.
_COMMANDS = frozenset(("mailgen-mail-ways", "mu4e-get-mail-command"))
#: Names that people read mail with, and the words of the language that stand around them.
_WORDS = _VALUES | frozenset(
    """quote function setq setq-default add-to-list list cons or and not if when unless let let* car cdr nth
    defun lambda save-restriction message-narrow-to-headers-or-head ietf-drums-parse-address ietf-drums
    smtpmail assoc-string from server gnus-posting-styles gnus-newsgroup-name gnutls nil t ssl starttls
    smtpmail-send-it mailgen-send-it some defconst car-safe cdr-safe msg maildir way sendmail-program
    message-sendmail-extra-arguments message-sendmail-f-is-evil message-send-mail-with-sendmail
    mailgen-mail-send-it file-relative-name expand-file-name mu4e mu4e-user-agent mu4e-message-field
    pick-first sent delete :name :match-func :vars :maildir""".split()
)
_HEADERS = frozenset(("From", "Reply-To", "Organization"))
#: What takes names and values in turn, and what takes a name in front of a value.
_SETTING, _NAMING = frozenset(("setq", "setq-default")), frozenset(("add-to-list", "cons", "defconst"))
_TOKEN = re.compile(
    r"""[ \t\r\n\f]+|(?P<comment>;[^\n]*)|(?P<open>[(\[])|(?P<close>[)\]])|(?P<mark>\#?'|`|,@?)"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*")|(?P<rest>".*)"""
    r"""|(?P<word>(?:\?\\?.|[^ \t\r\n\f()\[\]"';`,\\]|\\.)(?:[^ \t\r\n\f()\[\]"';`,\\]|\\.)*)|.""",
    re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?[0-9]+\Z")


class _List:
    """A list that is being read: how much of it was, and the name that its values belong to, "" for none."""

    __slots__ = ("length", "name", "sets")

    def __init__(self, name: str) -> None:
        self.length, self.name, self.sets = 0, name, ""


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in a Lisp file: all that is neither a word on the lists nor the value of one."""
    lists = [_List("")]
    for token in _TOKEN.finditer(text):
        kind, said, around = token.lastgroup, token.group(), lists[-1]
        if kind == "comment":
            if own or remark_may_hold_secret(said) or _commented(said):
                yield token.span()
        elif kind == "open":
            around.length += 1
            lists.append(_List(around.name))
        elif kind == "close":
            if len(lists) > 1:
                lists.pop()
        elif kind in ("string", "word"):
            if not _shown(kind, said, around):
                yield token.span()
            around.length += 1
        elif kind == "rest" or (kind is None and said.strip()):  # nothing that Lisp knows
            yield token.span()


def _shown(kind: str, said: str, around: _List) -> bool:
    """Say whether an atom may be shown, and remember what name it gives to those behind it."""
    is_name = around.length == 0 or (
        (around.sets in _SETTING and around.length % 2 == 1)
        or (around.sets in _NAMING and around.length == 1)
    )
    if kind == "string":
        plain = re.sub(r"\\(.)", r"\1", said.strip('"'), flags=re.DOTALL)
        if around.length == 0 and plain in _HEADERS:
            around.name = "address"
        if not plain:
            return True
        if around.name in _COMMANDS and command_may_hold_secret(plain):
            return False
        return around.name in _VALUES and "\n" not in said and not word_may_hold_secret(plain)
    if is_name:
        around.sets = said if around.length == 0 else around.sets
        around.name = said if said in _WORDS else ""
    return said in _WORDS or (around.name != "" and _NUMBER.match(said) is not None)


def _commented(remark: str) -> bool:
    """Say whether a comment is Lisp, commented out, that may not be shown."""
    code = remark.lstrip("; \t")
    return code.startswith("(") and any(True for _place in hidden(code, False))
