"""Keyed randomness: every draw is a function of (seed, purpose, month, id), so nothing added shifts anybody's luck."""
