"""Floor 1: an address meets a provider and a target, and becomes an account."""
