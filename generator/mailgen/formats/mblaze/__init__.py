"""The format of mblaze's profile."""
