"""msmtprc: grammar, reader, and what lint knows of it."""
