"""Signatures: what minisign makes is taken, what it would refuse is refused."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.core.errors import MailgenError
from mailgen.updates.minisign import signer_of, signing_key
from tests.programs import need
from tests.updates.signer import Signer

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"{}\n"
MINE = Signer()
KEY = signing_key(MINE.public, "--key")


def test_what_the_program_signs_is_taken_and_what_we_sign_it_takes(tmp_path: Path) -> None:
    minisign = need("minisign", "minisign")
    data, public, secret = tmp_path / "data", tmp_path / "minisign.pub", tmp_path / "secret"
    data.write_bytes(DATA)

    def run(*words: str) -> int:
        argv = [minisign, *words]
        return subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        ).returncode

    assert run("-G", "-W", "-p", str(public), "-s", str(secret)) == 0
    assert run("-S", "-s", str(secret), "-m", str(data), "-t", "密钥 of today") == 0
    key = signing_key(public.read_text(), "minisign.pub")
    signature = (tmp_path / "data.minisig").read_bytes()
    assert signer_of(DATA, signature, [KEY, key], "x") == key
    with pytest.raises(MailgenError, match="no public key"):
        signing_key(secret.read_text(), "secret")
    public.write_text(f"untrusted comment: x\n{MINE.public}\n")
    MINE.put(data, DATA)
    assert run("-V", "-p", str(public), "-m", str(data)) == 0
    assert run("-V", "-p", str(public), "-m", str(data), "-x", str(data)) != 0


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int) -> None:
    """But in the comment that says itself that nobody should trust it."""
    signature = bytearray(MINE.sign(DATA))
    start = signature.index(b"\n") + 1
    place = start + place % (len(signature) - 1 - start)
    signature[place] ^= change
    with pytest.raises(MailgenError):
        signer_of(DATA, bytes(signature), [KEY], "x")


def test_the_first_comment_is_anybodys() -> None:
    signature = MINE.sign(DATA).replace(b"by the tests", b"by nobody")
    assert signer_of(DATA, signature, [KEY], "x") == KEY


REFUSED = {
    "other data": (MINE.sign(b"{ }\n"), "does not fit"),
    "another's key": (Signer().sign(DATA), "does not fit"),
    "a key of another number": (Signer(b"87654321").sign(DATA), "of the key 3132333435363738"),
    "the kind given up": (MINE.sign(DATA, kind=b"Ed"), "given up"),
    "another comment": (MINE.sign(DATA).replace(b"timestamp:1", b"timestamp:2"), "does not fit"),
    "no comment": (b"\n".join(MINE.sign(DATA).splitlines()[:2]), "no signature"),
    "a line more": (MINE.sign(DATA) + b"x\n", "no signature"),
    "nothing": (b"", "no signature"),
    "no text": (b"\xff\x00\n\n\n\n", "no signature"),
    "HTML": (b"<html>\n<body>\n</body>\n</html>\n", "no signature"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_signature_of_a_trusted_key_is_refused(case: str) -> None:
    signature, what = REFUSED[case]
    with pytest.raises(MailgenError, match=what):
        signer_of(DATA, signature, [KEY], "x")


NO_KEYS = {
    "nothing": "",
    "its beginning": "RWQ",
    "cut": MINE.public[:-4],
    "two": f"{MINE.public}\n{MINE.public}",
    "of SSH": "ssh-ed25519 AAAA",
}


@pytest.mark.parametrize("case", NO_KEYS)
def test_what_is_no_key_is_refused(case: str) -> None:
    with pytest.raises(MailgenError, match="no public key"):
        signing_key(NO_KEYS[case], "--key")
