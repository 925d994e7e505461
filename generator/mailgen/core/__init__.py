"""Floor 0: errors, frozen values, text for a terminal, rendered files."""
