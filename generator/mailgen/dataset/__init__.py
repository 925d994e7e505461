"""Floor 3: provider files, manifests and templates as they are written: read, checked, counted."""
