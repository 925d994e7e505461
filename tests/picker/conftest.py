"""One Chromium and one server for the picker and the pages of the site."""

from __future__ import annotations

import json
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from mailgen.publishing.picker import CONTENT_POLICY
from tests.programs import need
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from playwright.sync_api import Browser, Page

#: Milliseconds in which an engine starts on a busy machine.
PATIENCE = 120_000


class _Files(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (the library's own)
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *args: Any, policy: str, **named: Any) -> None:
        self.policy = policy
        super().__init__(*args, **named)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Site:
    """A folder on loopback, until it is closed."""

    def __init__(self, folder: str = "", policy: str = CONTENT_POLICY) -> None:
        folder = folder or os.environ["MAILGEN_PICKER"]
        handler = partial(_Files, directory=folder, policy=policy)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(30)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=need("chromium", "chromium"), args=["--no-sandbox"])
        yield made
        made.close()


def broken_rules(page: Page) -> list[tuple[str, str]]:
    """Return the rules of axe that a page breaks, each with the first thing that breaks it."""
    axe = (ROOT / "picker/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(f"(() => {{ {axe} }})()")
    found = json.loads(page.evaluate("axe.run().then((all) => JSON.stringify(all.violations))"))
    return [(one["id"], one["nodes"][0]["html"]) for one in found]
