"""Figures of sensitivity studies and of scenario discovery. Matplotlib is imported when one is drawn."""
