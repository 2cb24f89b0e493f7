"""The market: the month in order, the ledger, entry and exit."""
