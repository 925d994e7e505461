"""fetchmailrc: grammar, reader, and what lint knows of it."""
