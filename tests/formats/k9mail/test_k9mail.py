"""Codes for Thunderbird for Android: what is meant is read back, also by a program that scans pictures."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.api import generate
from mailgen.core.errors import Unquotable, Unrepresentable
from mailgen.formats.k9mail.encoder import payload, png, svg, terminal
from mailgen.model.server import Credential
from mailgen.model.tokens import Secret
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED
from tests.formats.k9mail import reader
from tests.programs import need
from tests.support import assert_refused, cli, on_terminal

SERVER = {"host": "h.example", "port": 993, "security": "tls", "auth": "password", "username": "u"}
CODE = {"name": "a", "address": "u@h.example", "incoming": {"protocol": "imap", **SERVER}, "outgoing": SERVER}
CASES = [case for case in RENDERED if case.target == "k9mail-qr"]


def scanned(path: Path) -> str:
    """Return what zbar reads in a picture."""
    program = need("zbarimg", "zbar-tools")
    done = subprocess.run(
        [program, "--raw", "-q", "--nodbus", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.rstrip("\n")


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30), st.sampled_from(["imap", "pop3"])
)
def test_what_is_meant_is_read_back_from_both_drawings(name: str, protocol: str) -> None:
    code: dict[str, Any] = {**CODE, "from_name": name, "incoming": {"protocol": protocol, **SERVER}}
    account = reader.read(terminal(code))
    assert account == reader.read(svg(code))
    assert account.from_name == name
    assert account.incoming == (["imap", "pop3"].index(protocol), "h.example", 993, 3, 1, "u")


@pytest.mark.parametrize("length", [1, 60, 140, 250, 400])
def test_codes_of_every_size_are_read(length: int) -> None:
    assert reader.read(terminal({**CODE, "name": "x" * length})).name == "x" * length


@pytest.mark.parametrize("case", CASES[::5], ids=str)
def test_a_program_that_scans_reads_the_same(case: Any, tmp_path: Path) -> None:
    text = case.file.read_text(encoding="utf-8")
    picture = tmp_path / "code.pbm"
    picture.write_bytes(reader.as_picture(reader.from_blocks(text)))
    assert scanned(picture) == reader.said(reader.from_blocks(text))


def test_so_it_does_of_the_picture_that_is_written(tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(png(CODE))
    assert scanned(picture) == payload(CODE)


def test_what_no_camera_reads_or_the_app_does_not_take_is_refused() -> None:
    with pytest.raises(Unquotable, match="cannot be scanned"):
        payload({**CODE, "name": "x" * 700})
    with pytest.raises(Unrepresentable, match="cannot be scanned"):
        generate("k9mail-qr", "u@sohu.com", Wish(name="x" * 700))


def test_no_secret_is_in_it() -> None:
    result = generate(
        "k9mail-qr", "u@sohu.com", Wish(credential=Credential("literal", secret=Secret("geheim")))
    )
    text = reader.said(reader.from_blocks(result.files[0].text))
    assert "geheim" not in text
    assert reader.read(result.files[0].text).outgoing.auth == 1


def test_the_login_page_is_asked_for_where_no_password_works() -> None:
    account = reader.read(generate("k9mail-qr", "u@outlook.com").files[0].text)
    assert (account.incoming.auth, account.outgoing.auth) == (6, 6)


def test_one_file_is_printed_and_the_others_by_name(tmp_path: Path) -> None:
    plain = cli("k9mail-qr", "u@sohu.com", "-q")
    assert (plain.status, plain.stderr) == (0, "")
    drawn = cli("k9mail-qr", "u@sohu.com", "-q", "--file", "k9mail.svg")
    assert reader.read(drawn.stdout) == reader.read(plain.stdout)
    assert cli("k9mail-qr", "u@sohu.com", "-q", "-o", str(tmp_path)).status == 0
    assert (tmp_path / "k9mail.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "k9mail.txt").read_text(encoding="utf-8") == plain.stdout
    again = cli("k9mail-qr", "u@sohu.com", "-o", str(tmp_path))
    assert "unchanged" in again.stdout + again.stderr


def test_bytes_do_not_go_to_a_terminal() -> None:
    done = on_terminal("k9mail-qr", "u@sohu.com", "-q", "--file", "k9mail.png", stdout=True)
    assert done.status == 2
    assert "k9mail.png is no text" in done.stdout + done.stderr
    assert "IHDR" not in done.stdout + done.stderr
    assert_refused(cli("k9mail-qr", "u@sohu.com", "-q", "--file", "none"), 2, "k9mail.svg")
