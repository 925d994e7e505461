"""YAML: how structures are written in it."""
