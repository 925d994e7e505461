"""The format of systemd's units."""
