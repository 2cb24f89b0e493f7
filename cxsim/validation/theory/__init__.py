"""Solvers of the models that the engine is held against. None of them imports the engine."""
