"""Data that are fetched come in time, or not at all."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from mailgen.core.errors import MailgenError
from mailgen.updates import fetching


def test_an_answer_that_trickles_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends a byte now and then is never silent; it has a whole time all the same."""
    monkeypatch.setattr(fetching, "LONGEST", 0.5)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            with contextlib.suppress(OSError), server.accept()[0] as connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")  # the head of a record of TLS
                while not over.wait(0.05):
                    connection.sendall(b"\x00")

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            with pytest.raises(MailgenError, match="not here after"):
                fetching.content_at(f"https://127.0.0.1:{server.getsockname()[1]}/data.json")
        finally:
            over.set()
            thread.join(30)
    assert not thread.is_alive()
