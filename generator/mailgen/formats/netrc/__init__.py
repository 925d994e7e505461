"""~/.netrc: its grammar."""
