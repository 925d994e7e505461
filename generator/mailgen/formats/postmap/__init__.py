"""The format of tables of passwords, as Postfix reads them."""
