"""neomuttrc: what its grammar refuses beyond muttrc's."""
