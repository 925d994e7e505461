"""What libxml2 says of XML files, many in one process. Debian: libxml2-utils."""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.programs import need

VERDICT = re.compile(r"^(\S+) (validates|fails to validate)$", re.MULTILINE)


def judged(schema: Path, documents: Mapping[str, str]) -> dict[str, bool]:
    """Say for each document, by a name without blanks, whether it is valid by a RelaxNG schema."""
    program = need("xmllint", "libxml2-utils")
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as folder:
        for name, text in documents.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, "--noout", "--nonet", "--relaxng", str(schema.resolve()), *documents],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=60,
            check=False,
        )
    found = {name: said == "validates" for name, said in VERDICT.findall(done.stderr)}
    # What is not even well-formed gets no verdict.
    return {name: found.get(name, False) for name in documents}
