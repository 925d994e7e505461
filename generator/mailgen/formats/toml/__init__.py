"""TOML (v1.0.0): what templates of structured files are written in."""
