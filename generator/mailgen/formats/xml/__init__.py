"""XML: its grammar."""
