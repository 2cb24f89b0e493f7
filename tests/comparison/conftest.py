"""Comparisons whose runs take a few milliseconds, and made-up ones whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cxsim.comparison.api import compare
from cxsim.comparison.comparison import Comparison
from cxsim.comparison.data import BY_FIRM, BY_SEGMENT, Data
from cxsim.comparison.regimes import Regime
from cxsim.comparison.robustness import Robustness, robustness
from cxsim.comparison.settings import Settings
from cxsim.config.load import load
from cxsim.results.columns import CONDUCTS
from cxsim.sweeps.columns import METRICS
from tests.sweeps.conftest import own_code  # noqa: F401

TINY = ("market=generic", "regulator=none", "market.n_customers=60", "market.n_firms=3", "months=12", "burn_in=1")
REGIMES = {
    "today": {"title": "Today", "regulator": "none"},
    "strict": {"title": "A strict regulator", "regulator": "stylised_continental"},
    "banned": {"title": "Fees and premiums banned", "regulator": {"ban_hidden_fees": True}, "market": {"ban_price_walking": True}},
}
EXTRACTORS = ["price_walker", "hidden_fee_seller", "lock_in"]
QUIET: dict[str, Any] = {"executor": "serial", "progress": False}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the runs of the small comparison are."""
    return tmp_path_factory.mktemp("comparison") / "small"


@pytest.fixture(scope="session")
def small(folder) -> Comparison:
    """Three regimes of a small market whose firms extract, four replications."""
    return compare(REGIMES, *TINY, replications=4, folder=folder, **{"firms.strategy": EXTRACTORS}, **QUIET)


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> Robustness:
    """Three regimes in eight futures of the small market, three replications."""
    place = tmp_path_factory.mktemp("robustness") / "small"
    ranges = {"customers.vigilance": (0.02, 0.3), "market.attention": (0.05, 0.5)}
    return robustness(REGIMES, *TINY, futures=ranges, n_futures=8, replications=3, folder=place, **{"firms.strategy": EXTRACTORS}, **QUIET)


@pytest.fixture(scope="session")
def made_up() -> Callable[..., Comparison]:
    """A comparison from numbers: ``made_up(effect, replications=...)`` moves every metric of the second regime by the effect."""
    config = load("market=generic", "months=6", "market.population=2000")

    def make(
        effect: Any = 1.0, *, replications: int = 12, regimes: int = 2, spread: float = 0.1, seed: int = 1,
        settings: Settings | None = None, baseline: int = 0,
    ) -> Comparison:  # fmt: skip
        rng = np.random.default_rng(seed)
        months = 6
        moved = np.zeros(regimes)
        moved[1:] = effect

        def drawn(*things: int) -> np.ndarray:
            luck = rng.standard_normal((replications, 1, *things))
            own = spread * rng.standard_normal((replications, regimes, *things))
            return 50 + luck + own + moved.reshape(1, regimes, *([1] * len(things)))

        names = ("vigilant", "vulnerable")
        data = Data(
            np.arange(replications), 0, months, months,
            {column.name: drawn(months) / (100 if column.high in (1, 12) else 1) for column in METRICS},
            {name: drawn(2) if name != "customers" else np.full((replications, regimes, 2), 1000.0) for name in BY_SEGMENT}, names,
            {name: drawn(3) for name in BY_FIRM}, ("A", "B", "C"), ("one", "two", "two"), {name: drawn(3) for name in CONDUCTS},
        )  # fmt: skip
        made = tuple(Regime(f"r{place}", f"Regime {place}", config, {"market.n_firms": place + 1}) for place in range(regimes))
        return Comparison(made, baseline, settings or Settings(), data)

    return make
