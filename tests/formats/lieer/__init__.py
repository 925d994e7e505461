"""What lieer reads."""
