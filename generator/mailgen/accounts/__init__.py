"""Floor 4: the accounts file, and the plan of all its accounts in all their targets."""
