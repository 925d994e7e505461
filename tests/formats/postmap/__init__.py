"""What Postfix reads."""
