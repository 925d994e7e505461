"""What OpenSMTPD reads."""
