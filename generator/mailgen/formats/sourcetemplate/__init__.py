"""The format of accounts that an administrator gives to every user of Evolution."""
