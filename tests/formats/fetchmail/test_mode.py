"""fetchmail refuses a file that others may read, and whoever prints one is told the step that it takes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.programs import need
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path


def test_the_step_that_is_told_makes_a_printed_file_one_that_is_read(tmp_path: Path) -> None:
    fetchmail = need("fetchmail", "fetchmail")
    file = tmp_path / ".fetchmailrc"

    def read() -> subprocess.CompletedProcess[str]:
        words = [fetchmail, "--configdump", "-f", str(file), "-i", str(tmp_path / "ids")]
        return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

    done = cli("fetchmail", "ada@qq.com")
    file.write_text(done.stdout)
    file.chmod(0o644)
    assert read().returncode != 0
    [step] = [line for line in done.stderr.splitlines() if "chmod" in line]
    assert "chmod 600 ~/.fetchmailrc" in done.stderr.replace("\n  ", " "), step
    file.chmod(0o600)
    assert read().returncode == 0
    assert "chmod" not in cli("fetchmail", "ada@qq.com", "-q").stderr
