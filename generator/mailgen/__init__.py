"""Floor 0: mailgen: a mail address becomes working, safe client configuration."""

__version__ = "1.0.0"
