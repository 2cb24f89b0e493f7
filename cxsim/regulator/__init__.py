"""The regulator: money, cases, decisions, policies."""
