"""The format of DragonFly's mail agent's own settings: its grammar."""
