"""What mutt and NeoMutt make of names of folders and of hooks for them, asked on the wire.

`tunnel` takes the place of the network: the server is a child process, as with `ssh host imapd`.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from mailgen import formats
from mailgen.core.errors import DataError
from mailgen.formats.muttrc.servers import host_of
from mailgen.formats.quoting import quote, url_pattern
from mailgen.model.tokens import Folder, Url
from tests.formats.muttrc.program import query_file
from tests.homes import settle
from tests.programs import need, run

if TYPE_CHECKING:
    from pathlib import Path

READERS = ["mutt", "neomutt"]
SERVER = r"""
import sys
def say(line):
    sys.stdout.buffer.write(line + b"\r\n")
    sys.stdout.buffer.flush()
say(b"* PREAUTH [CAPABILITY IMAP4rev1] ready")
for line in sys.stdin.buffer:
    tag, _, command = line.strip().partition(b" ")
    if command.startswith(b"APPEND"):
        open(sys.argv[1], "ab").write(command.partition(b" ")[2].partition(b" (")[0])
        say(b"+ go on")
        sys.stdin.buffer.read(int(command.rpartition(b"{")[2].rstrip(b"+}")))
        sys.stdin.buffer.readline()
    if command.startswith(b"CAPABILITY"):
        say(b"* CAPABILITY IMAP4rev1")
    if command.startswith(b"LIST"):
        say(b'* LIST () "/" ""')
    say(tag + b" OK")
"""


def settings(tmp_path: Path, record: str) -> str:
    (tmp_path / "server.py").write_text(SERVER)
    return f"""set tunnel = '{sys.executable} {tmp_path}/server.py {tmp_path}/wire'
set from = 'ada@example.org'
set imap_user = 'ada'
set folder = 'imap://ada@imap.example.org:143/'
set ssl_force_tls = no
set ssl_starttls = no
set copy = yes
set sendmail = '/bin/true'
set record = {record}
"""


def send(program: str, tmp_path: Path, record: str) -> str:
    """Have a mail sent and filed by a real program; returns what it said."""
    rc, mail = tmp_path / "muttrc", tmp_path / "mail"
    rc.write_text(settings(tmp_path, record), encoding="utf-8")
    mail.write_text("body\n")
    argv = [need(program, program), "-n", "-F", str(rc), "-s", "x", "ada@example.org"]
    done = run(["sh", "-c", 'exec "$@" < mail', "sh", *argv], tmp_path)
    return done.stderr.decode(errors="replace")


def appended(tmp_path: Path, record: str) -> bytes:
    """Return the name of the folder to which a real mutt files what it sends, as the server hears it."""
    send("mutt", tmp_path, record)
    return (tmp_path / "wire").read_bytes()


@pytest.mark.parametrize(
    "name", ["Sent", "100%", "5%2", "%zz", "[Gmail]/Sent Mail", "a#b?c=d", "!x", "=x", "a|"]
)
def test_mutt_files_where_it_was_told_to(tmp_path: Path, name: str) -> None:
    written = quote(Folder(name), formats.load("muttrc"))
    assert appended(tmp_path, written).strip(b'"').decode() == name


@pytest.mark.parametrize("name", ["100%25", "100%2525"])
def test_mutt_decodes_a_name_whatever_is_written(tmp_path: Path, name: str) -> None:
    """Which is why such a name is refused, and not encoded."""
    assert appended(tmp_path, f"'+{name}'") == b'"100%"'


@pytest.mark.parametrize("char", "ab%!$&'()*+,-/:;=@[]_~")
def test_neomutt_takes_what_is_left_for_a_folder_of_the_server(tmp_path: Path, char: str) -> None:
    """In batch mode it says where it would have filed the mail; of a name that is no URL to it, nothing."""
    assert f"imap://ada@imap.example.org:143/x{char}y" in filed_by_neomutt(tmp_path, f"x{char}y")


@pytest.mark.parametrize("char", '"#<>?\\^`{|}')
def test_neomutt_takes_these_for_no_folder_of_the_server(tmp_path: Path, char: str) -> None:
    assert f"/x{char}y=z" not in filed_by_neomutt(tmp_path, f"x{char}y=z", quoted=False)


def filed_by_neomutt(tmp_path: Path, name: str, quoted: bool = True) -> str:
    written = quote(Folder(name), formats.load("neomuttrc")) if quoted else f"'+{name}'"
    return send("neomutt", tmp_path, written)


@pytest.mark.parametrize("program", READERS)
def test_a_slash_in_a_login_name_is_no_trouble_at_the_start(tmp_path: Path, program: str) -> None:
    """mutt took the pattern of a folder-hook for a URL, and asked its account-hooks too early."""
    own = {"host": "imap.lab.example", "port": 993, "tls": "implicit"}
    account = {"protocol": "imap", "imap": own, "smtp": own | {"host": "smtp.lab.example", "port": 465}}
    names = {"one": "a/b", "two": "/", "three": "a/b@imap.lab.example:993/"}
    names |= {"four": "a|/"} if program == "mutt" else {}
    accounts = {
        id: {**account, "address": f"{id}@lab.example", "username": name} for id, name in names.items()
    }
    settle({"defaults": {"targets": [program]}, "accounts": accounts}, tmp_path)
    found, said = query_file(program, tmp_path / f".{program}rc", tmp_path, ["from"])
    assert said == ""
    assert found["from"] == "one@lab.example"


def test_a_hook_is_for_what_begins_with_the_url() -> None:
    """A server may call a folder as it likes: like a folder of another account, too."""
    url = Url("imaps", "ada/x|y@example.org", "imap.example.org", 993)
    pattern = url_pattern(url)
    assert pattern.startswith("(^"), "a bare ^ is the open folder to mutt"
    for login in ("ada/x|y@example.org", "ada%2Fx%7Cy%40example.org", "ada%2fx|y%40example%2eorg"):
        own = f"imaps://{login}@imap.example.org:993/"
        assert re.search(pattern, own + "INBOX")
        assert not re.search(pattern, f"imaps://eve@evil.example:993/{own}INBOX")
    assert host_of(f"folder-hook {pattern}") == "imaps://ada%2Fx|y@example.org@imap.example.org:993"


@pytest.mark.parametrize("name", ["CORP\\ada", "a|b", "a?b", "a#b", 'a"b', "a<b", "a`b", "a^b", "a{b"])
def test_hooks_of_neomutt_know_no_login_that_its_urls_cannot_hold(tmp_path: Path, name: str) -> None:
    """Alone such an account works, as its URL needs no name; beside others it could be taken for one."""
    own = {"host": "imap.lab.example", "port": 993, "tls": "implicit"}
    account = {"protocol": "imap", "imap": own, "smtp": own | {"host": "smtp.lab.example", "port": 465}}
    one = {**account, "address": "one@lab.example", "username": name}
    with pytest.raises(DataError) as caught:
        settle({"defaults": {"targets": ["neomutt"]}, "accounts": {"one": one}}, tmp_path)
    assert "NeoMutt cannot have in the URL of a mailbox" in caught.value.what
    settle({"defaults": {"targets": ["mutt"]}, "accounts": {"one": one}}, tmp_path)
