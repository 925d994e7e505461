"""JSON: its grammar."""
