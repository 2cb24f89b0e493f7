"""Comparisons of regimes: the same market, customers and luck under different rules, and what the differences are worth."""
