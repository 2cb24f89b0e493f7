"""Frontiers: how two levers work together, where each stops mattering, and the cheapest way to a target."""

from cxsim.frontier.study import explore

__all__ = ["explore"]
