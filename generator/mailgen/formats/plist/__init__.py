"""Apple's property lists in XML."""
