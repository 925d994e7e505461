"""Floor 3: the compiled dataset: read, made, overlaid, asked."""
