"""Floor 3: provider files, manifests and templates as people write them."""
