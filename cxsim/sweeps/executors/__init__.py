"""Executors: where the runs of a sweep are simulated. Results do not depend on it."""
