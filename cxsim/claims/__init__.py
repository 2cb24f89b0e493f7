"""Claims about customers, firms and regulators, each an experiment whose rule was fixed before it ran."""
