"""Firms: their levers, their strategies, the cartel."""
