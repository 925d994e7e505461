"""goimapnotify.yaml."""
