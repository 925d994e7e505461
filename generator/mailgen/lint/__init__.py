"""Floor 1: configuration that is already there is judged: what in it is unsafe, and what differs. Pure."""
