"""Floor 3: the compiled dataset: reading it, compiling it, and laying the user's own files over it."""
