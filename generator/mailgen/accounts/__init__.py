"""Floor 4: the accounts file, and the plan of all accounts in all targets."""
