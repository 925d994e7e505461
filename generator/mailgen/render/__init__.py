"""Floor 1: an account meets the templates of a target, and becomes files."""
