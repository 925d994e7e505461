"""The format of getmailrc, which getmail reads."""
