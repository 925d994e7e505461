"""The format of alot's configuration, as ConfigObj reads it."""
