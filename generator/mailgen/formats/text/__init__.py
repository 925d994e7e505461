"""The format of text that a person reads, and no program."""
