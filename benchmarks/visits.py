"""The picker beside the command line: bytes of a first visit, the first file, and the file after a keystroke.

Wants a built picker (`make picker`), Chromium and Playwright (`make picker-test` gets them); without one of
them it says so. Each visit is the first of a browser that has kept nothing; the command line runs in between.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import environment, ratio
from table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT = Path(__file__).parent.parent / "dist" / "picker"
ONE_FILE = BUILT.parent / "mailgen.pyz"
_KEYS = 20
#: Types another character into the address; gives the milliseconds until its file is drawn.
_KEYSTROKE = """
async (address) => {
  const field = document.getElementById("address"), drawn = document.getElementById("answer");
  const start = performance.now();
  const there = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (drawn.textContent.includes(address)) { watch.disconnect(); done(performance.now() - start); }
    });
    watch.observe(drawn, { childList: true });
  });
  field.value = address;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return there;
}
"""


class _Files(SimpleHTTPRequestHandler):
    extensions_map = {".html": "text/html", ".css": "text/css", ".mjs": "text/javascript"}  # noqa: RUF012
    extensions_map |= {".wasm": "application/wasm", "": "application/octet-stream"}

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def rows(command: list[str], home: Path, rounds: int) -> tuple[list[Row], str]:
    """Return the rows of the picker beside `command`, which prints the same file, and a note."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright

        sizes = json.loads((BUILT / "sizes.json").read_text(encoding="utf-8"))
    except (ImportError, OSError):
        chromium = None
    if chromium is None:
        return [], "The picker was not measured: 'make picker-test' builds it and gets a browser."
    visit = sum(one["compressed"] for one in sizes.values())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    first, shell, keys = [], [], []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for _ in range(rounds):
                shell.append(_timed(command, home))
                took, more = _visited(browser, f"http://127.0.0.1:{server.server_address[1]}/")
                first.append(took)
                keys += more
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    taken = sorted(keys)[len(keys) // 2]
    found = ratio(first, shell)
    key = ratio([taken] * rounds, shell)
    done = [
        Row("picker, bytes : one file", visit / ONE_FILE.stat().st_size, bound=3.0),
        Row("picker, first file : main form", found.value, (found.low, found.high)),
        Row("picker, keystroke : main form", key.value, (key.low, key.high), aim=1.0),
    ]
    middle = sorted(first)[rounds // 2] / 1e9
    note = (
        f"The picker: {visit / 1e6:.2f} MB compressed, first file after {middle:.1f} s from loopback, "
        f"the next after {taken / 1e6:.0f} ms (medians)."
    )
    return done, note


def _timed(command: list[str], home: Path) -> int:
    start = time.perf_counter_ns()
    nothing = subprocess.DEVNULL
    subprocess.run(command, stdout=nothing, stderr=nothing, env=environment(home), check=True)
    return time.perf_counter_ns() - start


def _visited(browser: Any, url: str) -> tuple[int, list[int]]:
    """Return the ns until a link's file is there in a browser that has kept nothing, and of keystrokes."""
    context = browser.new_context(locale="en-US", service_workers="block")
    page = context.new_page()
    start = time.perf_counter_ns()
    page.goto(f"{url}#client=msmtp&domain=sohu.com")
    page.locator(".file").first.wait_for(timeout=120_000)
    took = time.perf_counter_ns() - start
    keys = [int(page.evaluate(_KEYSTROKE, address) * 1e6) for address in _addresses()]
    context.close()
    return took, keys


def _addresses() -> Iterator[str]:
    for number in range(_KEYS):
        yield f"u{'x' * number}@sohu.com"
