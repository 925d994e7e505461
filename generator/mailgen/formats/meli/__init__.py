"""meli's config.toml."""
