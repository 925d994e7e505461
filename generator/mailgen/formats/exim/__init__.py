"""The format of Exim's own configuration: its grammar."""
