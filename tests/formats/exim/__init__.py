"""What Exim reads."""
