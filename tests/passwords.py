"""A store of pass, with a throw-away key of GnuPG."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.programs import need
from tests.support import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def with_pass(env: Mapping[str, str]) -> Iterator[None]:
    """Make a key and a store where the environment says; the agent ends with this.

    GNUPGHOME must be short, for the agent's socket lies in it.
    """
    need("pass", "pass")
    need("gpg", "gnupg")
    Path(env["GNUPGHOME"]).mkdir(mode=0o700, exist_ok=True)
    calm: dict[str, Any] = {"env": env, "check": True, "capture_output": True, "timeout": TIMEOUT}
    key = ["--quick-generate-key", "T <t@x.example>", "default", "default", "never"]
    subprocess.run(["gpg", "--batch", "--passphrase", "", *key], **calm)
    subprocess.run(["pass", "init", "t@x.example"], **calm)
    try:
        yield
    finally:
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], **calm)
