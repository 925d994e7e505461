"""The format of aerc's accounts.conf, as the Go package ini reads it."""
