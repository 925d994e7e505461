"""The format of Alpine's settings."""
