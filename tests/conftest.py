"""Shared by all tests: small settings that run in a moment, settings that turn mechanisms off, and a way to play a run to its end."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

# Small matrices: with several test processes, threads that wait for each other cost many times what they save. Read when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market

# The same examples every time, so that a failure is news; HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

SEGMENT = {
    "name": "all", "share": 1.0, "attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0, "complaint": 1.0,
}  # fmt: skip

QUICK: Mapping[str, Any] = MappingProxyType({"market.n_customers": 200, "months": 12, "burn_in": 0})

PLAIN: Mapping[str, Any] = MappingProxyType(
    {
        "customers.segments": [SEGMENT],
        "customers.spread": 0.0,
        "customers.vigilance": 0.0,
        "customers.experience_noise": 0.0,
        "customers.loyalty": 0.0,
        "customers.word_of_mouth": 0.0,
        "customers.friend_weight": 0.0,
        "customers.price_shock_attention": 0.0,
        "customers.promise_weight": 0.0,
        "market.willingness_to_pay": 2.0,
        "market.willingness_to_pay_spread": 0.0,
        "market.unit_cost": 1.0,
        "market.choice_noise": 0.25,
        "market.reference_price": 1.5,
        "market.outside_option": 0.0,
        "market.switching_cost": 0.0,
        "market.switching_cost_spread": "constant",
        "market.switching_horizon": 1,
        "market.intro_months": 1,
        "market.transparency": 1.0,
        "market.attention": 1.0,
        "market.price_attention": 0.0,
        "market.review_months": 1,
        "market.initial_quality": 1.0,
        "market.quality_spread": 0.0,
        "market.job_variants": 1,
        "market.quality_cost": 0.0,
        "market.service_cost": 0.0,
        "market.contact_cost": 0.0,
        "market.problem_rate": 0.0,
        "market.n_customers": 600,
        "firms.insight": 1.0,
        "firms.insight_cost": 0.0,
        "firms.levers": ["price"],
        "firms.initial_price_spread": 0.3,
        "firms.price_step": 0.1,
        "months": 60,
        "burn_in": 0,
    }
)


def pytest_collection_finish() -> None:
    """Leave the thousands of tests collected out of every garbage collection from now on: they stay until the end anyway."""
    settle()


@pytest.fixture(scope="module", autouse=True)
def _settled() -> Iterator[None]:
    """The same for what a file of tests leaves behind: libraries, caches, reports."""
    yield
    settle()


def settle() -> None:
    gc.collect()
    gc.freeze()


def play_to_the_end(values: Mapping[str, Any], seed: int = 1, replication: int = 0) -> Market:
    market = Market(with_values(Config(), values), rng=seed, replication=replication)
    while market.running:
        market.step()
    return market


@pytest.fixture(scope="session")
def segment() -> dict[str, Any]:
    """One segment with every key; a copy, free to change."""
    return dict(SEGMENT)


@pytest.fixture(scope="session")
def quick() -> Mapping[str, Any]:
    """Settings of a small market with everything switched on."""
    return QUICK


@pytest.fixture(scope="session")
def plain() -> Mapping[str, Any]:
    """Settings of a market with most mechanisms off: utility (2 - price) / 0.25, cost 1, everybody attentive."""
    return PLAIN


@pytest.fixture(scope="session")
def play() -> Callable[..., Market]:
    """Plays a run: ``play({"market.n_firms": 3}, seed=2)`` takes changes to :data:`QUICK` and returns the finished market."""

    def run(values: Mapping[str, Any] | None = None, seed: int = 1, replication: int = 0) -> Market:
        return play_to_the_end({**QUICK, **(values or {})}, seed, replication)

    return run


@pytest.fixture(scope="session")
def play_plain() -> Callable[..., Market]:
    """The same with changes to :data:`PLAIN`."""

    def run(values: Mapping[str, Any] | None = None, seed: int = 3, replication: int = 0) -> Market:
        return play_to_the_end({**PLAIN, **(values or {})}, seed, replication)

    return run
