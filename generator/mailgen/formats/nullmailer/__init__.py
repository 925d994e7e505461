"""The format of nullmailer's remotes: its grammar."""
