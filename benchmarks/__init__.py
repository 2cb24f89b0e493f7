"""How fast cxsim is, measured beside other ways to simulate the same month, in one run."""
