"""The format of ~/.mailrc as S-nail reads it."""
