"""lieer: it talks to no mail server, so that there is none in its file to ask for TLS."""

from __future__ import annotations

import json


def asks_for_tls(text: str) -> bool:
    return json.loads(text).keys() == {"account", "ignore_tags"}
