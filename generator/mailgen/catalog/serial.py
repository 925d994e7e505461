"""Which state of the provider data this is: the newer of two counts."""

from __future__ import annotations

#: Day and number on that day (YYYYMMDDNN), as the serial of a zone has them. To be raised whenever
#: data are given to people, in a release or apart from one; it never falls.
SERIAL = 2026112901
