"""Servers that answer as those of known houses do, on loopback: see README.md."""
