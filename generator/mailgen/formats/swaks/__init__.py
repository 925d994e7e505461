"""The format of the options file of Swaks."""
