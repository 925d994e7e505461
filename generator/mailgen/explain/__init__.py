"""Floor 4: where each line of a configuration comes from, and why."""
