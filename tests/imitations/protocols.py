"""The three protocols as their documents have them. A house differs in what it says and refuses."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from tests.imitations.server import Imitation, Line, token_in, words_of_plain

RIGHT = "right-secret-77aa"
TOKEN = "right-token-31f7"


def acknowledged(answer: str, blob: str) -> None:
    """Take what clients send after the reason for a refusal: nothing, ^A (RFC 7628, section 3.2.3), `*`, or
    the same words again, as Python's imaplib does; the server says its no in any case.
    """
    assert answer in ("", "AQ==", "*", blob), answer


class ImapServer(Imitation):
    """IMAP. `refusal` answers a wrong password, `refused_token` a wrong token; "" lets in."""

    protocol = "imap"
    greeting = "* OK IMAP4rev1 ready"
    can = "IMAP4rev1 SASL-IR AUTH=PLAIN"
    folders: tuple[str, ...] = ('* LIST (\\HasNoChildren) "/" "INBOX"',)
    refusal = "NO [AUTHENTICATIONFAILED] Authentication failed."
    refused_token = "NO AUTHENTICATE failed."
    challenge = '{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}'
    takes_password = True
    #: What is answered to EXAMINE after a good login; "" opens.
    not_opened = ""
    wants_id = False
    refuses_initial_response = False
    #: How many messages a folder says to hold.
    count = 3
    #: Folder -> the UID of the one message that a search finds there.
    holds: Mapping[str, str] = MappingProxyType({})

    def session(self, line: Line) -> None:
        line.send(self.greeting)
        told_id = False
        inside = False
        folder = ""
        while True:
            tag, _, command = line.read().partition(" ")
            words = command.split(" ")
            verb = words[0].upper()
            good = f"{tag} OK {verb} completed"
            if verb == "CAPABILITY":
                more = " STARTTLS" if self.tls == "starttls" and not line.secure else ""
                line.send(f"* CAPABILITY {self.can}{more}", good)
            elif verb == "STARTTLS":
                line.send(good)
                line.start_tls()
            elif verb in ("LOGIN", "AUTHENTICATE"):
                answer = self._login(line, command) if verb == "LOGIN" else self._authenticate(line, words)
                inside = not answer
                self.turned_away += bool(answer)
                line.send(f"{tag} {answer}" if answer else good)
            elif verb == "ID":
                told_id = True
                line.send("* ID NIL", good)
            elif verb == "LIST" and inside:
                line.send(*self.folders, good)
            elif verb in ("SELECT", "EXAMINE") and inside:
                if self.wants_id and not told_id:
                    line.send(f"{tag} NO {verb} Unsafe Login. Please contact kefu@188.com for help")
                    self.turned_away += 1
                elif self.not_opened:
                    line.send(f"{tag} {self.not_opened}")
                    self.turned_away += 1
                else:
                    folder = " ".join(words[1:]).strip('"')
                    self.let_in += 1
                    line.send(
                        f"* {self.count} EXISTS", "* OK [UIDVALIDITY 1] yes", f"{tag} OK [READ-ONLY] done"
                    )
            elif verb == "UID" and words[1].upper() == "SEARCH":
                line.send(f"* SEARCH {self.holds.get(folder, '')}".rstrip(), good)
            elif verb == "UID":
                line.send(good)
            elif verb == "LOGOUT":
                line.send("* BYE", good)
                return
            else:
                line.send(f"{tag} BAD what?")

    def _login(self, line: Line, command: str) -> str:
        while literal := re.search(r"\{(\d+)\}$", command):
            line.send("+ go on")
            command = command[: literal.start()] + f'"{line.skip(int(literal[1]))}"' + line.read()
        word = r'("(?:\\.|[^"\\])*"|[^\s"\\(){%*]+)'
        found = re.fullmatch(f"LOGIN {word} {word}", command)
        assert found, command
        quoted = (one[1:-1] if one.startswith('"') else one for one in found.groups())
        user, secret = (re.sub(r"\\(.)", r"\1", one) for one in quoted)
        return self.judge(user, secret)

    def _authenticate(self, line: Line, words: list[str]) -> str:
        if len(words) > 2 and self.refuses_initial_response:
            return "BAD Request not ending with \\r\\n."
        if len(words) > 2:
            blob = words[2]
        else:
            line.send("+ ")
            blob = line.read()
        if words[1].upper() == "PLAIN":
            return self.judge(*words_of_plain(blob))
        user, token = token_in(blob)
        self.attempts.append((user, token))
        if token in self.tokens:
            return ""
        line.send("+ " + base64.b64encode(self.challenge.encode()).decode())
        acknowledged(line.read(), blob)
        return self.refused_token

    def judge(self, user: str, secret: str) -> str:
        """Return what is said to a password; "" lets in."""
        self.attempts.append((user, secret))
        return "" if self.takes_password and secret == RIGHT else self.refusal


class Pop3Server(Imitation):
    """POP3."""

    protocol = "pop3"
    greeting = "+OK ready"
    can: tuple[str, ...] | None = ("USER", "UIDL", "SASL PLAIN XOAUTH2")
    refusal = "-ERR [AUTH] Authentication failed."
    refused_token = "-ERR Authentication failure: unknown user name or bad password."
    takes_password = True
    #: Whether AUTH takes no words with it (RFC 5034 lets it): so Exchange Online's documentation has it.
    in_two_lines = False
    #: How many messages lie there.
    count = 2

    def session(self, line: Line) -> None:
        line.send(self.greeting)
        user = ""
        while True:
            words = line.read().split(" ", 1)
            verb, rest = words[0].upper(), words[1] if len(words) > 1 else ""
            if verb == "CAPA" and self.can is None:
                line.send("-ERR what?")
            elif verb == "CAPA":
                more = ("STLS",) if self.tls == "starttls" and not line.secure else ()
                line.send("+OK", *(self.can or ()), *more, ".")
            elif verb == "STLS":
                line.send("+OK")
                line.start_tls()
            elif verb == "USER":
                user = rest
                line.send("+OK")
            elif verb == "PASS":
                self.attempts.append((user, rest))
                self._judge(line, self.takes_password and rest == RIGHT, self.refusal)
            elif verb == "AUTH":
                kind, _, blob = rest.partition(" ")
                if blob and self.in_two_lines:
                    line.send("-ERR Protocol error. Connection is closed. 10")
                    return
                if not blob:
                    line.send("+ ")
                    blob = line.read()
                self._authenticate(line, kind.upper(), blob)
            elif verb == "STAT":
                line.send(f"+OK {self.count} {self.count * 512}")
            elif verb in ("UIDL", "LIST"):
                line.send("+OK", *(f"{one} {one + 499}" for one in range(1, self.count + 1)), ".")
            elif verb == "QUIT":
                line.send("+OK bye")
                return
            else:
                line.send("-ERR what?")

    def _authenticate(self, line: Line, kind: str, blob: str) -> None:
        user, secret = words_of_plain(blob) if kind == "PLAIN" else token_in(blob)
        self.attempts.append((user, secret))
        if kind == "PLAIN":
            self._judge(line, self.takes_password and secret == RIGHT, self.refusal)
        else:
            self._judge(line, secret in self.tokens, self.refused_token)

    def _judge(self, line: Line, good: bool, refusal: str) -> None:
        self.let_in += good
        self.turned_away += not good
        line.send("+OK welcome" if good else refusal)


class SmtpServer(Imitation):
    """SMTP. Lines of `refusal` are those of one reply."""

    protocol = "smtp"
    greeting = "220 mail.example ESMTP"
    ways = "PLAIN LOGIN XOAUTH2"
    refusal: tuple[str, ...] = ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",)
    refused_token: tuple[str, ...] = ("535 5.7.8 Username and Password not accepted",)
    refused_sender = ""
    refused_recipient = ""
    takes_password = True
    says_in = "utf-8"
    refused_message = ""

    @cached_property
    def messages(self) -> list[str]:
        """All messages that were handed over."""
        return []

    def session(self, line: Line) -> None:
        line.encoding = self.says_in
        line.send(self.greeting)
        while True:
            command = line.read()
            words = command.split(" ")
            verb = words[0].upper()
            if verb == "EHLO":
                more = ["250-STARTTLS"] if self.tls == "starttls" and not line.secure else []
                line.send("250-mail.example", *more, "250-SIZE 1000000", f"250 AUTH {self.ways}")
            elif verb == "STARTTLS":
                line.send("220 go ahead")
                line.start_tls()
            elif verb == "AUTH":
                self._auth(line, words)
            elif verb == "MAIL":
                line.send(self.refused_sender or "250 2.1.0 Ok")
            elif verb == "RCPT":
                line.send(self.refused_recipient or "250 2.1.5 Ok")
            elif verb == "DATA":
                line.send("354 go on")
                self.messages.append("\n".join(iter(line.read, ".")))
                line.send(self.refused_message or "250 2.0.0 Ok")
            elif verb == "QUIT":
                line.send("221 bye")
                return
            else:
                line.send("250 2.0.0 Ok")

    def _auth(self, line: Line, words: list[str]) -> None:
        kind = words[1].upper()
        if kind == "LOGIN":
            line.send("334 VXNlcm5hbWU6")
            user = base64.b64decode(line.read()).decode()
            line.send("334 UGFzc3dvcmQ6")
            secret = base64.b64decode(line.read()).decode()
        else:
            if len(words) > 2:
                blob = words[2]
            else:
                line.send("334 ")
                blob = line.read()
            user, secret = words_of_plain(blob) if kind == "PLAIN" else token_in(blob)
        self.attempts.append((user, secret))
        if kind not in ("PLAIN", "LOGIN"):
            if secret in self.tokens:
                self._judge(line, True)
                return
            line.send("334 eyJzdGF0dXMiOiI0MDAifQ==")
            acknowledged(line.read(), blob)
            self._judge(line, False, self.refused_token)
        else:
            self._judge(line, self.takes_password and secret == RIGHT, self.refusal)

    def _judge(self, line: Line, good: bool, refusal: tuple[str, ...] = ()) -> None:
        self.let_in += good
        self.turned_away += not good
        line.send(*(("235 2.7.0 Accepted",) if good else refusal))
