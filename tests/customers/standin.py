"""A small market with customers as columns: firms, a regulator and a month, without the model's equations.

What the tests ask of a market is ``firms``, ``firm_in_slot``, ``customers``, ``add_firm``, ``step`` and a data collector;
``conftest.py`` names the markets that the tests run on.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from cxsim.customers.agentset import Customer, CustomerSet, adopt
from cxsim.customers.mesa_support import Agent, DataCollector, Model

SEGMENTS = ["vigilant", "inattentive", "vulnerable"]
JOBS = ["warm home", "moving home"]


class Firm(Agent):
    def __init__(self, model, slot):
        super().__init__(model)
        self.slot = slot
        self.name = f"Firm {slot}"
        self.steps_taken = 0

    @property
    def satisfaction(self):
        return 0.5

    def step(self):
        self.steps_taken += 1


class Regulator(Agent):
    pass


def columns(n: int, firms: int, seed: int) -> dict[str, np.ndarray]:
    luck = np.random.default_rng(seed)

    def unit() -> np.ndarray:
        return luck.random(n, dtype=np.float32)

    return {
        "profile": luck.integers(0, 4, n).astype(np.uint16),
        "segment": np.sort(luck.integers(0, 3, n)).astype(np.uint8),
        "willingness_to_pay": unit() * 100,
        "choice_noise": unit() + np.float32(0.1),
        "vigilance": unit(),
        "attention": unit(),
        "switching_cost": unit() * 30,
        "supplier": luck.integers(0, firms + 1, n).astype(np.int16),
        "tenure": luck.integers(0, 36, n).astype(np.int16),
        "satisfaction": unit(),
        "expectation": unit(),
        "trust": unit(),
        "experience": unit(),
        "aware": luck.integers(0, 2, n).astype(np.uint8),
        "problem": luck.integers(0, 2, n).astype(np.uint8),
    }


class Village(Model):
    """The stand-in: ``n`` customers, some firms, a regulator, and a data collector if given reporters."""

    def __init__(self, n=40, firms=3, seed=1, kind=Customer, **reporters):
        super().__init__(rng=seed)
        self.population = SimpleNamespace(n=n, columns=columns(n, firms, seed), segment_names=SEGMENTS)
        self._customers = CustomerSet(self, self.population, kind)
        adopt(self)
        self.firms = []
        for _ in range(firms):
            self.add_firm()
        self.regulator = Regulator(self)
        self.datacollector = DataCollector(**reporters)

    @property
    def customers(self):
        return self._customers

    def add_firm(self):
        self.firms.append(Firm(self, len(self.firms) + 1))
        return self.firms[-1]

    def firm_in_slot(self, slot):
        return self.firms[slot - 1]

    def profile_job_name(self, profile):
        return JOBS[profile // 2]

    def step(self):
        tenure = self.population.columns["tenure"]
        np.minimum(tenure + 1, 1200, out=tenure)
        self.datacollector.collect(self)


class PlainCustomer(Agent):
    """What a customer would be in a model without columns: the oracle for everything that sets of customers do."""

    def __init__(self, model, index, values):
        super().__init__(model)
        self.index = index
        self.__dict__.update(values)


def plain_twin(customers, names):
    """An ordinary Mesa model with an object per customer and the same attributes; its ``agents`` is Mesa's own set."""
    twin = Model(rng=1)
    for customer in customers:
        PlainCustomer(twin, customer.index, {name: getattr(customer, name) for name in names})
    return twin
