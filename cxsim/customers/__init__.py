"""Customers: who they are, how they choose and live, and how Mesa sees them."""
