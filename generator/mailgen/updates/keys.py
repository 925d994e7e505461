"""Whose signature counts where nobody names a key."""

from __future__ import annotations

#: Public keys of minisign: the one in daily use, and one that lies offline for the day when that is lost.
#: Whoever publishes mailgen puts them here (packaging/README.md); until then people name theirs.
KEYS: tuple[str, ...] = ()
