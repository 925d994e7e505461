"""The file that says who gets the mail of a machine's users: grammar."""
