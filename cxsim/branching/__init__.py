"""Several futures of one market: what a reform does from the day it comes."""
