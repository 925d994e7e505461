"""Floor 1: what in a file is unsafe, and what differs from the dataset."""
