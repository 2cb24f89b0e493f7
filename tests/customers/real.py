"""The real market, made and enlarged by the same calls as the stand-in."""

from __future__ import annotations

import functools

from cxsim.config.load import load
from cxsim.customers.mesa_support import DataCollector
from cxsim.firms.start import FirmStart
from cxsim.market.model import Market

settings = functools.lru_cache(maxsize=1)(load)


class RealMarket(Market):
    def __init__(self, n=40, firms=3, seed=1, **reporters):
        sizes = {"market.n_customers": n, "market.n_firms": firms}
        super().__init__(settings(), rng=seed, **sizes, **{"regulator.targeting": "random"})
        self.datacollector = DataCollector(**reporters)

    def add_firm(self):
        self._enter(FirmStart("Newcomer", 0.0))
        return self.firms[-1]

    def step(self):
        super().step()
        self.datacollector.collect(self)
