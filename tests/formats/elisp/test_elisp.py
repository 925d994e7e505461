"""What is written for Gnus is what Emacs reads, and the independent reader: golden files, hostile values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.accounts.planner import Planner
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unquotable
from mailgen.formats.elisp.grammar import GRAMMAR
from mailgen.formats.elisp.grammar import text as quoted
from mailgen.formats.quoting import quote
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret, Verbatim
from mailgen.redaction import redacted
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, Case, run
from tests.formats.elisp import program, reader
from tests.formats.test_golden_programs import meant
from tests.programs import Objected
from tests.readers import Rejected

CASES = [case for case in RENDERED if case.target == "gnus"]
READ = ["gnus-secondary-select-methods", "mailgen-smtp-servers", "gnutls-verify-error", "user-mail-address"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_emacs_reads_every_golden_file(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    account = meant(case, monkeypatch)
    assert account.imap
    assert account.smtp
    text = case.file.read_text(encoding="utf-8")
    methods, servers, verify, address, name = program.evaluate(text, [*READ, "user-full-name"])
    found = reader.settings(text)
    assert methods == found["gnus-secondary-select-methods"]
    assert servers == found["mailgen-smtp-servers"]
    stream = {"implicit": "ssl", "starttls": "starttls"}
    imap, smtp = account.imap, account.smtp
    wanted = [
        ["nnimap-address", imap.host],
        ["nnimap-server-port", imap.port],
        ["nnimap-user", imap.username],
        ["nnimap-stream", stream[imap.tls]],
    ]
    assert methods == [["nnimap", account.handle, *wanted]]
    assert servers == [[account.address, smtp.host, smtp.port, stream[smtp.tls], smtp.username]]
    assert (verify, address) == ("t", account.address)
    assert name == account.name or not account.name


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_reader_finds_the_text_again(value: str) -> None:
    try:
        written = quoted(value)
    except Unquotable:
        return
    assert reader.read(f"(setq a {written}) ; it's") == [["setq", "a", value]]


HOSTILE = [
    "",
    'a"b',
    "a\\",
    '\\"',
    "?\\(",
    "#1=(a . #1#)",
    ";",
    "'(1)",
    "`x,y",
    "%s",
    "\\x41\\101\\u0041",
    "中 é 😀",
    "\N{NO-BREAK SPACE}",
]


def test_emacs_finds_the_texts_again() -> None:
    assert program.evaluate(f"(setq found '({' '.join(map(quoted, HOSTILE))}))", ["found"]) == [HOSTILE]


@pytest.mark.parametrize("text", ['(setq a "b)', "(setq a 1))", "(setq a (1)", "(setq a '"])
def test_what_does_not_close_is_refused_by_both(text: str) -> None:
    with pytest.raises(Rejected):
        reader.read(text)
    with pytest.raises(Objected):
        program.evaluate(text, ["1"])


def household() -> str:
    data = {
        "defaults": {"targets": ["gnus"], "credential": "netrc"},
        "accounts": {
            "a.b": {"address": "ada@qq.com", "name": 'Ada "O\'Brien"', "reply_to": "o'brien@sohu.com"},
            "a-b": {
                "address": "ada@sohu.com",
                "signature": "~/.my signature",
                "options": {"gnus": {"ca_file": "/etc/my ca.pem"}},
            },
        },
    }
    [file] = Planner(open_catalogue()).plan(data).files
    return file.text


SEND = """
(defvar asked nil)
(fset 'smtpmail-send-it (lambda () (push (list smtpmail-smtp-server smtpmail-smtp-service
                                               smtpmail-stream-type smtpmail-smtp-user) asked)))
(with-temp-buffer
  (insert "To: x@example.org\\nFrom: %s\\n" mail-header-separator "\\nFrom: ada@qq.com\\n")
  (condition-case nil (funcall message-send-mail-function) (user-error (push "refused" asked))))
