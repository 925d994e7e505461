"""muttrc of mutt and NeoMutt: grammar, reader, and what lint knows of it."""
