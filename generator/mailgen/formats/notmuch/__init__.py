"""The format of notmuch's configuration, a key file of GLib."""