"""


@pytest.mark.parametrize(
    ("sender", "asked"),
    [
        ("Ada <ADA@sohu.com>", ["smtp.sohu.com", 465, "ssl", "ada@sohu.com"]),
        ("ada@qq.com (Ada)", ["smtp.qq.com", 465, "ssl", "ada@qq.com"]),
        ("ada@elsewhere.example", "refused"),
    ],
)
def test_mail_leaves_through_the_server_of_its_sender(sender: str, asked: object) -> None:
    assert program.evaluate(household() + SEND % sender, ["asked"]) == [[asked]]


STYLE = """
(setq gnus-newsgroup-name "nnimap+%s:INBOX" found nil)
(dolist (style gnus-posting-styles) (when (eval (car style) t) (push (cdr style) found)))
"""


def test_an_answer_is_from_the_account_of_its_group() -> None:
    """`.` in an id is no pattern: a.b is not a-b."""
    text = household()
    [system] = program.evaluate('(load "gnutls" nil t)', ["gnutls-trustfiles"])
    assert isinstance(system, list)
    assert program.evaluate(text + STYLE % "a.b", ["found", "gnutls-trustfiles"]) == [
        [[["name", 'Ada "O\'Brien"'], ["Reply-To", "o'brien@sohu.com"], ["address", "ada@qq.com"]]],
        ["/etc/my ca.pem", *system],
    ]
    [[style]] = program.evaluate(text + STYLE % "a-b", ["found"])  # type: ignore[misc]
    assert style == [["signature-file", "~/.my signature"], ["address", "ada@sohu.com"]]


OWN = [
    '(setq a 1) (setq b "x;(") ; it\'s (',
    '(setq a ?\\( b ?" c ?; )',
    "(setq a [1 2])",
    ";; (not so",
    '(setq a "\\"(")',
]
NOT_OWN = [
    "(setq a 1",
    '(setq a "x)',
    "(setq a 1))",
    ") (",
    "(setq a 1) '",
    "(setq a ?)",
    "x #",
    '"a',
]


@pytest.mark.parametrize("line", OWN)
def test_a_line_of_ones_own_stays_by_itself(line: str) -> None:
    assert quote(Verbatim(line), GRAMMAR) == line
    assert program.evaluate(f"{line}\n(setq behind 7)\n", ["behind"]) == [7]


@pytest.mark.parametrize("line", NOT_OWN)
def test_a_line_that_would_swallow_the_next_one_is_refused(line: str) -> None:
    with pytest.raises(Unquotable, match="leaves"):
        quote(Verbatim(line), GRAMMAR)


def test_a_secret_that_is_handed_over_lies_in_a_file_of_its_own() -> None:
    wish = Wish(credential=Credential("literal", secret=Secret("it's x")))
    files = {file.path: file for file in generate("gnus", "user@qq.com", wish).files}
    kept = files["~/.config/mailgen/gnus/user-qq.com.authinfo"]
    assert (kept.mode, kept.holds_secret) == (0o600, True)
    assert kept.text.splitlines() == [
        'machine imap.qq.com port 993 login user@qq.com password "it\'s x"',
        'machine smtp.qq.com port 465 login user@qq.com password "it\'s x"',
    ]
    text = files["~/.gnus.el"].text
    assert "it's x" not in text
    assert f'(add-to-list \'auth-sources "{kept.path}")\n' in text
    assert redacted(kept.text, kept.grammar) == ["***", "***", ""]
    with pytest.raises(MailgenError, match="both kinds of quotes"):
        generate("gnus", "user@qq.com", Wish(credential=Credential("literal", secret=Secret("\"'"))))


def test_no_value_is_evaluated() -> None:
    evil = '")(kill-emacs 7)("\\'
    outcome = run("gnus", "you@sohu.com", "--name", evil, "--username", evil)
    assert outcome.status == 0, outcome.stderr
    assert program.evaluate(outcome.stdout, ["user-full-name"]) == [evil]
