"""The engine against theory: configurations of the ordinary engine set beside closed forms and published numbers.

A case runs :class:`cxsim.market.model.Market` as any run does and compares what it measured with a number that a
solver in :mod:`cxsim.validation.theory` works out from the same parameters, without looking at the engine.
"""
