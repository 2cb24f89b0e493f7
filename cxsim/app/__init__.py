"""The live page: a market that answers while a lever moves. Looks from outside: configs in, results out."""
