"""Floor 3: signing in through a provider's web page, and the tokens that come of it."""
