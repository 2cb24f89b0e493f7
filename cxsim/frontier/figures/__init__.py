"""Figures of a frontier. Matplotlib is imported when one is drawn."""
