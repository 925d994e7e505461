"""The format of the file of passwords of DragonFly's mail agent: its grammar."""
