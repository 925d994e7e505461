"""What nullmailer reads."""
