"""Strategies that only cases of validation use: who keeps to a rule while rivals do not."""

from __future__ import annotations

from cxsim.firms.planner import EquityPlanner


class HonestPricer(EquityPlanner):
    """A planner that names one price and charges nothing else."""

    def __init__(self) -> None:
        super().__init__(("price",))
