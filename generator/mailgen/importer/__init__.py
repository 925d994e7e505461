"""Floor 4: configuration that people have becomes an accounts file."""
