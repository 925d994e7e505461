"""Somebody sits at a terminal in the network: runs mailgen, answers what it asks, and tells what was shown.

Called with words and pairs of what is waited for and what is typed, as JSON.
"""

from __future__ import annotations

import json
import os
import sys

from tests.terminal import Terminal

if __name__ == "__main__":
    words, answers = json.loads(sys.argv[1])
    with Terminal(*words, env=dict(os.environ)) as terminal:
        for question, typed in answers:
            terminal.asked(question).type(typed)
        status = terminal.ended()
        print(json.dumps({"status": status, "shown": terminal.shown}))
