"""Whole runs and the planner: what a run costs besides its customers' months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.rows import Row, row
from benchmarks.scaling import Say
from benchmarks.timing import estimate, interleaved, ratio
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market

PLANNER, RUNS = "planner", "whole runs"
REVIEWS, IN_MONTHS, A_MONTH = "reviews of all firms", "reviews of all firms, in customers' months", "a customers' month"
A_RUN, TWICE = "a run", "twice the months"
PANEL = 128
PLANNER_CUSTOMERS = 5000
RUN_SIZES = (1000, 5000)
FIRMS, MONTHS = 5, 120


def planner(rounds: int, say: Say) -> Iterator[Row]:
    """Reviews of five customer-equity planners who each ask a panel of 128, beside a month of 5,000 customers."""
    say("planner")
    config = Config()
    market = _market(PLANNER_CUSTOMERS, **{"firms.panel_size": round(PANEL / config.firms.insight)})
    for _ in range(24):
        market.step()

    def review() -> None:
        for firm in market.firms:
            firm.strategy.review(firm, market)

    seconds = interleaved({REVIEWS: review, A_MONTH: lambda: market.population.live_month(market.month, market.offers)}, rounds)
    for name, values in seconds.items():
        yield row(PLANNER, name, estimate(values * 1e3), "ms", PLANNER_CUSTOMERS, FIRMS, 1)
    yield row(PLANNER, IN_MONTHS, ratio(seconds[REVIEWS], seconds[A_MONTH]), "x", PLANNER_CUSTOMERS, FIRMS, 1)


def runs(rounds: int, say: Say) -> Iterator[Row]:
    """Runs of 120 months with quarterly reviews and recording: the market made, its months, and its tables."""
    say("whole runs")
    work: dict[str, Any] = {}
    for customers in RUN_SIZES:
        work[f"{A_RUN}/{customers}"] = lambda customers=customers: _played(customers, MONTHS)
        work[f"{TWICE}/{customers}"] = lambda customers=customers: _played(customers, 2 * MONTHS)
        work[f"made/{customers}"] = lambda customers=customers: _market(customers)
        finished = _played(customers, MONTHS)
        work[f"tables/{customers}"] = finished.frames
    seconds = interleaved(work, rounds)
    for customers in RUN_SIZES:
        run, twice = seconds[f"{A_RUN}/{customers}"], seconds[f"{TWICE}/{customers}"]
        tables, made = seconds[f"tables/{customers}"], seconds[f"made/{customers}"]
        for name, values in (
            (f"{A_RUN}: made, {MONTHS} months, tables", run + tables), ("of that, the market made", made),
            (f"of that, {MONTHS} months with recording", run - made), ("of that, the tables", tables),
        ):  # fmt: skip
            yield row(RUNS, name, estimate(values * 1e3), "ms", customers, FIRMS, 1)
        yield row(RUNS, f"{2 * MONTHS} months against {MONTHS}", ratio(twice - made, run - made), "x", customers, FIRMS, 1)


def _market(customers: int, months: int = MONTHS, **values: Any) -> Market:
    setting = {"market.n_customers": customers, "market.n_firms": FIRMS, "months": months, "burn_in": 0}
    return Market(with_values(Config(), {**setting, **values}), rng=1)


def _played(customers: int, months: int) -> Market:
    market = _market(customers, months)
    while market.running:
        market.step()
    return market
