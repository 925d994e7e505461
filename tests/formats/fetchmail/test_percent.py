"""What fetchmail puts in the place of percent words of an mda, asked of fetchmail itself on loopback."""

from __future__ import annotations

import shlex
import socketserver
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from mailgen import formats
from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import quote
from mailgen.model.tokens import Command
from tests.programs import need, run, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIL = b"From: <a@example.org>\r\nTo: <b@example.org>\r\n\r\nbody\r\n"
ANSWERS = {
    b"STAT": b"1 %d" % len(MAIL),
    b"LIST": b"1 %d" % len(MAIL),
    b"UIDL": b"1 one",
    b"RETR": b"\r\n" + MAIL + b".",
    b"TOP": b"\r\n" + MAIL + b".",
    b"CAPA": b"\r\nUIDL\r\nTOP\r\n.",
}
#: Every percent word of one printable character, and a percent sign at the end.
WORDS = [f"%{chr(code)}" for code in range(0x20, 0x7F)] + ["%", "%%n", "%%"]


class _Pop3(socketserver.StreamRequestHandler):
    """One mail for everybody (RFC 1939); a list with a number is one line, without one it ends in a dot."""

    def handle(self) -> None:
        self.wfile.write(b"+OK\r\n")
        for line in self.rfile:
            verb, *given = line.split()
            answer = ANSWERS.get(verb.upper(), b"")
            if verb.upper() in (b"LIST", b"UIDL") and not given:
                answer = b"\r\n" + answer + b"\r\n."
            self.wfile.write(b"+OK " + answer + b"\r\n")
            if verb.upper() == b"QUIT":
                return


@contextmanager
def post_office() -> Iterator[int]:
    """A POP3 server on loopback, without TLS; hands out its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Pop3) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def handed_over(*arguments: str) -> list[str]:
    """Return the arguments that the mda of a real fetchmail gets when a mail comes in."""
    fetchmail = need("fetchmail", "fetchmail")
    with post_office() as port, scratch(b"", "heard") as heard:
        script = heard.with_name("mda.py")
        script.write_text(f"import sys\nopen({str(heard)!r}, 'w').write('\\0'.join(sys.argv[1:]))\n")
        mda = quote(Command((sys.executable, str(script), *arguments)), formats.load("fetchmail"))
        rc = heard.with_name("rc")
        rc.write_text(
            f"poll 127.0.0.1 protocol pop3 service {port} timeout 20\n"
            f'user "u" password "p" sslproto "" keep mda {mda}\n'
        )
        rc.chmod(0o600)
        argv = [fetchmail, "-f", str(rc), "-i", str(heard.with_name("ids")), "--nosyslog"]
        argv += ["--pidfile", str(heard.with_name("pid"))]
        done = run(argv, heard.parent, {"FETCHMAILHOME": str(heard.parent), "USER": "nobody"})
        assert done.returncode == 0, done.stdout + done.stderr
        return heard.read_text().split("\0")


def known(argument: str) -> bool:
    try:
        quote(Command((argument,)), formats.load("fetchmail"))
    except Unquotable:
        return False
    return True


def test_a_percent_word_in_quotes_reaches_the_mda_as_it_is_or_is_refused() -> None:
    arguments = [quoted for word in WORDS for quoted in (f"x {word}", f"x{word} y") if known(quoted)]
    assert len(arguments) > len(WORDS)
    assert handed_over(*arguments) == arguments


@pytest.mark.parametrize("word", ["%T", "%F", "%s"])
def test_fetchmail_replaces_these(word: str) -> None:
    """And so they must stand outside of quotes, where fetchmail's own are the only ones."""
    assert shlex.quote(word) == word
    [found] = handed_over(f"--to={word}")
    assert found.startswith("--to=")
    assert word not in found
    assert not known(f"to {word}")
    assert not known(f"%{word} q")
