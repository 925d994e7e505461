"""The settings of lieer, in JSON."""
