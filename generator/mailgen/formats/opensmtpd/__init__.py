"""The format of OpenSMTPD's own configuration: its grammar."""
