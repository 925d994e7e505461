"""The format of a module for Python."""
