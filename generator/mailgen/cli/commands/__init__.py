"""The verbs of the command line, one module each, imported only when they are used.

A module has `configure(parser)`, which adds its arguments, and `run(arguments) -> int`, which does
the work and returns the exit status.
"""
