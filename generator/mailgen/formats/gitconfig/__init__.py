"""The format of git's configuration."""
