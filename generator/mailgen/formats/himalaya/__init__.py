"""Himalaya's config.toml."""
