"""Configuration that is already there: reading it, judging it, and turning it into an accounts file.

One tolerant parser for each grammar. None of them raises for odd text: it goes on, and what it
could not read is in the reading, with its line. Nothing here opens a file or runs a command.
"""
