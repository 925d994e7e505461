"""Floor 2: stores of secrets: their commands, and handing a secret to one."""
