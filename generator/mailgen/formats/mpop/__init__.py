"""The format of mpoprc, which mpop reads."""
