"""The ratios of a commit, kept as JSON, and what became slower since another one.

`python benchmarks/history.py OLD [NEW]` compares two: each is a file, or how a commit's name begins. NEW is
the newest if nothing is said. Exit status 1 if a ratio is worse by more than 5 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from table import Row

FOLDER = Path(__file__).resolve().parent / "history"
#: What differs by less is called the same.
SLACK = 0.05


def kept(rows: Iterable[Row], python: str, folder: Path = FOLDER) -> Path:
    """Write the ratios of today's commit into the history; return the file."""
    commit = _git("rev-parse", "--short=8", "HEAD") + ("-changed" if _git("status", "--porcelain") else "")
    data = {
        "commit": commit,
        "date": _git("show", "-s", "--format=%cI", "HEAD"),
        "python": python,
        "ratios": {row.name: round(row.ratio, 4) for row in rows if row.ratio is not None},
        "better when more": sorted(row.name for row in rows if row.more or row.least is not None),
    }
    folder.mkdir(exist_ok=True)
    file = folder / f"{commit}.json"
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return file


def compared(old: dict[str, Any], new: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return lines for what is worse by more than the slack, and for what only one of the two has.

    >>> before = {"ratios": {"start": 2.0, "loop": 80.0, "gone": 1.0}, "better when more": ["loop"]}
    >>> compared(before, {"ratios": {"start": 2.2, "loop": 70.0}, "better when more": ["loop"]})
    (['start: 2.000 -> 2.200 (+10 %)', 'loop: 80.000 -> 70.000 (+14 %)'], ['gone: only in the old one'])
    """
    worse, lone = [], []
    for name, before in old["ratios"].items():
        after = new["ratios"].get(name)
        if after is None:
            lone.append(f"{name}: only in the old one")
            continue
        less, more = (after, before) if name in old["better when more"] else (before, after)
        if less > 0 and more / less > 1 + SLACK:
            worse.append(f"{name}: {before:.3f} -> {after:.3f} (+{(more / less - 1) * 100:.0f} %)")
    lone += [f"{name}: only in the new one" for name in new["ratios"] if name not in old["ratios"]]
    return worse, lone


def main(words: list[str], folder: Path = FOLDER) -> int:
    """Print the comparison; return 1 if something became slower."""
    if not 1 <= len(words) <= 2:
        raise SystemExit("usage: make bench-compare OLD=COMMIT [NEW=COMMIT]")
    known = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    known.sort(key=lambda one: str(one["date"]))
    old = _found(words[0], known)
    new = _found(words[1], known) if words[1:] else (known or [old])[-1]
    worse, lone = compared(old, new)
    print(f"{old['commit']} -> {new['commit']}", *(worse or ["nothing is slower by more than 5 %"]), sep="\n")
    print(*lone, sep="\n", end="\n" * bool(lone))
    return int(bool(worse))


def _found(word: str, known: list[dict[str, Any]]) -> dict[str, Any]:
    if Path(word).is_file():
        data: dict[str, Any] = json.loads(Path(word).read_text(encoding="utf-8"))
        return data
    for one in reversed(known):
        if str(one["commit"]).startswith(word) or word.startswith(str(one["commit"])):
            return one
    raise SystemExit(f"the history has no commit {word}; it has {', '.join(one['commit'] for one in known)}")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=FOLDER.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
