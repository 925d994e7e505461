"""The format of Evolution's accounts: key files of GLib, one for each source of data."""
