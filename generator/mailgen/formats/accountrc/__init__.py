"""The format of Claws Mail's accounts."""
